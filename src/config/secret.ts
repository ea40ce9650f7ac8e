// A secret setting: given, not given, or pointing at an environment variable that is not set.

/**
 * A key or password. `value` is not enumerable, so that a configuration that is logged, spread or turned into JSON does not show it:
 * pass the object on, do not copy it.
 */
export type Secret =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'unset'; readonly variable: string }
  | { readonly kind: 'none' };

/** No value was given. */
export const NO_SECRET: Secret = Object.freeze({ kind: 'none' });

/** A secret with this value. */
export function secretValue(value: string): Extract<Secret, { kind: 'value' }> {
  const secret = Object.defineProperty({ kind: 'value' as const, value }, 'value', { value, enumerable: false, writable: false });
  return Object.freeze(secret);
}

/** A secret whose environment variable is not set, or is empty. */
export function unsetSecret(variable: string): Secret {
  return Object.freeze({ kind: 'unset', variable });
}
