// Verifies tokens: by the provider's public keys, by asking the provider, or by both.
import { askUserinfo } from './userinfo.ts';
import { fail, fault, ok, type Fault, type Result } from '../../canonical/fault.ts';
import { KeysAway, KeySet } from './key-set.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { JwtSettings } from './settings.ts';

// Never the ones with a shared secret: the provider's public key would be one.
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
/** Clocks of providers differ from ours by this much. */
export const clockToleranceSeconds = 30;

/** The verifier of a configuration; gives the claims of a good token. */
export function tokenVerifier(settings: JwtSettings, nowMs: () => number): (token: string) => Promise<Result<JsonObject>> {
  const keySets = settings.keyUrls.map((url) => new KeySet(url, settings.keyTtlMs, settings.keyStaleMs, nowMs));
  return async (token) => {
    const signed = keySets.length === 0 ? ok<JsonObject>({}) : await signedClaims(token, keySets, settings, nowMs());
    return signed.ok && settings.userinfo ? withUserinfo(token, signed.value, settings.userinfo, nowMs()) : signed;
  };
}

async function signedClaims(token: string, keySets: readonly KeySet[], settings: JwtSettings, nowMs: number): Promise<Result<JsonObject>> {
  const { jwtVerify } = await import('jose');
  let away = false;
  for (const keys of keySets) {
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['exp'], currentDate: new Date(nowMs),
        ...(settings.audience && { audience: [...settings.audience] }), ...(settings.issuer && { issuer: [...settings.issuer] }),
      });
      return ok(payload as JsonObject);
    } catch (error) {
      away ||= error instanceof KeysAway;
    }
  }
  return fail(away ? providerAway() : notValid());
}

async function withUserinfo(token: string, signed: JsonObject, { url, ttlMs }: NonNullable<JwtSettings['userinfo']>, nowMs: number): Promise<Result<JsonObject>> {
  const asked = await askUserinfo(url, token);
  if (asked.kind === 'away') return fail(providerAway());
  if (asked.kind === 'refused') return fail(notValid());
  // The specification: an answer about another subject must not be used.
  if (signed['sub'] !== undefined && asked.claims['sub'] !== signed['sub']) return fail(notValid());
  // What nobody signed is believed for as long as the operator says.
  const { exp: _asked, ...claims } = asked.claims;
  return ok({ ...signed, ...claims, exp: signed['exp'] ?? Math.floor((nowMs + ttlMs) / 1_000) - clockToleranceSeconds });
}

const providerAway = (): Fault => fault('store_unavailable', 'The identity provider cannot be reached, and its keys are not known here yet. Try again in a moment.', { retryAfterSeconds: 5 });
const notValid = (): Fault => fault('unknown_key', 'Authentication Error, the token is not valid here: its signature, audience, issuer or expiry is wrong.', { type: 'auth_error', param: 'None' });
