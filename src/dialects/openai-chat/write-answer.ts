// A whole answer in the Chat Completions dialect, in the shape that LiteLLM's clients know.
import type { Block, CanonicalAnswer, Choice } from '../../canonical/answer.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject } from '../../lib/json.ts';
import type { AnswerContext } from '../dialect.ts';
import { chatAnnotations } from '../citations.ts';
import { packEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { packSignature } from '../thought-signature.ts';
import { writeFinishReason } from './finish-reason.ts';
import { writeUsage } from './usage.ts';

/** The answer's id: OpenAI's own passes, others get the dialect's prefix. */
export const writeId = (id: string, requestId: string): string => (id.startsWith('chatcmpl-') ? id : `chatcmpl-${requestId}`);

// Members of an answer that mean the same to every client of this dialect.
const passedMembers = ['system_fingerprint', 'service_tier', 'citations', 'search_results', 'provider'];

/** The members that go along from the provider's answer. */
export function passedExtra(extra: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const member of passedMembers) {
    const value = extra[member];
    if (value !== undefined) result[member] = value;
  }
  return result;
}

/** Writes the whole answer. */
export function writeAnswer(answer: CanonicalAnswer, context: AnswerContext): JsonObject {
  const body: JsonObject = {
    id: writeId(answer.id, context.requestId), object: 'chat.completion', created: answer.createdSeconds || context.nowSeconds,
    model: context.model, choices: answer.choices.map((choice, index) => writeChoice(choice, index)), ...passedExtra(answer.extra),
  };
  if (answer.usage?.serviceTier && body['service_tier'] === undefined) body['service_tier'] = answer.usage.serviceTier;
  if (answer.usage) body['usage'] = writeUsage(answer.usage);
  return body;
}

function writeChoice(choice: Choice, index: number): JsonObject {
  const finish = writeFinishReason(choice.reason);
  const result: JsonObject = { index, finish_reason: finish, message: writeMessage(choice.blocks) };
  if (choice.logprobs) result['logprobs'] = mergeLogprobs(choice.logprobs);
  const specific = finishDetails(choice, finish);
  if (specific) result['provider_specific_fields'] = specific;
  return result;
}

/** What the provider said about the end beyond the dialect's own word; undefined when it said nothing more. */
export function finishDetails(stop: Pick<Choice, 'native' | 'stopSequence' | 'details'>, finish: string): JsonObject | undefined {
  const result: JsonObject = {};
  if (stop.native !== undefined && stop.native !== finish) result['native_finish_reason'] = stop.native;
  if (stop.stopSequence !== undefined) result['stop_sequence'] = stop.stopSequence;
  if (stop.details !== undefined && stop.details !== null) result['stop_details'] = stop.details;
  return Object.keys(result).length > 0 ? result : undefined;
}

