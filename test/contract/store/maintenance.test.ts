// What is done with the ledger from time to time, on every database.
import { describe, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { ledgerEntry } from '../../support/ledger-entries.ts';
import { maintainLedger } from '../../../src/accounting/ledger/maintenance.ts';
import { openLedger } from '../../../src/accounting/ledger/ledger.ts';
import { silentLogger } from '../../../src/observe/logger.ts';

closeStoresAfterAll();
const dayMs = 86_400_000;
const nowMs = Date.parse('2026-11-26T15:00:00Z');
const forEver = { rowsMs: null, payloadsMs: null };

describe.each(storeDialects)('keeping the ledger in order in %s', (dialect) => {
  test('rows are forgotten when they are too old, sums are not', async () => {
    const store = await newStore(dialect);
    await maintainLedger(store, forEver, nowMs);
    const ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
    const payload = { messages: 'hi', response: null, proxy_server_request: null };
    for (const daysAgo of [0, 1, 9, 40]) ledger.add(ledgerEntry({ started_at_ms: nowMs - daysAgo * dayMs, request_id: `${daysAgo} days`, payload }));
    await ledger.close();
    const left = async (): Promise<string[]> => (await store.db.selectFrom('spend_log').select('request_id').orderBy('started_at_ms').execute()).map((row) => row.request_id);
    await maintainLedger(store, forEver, nowMs);
    expect(await left()).toEqual(['40 days', '9 days', '1 days', '0 days']);
    await maintainLedger(store, { rowsMs: 30 * dayMs, payloadsMs: 5 * dayMs }, nowMs);
    expect(await left()).toEqual(['9 days', '1 days', '0 days']);
    expect(await store.db.selectFrom('spend_payload').select('row_id').execute()).toHaveLength(2);
    await maintainLedger(store, { rowsMs: 2 * dayMs, payloadsMs: null }, nowMs + 5 * dayMs);
    expect(await left()).toEqual([]);
    expect(await store.db.selectFrom('spend_payload').select('row_id').execute()).toEqual([]);
    expect(await store.db.selectFrom('daily_activity').select('requests').execute()).toHaveLength(4);
  });

  test('days ahead are made once', async () => {
    const store = await newStore(dialect);
    await Promise.all([maintainLedger(store, forEver, nowMs), maintainLedger(store, forEver, nowMs)]);
    if (dialect === 'sqlite') return;
    const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where tablename like 'spend\\_log\\_p%' order by 1`.execute(store.db);
    expect(rows.map(({ name }) => name)).toEqual(Array.from({ length: 9 }, (_, index) => `spend_log_p${new Date(nowMs + (index - 1) * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`));
  });
});
