// Reads a body of the management API by its table: values of the right type, defaults filled in, or the list of what is wrong.
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { BodyField, BodyOf, BodyTable } from './field.ts';

/** One mistake, in the form of LiteLLM's answers with status 422. */
export interface FieldError {
  type: string;
  loc: (string | number)[];
  msg: string;
}

/** What a body says. `given`: the members that stood in it, null or not; an update changes only those. */
export type FieldsRead<T extends BodyTable> = { ok: true; values: BodyOf<T>; given: ReadonlySet<string> } | { ok: false; errors: FieldError[] };

type Read = { value: Json } | { error: Omit<FieldError, 'loc'>; at?: number } | { inner: FieldError[] };
const wrong = (type: string, msg: string, at?: number): Read => ({ error: { type, msg }, ...(at !== undefined && { at }) });

/** Reads the members of a body. */
export function readFields<const T extends BodyTable>(table: T, body: JsonObject): FieldsRead<T> {
  const values: Record<string, Json> = {};
  const errors: FieldError[] = [];
  const given = new Set<string>();
  for (const [name, field] of Object.entries(table)) {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    if (value !== undefined) given.add(name);
    const read = readField(field, value);
    if ('value' in read) values[name] = read.value;
    else if ('inner' in read) errors.push(...read.inner.map((error) => ({ ...error, loc: ['body', name, ...error.loc] })));
    else errors.push({ type: read.error.type, loc: read.at === undefined ? ['body', name] : ['body', name, read.at], msg: read.error.msg });
  }
  // Each member was read by the row of the table that its type comes from.
  return errors.length > 0 ? { ok: false, errors } : { ok: true, values: values as BodyOf<T>, given };
}

function readField(field: BodyField, value: Json | undefined): Read {
  if (value === undefined) return field.required ? wrong('missing', 'Field required') : { value: field.default ?? null };
  if (value === null && !field.required) return { value: field.default ?? null };
  return readers[field.kind](value, field);
}

const number = (value: Json): Read => {
  if (typeof value === 'number') return { value };
  if (typeof value === 'boolean') return { value: Number(value) };
  if (typeof value !== 'string') return wrong('float_type', 'Input should be a valid number');
  const parsed = value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(parsed) ? { value: parsed } : wrong('float_parsing', 'Input should be a valid number, unable to parse string as a number');
};

const integer = (value: Json): Read => {
  if (typeof value === 'string' && !/^\s*[-+]?\d+(\.0*)?\s*$/.test(value)) return wrong('int_parsing', 'Input should be a valid integer, unable to parse string as an integer');
  const parsed = typeof value === 'string' ? Number(value) : value;
  if (typeof parsed === 'boolean') return { value: Number(parsed) };
  if (typeof parsed !== 'number') return wrong('int_type', 'Input should be a valid integer');
  return Number.isSafeInteger(parsed) ? { value: parsed } : wrong('int_from_float', 'Input should be a valid integer, got a number with a fractional part');
};

const words: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false, yes: true, no: false, on: true, off: false };
const boolean = (value: Json): Read => {
  const known = typeof value === 'boolean' ? value : words[String(value).toLowerCase()];
  return known === undefined || isJsonObject(value) || Array.isArray(value) ? wrong('bool_parsing', 'Input should be a valid boolean, unable to interpret input') : { value: known };
};

const texts = (value: Json): Read => {
  if (!Array.isArray(value)) return wrong('list_type', 'Input should be a valid list');
  const odd = value.findIndex((item) => typeof item !== 'string');
  return odd === -1 ? { value } : wrong('string_type', 'Input should be a valid string', odd);
};

const counts = (value: Json): Read => {
  if (!isJsonObject(value)) return wrong('dict_type', 'Input should be a valid dictionary');
  const read = Object.entries(value).map(([name, item]) => [name, integer(item)] as const);
  const odd = read.find(([, result]) => !('value' in result));
  if (odd) return odd[1];
  return { value: Object.fromEntries(read.map(([name, result]) => [name, 'value' in result ? result.value : 0])) };
};

// What is wrong within one object, by the place in it.
function wrongWithin(value: Json, { members = {}, oneOf }: BodyField): FieldError[] {
  if (!isJsonObject(value)) return [{ type: 'model_attributes_type', loc: [], msg: 'Input should be a valid dictionary or object to extract fields from' }];
  if (oneOf && oneOf.names.every((name) => value[name] == null)) return [{ type: 'value_error', loc: [], msg: `Value error, ${oneOf.words}` }];
  const read = readFields(members, value);
  return read.ok ? [] : read.errors.map((error) => ({ ...error, loc: error.loc.slice(1) }));
}

const things = (value: Json, field: BodyField): Read => {
  if (!Array.isArray(value)) return wrong('list_type', 'Input should be a valid list');
  const inner = value.flatMap((item, index) => wrongWithin(item, field).map((error) => ({ ...error, loc: [index, ...error.loc] })));
  return inner.length > 0 ? { inner } : { value };
};

const thing = (value: Json, field: BodyField): Read => {
  const inner = wrongWithin(value, field);
  return inner.length > 0 ? { inner } : { value };
};

const time = (value: Json): Read => {
  const at = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isFinite(at) && Math.abs(at) < 8.64e15 ? { value: new Date(at).toISOString() } : wrong('datetime_from_date_parsing', 'Input should be a valid datetime');
};

const readers: Readonly<Record<BodyField['kind'], (value: Json, field: BodyField) => Read>> = {
  text: (value) => (typeof value === 'string' ? { value } : wrong('string_type', 'Input should be a valid string')),
  number, integer, boolean, texts, counts, time, things, thing,
  list: (value) => (Array.isArray(value) ? { value } : wrong('list_type', 'Input should be a valid list')),
  map: (value) => (isJsonObject(value) ? { value } : wrong('dict_type', 'Input should be a valid dictionary')),
  choice(value, { values = [] }) {
    if (typeof value === 'string' && values.includes(value)) return { value };
    const quoted = values.map((word) => `'${word}'`);
    return wrong(values.length > 1 ? 'literal_error' : 'enum', `Input should be ${quoted.length > 1 ? `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}` : quoted.join('')}`);
  },
  anything: (value) => ({ value }),
};
