// The kinds of members that bodies of the management API have, as data: what is taken, what it becomes, and how a wrong one is called.
// Types of errors and their words are those of LiteLLM's validation (pydantic), since its clients show them.
import type { Json, JsonObject } from '../../lib/json.ts';

/** A member of a body. Unless `required`, it may be missing or null. */
export interface BodyField {
  readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'texts' | 'list' | 'map' | 'counts' | 'choice' | 'time' | 'anything' | 'things' | 'thing';
  readonly required?: true;
  /** Taken when the member is missing. */
  readonly default?: Json;
  /** The words of a `choice`. */
  readonly values?: readonly string[];
  /** The members of each object of `things`, or of a `thing`. */
  readonly members?: BodyTable;
  /** Members of which an object of `things` must have one, with what is said when it has none. */
  readonly oneOf?: { readonly names: readonly string[]; readonly words: string };
}

/** The members of a body by name. Members that are not in the table are ignored, as LiteLLM does. */
export type BodyTable = Readonly<Record<string, BodyField>>;

interface Kinds {
  text: string;
  number: number;
  integer: number;
  boolean: boolean;
  texts: string[];
  list: Json[];
  map: JsonObject;
  counts: Record<string, number>;
  choice: string;
  time: string;
  anything: Json;
  things: JsonObject[];
  thing: JsonObject;
}

/** The type of a member's value. */
type ValueOf<F extends BodyField> = F extends { readonly required: true } | { readonly default: {} } ? Kinds[F['kind']] : Kinds[F['kind']] | null;

/** A body as its table describes it: every member is there, null where none was given. */
export type BodyOf<T extends BodyTable> = { -readonly [K in keyof T]: ValueOf<T[K]> };

const of = <const K extends BodyField['kind']>(kind: K) => ({ kind }) as const;

export const text = of('text');
export const number = of('number');
export const integer = of('integer');
export const boolean = of('boolean');
export const texts = of('texts');
export const list = of('list');
export const map = of('map');
/** A map from name to whole number. */
export const counts = of('counts');
/** A point in time, ISO 8601. */
export const time = of('time');
export const anything = of('anything');

/** A list of objects with these members; further members stay. `oneOf`: at least one of these must be there. */
export const things = <const T extends BodyTable>(members: T, oneOf?: BodyField['oneOf']) => ({ kind: 'things', members, ...(oneOf && { oneOf }) }) as const;
/** An object with these members; further members stay. */
export const thing = <const T extends BodyTable>(members: T) => ({ kind: 'thing', members }) as const;

/** One of these words. */
export const choice = <const V extends string>(...values: readonly V[]) => ({ kind: 'choice', values }) as const;
/** The same member, which must be given. */
export const required = <const F extends BodyField>(field: F) => ({ ...field, required: true }) as const;
/** The same member with a default. */
export const withDefault = <const F extends BodyField, const D extends Json>(field: F, value: D) => ({ ...field, default: value }) as const;
