// Log probabilities of the legacy Completions dialect: four lists side by side, where Chat Completions has one list of tokens.
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, stringAt } from '../../lib/json.ts';

/** A choice's `logprobs` as Chat Completions has them; what is not of this form stays as it is. */
export function readLogprobs(value: Json): Json {
  if (!isJsonObject(value) || !Array.isArray(value['tokens'])) return value;
  const probabilities = arrayAt(value, 'token_logprobs');
  const tops = arrayAt(value, 'top_logprobs');
  const content = value['tokens'].map((token, index): JsonObject => {
    const logprob = probabilities[index];
    const top = tops[index];
    return {
      ...tokenOf(String(token), typeof logprob === 'number' ? logprob : 0),
      top_logprobs: isJsonObject(top) ? Object.entries(top).map(([text, probability]) => tokenOf(text, typeof probability === 'number' ? probability : 0)) : [],
    };
  });
  return { content, refusal: null };
}

const tokenOf = (token: string, logprob: number): JsonObject => ({ token, logprob, bytes: [...Buffer.from(token)] });

/** Chat Completions' `logprobs` as this dialect has them; `from`: where their text begins in the choice's text. */
export function writeLogprobs(value: Json, from = 0): Json {
  const tokens = isJsonObject(value) ? arrayAt(value, 'content').filter(isJsonObject) : [];
  if (tokens.length === 0) return value;
  let offset = from;
  return {
    tokens: tokens.map((token) => stringAt(token, 'token') ?? ''),
    token_logprobs: tokens.map((token) => numberAt(token, 'logprob') ?? null),
    top_logprobs: tokens.map((token) => Object.fromEntries(arrayAt(token, 'top_logprobs').filter(isJsonObject).map((top) => [stringAt(top, 'token') ?? '', numberAt(top, 'logprob') ?? null]))),
    text_offset: tokens.map((token) => {
      const at = offset;
      offset += (stringAt(token, 'token') ?? '').length;
      return at;
    }),
  };
}

/** How many characters a choice's `logprobs` speak of. */
export const scoredCharacters = (value: Json): number => arrayAt(isJsonObject(value) ? value : undefined, 'content').filter(isJsonObject)
  .reduce((sum, token) => sum + (stringAt(token, 'token') ?? '').length, 0);
