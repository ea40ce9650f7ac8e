// The shapes that a configuration field can have, as data. The reader checks a file against them, the documentation names them,
// and `ValueOf` derives the TypeScript type from them.
import type { Field, Settings } from './field.ts';
import type { Secret } from './secret.ts';
import type { TextCheck } from './text-check.ts';
import type { JsonValue } from './tree.ts';

export type TextShape = { readonly kind: 'text'; readonly check?: TextCheck };
export type SecretShape = { readonly kind: 'secret' };
export type BooleanShape = { readonly kind: 'boolean' };
export type NumberShape = { readonly kind: 'number'; readonly integer: boolean; readonly minimum?: number; readonly maximum?: number };
export type ChoiceShape<V extends string = string> = { readonly kind: 'choice'; readonly values: readonly V[] };
export type ListShape<S = unknown> = { readonly kind: 'list'; readonly item: S };
export type MapShape<S = unknown> = { readonly kind: 'map'; readonly value: S };
export type RecordShape<F = unknown> = { readonly kind: 'record'; readonly fields: F };
export type EitherShape<A = unknown, B = unknown> = { readonly kind: 'either'; readonly first: A; readonly second: B };
export type AnythingShape = { readonly kind: 'anything' };

/** Any shape. `list` also takes a single value, as LiteLLM does in most places. */
export type Shape =
  | TextShape
  | SecretShape
  | BooleanShape
  | NumberShape
  | ChoiceShape
  | { readonly kind: 'list'; readonly item: Shape }
  | { readonly kind: 'map'; readonly value: Shape }
  | { readonly kind: 'record'; readonly fields: Readonly<Record<string, Field>> }
  | { readonly kind: 'either'; readonly first: Shape; readonly second: Shape }
  | AnythingShape;

/** The TypeScript type of a value of shape `S`. */
export type ValueOf<S> = S extends TextShape
  ? string
  : S extends SecretShape
    ? Secret
    : S extends BooleanShape
      ? boolean
      : S extends NumberShape
        ? number
        : S extends ChoiceShape<infer V>
          ? V
          : S extends { readonly kind: 'list'; readonly item: infer I }
            ? readonly ValueOf<I>[]
            : S extends { readonly kind: 'map'; readonly value: infer V }
              ? Readonly<Record<string, ValueOf<V>>>
              : S extends { readonly kind: 'record'; readonly fields: infer F }
                ? F extends Readonly<Record<string, Field>>
                  ? Settings<F>
                  : never
                : S extends { readonly kind: 'either'; readonly first: infer A; readonly second: infer B }
                  ? ValueOf<A> | ValueOf<B>
                  : JsonValue;

export const text: TextShape = { kind: 'text' };
export const url: TextShape = { kind: 'text', check: 'url' };
export const duration: TextShape = { kind: 'text', check: 'duration' };
export const regexp: TextShape = { kind: 'text', check: 'regexp' };
export const network: TextShape = { kind: 'text', check: 'network' };
export const timeZone: TextShape = { kind: 'text', check: 'time zone' };
export const timeOfDay: TextShape = { kind: 'text', check: 'time of day' };
export const headerName: TextShape = { kind: 'text', check: 'header' };
export const secret: SecretShape = { kind: 'secret' };
export const boolean: BooleanShape = { kind: 'boolean' };
export const anything: AnythingShape = { kind: 'anything' };
/** A whole number that is not negative. */
export const count: NumberShape = { kind: 'number', integer: true, minimum: 0 };
/** A whole number above zero. */
export const positive: NumberShape = { kind: 'number', integer: true, minimum: 1 };
/** A number that is not negative: an amount of money, of time, a share. */
export const amount: NumberShape = { kind: 'number', integer: false, minimum: 0 };
export const port: NumberShape = { kind: 'number', integer: true, minimum: 0, maximum: 65_535 };
/** A number between 0 and 1. */
export const share: NumberShape = { kind: 'number', integer: false, minimum: 0, maximum: 1 };

export function choice<const V extends string>(...values: readonly V[]): ChoiceShape<V> {
  return { kind: 'choice', values };
}

export function listOf<const S extends Shape>(item: S): ListShape<S> {
  return { kind: 'list', item };
}

export function mapOf<const S extends Shape>(value: S): MapShape<S> {
  return { kind: 'map', value };
}

export function record<const F extends Readonly<Record<string, Field>>>(fields: F): RecordShape<F> {
  return { kind: 'record', fields };
}

export function either<const A extends Shape, const B extends Shape>(first: A, second: B): EitherShape<A, B> {
  return { kind: 'either', first, second };
}

/** Lists and maps that are used in many places. */
export const texts = listOf(text);
export const textMap = mapOf(text);
export const freeMap = mapOf(anything);

/** Says what a shape takes, for error messages and the documentation: "a whole number, at least 1". */
export function expectation(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return shape.check === undefined ? 'text' : textExpectations[shape.check];
    case 'secret':
      return 'text, or os.environ/NAME';
    case 'boolean':
      return 'true or false';
    case 'number':
      return numberExpectation(shape);
    case 'choice':
      return `one of ${shape.values.join(', ')}`;
    case 'list':
      return `a list of ${plural(shape.item)}`;
    case 'map':
      return `a map from name to ${expectation(shape.value)}`;
    case 'record':
      return 'a map';
    case 'either':
      return `${expectation(shape.first)}, or ${expectation(shape.second)}`;
    case 'anything':
      return 'any value';
  }
}

const textExpectations: Readonly<Record<TextCheck, string>> = {
  url: 'an address that starts with http:// or https://',
  duration: 'a duration like 30s, 15m, 24h, 7d or 1mo',
  regexp: 'a regular expression',
  network: 'an IP address or a network like 10.0.0.0/8',
  header: 'the name of an HTTP header',
  'time zone': 'a time zone like Europe/Berlin',
  'time of day': 'a time of day like 06:30',
};

function numberExpectation(shape: NumberShape): string {
  const kind = shape.integer ? 'a whole number' : 'a number';
  if (shape.minimum !== undefined && shape.maximum !== undefined) return `${kind} from ${shape.minimum} to ${shape.maximum}`;
  if (shape.minimum !== undefined) return `${kind}, at least ${shape.minimum}`;
  return kind;
}

function plural(shape: Shape): string {
  switch (shape.kind) {
    case 'text':
      return shape.check === undefined ? 'texts' : `values that are each ${expectation(shape)}`;
    case 'record':
    case 'map':
      return 'maps';
    case 'anything':
      return 'values';
    default:
      return `values that are each ${expectation(shape)}`;
  }
}
