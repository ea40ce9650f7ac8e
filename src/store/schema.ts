// The types of all tables' rows, and all their columns as data: both are the sum of the migrations.
import { migrations } from './migrations/index.ts';
import type { conversations } from './migrations/0002-refusals-and-conversations.ts';
import type { instances } from './migrations/0003-instances.ts';
import type { responses } from './migrations/0004-responses.ts';
import type { firstTables } from './migrations/0001-first-tables.ts';
import type { sharedConversations } from './migrations/0005-shared-conversations.ts';
import type { tokenKeys } from './migrations/0007-token-keys.ts';
import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Column, RowOf, SchemaOf, Table, Tables } from './table.ts';

type WithColumns<T, Added extends Readonly<Record<string, Readonly<Record<string, Column>>>>> = { [K in keyof T]: K extends keyof Added ? T[K] & RowOf<{ columns: Added[K]; primaryKey: [] }> : T[K] };

/** The database as Kysely sees it. A migration that adds columns is intersected here. */
export type Schema = WithColumns<SchemaOf<typeof firstTables.tables>, typeof conversations.columns> & SchemaOf<typeof conversations.tables> & SchemaOf<typeof instances.tables> & SchemaOf<typeof responses.tables> & SchemaOf<typeof sharedConversations.tables> & SchemaOf<typeof tokenKeys.tables>;

/** A table's name. */
export type TableName = keyof Schema;
/** A row as it is read. */
export type Row<T extends TableName> = Selectable<Schema[T]>;
/** A row as it is inserted. */
export type NewRow<T extends TableName> = Insertable<Schema[T]>;
/** Changes to a row. */
export type RowChanges<T extends TableName> = Updateable<Schema[T]>;

/** All tables with all columns, as they are after the last migration. */
export const tables: Tables = allTables();

function allTables(): Tables {
  const all: Record<string, Table> = {};
  for (const migration of migrations) {
    Object.assign(all, migration.tables);
    for (const [name, columns] of Object.entries(migration.columns ?? {})) {
      const table = all[name];
      if (table) all[name] = { ...table, columns: { ...table.columns, ...columns } };
    }
  }
  return all;
}
