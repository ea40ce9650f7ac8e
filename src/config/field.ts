// One row of the configuration's tables, and the typed settings that a table stands for.
import type { Shape, ValueOf } from './shape.ts';
import type { JsonValue } from './tree.ts';

/** The unit of a number in the file. Seconds become milliseconds inside and the property's name gets the suffix `Ms`. */
export type Unit = 'seconds' | 'megabytes' | 'US dollars' | 'tokens' | 'requests' | 'percent' | 'days';

/**
 * `supported`: does what it says. `accepted`: taken and without effect, for the reason in `reason`.
 * `not yet`: read and checked, no effect yet; using it warns.
 */
export type Status = 'supported' | 'accepted' | 'not yet';

/** A configuration field. `default` is in the file's unit; `as` replaces the property's derived name. */
export type Field = {
  readonly shape: Shape;
  readonly description: string;
  readonly status: Status;
  readonly default?: JsonValue;
  readonly unit?: Unit;
  readonly as?: string;
  readonly required?: true;
  readonly reason?: string;
};

/** A section of the file: the fields by their names in the file. */
export type FieldTable = Readonly<Record<string, Field>>;

type Options = Pick<Field, 'default' | 'unit' | 'as' | 'required' | 'reason'>;
type Row<S, O, T extends Status> = { readonly shape: S; readonly description: string; readonly status: T } & Readonly<O>;
type None = Readonly<Record<never, never>>;

/** A field that works. */
export function supported<const S extends Shape, const O extends Options = None>(shape: S, description: string, options?: O): Row<S, O, 'supported'>;
export function supported(shape: Shape, description: string, options?: Options): Field {
  return { shape, description, status: 'supported', ...options };
}

/** A field that is read and checked and warns when it is used, because it has no effect yet. `reason` says why, or what to do instead. */
export function notYet<const S extends Shape, const O extends Options = None>(shape: S, description: string, options?: O): Row<S, O, 'not yet'>;
export function notYet(shape: Shape, description: string, options?: Options): Field {
  return { shape, description, status: 'not yet', ...options };
}

/** A field that has no meaning here; `reason` says why. */
export function accepted<const S extends Shape>(shape: S, description: string, reason: string): Row<S, { reason: string }, 'accepted'>;
export function accepted(shape: Shape, description: string, reason: string): Field {
  return { shape, description, status: 'accepted', reason };
}

type Camel<K extends string> = K extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<Camel<Tail>>}` : K;

type PropertyOf<K extends string, F> = F extends { readonly as: infer A extends string }
  ? A
  : F extends { readonly unit: 'seconds' }
    ? `${Camel<K>}Ms`
    : Camel<K>;

type SettingOf<F> = F extends { readonly shape: infer S }
  ? S extends { readonly kind: 'secret' }
    ? ValueOf<S>
    : F extends { readonly default: unknown } | { readonly required: true }
      ? ValueOf<S>
      : ValueOf<S> | undefined
  : never;

/**
 * The typed settings of a table: names in camel case, seconds as `…Ms` in milliseconds, defaults filled in. Every property is there;
 * what was not given and has no default is undefined, a secret that was not given is `{ kind: 'none' }`.
 */
export type Settings<T extends FieldTable> = { readonly [K in keyof T & string as PropertyOf<K, T[K]>]: SettingOf<T[K]> };

/** The property's name inside for a field's name in the file. */
export function propertyName(name: string, field: Field): string {
  if (field.as !== undefined) return field.as;
  const camel = name.replace(/_+(.)/g, (_match, letter: string) => letter.toUpperCase());
  return field.unit === 'seconds' ? `${camel}Ms` : camel;
}

const scales: Partial<Record<Unit, number>> = { seconds: 1000, megabytes: 1024 * 1024 };

/** Turns a number from the file's unit into the inner one. */
export function scaled(value: number, unit: Unit | undefined): number {
  return unit === undefined ? value : value * (scales[unit] ?? 1);
}
