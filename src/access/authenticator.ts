// Decides who a key belongs to. Keys are compared by their SHA-256, in constant time; nothing keeps a key as text.
import { timingSafeEqual } from 'node:crypto';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { masterCaller, openCaller, type Caller } from './caller.ts';
import { presentedKey } from './presented-key.ts';
import type { RequestHeaders } from '../http/incoming.ts';

/** Accepts or refuses the key of a request. */
export interface Authenticator {
  authenticate(headers: RequestHeaders): Result<Caller>;
}

/**
 * The authenticator for an installation without a database: the master key is the only key, and a wrong key is 401 always.
 * `masterKey` is null only where the operator permitted that on purpose; then everybody is let in.
 */
export function createAuthenticator(masterKey: string | null): Authenticator {
  if (masterKey === null) return { authenticate: () => ok(openCaller) };
  const masterDigest = digest(masterKey);
  return {
    authenticate(headers) {
      const presented = presentedKey(headers);
      if (!presented.ok) return presented;
      const key = presented.value;
      if (timingSafeEqual(digest(key), masterDigest)) return ok(masterCaller);
      if (!key.startsWith('sk-')) {
        return fail(fault('malformed_key', "Authentication Error, LiteLLM Virtual Key expected. Received=****, expected to start with 'sk-'."));
      }
      return fail(fault('unknown_key', 'Authentication Error, Invalid proxy server token passed. The key is not known to this gateway.'));
    },
  };
}

function digest(key: string): Uint8Array {
  return Bun.SHA256.hash(key) as Uint8Array;
}
