// Token counts of the Messages dialect. Anthropic's input excludes what was read from and written to the cache; Weir's includes it.
import { emptyUsage } from '../../canonical/usage.ts';
import type { Usage } from '../../canonical/usage.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';

/** Reads a `usage` object. With `iterations` (server tools, compaction) the totals are the sums over them. */
export function readUsage(usage: JsonObject): Usage {
  const iterations = arrayAt(usage, 'iterations').filter(isJsonObject);
  const sum = (member: string): number => (iterations.length > 0
    ? iterations.reduce((total, iteration) => total + (numberAt(iteration, member) ?? 0), 0) : numberAt(usage, member) ?? 0);
  const result = emptyUsage();
  result.cacheReadTokens = sum('cache_read_input_tokens');
  result.cacheWriteTokens = sum('cache_creation_input_tokens');
  result.inputTokens = sum('input_tokens') + result.cacheReadTokens + result.cacheWriteTokens;
  result.outputTokens = sum('output_tokens');
  result.cacheWrite1hTokens = Math.min(result.cacheWriteTokens, numberAt(objectAt(usage, 'cache_creation'), 'ephemeral_1h_input_tokens') ?? 0);
  result.reasoningTokens = numberAt(objectAt(usage, 'output_tokens_details'), 'thinking_tokens') ?? 0;
  result.webSearches = numberAt(objectAt(usage, 'server_tool_use'), 'web_search_requests') ?? 0;
  result.serviceTier = stringAt(usage, 'service_tier') ?? null;
  return result;
}

/** Usage of a whole answer; null when it has none. */
export function usageOf(body: JsonObject): Usage | null {
  const usage = objectAt(body, 'usage');
  return usage ? readUsage(usage) : null;
}

/** The counts so far: later frames replace single members, and `null` replaces nothing. */
export function mergeUsage(before: JsonObject, update: JsonObject): JsonObject {
  const merged = { ...before };
  for (const key in update) {
    const value = update[key];
    if (value !== undefined && value !== null) merged[key] = value;
  }
  return merged;
}

// OpenAI's word for the usual tier is another one.
const tiers = new Map([['standard', 'standard'], ['priority', 'priority'], ['batch', 'batch'], ['default', 'standard']]);

/** Writes usage. Service tiers that Anthropic has no word for are not named. */
export function writeUsage(usage: Usage): JsonObject {
  const result: JsonObject = {
    input_tokens: Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens),
    cache_creation_input_tokens: usage.cacheWriteTokens, cache_read_input_tokens: usage.cacheReadTokens, output_tokens: usage.outputTokens,
  };
  if (usage.cacheWriteTokens > 0) {
    result['cache_creation'] = {
      ephemeral_5m_input_tokens: usage.cacheWriteTokens - usage.cacheWrite1hTokens, ephemeral_1h_input_tokens: usage.cacheWrite1hTokens,
    };
  }
  if (usage.webSearches > 0) result['server_tool_use'] = { web_search_requests: usage.webSearches };
  if (usage.reasoningTokens > 0) result['output_tokens_details'] = { thinking_tokens: usage.reasoningTokens };
  const tier = usage.serviceTier === null ? undefined : tiers.get(usage.serviceTier);
  if (tier !== undefined) result['service_tier'] = tier;
  return result;
}
