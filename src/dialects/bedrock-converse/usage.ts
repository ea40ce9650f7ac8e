// Token counts of the Converse API. Like Anthropic's, its input excludes what was read from and written to the cache.
import { emptyUsage, type Usage } from '../../canonical/usage.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt, type JsonObject } from '../../lib/json.ts';

/** The usage in a `metadata` event or a whole answer; null when it has none. */
export function readUsage(holder: JsonObject): Usage | null {
  const usage = objectAt(holder, 'usage');
  if (!usage) return null;
  const result = emptyUsage();
  result.cacheReadTokens = numberAt(usage, 'cacheReadInputTokens') ?? numberAt(usage, 'cacheReadInputTokenCount') ?? 0;
  result.cacheWriteTokens = numberAt(usage, 'cacheWriteInputTokens') ?? numberAt(usage, 'cacheWriteInputTokenCount') ?? 0;
  result.inputTokens = (numberAt(usage, 'inputTokens') ?? 0) + result.cacheReadTokens + result.cacheWriteTokens;
  result.outputTokens = numberAt(usage, 'outputTokens') ?? 0;
  // One entry for each lifetime of what was written.
  const details = arrayAt(usage, 'cacheDetails').filter(isJsonObject).filter((entry) => stringAt(entry, 'ttl') === '1h');
  result.cacheWrite1hTokens = Math.min(result.cacheWriteTokens, details.reduce((sum, entry) => sum + (numberAt(entry, 'inputTokens') ?? 0), 0));
  result.serviceTier = stringAt(objectAt(holder, 'serviceTier'), 'type') ?? null;
  return result;
}

/** Writes usage as the members of a `metadata` event. */
export function writeUsage(usage: Usage): JsonObject {
  const inputTokens = Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens);
  const written: JsonObject = { inputTokens, outputTokens: usage.outputTokens, totalTokens: usage.inputTokens + usage.outputTokens };
  if (usage.cacheReadTokens > 0) written['cacheReadInputTokens'] = usage.cacheReadTokens;
  if (usage.cacheWriteTokens > 0) written['cacheWriteInputTokens'] = usage.cacheWriteTokens;
  if (usage.cacheWrite1hTokens > 0) {
    written['cacheDetails'] = [
      { ttl: '1h', inputTokens: usage.cacheWrite1hTokens }, { ttl: '5m', inputTokens: usage.cacheWriteTokens - usage.cacheWrite1hTokens },
    ];
  }
  return { usage: written, ...(usage.serviceTier !== null && { serviceTier: { type: usage.serviceTier } }) };
}
