// Fallbacks that a request names itself, for any failure or for one cause, in LiteLLM's two forms: names (`["b"]`, `[{"model": "b"}]`) and
// lists by the model that failed (`[{"a": ["b"]}]`).
import { isJsonObject, stringAt } from '../lib/json.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { RoutingRequest } from '../routing/trail.ts';

/** The lists of a request; null: it has none for this cause. */
export interface RequestFallbacks {
  general: readonly string[] | null;
  contextWindow: readonly string[] | null;
  contentPolicy: readonly string[] | null;
}

const members = { general: 'fallbacks', contextWindow: 'context_window_fallbacks', contentPolicy: 'content_policy_fallbacks' } as const;

/** What the request names for a failure of the model that it asks for; null: nothing at all. */
export function requestFallbacks(body: JsonBody, model: string): RequestFallbacks | null {
  if (!Object.values(members).some((name) => body.has(name))) return null;
  const list = (name: string): readonly string[] | null => (body.has(name) ? namesIn(body.get(name), model) : null);
  return { general: list(members.general), contextWindow: list(members.contextWindow), contentPolicy: list(members.contentPolicy) };
}

/** The same as the router wants it. */
export const forRouter = (own: RequestFallbacks | null): Pick<RoutingRequest, 'fallbacks' | 'contextWindowFallbacks' | 'contentPolicyFallbacks'> =>
  ({ fallbacks: own?.general ?? null, contextWindowFallbacks: own?.contextWindow ?? null, contentPolicyFallbacks: own?.contentPolicy ?? null });

/** Every model that the lists of a request name, whatever they stand for: the caller must be allowed to call each. */
export const everyFallback = (body: JsonBody): string[] => Object.values(members).flatMap((name) => (body.has(name) ? namesIn(body.get(name), null) : []));

// `model` null: the names for all models.
function namesIn(value: unknown, model: string | null): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (typeof entry === 'string') return [entry];
    if (!isJsonObject(entry)) return [];
    const named = stringAt(entry, 'model');
    if (named !== undefined) return [named];
    const lists = model === null ? Object.values(entry) : [entry[model] ?? entry['*']];
    return lists.flatMap((list) => (Array.isArray(list) ? list.filter((name): name is string => typeof name === 'string') : []));
  });
}
