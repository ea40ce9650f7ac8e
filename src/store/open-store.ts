// Opens the store that an address names. A driver is loaded only when its address asks for it.
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Kysely, sql } from 'kysely';
import { postgresSchema } from './create-statements.ts';
import { remembered } from '../lib/remembered.ts';
import { within } from '../lib/within.ts';
import type { Schema } from './schema.ts';
import type { Store, StoreDialect } from './store.ts';

/** What may be chosen about a store. */
export interface StoreOptions {
  /** PostgreSQL: connections at most. */
  maxConnections?: number;
  /** PostgreSQL: the longest wait until the server has answered a new connection. */
  connectTimeoutMs?: number;
  /** PostgreSQL: the longest wait for a free connection. */
  poolTimeoutMs?: number;
  /** PostgreSQL: how long a connection may be idle; 0: for ever. */
  idleTimeoutMs?: number;
  /** PostgreSQL: statements are prepared once for each connection. */
  preparedStatements?: boolean;
  /** PostgreSQL: the longest a statement may take. */
  statementTimeoutMs?: number;
}

const defaults = { maxConnections: 10, connectTimeoutMs: 5_000, poolTimeoutMs: 5_000, idleTimeoutMs: 600_000, preparedStatements: true, statementTimeoutMs: 30_000 };
const healthTimeoutMs = 2_000;
// Whoever may ask without a key must not be able to make the database busy.
const healthLifeMs = 1_000;

/** Which database an address is of: `sqlite:PATH`, `postgresql://…` or `postgres://…`; null when of none. */
export function dialectOf(url: string): StoreDialect | null {
  if (url.startsWith('sqlite:')) return 'sqlite';
  return /^postgres(ql)?:\/\//.test(url) ? 'postgres' : null;
}

/**
 * Opens a store. Nothing is migrated: see `migrate`. Throws when the address is of no known kind or a SQLite file cannot be opened; whether
 * PostgreSQL is there shows with the first query.
 */
export async function openStore(url: string, options: StoreOptions = {}): Promise<Store> {
  switch (dialectOf(url)) {
    case 'sqlite': return openSqlite(url.slice('sqlite:'.length).replace(/^\/\/(?=\/|[^/]*$)/, ''));
    case 'postgres': return openPostgres(url, options);
    case null: throw new Error('the address of a database begins with sqlite: or postgresql://');
  }
}

async function openSqlite(path: string): Promise<Store> {
  const { openSqliteDatabase, SqliteDialect } = await import('./sqlite-dialect.ts');
  if (path !== ':memory:') {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite gives its other files the rights of this one, and a new one would be for everybody to read.
    closeSync(openSync(path, 'a', 0o600));
  }
  const database = openSqliteDatabase(path);
  const dialect = new SqliteDialect(database);
  const relaxed = new Kysely<Schema>({ dialect: new SqliteDialect(database, dialect) });
  return storeOf('sqlite', new Kysely<Schema>({ dialect }), relaxed, async (db) => {
    await sql`pragma wal_checkpoint(full)`.execute(db);
  });
}

async function openPostgres(url: string, options: StoreOptions): Promise<Store> {
  const { PostgresDialect } = await import('./postgres-dialect.ts');
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ ...defaults, ...options, url }) }).withSchema(postgresSchema);
  return storeOf('postgres', db, db, async () => {});
}

function storeOf(dialect: StoreDialect, db: Kysely<Schema>, relaxed: Kysely<Schema>, sync: (db: Kysely<Schema>) => Promise<void>): Store {
  return {
    dialect, db,
    transaction: (work) => db.transaction().execute(work),
    relaxedTransaction: (work) => relaxed.transaction().execute(work),
    sync: () => sync(db),
    healthy: remembered(healthLifeMs, async () => {
      try {
        await within(healthTimeoutMs, sql`select 1`.execute(db), 'the database does not answer');
        return true;
      } catch {
        return false;
      }
    }),
    close: () => db.destroy(),
  };
}
