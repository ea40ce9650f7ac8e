// Whom a request is made for: the end user (LiteLLM's customer), as headers or the body name them.
import { isJsonObject, stringAt } from '../lib/json.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { RequestHeaders } from '../http/incoming.ts';

/** LiteLLM's headers for it. */
const headerNames = ['x-litellm-customer-id', 'x-litellm-end-user-id'] as const;
const longestId = 512;

/** The end user's id, or null. `named` are the headers of the configuration. */
export function endUserOf(headers: RequestHeaders, body: JsonBody, named: readonly string[]): string | null {
  return firstOf(headers, headerNames) ?? firstOf(headers, named) ?? inBody(body)?.slice(0, longestId) ?? null;
}

/** What the first of these headers says that is there; null: none is. */
export function firstOf(headers: RequestHeaders, names: readonly string[]): string | null {
  for (const name of names) {
    const value = headers.get(name);
    if (value) return value.slice(0, longestId);
  }
  return null;
}

// OpenAI's `user`, LiteLLM's and Anthropic's `metadata.user_id`, OpenAI's newer `safety_identifier`.
function inBody(body: JsonBody): string | undefined {
  for (const name of ['user', 'litellm_metadata', 'metadata', 'safety_identifier'] as const) {
    if (!body.has(name)) continue;
    const value = body.get(name);
    const id = isJsonObject(value) ? stringAt(value, name === 'metadata' ? 'user_id' : 'user') : value;
    if (typeof id === 'number') return String(id);
    if (typeof id === 'string' && id !== '') return id;
  }
  return undefined;
}
