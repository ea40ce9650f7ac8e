// Reads the key that a client presents. Every client family has its own header for it.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { maxKeyCharacters, maxTokenCharacters } from '../lib/bounds.ts';
import type { RequestHeaders } from '../http/incoming.ts';

/** Headers that carry a bare key, in the order in which they are looked at after `Authorization`. */
export const keyHeaders = ['x-litellm-api-key', 'x-api-key', 'api-key', 'x-goog-api-key', 'ocp-apim-subscription-key'] as const;

/** The presented key, or the fault that LiteLLM answers when there is none. `further`: a header that is looked at first (`litellm_key_header_name`). */
export function presentedKey(headers: RequestHeaders, further?: string): Result<string> {
  const named = further === undefined ? null : headers.get(further);
  if (named !== null && withoutScheme(named) !== '') return bounded(withoutScheme(named), false);
  const explicit = headers.get('x-litellm-api-key');
  const authorization = explicit ?? headers.get('authorization');
  if (authorization !== null) {
    const key = withoutScheme(authorization);
    if (key !== '') return bounded(key, explicit === null && key === authorization);
  }
  for (const name of keyHeaders) {
    const key = headers.get(name);
    if (key !== null && key !== '') return bounded(key, false);
  }
  return fail(fault('no_key', 'Authentication Error, No api key passed in.'));
}

/**
 * The headers of a request to a Gemini route, with the key of its query where they have none: Google's REST examples send `?key=`. The query
 * is written down nowhere and goes to no provider.
 */
export function withKeyOfQuery(headers: RequestHeaders, query: string): RequestHeaders {
  const key = query.includes('key=') ? new URLSearchParams(query).get('key') : null;
  if (key === null || headers.has('authorization') || keyHeaders.some((name) => headers.has(name))) return headers;
  return {
    get: (name) => (name === 'x-goog-api-key' ? key : headers.get(name)),
    has: (name) => name === 'x-goog-api-key' || headers.has(name),
    forEach: (visit) => headers.forEach(visit),
  };
}

const usual = 'Bearer ';

function withoutScheme(value: string): string {
  // As nearly everybody writes it.
  if (value.startsWith('Bearer sk-')) return value.slice(usual.length).trim();
  const match = /^(?:bearer|basic)(?:\s+|$)/i.exec(value);
  return match ? value.slice(match[0].length).trim() : value.trim();
}

function bounded(key: string, schemeMissing: boolean): Result<string> {
  if (schemeMissing) {
    return fail(fault('malformed_key', "Authentication Error, Malformed API Key passed in. Ensure Key has 'Bearer ' prefix."));
  }
  const most = key.startsWith('ey') && key.includes('.') ? maxTokenCharacters : maxKeyCharacters;
  if (key.length > most) return fail(fault('malformed_key', `Authentication Error, Malformed API Key passed in. Keys have at most ${maxKeyCharacters} characters, tokens ${maxTokenCharacters}.`));
  return ok(key);
}
