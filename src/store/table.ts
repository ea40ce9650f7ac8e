// What a table is made of, as data: migrations list tables, the SQL that makes them and the types of rows both come from that list.
import type { Generated } from 'kysely';

/** `integer`: 64 bits, also for times, money and booleans (0 or 1). `json`: text that holds JSON. */
export type ColumnKind = 'text' | 'integer' | 'double' | 'json';

/** A column. One with `optional` may be null; one with `default` may be left out of an insert. */
export interface Column {
  readonly kind: ColumnKind;
  readonly optional?: true;
  readonly default?: string | number;
}

/** A table of the database. */
export interface Table {
  readonly columns: Readonly<Record<string, Column>>;
  readonly primaryKey: readonly string[];
  readonly indexes?: readonly Index[];
  /** PostgreSQL: the column of milliseconds by whose day rows are kept apart, so that old days can be dropped whole. */
  readonly partitionedBy?: string;
  /** SQLite: rows are kept in the primary key itself. For tables that are little more than their key. */
  readonly clustered?: true;
}

/** An index over columns. */
export interface Index {
  readonly columns: readonly string[];
  readonly unique?: true;
  /** Rows whose first column is null are left out: nobody looks for them, and each index costs every new row. */
  readonly partial?: true;
  /** Rows whose column of this name is null are left out. */
  readonly where?: string;
  /** Only in this database. */
  readonly only?: 'postgres';
}

/** Tables by name. */
export type Tables = Readonly<Record<string, Table>>;

type ValueOf<C extends Column> = (C['kind'] extends 'text' | 'json' ? string : number) | (C extends { readonly optional: true } ? null : never);
type CellOf<C extends Column> = C extends { readonly default: string | number } ? Generated<ValueOf<C>> : ValueOf<C>;

/** The rows of a table, for Kysely. */
export type RowOf<T extends Table> = { [K in keyof T['columns']]: CellOf<T['columns'][K]> };

/** The rows of all tables, for Kysely. */
export type SchemaOf<T extends Tables> = { [K in keyof T]: RowOf<T[K]> };

/** Text that is always there. */
export const text = { kind: 'text' } as const;
/** Text that may be null. */
export const optionalText = { kind: 'text', optional: true } as const;
/** Text that is empty unless said. */
export const textOrEmpty = { kind: 'text', default: '' } as const;
/** A whole number that is always there. */
export const integer = { kind: 'integer' } as const;
/** A whole number that may be null. */
export const optionalInteger = { kind: 'integer', optional: true } as const;
/** A whole number that counts up from 0. */
export const count = { kind: 'integer', default: 0 } as const;
/** Whole nano-dollars (10⁻⁹ US dollars), from 0. */
export const nanoUsd = { kind: 'integer', default: 0 } as const;
/** 1 for yes, 0 for no, which it is unless said. */
export const flag = { kind: 'integer', default: 0 } as const;
/** A number with a fraction that may be null: dollars and limits as they were configured. */
export const optionalDouble = { kind: 'double', optional: true } as const;
/** A JSON object, empty unless said. */
export const jsonObject = { kind: 'json', default: '{}' } as const;
/** A JSON list, empty unless said. */
export const jsonList = { kind: 'json', default: '[]' } as const;
/** Any JSON, or null. */
export const optionalJson = { kind: 'json', optional: true } as const;
