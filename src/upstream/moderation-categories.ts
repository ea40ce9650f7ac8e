// LiteLLM names a moderation's categories with underscores (`hate_threatening`), OpenAI with slashes and hyphens (`hate/threatening`). Clients of
// either find theirs: each category has both names, null where the provider judged nothing of the kind.
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

const plainNames = [
  'harassment', 'harassment_threatening', 'hate', 'hate_threatening', 'illicit', 'illicit_violent', 'self_harm', 'self_harm_instructions', 'self_harm_intent',
  'sexual', 'sexual_minors', 'violence', 'violence_graphic',
];

/** The answer with LiteLLM's names beside the provider's. */
export function withPlainCategories(answer: JsonObject): JsonObject {
  const { results } = answer;
  if (!Array.isArray(results)) return answer;
  return { ...answer, results: results.map((result) => (isJsonObject(result) ? named(result) : result)) };
}

function named(result: JsonObject): JsonObject {
  const { categories, category_scores: scores, category_applied_input_types: types } = result;
  return { ...result, ...(isJsonObject(categories) && { categories: withPlain(categories) }), ...(isJsonObject(scores) && { category_scores: withPlain(scores) }), category_applied_input_types: isJsonObject(types) ? withPlain(types) : types ?? null };
}

function withPlain(members: JsonObject): JsonObject {
  const plain = new Map(Object.entries(members).map(([name, value]): [string, Json] => [name.replaceAll(/[/-]/g, '_'), value]));
  return { ...members, ...Object.fromEntries(plainNames.map((name) => [name, plain.get(name) ?? null])) };
}
