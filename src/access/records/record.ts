// How a row of the database becomes the object that the management API shows, and back: a table of members for each kind of thing.
// A member has a column of its own or stands in the row's JSON column `fields`.
import { nanoUsdOf, usdOf } from '../../lib/money.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';

type Cell = string | number | null;

/** A member of a record: its name in the API is the key of the table that it stands in. */
export interface Member<V> {
  /** The column that holds it; null: it stands in `fields`. */
  readonly column: string | null;
  /** The value of a cell; `undefined` when the cell is missing. */
  readonly read: (cell: Json | undefined) => V;
  write(value: V): Cell;
}

/** The members of one kind of record. */
export type Members = Readonly<Record<string, Member<unknown>>>;

/** A record as its table describes it. */
export type RecordOf<M> = { -readonly [K in keyof M]: M[K] extends Member<infer V> ? V : never };

const textCell = (cell: Json | undefined): string | null => (typeof cell === 'string' ? cell : null);
const numberCell = (cell: Json | undefined): number | null => (cell === null || cell === undefined ? null : Number(cell));

/** Text or null. */
export const text = (column: string | null = null): Member<string | null> => ({ column, read: textCell, write: (value) => value });
/** Text that is always there. */
export const name = (column: string): Member<string> => ({ column, read: (cell) => textCell(cell) ?? '', write: (value) => value });
/** A number or null. */
export const number = (column: string | null = null): Member<number | null> => ({ column, read: numberCell, write: (value) => value });
/** A number that counts from 0. */
export const count = (column: string): Member<number> => ({ column, read: (cell) => numberCell(cell) ?? 0, write: (value) => value });
/** Yes or no, kept as 1 or 0. */
export const flag = (column: string): Member<boolean> => ({ column, read: (cell) => cell === 1 || cell === true || cell === '1', write: (value) => (value ? 1 : 0) });
/** A point in time: ISO 8601 outside, milliseconds inside. */
export const time = (column: string): Member<string | null> => ({
  column,
  read(cell) {
    const at = numberCell(cell);
    return at === null ? null : new Date(at).toISOString();
  },
  write: (value) => (value === null ? null : Date.parse(value)),
});
/** An amount: US dollars outside, whole nano-dollars inside. */
export const usd = (column: string): Member<number> => ({ column, read: (cell) => usdOf(numberCell(cell) ?? 0), write: nanoUsdOf });

const parsed = (cell: Json | undefined): Json | undefined => {
  if (typeof cell !== 'string') return cell;
  try {
    return JSON.parse(cell) as Json;
  } catch {
    return undefined;
  }
};

/** A JSON object; empty when there is none. */
export const object = (column: string | null = null): Member<JsonObject> => ({
  column, write: JSON.stringify,
  read(cell) {
    const value = column === null ? cell : parsed(cell);
    return isJsonObject(value) ? value : {};
  },
});
/** A list of texts; empty when there is none. */
export const texts = (): Member<string[]> => ({
  column: null, write: JSON.stringify, read: (cell) => (Array.isArray(cell) ? cell.filter((item): item is string => typeof item === 'string') : []),
});
/** Any JSON. */
export const json = (): Member<Json> => ({ column: null, read: (cell) => cell ?? null, write: JSON.stringify });

/** A row with the JSON column. */
export type FieldsRow = Readonly<Record<string, unknown>>;

/** The record of a row. */
export function readRecord<const M extends Members>(members: M, row: FieldsRow): RecordOf<M> {
  const fields = parsed((row['fields'] ?? null) as Json);
  const record: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(members)) {
    record[key] = member.read((member.column === null ? (isJsonObject(fields) ? fields[key] : undefined) : row[member.column]) as Json | undefined);
  }
  // Every member was read by the row of the table that its type comes from.
  return record as RecordOf<M>;
}

/** The cells for these members. `before`: the row's own `fields`, which a change of single members keeps. */
export function writeRecord<const M extends Members>(members: M, values: Partial<RecordOf<M>>, before: FieldsRow | null = null): Record<string, Cell> {
  const cells: Record<string, Cell> = {};
  const fields: JsonObject = {};
  let touched = before === null;
  const kept = before === null ? undefined : parsed((before['fields'] ?? null) as Json);
  if (isJsonObject(kept)) Object.assign(fields, kept);
  for (const [key, value] of Object.entries(values)) {
    const member = members[key];
    if (!member || value === undefined) continue;
    if (member.column === null) {
      fields[key] = value as Json;
      touched = true;
    } else {
      cells[member.column] = member.write(value);
    }
  }
  const hasFields = Object.values(members).some((member) => member.column === null);
  if (touched && hasFields) cells['fields'] = JSON.stringify(fields);
  return cells;
}
