// Token counts of the Gemini dialect.
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import type { Usage } from '../../canonical/usage.ts';
import { emptyUsage } from '../../canonical/usage.ts';

/** Usage of a response or chunk; null when it counts nothing (Vertex sends `trafficType` alone in early chunks). */
export function readUsage(body: JsonObject): Usage | null {
  const usage = objectAt(body, 'usageMetadata');
  const prompt = numberAt(usage, 'promptTokenCount');
  const total = numberAt(usage, 'totalTokenCount');
  if (!usage || (prompt === undefined && total === undefined)) return null;
  const input = prompt ?? 0;
  const candidates = numberAt(usage, 'candidatesTokenCount') ?? numberAt(usage, 'responseTokenCount') ?? 0;
  const thoughts = numberAt(usage, 'thoughtsTokenCount') ?? 0;
  const toolUse = numberAt(usage, 'toolUsePromptTokenCount') ?? 0;
  // Google counts thoughts beside the candidates, but some answers include them; the total tells.
  const inclusive = input + candidates + toolUse === total;
  return {
    ...emptyUsage(),
    inputTokens: input + toolUse,
    outputTokens: inclusive ? candidates : candidates + thoughts,
    cacheReadTokens: numberAt(usage, 'cachedContentTokenCount') ?? 0,
    reasoningTokens: thoughts,
    inputAudioTokens: audioTokens(arrayAt(usage, 'promptTokensDetails')),
    outputAudioTokens: audioTokens(arrayAt(usage, 'candidatesTokensDetails')),
    webSearches: searches(arrayAt(body, 'candidates')),
    serviceTier: trafficTiers.get(stringAt(usage, 'trafficType') ?? '') ?? stringAt(usage, 'serviceTier') ?? null,
  };
}

/** Usage of a stream so far: counts are cumulative, but searches are told only beside the candidate that they were made for. */
export const mergeUsage = (before: Usage | null, usage: Usage): Usage => ({
  ...usage, webSearches: Math.max(before?.webSearches ?? 0, usage.webSearches), serviceTier: usage.serviceTier ?? before?.serviceTier ?? null,
});

// Vertex tells by `trafficType` how a request was served.
const trafficTiers = new Map([['ON_DEMAND_PRIORITY', 'priority'], ['ON_DEMAND_FLEX', 'flex']]);

const searches = (candidates: Json[]): number => candidates.filter(isJsonObject)
  .reduce((sum, candidate) => sum + arrayAt(objectAt(candidate, 'groundingMetadata'), 'webSearchQueries').length, 0);

function audioTokens(details: Json[]): number {
  const audio = details.find((detail) => isJsonObject(detail) && detail['modality'] === 'AUDIO');
  return isJsonObject(audio) ? numberAt(audio, 'tokenCount') ?? 0 : 0;
}

/** Usage as Gemini's clients read it. */
export function writeUsage(usage: Usage | null): JsonObject {
  if (!usage) return {};
  const written: JsonObject = {
    promptTokenCount: usage.inputTokens,
    candidatesTokenCount: Math.max(usage.outputTokens - usage.reasoningTokens, 0),
    totalTokenCount: usage.inputTokens + usage.outputTokens,
  };
  if (usage.reasoningTokens > 0) written['thoughtsTokenCount'] = usage.reasoningTokens;
  if (usage.cacheReadTokens > 0) written['cachedContentTokenCount'] = usage.cacheReadTokens;
  const modalities: [string, number, number][] = [
    ['promptTokensDetails', usage.inputTokens, usage.inputAudioTokens], ['candidatesTokensDetails', usage.outputTokens - usage.reasoningTokens, usage.outputAudioTokens],
  ];
  for (const [member, all, audio] of modalities) {
    if (audio > 0) written[member] = [{ modality: 'TEXT', tokenCount: Math.max(all - audio, 0) }, { modality: 'AUDIO', tokenCount: audio }];
  }
  return { usageMetadata: written };
}
