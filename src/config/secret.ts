// A secret setting: given, not given, or pointing at an environment variable that is not set.

/** A key or password. A given one does not show its value when it is printed, spread, logged or turned into JSON: pass it on, do not copy it. */
export type Secret = GivenSecret | { readonly kind: 'unset'; readonly variable: string } | { readonly kind: 'none' };

/** A secret with a value. */
export type GivenSecret = { readonly kind: 'value'; readonly value: string };

/** Keeps the value in a private field, which no printing or copying reaches. */
class Hidden implements GivenSecret {
  readonly kind = 'value';
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    Object.freeze(this);
  }

  get value(): string {
    return this.#value;
  }
}

/** No value was given. */
export const NO_SECRET: Secret = Object.freeze({ kind: 'none' });

/** A secret with this value. */
export function secretValue(value: string): GivenSecret {
  return new Hidden(value);
}

/** A secret whose environment variable is not set, or is empty. */
export function unsetSecret(variable: string): Secret {
  return Object.freeze({ kind: 'unset', variable });
}
