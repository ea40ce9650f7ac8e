// How PostgreSQL is connected to (`general_settings.database_…`), against a real server.
import { expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { sql } from 'kysely';
import { loadConfigText } from '../../../src/config/load.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { storeOptions, withParams } from '../../../src/cli/open-database.ts';
import { testPostgres } from '../../support/postgres.ts';
import type { Store } from '../../../src/store/store.ts';

async function open(settings: string, url?: string): Promise<Store> {
  const loaded = loadConfigText(`general_settings: {${settings}}\n`, {});
  if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems));
  const { config } = loaded;
  return openStore(withParams(url ?? await (await testPostgres()).newDatabase(), config.generalSettings.databaseExtraConnectionParams), storeOptions(config));
}

const first = async <T>(store: Store, text: string): Promise<T | undefined> => (await sql.raw<{ value: T }>(text).execute(store.db)).rows[0]?.value;

test('database_disable_prepared_statements, and pgbouncer=true in the address: no statement is prepared', async () => {
  const url = await (await testPostgres()).newDatabase();
  for (const [settings, address, prepared] of [['', url, true], ['database_disable_prepared_statements: true', url, false], ['', `${url}?pgbouncer=true`, false], ['database_extra_connection_params: { pgbouncer: true }', url, false]] as const) {
    const store = await open(`database_connection_pool_limit: 1${settings === '' ? '' : `, ${settings}`}`, address);
    for (let times = 0; times < 2; times++) await sql`select ${times}::int`.execute(store.db);
    expect([settings, address === url, Number(await first(store, 'select count(*) as value from pg_prepared_statements')) > 0]).toEqual([settings, address === url, prepared]);
    await store.close();
  }
});

test('database_socket_timeout: a statement that takes longer is given up', async () => {
  const store = await open('database_socket_timeout: 0.2');
  expect(await sql`select pg_sleep(30)`.execute(store.db).then(() => 'done', (error: Error) => error.message)).toContain('statement timeout');
  expect(await first<number>(store, 'select 1 as value')).toBe(1);
  await store.close();
});

test('database_connection_pool_timeout: work does not wait for ever for a connection', async () => {
  const store = await open('database_connection_pool_limit: 1, database_connection_pool_timeout: 0.2');
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const busy = store.transaction(async () => held);
  expect(await first(store, 'select 1 as value').then(() => 'done', (error: Error) => error.message)).toContain('no connection to PostgreSQL');
  release();
  await busy;
  expect(await first<number>(store, 'select 1 as value')).toBe(1);
  await store.close();
});

test('database_max_idle_connection_lifetime: an idle connection is closed and made anew', async () => {
  const store = await open('database_connection_pool_limit: 1, database_max_idle_connection_lifetime: 1');
  const backend = (): Promise<number | undefined> => first(store, 'select pg_backend_pid() as value');
  const before = await backend();
  expect(await backend()).toBe(before);
  await Bun.sleep(2_500);
  expect(await backend()).not.toBe(before);
  await store.close();
});

test('database_connect_timeout: a server that does not answer is given up', async () => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const store = await open('database_connect_timeout: 1, database_connection_pool_timeout: 600', `postgresql://weir@127.0.0.1:${port}/none`);
  expect(await first(store, 'select 1 as value').then(() => 'done', () => 'given up')).toBe('given up');
  await store.close();
  silent.close();
});
