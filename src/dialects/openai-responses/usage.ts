// Token counts of the Responses dialect.
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import type { Usage } from '../../canonical/usage.ts';
import { emptyUsage } from '../../canonical/usage.ts';

/** Usage of a response object; null while it has none. */
export function readUsage(response: JsonObject | undefined): Usage | null {
  const usage = objectAt(response, 'usage');
  if (!usage) return null;
  const input = objectAt(usage, 'input_tokens_details');
  const output = objectAt(usage, 'output_tokens_details');
  return {
    ...emptyUsage(),
    inputTokens: numberAt(usage, 'input_tokens') ?? 0,
    outputTokens: numberAt(usage, 'output_tokens') ?? 0,
    cacheReadTokens: numberAt(input, 'cached_tokens') ?? 0,
    cacheWriteTokens: numberAt(input, 'cache_write_tokens') ?? 0,
    reasoningTokens: numberAt(output, 'reasoning_tokens') ?? 0,
    inputAudioTokens: numberAt(input, 'audio_tokens') ?? 0,
    outputAudioTokens: numberAt(output, 'audio_tokens') ?? 0,
    webSearches: arrayAt(response, 'output').filter(isWebSearch).length,
    costUsd: numberAt(usage, 'cost') ?? null,
    serviceTier: stringAt(response, 'service_tier') ?? null,
  };
}

// Opening a page that was found and looking for words on it cost nothing.
function isWebSearch(item: Json): boolean {
  if (!isJsonObject(item) || item['type'] !== 'web_search_call') return false;
  const action = stringAt(objectAt(item, 'action'), 'type');
  return action === undefined || action === 'search';
}

/** Usage as a response object shows it, with the members that LiteLLM's clients read; null when the provider counted nothing. */
export function writeUsage(usage: Usage | null): JsonObject | null {
  if (!usage) return null;
  return {
    input_tokens: usage.inputTokens,
    input_tokens_details: {
      audio_tokens: usage.inputAudioTokens || null, cached_tokens: usage.cacheReadTokens, cached_tokens_details: null, image_tokens: null,
      text_tokens: Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens - usage.inputAudioTokens), video_tokens: null, cache_write_tokens: usage.cacheWriteTokens,
    },
    output_tokens: usage.outputTokens,
    output_tokens_details: {
      audio_tokens: usage.outputAudioTokens || null, reasoning_tokens: usage.reasoningTokens, text_tokens: Math.max(0, usage.outputTokens - usage.reasoningTokens - usage.outputAudioTokens),
    },
    total_tokens: usage.inputTokens + usage.outputTokens,
    cost: usage.costUsd,
  };
}
