// Asks the identity provider whose a token is (`oidc_userinfo_endpoint`; OpenID Connect Core, section 5.3).
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { jwksTimeoutMs, maxJwksBytes } from '../../lib/bounds.ts';

/** What it answered: claims, that the token is none of its own, or nothing. */
export type Userinfo = { kind: 'claims'; claims: JsonObject } | { kind: 'refused' } | { kind: 'away' };

/** Asks. The token goes to this address only, which the operator named. */
export async function askUserinfo(url: string, token: string): Promise<Userinfo> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(jwksTimeoutMs), headers: { authorization: `Bearer ${token}`, accept: 'application/json' } });
    const text = await response.text();
    if (response.status >= 500) return { kind: 'away' };
    if (!response.ok || text.length > maxJwksBytes) return { kind: 'refused' };
    const claims = JSON.parse(text) as Json;
    return isJsonObject(claims) ? { kind: 'claims', claims } : { kind: 'refused' };
  } catch {
    return { kind: 'away' };
  }
}
