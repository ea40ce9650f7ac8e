// The SQL that makes tables, columns and indexes, for either database, from their data.
import type { Column, ColumnKind, Index, Table } from './table.ts';
import type { StoreDialect } from './store.ts';

/** PostgreSQL: the schema that holds all tables, so that names like `users` meet nobody else's. */
export const postgresSchema = 'weir';

const types: Readonly<Record<StoreDialect, Readonly<Record<ColumnKind, string>>>> = {
  sqlite: { text: 'text', integer: 'integer', double: 'real', json: 'text' },
  postgres: { text: 'text', integer: 'bigint', double: 'double precision', json: 'text' },
};

const quoted = (name: string): string => `"${name}"`;
const list = (names: readonly string[]): string => names.map(quoted).join(', ');

/** A table's name in SQL, with its schema where there is one. */
export function qualified(table: string, dialect: StoreDialect): string {
  return dialect === 'postgres' ? `${quoted(postgresSchema)}.${quoted(table)}` : quoted(table);
}

function columnSql(name: string, column: Column, dialect: StoreDialect): string {
  const value = typeof column.default === 'string' ? `'${column.default}'` : column.default;
  return `${quoted(name)} ${types[dialect][column.kind]}${column.optional ? '' : ' not null'}${value === undefined ? '' : ` default ${value}`}`;
}

/** The statements that make a table with its indexes. A partitioned one also gets a part for rows that no other part takes. */
export function createTable(name: string, table: Table, dialect: StoreDialect): string[] {
  const lines = Object.entries(table.columns).map(([column, row]) => columnSql(column, row, dialect));
  const parted = table.partitionedBy !== undefined && dialect === 'postgres';
  const suffix = parted ? ` partition by range (${quoted(table.partitionedBy)})` : table.clustered && dialect === 'sqlite' ? ' without rowid' : '';
  return [
    `create table ${qualified(name, dialect)} (\n  ${[...lines, `primary key (${list(table.primaryKey)})`].join(',\n  ')}\n)${suffix}`,
    ...(parted ? [`create table ${qualified(`${name}_default`, dialect)} partition of ${qualified(name, dialect)} default`] : []),
    ...(table.indexes ?? []).filter(({ only }) => only === undefined || only === dialect).map((index) => createIndex(name, index, dialect)),
  ];
}

/** The statement that makes an index. */
export function createIndex(table: string, { columns, unique, partial, where = partial ? columns[0] : undefined }: Index, dialect: StoreDialect): string {
  return `create ${unique ? 'unique ' : ''}index ${quoted(`${table}_by_${columns.join('_')}${where === undefined || partial ? '' : `_of_${where}`}`)} on ${qualified(table, dialect)} (${list(columns)})${where === undefined ? '' : ` where ${quoted(where)} is not null`}`;
}

/** The statement that adds a column. */
export function addColumn(table: string, name: string, column: Column, dialect: StoreDialect): string {
  return `alter table ${qualified(table, dialect)} add column ${columnSql(name, column, dialect)}`;
}
