// Whole answers of the legacy Completions dialect.
import type { CanonicalAnswer, Choice } from '../../canonical/answer.ts';
import type { StreamEvent } from '../../canonical/event.ts';
import type { JsonObject } from '../../lib/json.ts';
import { isJsonObject, numberAt } from '../../lib/json.ts';
import type { Usage } from '../../canonical/usage.ts';
import { writeLogprobs } from './logprobs.ts';
import type { AnswerContext } from '../dialect.ts';
import { TextChoiceReader } from './read-choice.ts';
import { invalidAnswer, readError } from '../openai-chat/fault.ts';
import { mergeLogprobs } from '../openai-chat/write-answer.ts';
import { readStart } from '../openai-chat/read-start.ts';
import { usageOf, writeUsage as writeChatUsage } from '../openai-chat/usage.ts';
import { writeFinishReason } from '../openai-chat/finish-reason.ts';

/** The events of a whole answer. */
export function readAnswer(body: JsonObject): StreamEvent[] {
  if (body['error'] !== undefined && body['error'] !== null) return [{ type: 'error', fault: readError(body['error']) }];
  const { choices } = body;
  if (!Array.isArray(choices) || choices.length === 0) return [{ type: 'error', fault: invalidAnswer('it has no choices.') }];
  const events = [readStart(body)];
  for (const [position, choice] of choices.entries()) {
    if (!isJsonObject(choice)) return [{ type: 'error', fault: invalidAnswer(`choice ${position} is not an object.`) }];
    const reader = new TextChoiceReader(numberAt(choice, 'index') ?? position);
    events.push(...reader.piece(choice), ...reader.close());
  }
  const usage = usageOf(body);
  if (usage) events.push({ type: 'usage', usage });
  events.push({ type: 'end' });
  return events;
}

/** The answer's id: OpenAI's own passes, others get the dialect's prefix. */
export const writeId = (id: string, requestId: string): string => (/^(chat)?cmpl-/.test(id) ? id : `cmpl-${requestId}`);

/** Writes the whole answer. Only its text has a place here. */
export function writeAnswer(answer: CanonicalAnswer, context: AnswerContext): JsonObject {
  const body: JsonObject = {
    id: writeId(answer.id, context.requestId), object: 'text_completion', created: answer.createdSeconds || context.nowSeconds,
    model: context.model, choices: answer.choices.map((choice, index) => writeChoice(choice, index)),
    system_fingerprint: answer.extra['system_fingerprint'] ?? null,
  };
  if (answer.usage) body['usage'] = writeUsage(answer.usage);
  return body;
}

function writeChoice(choice: Choice, index: number): JsonObject {
  const text = choice.blocks.map((block) => (block.start.kind === 'text' || block.start.kind === 'refusal' ? block.text : '')).join('');
  return { text, index, logprobs: choice.logprobs ? writeLogprobs(mergeLogprobs(choice.logprobs)) : null, finish_reason: writeFinishReason(choice.reason) };
}

/** Writes usage; details that nobody counted are null, and what only Claude tells is named, as in LiteLLM. */
export function writeUsage(usage: Usage): JsonObject {
  return {
    ...writeChatUsage(usage), iterations: null, inference_geo: null, speed: null, service_tier: null,
    completion_tokens_details: {
      accepted_prediction_tokens: usage.acceptedPredictionTokens || null, audio_tokens: usage.outputAudioTokens || null, reasoning_tokens: usage.reasoningTokens,
      rejected_prediction_tokens: usage.rejectedPredictionTokens || null,
      text_tokens: Math.max(0, usage.outputTokens - usage.reasoningTokens - usage.outputAudioTokens), image_tokens: null, video_tokens: null,
    },
    prompt_tokens_details: {
      audio_tokens: usage.inputAudioTokens || null, cached_tokens: usage.cacheReadTokens, cache_creation_tokens: usage.cacheWriteTokens, cache_write_tokens: usage.cacheWriteTokens,
      text_tokens: Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens - usage.inputAudioTokens), image_tokens: null, video_tokens: null,
      ...(usage.cacheWriteTokens > 0 && {
        cache_creation_token_details: { ephemeral_5m_input_tokens: usage.cacheWriteTokens - usage.cacheWrite1hTokens, ephemeral_1h_input_tokens: usage.cacheWrite1hTokens },
      }),
    },
  };
}
