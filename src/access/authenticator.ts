// Decides who a key belongs to. Keys are compared by their SHA-256; nothing keeps a key as text. Known keys are answered at once.
import { timingSafeEqual } from 'node:crypto';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { masterCaller, openCaller, type Caller } from './caller.ts';
import { maskedKey } from './key-text.ts';
import { presentedKey } from './presented-key.ts';
import type { KeyDirectory } from './key-directory.ts';
import type { LoadedCaller } from './make-caller.ts';
import type { Looked } from './lookup.ts';
import type { RequestHeaders } from '../http/incoming.ts';

/** Accepts or refuses the key of a request. */
export interface Authenticator {
  /** Answers at once unless the database or another server must be asked. */
  authenticate(headers: RequestHeaders): Result<Caller> | Promise<Result<Caller>>;
}

/** Accepts what is no virtual key: tokens of an identity provider, sessions of the dashboard. */
export interface Recognizer {
  /** True when this text is of its kind; then nobody else is asked. */
  recognizes(presented: string): boolean;
  authenticate(presented: string, headers: RequestHeaders): Result<Caller> | Promise<Result<Caller>>;
}

/** What keys are held against. */
export interface AuthenticatorParts {
  /** Keys of the database; null: there is none, and the master key is the only key. */
  keys?: KeyDirectory | null;
  recognizers?: readonly Recognizer[];
  /** `litellm_key_header_name`: one more header in which keys stand. */
  keyHeaderName?: string | undefined;
  nowMs?: () => number;
}

/** Seconds after which another try makes sense while the database is away. */
const retryAfterSeconds = 5;

/**
 * The authenticator of an installation. A wrong key is 401 always; one that cannot be looked up is 503. `masterKey` is null only where the
 * operator permitted that on purpose; then everybody is let in.
 */
export function createAuthenticator(masterKey: string | null, { keys = null, recognizers = [], keyHeaderName, nowMs = Date.now }: AuthenticatorParts = {}): Authenticator {
  const masterDigest = masterKey === null ? null : digest(masterKey);
  return {
    authenticate(headers) {
      const presented = presentedKey(headers, keyHeaderName);
      if (masterDigest === null && (!presented.ok || !keys)) return ok(openCaller);
      if (!presented.ok) return presented;
      const key = presented.value;
      const hash = digest(key);
      if (masterDigest !== null && timingSafeEqual(hash, masterDigest)) return ok(masterCaller);
      const recognizer = recognizers.find((one) => one.recognizes(key));
      if (recognizer) return recognizer.authenticate(key, headers);
      if (!key.startsWith('sk-')) {
        if (masterDigest === null) return ok(openCaller);
        return fail(fault('malformed_key', "Authentication Error, LiteLLM Virtual Key expected. Received=****, expected to start with 'sk-'."));
      }
      if (!keys) return fail(unknownKey);
      const looked = keys.find(Buffer.from(hash.buffer, hash.byteOffset, hash.byteLength).toString('hex'));
      return looked instanceof Promise ? looked.then((answer) => judge(answer, key, nowMs())) : judge(looked, key, nowMs());
    },
  };
}

const unknownKey = fault('unknown_key', 'Authentication Error, Invalid proxy server token passed. The key is not known to this gateway.');

function judge(looked: Looked<LoadedCaller>, key: string, nowMs: number): Result<Caller> {
  switch (looked.kind) {
    // Said with LiteLLM's word in every dialect where there are virtual keys.
    case 'none': return fail({ ...unknownKey, type: 'token_not_found_in_db' });
    case 'away': return fail(storeAway());
    case 'found': return judgeLoaded(looked.value, maskedKey(key), nowMs);
  }
}

/** The refusal while the database is away. */
export const storeAway = () => fault('store_unavailable', 'The database cannot be reached, and this key is not known here yet. Try again in a moment.', { retryAfterSeconds });

/** Lets a known caller in, unless it is blocked or expired. `shown`: how the key is named in the refusal. */
export function judgeLoaded({ caller, refusal, expiresAtMs }: LoadedCaller, shown: string, nowMs: number): Result<Caller> {
  if (expiresAtMs !== null && expiresAtMs <= nowMs) {
    return fail(fault('expired_key', `Authentication Error - Expired Key. Key Expiry time ${new Date(expiresAtMs).toISOString()} and current time ${new Date(nowMs).toISOString()}`, { param: shown }));
  }
  return refusal ? fail(refusal) : ok(caller);
}

function digest(key: string): Uint8Array {
  return Bun.SHA256.hash(key) as Uint8Array;
}
