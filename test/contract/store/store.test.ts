// The contract of a store: what holds on every database.
import { describe, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { closeStoresAfterAll, newStore, newStoreUrl, storeDialects } from '../../support/stores.ts';
import { migrate, pendingMigrations } from '../../../src/store/migrate.ts';
import { migrations } from '../../../src/store/migrations/index.ts';
import { missingColumns } from '../../../src/store/missing-columns.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { qualified } from '../../../src/store/create-statements.ts';
import { storeProblem } from '../../../src/store/store-problem.ts';

closeStoresAfterAll();
const key = { key_hash: 'a'.repeat(64), created_at_ms: 1_790_000_000_000, updated_at_ms: 1_790_000_000_000 };

describe.each(storeDialects)('a store in %s', (dialect) => {
  test('gives back what was put in, numbers as numbers', async () => {
    const { db } = await newStore(dialect);
    await db.insertInto('virtual_keys').values({ ...key, max_budget: 0.1, spend_nano_usd: 9_007_199_254_740_991, key_alias: "o'Brien 雨", blocked: 1 }).execute();
    const row = await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', key.key_hash).executeTakeFirstOrThrow();
    expect(row).toMatchObject({ ...key, max_budget: 0.1, spend_nano_usd: 9_007_199_254_740_991, total_spend_nano_usd: 0, key_alias: "o'Brien 雨", blocked: 1, rpm_limit: null, fields: '{}' });
    const { total } = await db.selectFrom('virtual_keys').select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
    expect(total).toBe(1);
  });

  test('a second row with the same key is a duplicate, and insert or update does either', async () => {
    const { db } = await newStore(dialect);
    await db.insertInto('virtual_keys').values(key).execute();
    const refused = await db.insertInto('virtual_keys').values(key).execute().then(() => null, (error: unknown) => error);
    expect(storeProblem(refused)).toBe('duplicate');
    await db.insertInto('virtual_keys').values({ ...key, spend_nano_usd: 5 })
      .onConflict((conflict) => conflict.column('key_hash').doUpdateSet({ spend_nano_usd: sql`virtual_keys.spend_nano_usd + excluded.spend_nano_usd` })).execute();
    expect(await db.selectFrom('virtual_keys').select('spend_nano_usd').executeTakeFirst()).toEqual({ spend_nano_usd: 5 });
  });

  test('a transaction does all or nothing', async () => {
    const store = await newStore(dialect);
    const failed = store.transaction(async (transaction) => {
      await transaction.insertInto('virtual_keys').values(key).execute();
      throw new Error('no');
    });
    expect(await failed.then(() => null, String)).toBe('Error: no');
    expect(await store.db.selectFrom('virtual_keys').selectAll().execute()).toEqual([]);
    const result = await store.transaction(async (transaction) => await transaction.updateTable('virtual_keys').set({ blocked: 1 }).executeTakeFirst());
    expect(Number(result.numUpdatedRows)).toBe(0);
  });

  test('transactions that come together do not lose an update', async () => {
    const store = await newStore(dialect);
    await store.db.insertInto('virtual_keys').values(key).execute();
    await Promise.all(Array.from({ length: 20 }, async () => await store.transaction(async (transaction) => {
      await transaction.updateTable('virtual_keys').set((e) => ({ spend_nano_usd: e('spend_nano_usd', '+', 1) })).execute();
    })));
    expect(await store.db.selectFrom('virtual_keys').select('spend_nano_usd').executeTakeFirst()).toEqual({ spend_nano_usd: 20 });
  });

  test('migrating is done once, whoever comes first, and nothing is missing after it', async () => {
    const url = await newStoreUrl(dialect);
    const stores = dialect === 'postgres' ? await Promise.all([1, 2, 3].map(() => openStore(url))) : [await openStore(url)];
    const done = await Promise.all(stores.map(migrate));
    expect(done.flat().map(({ number }) => number)).toEqual(migrations.map(({ number }) => number));
    const [store] = stores;
    if (!store) throw new Error('no store');
    expect(await pendingMigrations(store)).toEqual([]);
    expect(await missingColumns(store)).toEqual([]);
    await Promise.all(stores.map(async (one) => await one.close()));
  });

  test('a missing column is found, and its statement adds it', async () => {
    const store = await newStore(dialect);
    await sql.raw(`alter table ${qualified('teams', dialect)} drop column "spend_nano_usd"`).execute(store.db);
    const missing = await missingColumns(store);
    expect(missing.map(({ what }) => what)).toEqual(['column teams.spend_nano_usd']);
    for (const statement of missing[0]?.statements ?? []) await sql.raw(statement).execute(store.db);
    expect(await missingColumns(store)).toEqual([]);
  });

  test('says whether it is healthy', async () => {
    const store = await newStore(dialect);
    expect(await store.healthy()).toBe(true);
  });
});

test('a server that is not there is away, soon', async () => {
  const store = await openStore('postgresql://weir@127.0.0.1:1/none', { connectTimeoutMs: 1_000 });
  const error = await store.db.selectFrom('teams').selectAll().execute().then(() => null, (reason: unknown) => reason);
  expect(storeProblem(error)).toBe('away');
  expect(await store.healthy()).toBe(false);
  await store.close();
});
