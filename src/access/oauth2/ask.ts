// Asks the authorization server whose a token is: by introspection (RFC 7662), or at an address that tells a bearer who it is.
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { jwksTimeoutMs, maxJwksBytes } from '../../lib/bounds.ts';
import type { Oauth2Settings } from './settings.ts';

/** What it answered: what it knows of the bearer, that the token is none of its own, or nothing. */
export type TokenInfo = { kind: 'known'; info: JsonObject } | { kind: 'refused' } | { kind: 'away' };

/** Asks. The token goes to this address only, which the operator named. */
export async function askTokenInfo({ url, client }: Oauth2Settings, token: string): Promise<TokenInfo> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(jwksTimeoutMs), ...questionOf(client, token) });
    const text = await response.text();
    if (response.status >= 500 || response.status === 429) return { kind: 'away' };
    if (!response.ok || text.length > maxJwksBytes) return { kind: 'refused' };
    const info = JSON.parse(text) as Json;
    // Whoever introspects must be told that the token works; an answer without the word says nothing.
    return isJsonObject(info) && (client === null ? info['active'] !== false : info['active'] === true) ? { kind: 'known', info } : { kind: 'refused' };
  } catch {
    return { kind: 'away' };
  }
}

function questionOf(client: Oauth2Settings['client'], token: string): RequestInit {
  if (client === null) return { headers: { authorization: `Bearer ${token}`, accept: 'application/json' } };
  // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
  const credentials = Buffer.from(`${encodeURIComponent(client.id)}:${encodeURIComponent(client.secret)}`).toString('base64');
  return { method: 'POST', headers: { authorization: `Basic ${credentials}`, accept: 'application/json' }, body: new URLSearchParams({ token }) };
}
