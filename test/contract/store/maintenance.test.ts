// What is done with the ledger from time to time, on every database.
import { describe, expect, test } from 'bun:test';
import { sql } from 'kysely';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { ledgerEntry } from '../../support/ledger-entries.ts';
import { loadConfigText } from '../../../src/config/load.ts';
import { retentionOf } from '../../../src/cli/open-ledger.ts';
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

  test('maximum_health_check_retention_period and maximum_daily_tag_spend_retention_period: older results and sums go', async () => {
    const store = await newStore(dialect);
    const ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
    await maintainLedger(store, forEver, nowMs);
    for (const daysAgo of [0, 9]) {
      ledger.add(ledgerEntry({ started_at_ms: nowMs - daysAgo * dayMs, request_id: `${daysAgo} days`, request_tags: ['t'] }));
      await store.db.insertInto('health_checks').values({ health_check_id: `${daysAgo}`, model_name: 'm', status: 'healthy', healthy_count: 1, unhealthy_count: 0, checked_at_ms: nowMs - daysAgo * dayMs }).execute();
    }
    await ledger.close();
    const kept = async (): Promise<number[]> => [(await store.db.selectFrom('health_checks').select('status').execute()).length, (await store.db.selectFrom('daily_tag_activity').select('day').execute()).length, (await store.db.selectFrom('daily_activity').select('day').execute()).length];
    const retention = (yaml: string) => {
      const loaded = loadConfigText(`general_settings: {${yaml}}\n`, {});
      if (loaded.kind === 'error') throw new Error('The settings are wrong.');
      return retentionOf(loaded.config);
    };
    await maintainLedger(store, retention(''), nowMs);
    expect(await kept()).toEqual([2, 2, 2]);
    await maintainLedger(store, retention('maximum_health_check_retention_period: 7d'), nowMs);
    expect(await kept()).toEqual([1, 2, 2]);
    await maintainLedger(store, retention('maximum_daily_tag_spend_retention_period: 7d'), nowMs);
    expect(await kept()).toEqual([1, 1, 2]);
  });

  test('days ahead are made once', async () => {
    const store = await newStore(dialect);
    await Promise.all([maintainLedger(store, forEver, nowMs), maintainLedger(store, forEver, nowMs)]);
    if (dialect === 'sqlite') return;
    const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where tablename like 'spend\\_log\\_p%' order by 1`.execute(store.db);
    expect(rows.map(({ name }) => name)).toEqual(Array.from({ length: 9 }, (_, index) => `spend_log_p${new Date(nowMs + (index - 1) * dayMs).toISOString().slice(0, 10).replaceAll('-', '')}`));
  });
});
