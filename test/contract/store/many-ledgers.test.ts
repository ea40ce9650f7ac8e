// Several instances that bill the same keys, users, teams and tags at the same time in one PostgreSQL, each in another order: no deadlock, and
// nothing is lost or counted twice.
import { expect, test } from 'bun:test';
import { closeStoresAfterAll, newStoreUrl } from '../../support/stores.ts';
import { ledgerEntry } from '../../support/ledger-entries.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openLedger } from '../../../src/accounting/ledger/ledger.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { sql } from 'kysely';
import { silentLogger, type Logger } from '../../../src/observe/logger.ts';

closeStoresAfterAll();
const instances = 4;
const rounds = 12;
const payers = 25;
const times = { created_at_ms: 1, updated_at_ms: 1 };

test('four instances, the same payers', async () => {
  const url = await newStoreUrl('postgres');
  const stores = await Promise.all(Array.from({ length: instances }, () => openStore(url, { maxConnections: 3 })));
  const [first] = stores;
  if (!first) throw new Error('no store');
  await migrate(first);
  const numbers = Array.from({ length: payers }, (_none, number) => number);
  await first.db.insertInto('virtual_keys').values(numbers.map((number) => ({ key_hash: `key-${number}-`.padEnd(64, '0'), ...times }))).execute();
  await first.db.insertInto('users').values(numbers.map((number) => ({ user_id: `user-${number}`, ...times }))).execute();
  await first.db.insertInto('teams').values(numbers.map((number) => ({ team_id: `team-${number}`, ...times }))).execute();
  const said: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => void said.push(message), error: (message) => void said.push(message) };
  const ledgers = stores.map((store) => openLedger({ store, logger, folder: null, batchMs: 5 }));
  await Promise.all(ledgers.map(async (ledger, instance) => {
    for (let round = 0; round < rounds; round++) {
      // Each instance meets the payers in an order of its own.
      for (const number of numbers.toSorted((a, b) => ((a * 7 + instance * 11 + round) % 13) - ((b * 7 + instance * 11 + round) % 13) || (instance % 2 === 0 ? a - b : b - a))) {
        ledger.add(ledgerEntry({ api_key: `key-${number}-`.padEnd(64, '0'), user_id: `user-${number}`, team_id: `team-${(number * 3) % payers}`, organization_id: undefined, end_user: `customer-${number % 5}`, request_tags: [`tag-${number % 3}`, 'all'], spend_nano_usd: 1_000 }));
      }
      await ledger.flush();
    }
  }));
  for (const ledger of ledgers) await ledger.close();
  const { rows: [found] } = await sql<{ deadlocks: string }>`select deadlocks from pg_stat_database where datname = current_database()`.execute(first.db);

  const sums = await Promise.all((['virtual_keys', 'users', 'teams'] as const).map(async (table) => {
    const all = await first.db.selectFrom(table).select('spend_nano_usd').execute();
    return all.map((row) => Number(row.spend_nano_usd));
  }));
  for (const store of stores) await store.close();
  expect(sums).toEqual([0, 1, 2].map(() => numbers.map(() => instances * rounds * 1_000)));
  // Without a folder each says that it has no journal.
  expect([Number(found?.deadlocks), said.filter((message) => !message.includes('journal'))]).toEqual([0, []]);
}, 60_000);