function writeMessage(blocks: Block[]): JsonObject {
  const parts = { text: '', reasoning: '', refusal: '' };
  const thinkingBlocks: JsonObject[] = [];
  const calls: JsonObject[] = [];
  const annotations: Json[] = [];
  const citations: Json[] = [];
  const message: JsonObject = { role: 'assistant', content: null };
  const proven = blocks.some((block) => block.start.kind === 'thinking' && (block.signature !== undefined || block.encrypted !== undefined));
  for (const block of blocks) {
    const { start } = block;
    switch (start.kind) {
      case 'text': {
        const from = parts.text.length;
        parts.text += block.text;
        for (const citation of block.citations) annotations.push(...chatAnnotations(citation, from, parts.text.length));
        const own = block.citations.filter((citation) => citation.dialect === 'anthropic-messages').map((citation) => citation.value);
        if (own.length > 0) citations.push(own);
        break;
      }
      case 'refusal': parts.refusal += block.text; break;
      case 'thinking':
        parts.reasoning += block.text;
        // Beside blocks with proof those without keep their place; alone their text is enough.
        thinkingBlocks.push(...(proven ? [writeThinkingBlock(block)[0] ?? { type: 'thinking', thinking: block.text, signature: '' }] : []));
        break;
      case 'redacted-thinking': thinkingBlocks.push({ type: 'redacted_thinking', data: start.data }); break;
      case 'tool-call': calls.push(writeCall(block, calls.length)); break;
      case 'image': appendTo(message, 'images', writeImage(start, arrayAt(message, 'images').length)); break;
      case 'audio': message['audio'] = { ...(start.id === undefined ? {} : { id: start.id }), transcript: block.text, ...mergeAudio(block.opaque) }; break;
      case 'opaque': if (start.dialect === 'openai-chat') mergeOpaque(message, start.value);
    }
  }
  if (parts.text !== '' || (calls.length === 0 && parts.refusal === '')) message['content'] = parts.text;
  if (parts.reasoning !== '') message['reasoning_content'] = parts.reasoning;
  if (thinkingBlocks.length > 0) message['thinking_blocks'] = thinkingBlocks;
  if (parts.refusal !== '') message['refusal'] = parts.refusal;
  if (annotations.length > 0) message['annotations'] = annotations;
  if (calls.length > 0) message['tool_calls'] = calls;
  message['provider_specific_fields'] = {
    citations: citations.length > 0 ? citations : null, thinking_blocks: thinkingBlocks.length > 0 ? thinkingBlocks : null,
  };
  return message;
}

/** A thought that the provider wants back unchanged; none when it can do without. */
export function writeThinkingBlock({ text, signature, encrypted }: Pick<Block, 'text' | 'signature' | 'encrypted'>): JsonObject[] {
  const carried = signature ?? (encrypted === undefined ? undefined : packEncryptedReasoning(encrypted));
  return carried === undefined ? [] : [{ type: 'thinking', thinking: text, signature: carried }];
}

function writeCall(block: Block, index: number): JsonObject {
  const { start } = block;
  if (start.kind !== 'tool-call') return {};
  const id = packSignature(start.id, block.signature);
  const call: JsonObject = start.call === 'custom'
    ? { index, id, type: 'custom', custom: { name: start.name, input: block.text } }
    : { index, id, type: 'function', function: { name: start.name, arguments: block.text === '' ? '{}' : block.text } };
  if (block.signature !== undefined) call['provider_specific_fields'] = { thought_signature: block.signature };
  return call;
}

/** An image of an answer, as OpenRouter and LiteLLM write it. */
export const writeImage = (start: { mediaType: string; data: string }, index: number): JsonObject =>
  ({ index, type: 'image_url', image_url: { url: `data:${start.mediaType};base64,${start.data}` } });

function appendTo(message: JsonObject, member: string, value: Json): void {
  message[member] = [...arrayAt(message, member), value];
}

// Lists grow, other members are replaced.
function mergeOpaque(message: JsonObject, value: JsonObject): void {
  for (const [member, item] of Object.entries(value)) {
    message[member] = Array.isArray(item) ? [...arrayAt(message, member), ...item] : item;
  }
}

function mergeAudio(pieces: JsonObject[]): JsonObject {
  const result: JsonObject = {};
  for (const piece of pieces) {
    for (const [member, value] of Object.entries(piece)) {
      const before = result[member];
      result[member] = member === 'data' && typeof value === 'string' && typeof before === 'string' ? before + value : value;
    }
  }
  return result;
}

/** The logprobs of all pieces as one object: their lists joined. */
export function mergeLogprobs(pieces: Json[]): Json {
  if (pieces.length === 1) return pieces[0] ?? null;
  const result: JsonObject = {};
  for (const piece of pieces) {
    if (!isJsonObject(piece)) continue;
    for (const [member, value] of Object.entries(piece)) {
      const before = result[member];
      result[member] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value ?? before ?? null;
    }
  }
  return result;
}
