// Stores for tests: the same test runs on each database. An open store is empty, migrated, and closed after its test file.
import { afterAll } from 'bun:test';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { testPostgres } from './postgres.ts';
import type { Store, StoreDialect } from '../../src/store/store.ts';

/** The databases on which the contract of the store is tested. */
export const storeDialects: readonly StoreDialect[] = ['sqlite', 'postgres'];

const open: Store[] = [];

/** A new, empty, migrated store: SQLite in memory, or a database of its own in the shared PostgreSQL. */
export async function newStore(dialect: StoreDialect = 'sqlite'): Promise<Store> {
  const store = await openStore(await newStoreUrl(dialect), { maxConnections: 4 });
  open.push(store);
  await migrate(store);
  return store;
}

/** The address of a new, empty database that is not migrated. */
export async function newStoreUrl(dialect: StoreDialect): Promise<string> {
  return dialect === 'sqlite' ? 'sqlite::memory:' : await (await testPostgres()).newDatabase();
}

/** Closes what the tests of this file opened; to be called once at the top of a test file. */
export function closeStoresAfterAll(): void {
  afterAll(async () => {
    for (const store of open.splice(0)) await store.close();
  });
}
