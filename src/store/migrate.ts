// Brings the tables of a database up to date: numbered steps, each in one transaction, one instance at a time.
import { sql, type Kysely, type Transaction } from 'kysely';
import { addColumn, createIndex, createTable, postgresSchema, qualified } from './create-statements.ts';
import { migrations } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import type { Schema } from './schema.ts';
import type { Store, StoreDialect } from './store.ts';

// Any number that nothing else in the database locks: "weir" in ASCII.
const advisoryLock = 0x77656972;

/** The migrations that a database has not had yet. A database that is ahead of this version has none: newer tables serve older versions too. */
export async function pendingMigrations(store: Store): Promise<readonly Migration[]> {
  const done = await appliedNumbers(store.db, store.dialect);
  return migrations.filter(({ number }) => !done.has(number));
}

/** Does what is pending, and gives what it did. Instances that start together wait for one another. */
export async function migrate(store: Store): Promise<readonly Migration[]> {
  if ((await pendingMigrations(store)).length === 0) return [];
  return await store.transaction(async (transaction) => {
    if (store.dialect === 'postgres') {
      await sql`select pg_advisory_xact_lock(${sql.lit(advisoryLock)})`.execute(transaction);
      await run(transaction, `create schema if not exists "${postgresSchema}"`);
    }
    await run(transaction, `create table if not exists ${qualified('migrations', store.dialect)} ("number" ${store.dialect === 'postgres' ? 'bigint' : 'integer'} not null primary key, "name" text not null, "applied_at_ms" ${store.dialect === 'postgres' ? 'bigint' : 'integer'} not null)`);
    const done = await appliedNumbers(transaction, store.dialect);
    const pending = migrations.filter(({ number }) => !done.has(number));
    for (const migration of pending) await apply(transaction, migration, store.dialect);
    return pending;
  });
}

/** The statements of a migration, for reading or for running by hand. */
export function statementsOf(migration: Migration, dialect: StoreDialect): string[] {
  return [
    ...Object.entries(migration.tables).flatMap(([name, table]) => createTable(name, table, dialect)),
    ...Object.entries(migration.columns ?? {}).flatMap(([table, columns]) => Object.entries(columns).map(([name, column]) => addColumn(table, name, column, dialect))),
    ...(dialect === 'postgres' ? Object.entries(migration.fill ?? {}).map(([table, percent]) => `alter table ${qualified(table, dialect)} set (fillfactor = ${percent})`) : []),
    ...Object.entries(migration.indexes ?? {}).flatMap(([table, indexes]) => indexes.filter(({ only }) => only === undefined || only === dialect).map((index) => createIndex(table, index, dialect))),
  ];
}

async function apply(transaction: Transaction<Schema>, migration: Migration, dialect: StoreDialect): Promise<void> {
  for (const statement of statementsOf(migration, dialect)) await run(transaction, statement);
  const { number, name } = migration;
  await sql`insert into ${sql.raw(qualified('migrations', dialect))} ("number", "name", "applied_at_ms") values (${number}, ${name}, ${Date.now()})`.execute(transaction);
}

async function run(db: Kysely<Schema>, statement: string): Promise<void> {
  await sql.raw(statement).execute(db);
}

async function appliedNumbers(db: Kysely<Schema>, dialect: StoreDialect): Promise<Set<number>> {
  const there = dialect === 'postgres'
    ? sql<{ found: number }>`select 1 as found from information_schema.tables where table_schema = ${postgresSchema} and table_name = 'migrations'`
    : sql<{ found: number }>`select 1 as found from sqlite_master where type = 'table' and name = 'migrations'`;
  if ((await there.execute(db)).rows.length === 0) return new Set();
  const { rows } = await sql<{ number: number }>`select "number" from ${sql.raw(qualified('migrations', dialect))}`.execute(db);
  return new Set(rows.map(({ number }) => number));
}
