// Log probabilities of Gemini's tokens.
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, stringAt } from '../../lib/json.ts';

/** A `logprobsResult` as OpenAI's `logprobs`, which all other dialects know; undefined when it has none. */
export function readLogprobs(result: JsonObject | undefined): JsonObject | undefined {
  const chosen = arrayAt(result, 'chosenCandidates').filter(isJsonObject);
  if (chosen.length === 0) return undefined;
  const tops = arrayAt(result, 'topCandidates');
  const content = chosen.map((candidate, index) => {
    const written = tokenOf(candidate);
    const top = tops[index];
    written['top_logprobs'] = isJsonObject(top) ? arrayAt(top, 'candidates').filter(isJsonObject).map(tokenOf) : [];
    return written;
  });
  return { content, refusal: null };
}

function tokenOf(candidate: JsonObject): JsonObject {
  const token = stringAt(candidate, 'token') ?? '';
  return { token, logprob: numberAt(candidate, 'logProbability') ?? 0, bytes: [...Buffer.from(token)] };
}

/** OpenAI's `logprobs` objects of a candidate as Google's `logprobsResult`; nothing when there are none. */
export function writeLogprobs(values: readonly Json[]): JsonObject {
  const tokens = values.flatMap((value) => (isJsonObject(value) ? arrayAt(value, 'content') : [])).filter(isJsonObject);
  if (tokens.length === 0) return {};
  const total = tokens.reduce((sum, token) => sum + (numberAt(token, 'logprob') ?? 0), 0);
  return {
    avgLogprobs: total / tokens.length,
    logprobsResult: {
      chosenCandidates: tokens.map(candidateOf),
      topCandidates: tokens.map((token) => ({ candidates: arrayAt(token, 'top_logprobs').filter(isJsonObject).map(candidateOf) })),
    },
  };
}

const candidateOf = (token: JsonObject): JsonObject => ({ token: stringAt(token, 'token') ?? '', logProbability: numberAt(token, 'logprob') ?? 0 });
