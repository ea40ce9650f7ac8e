// Token counts of the Chat Completions dialect, with the members that compatible providers add.
import { emptyUsage } from '../../canonical/usage.ts';
import type { Usage } from '../../canonical/usage.ts';
import type { JsonObject } from '../../lib/json.ts';
import { isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';

/** Reads a `usage` object. `serviceTier` is the answer's. */
export function readUsage(usage: JsonObject, serviceTier?: string): Usage {
  const input = objectAt(usage, 'prompt_tokens_details');
  const output = objectAt(usage, 'completion_tokens_details');
  const result = emptyUsage();
  result.inputTokens = numberAt(usage, 'prompt_tokens') ?? 0;
  result.outputTokens = numberAt(usage, 'completion_tokens') ?? 0;
  result.cacheReadTokens = numberAt(input, 'cached_tokens') ?? numberAt(usage, 'cache_read_input_tokens')
    ?? numberAt(usage, 'prompt_cache_hit_tokens') ?? numberAt(usage, 'cached_tokens') ?? 0;
  result.cacheWriteTokens = numberAt(input, 'cache_creation_tokens') ?? numberAt(input, 'cache_write_tokens')
    ?? numberAt(usage, 'cache_creation_input_tokens') ?? 0;
  result.cacheWrite1hTokens = numberAt(objectAt(input, 'cache_creation_token_details'), 'ephemeral_1h_input_tokens') ?? 0;
  result.reasoningTokens = numberAt(output, 'reasoning_tokens') ?? 0;
  result.inputAudioTokens = numberAt(input, 'audio_tokens') ?? 0;
  result.outputAudioTokens = numberAt(output, 'audio_tokens') ?? 0;
  result.acceptedPredictionTokens = numberAt(output, 'accepted_prediction_tokens') ?? 0;
  result.rejectedPredictionTokens = numberAt(output, 'rejected_prediction_tokens') ?? 0;
  result.webSearches = numberAt(objectAt(usage, 'server_tool_use'), 'web_search_requests') ?? numberAt(input, 'web_search_requests') ?? 0;
  result.costUsd = numberAt(usage, 'cost') ?? null;
  result.serviceTier = serviceTier ?? stringAt(usage, 'service_tier') ?? null;
  // xAI counts reasoning outside completion_tokens; the total tells.
  const total = numberAt(usage, 'total_tokens');
  if (result.reasoningTokens > 0 && total === result.inputTokens + result.outputTokens + result.reasoningTokens) {
    result.outputTokens += result.reasoningTokens;
  }
  return result;
}

/** Usage of a whole answer or of a chunk; null when it carries none. Groq's older streams hide it in `x_groq`. */
export function usageOf(body: JsonObject): Usage | null {
  const { usage } = body;
  if (isJsonObject(usage)) return readUsage(usage, stringAt(body, 'service_tier'));
  const groq = objectAt(objectAt(body, 'x_groq'), 'usage');
  return groq ? readUsage(groq, stringAt(body, 'service_tier')) : null;
}

/** Writes usage with the members that LiteLLM's clients read. */
export function writeUsage(usage: Usage): JsonObject {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, inputAudioTokens, outputAudioTokens, reasoningTokens } = usage;
  const input: JsonObject = {
    cached_tokens: cacheReadTokens, cache_creation_tokens: cacheWriteTokens, cache_write_tokens: cacheWriteTokens,
    text_tokens: Math.max(0, inputTokens - cacheReadTokens - cacheWriteTokens - inputAudioTokens), audio_tokens: inputAudioTokens,
  };
  if (cacheWriteTokens > 0) {
    input['cache_creation_token_details'] = {
      ephemeral_5m_input_tokens: cacheWriteTokens - usage.cacheWrite1hTokens, ephemeral_1h_input_tokens: usage.cacheWrite1hTokens,
    };
  }
  const { acceptedPredictionTokens, rejectedPredictionTokens } = usage;
  const predicted = acceptedPredictionTokens + rejectedPredictionTokens > 0 ? { accepted_prediction_tokens: acceptedPredictionTokens, rejected_prediction_tokens: rejectedPredictionTokens } : {};
  const result: JsonObject = {
    prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: input,
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens, audio_tokens: outputAudioTokens,
      text_tokens: Math.max(0, outputTokens - reasoningTokens - outputAudioTokens), ...predicted,
    },
    cache_creation_input_tokens: cacheWriteTokens, cache_read_input_tokens: cacheReadTokens,
  };
  if (usage.webSearches > 0) result['server_tool_use'] = { web_search_requests: usage.webSearches };
  if (usage.costUsd !== null) result['cost'] = usage.costUsd;
  return result;
}
