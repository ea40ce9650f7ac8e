// Leaves secrets out of what is shown or written down.
import { isSealed } from './seal/sealer.ts';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';

// Whole words of a member's name: `api_key` and `aws_secret_access_key` hold secrets, `token_limit` and `max_tokens` do not.
const secretName = /(^|_)(api_?key|secret|password|passphrase|private_key|access_key|session_token|auth_token|bearer|credentials?|authorization|cookie)($|_(id|value))|_(key|secret|token)$|^(key|token)$/i;
const plainNames = new Set(['token', 'key_hash', 'litellm_credential_name', 'credential_name', 'aws_access_key_id']);

/** True when a member of this name may hold a secret. */
export const isSecretName = (name: string): boolean => !plainNames.has(name) && secretName.test(name);

/** LiteLLM's way to show that there is something: the first and the last two characters. */
export const masked = (secret: string): string => (secret.length < 10 ? '****' : `${secret.slice(0, 2)}****${secret.slice(-2)}`);

/** A copy in which every secret is masked. */
export function redacted(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, redactedMember(name, member)]));
}

function redactedMember(name: string, value: Json): Json {
  if (typeof value === 'string') return isSealed(value) ? '****' : isSecretName(name) ? masked(value) : value;
  if (Array.isArray(value)) return value.map((item) => redactedMember(name, item));
  return isJsonObject(value) ? redacted(value) : value;
}
