// Looking through the log for what no index answers: a bounded number of rows for each page, from where the last one ended, on each database.
import { beforeAll, describe, expect, test } from 'bun:test';
import { sql, type SqlBool } from 'kysely';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { findRows, type LogOrder } from '../../../src/admin/spend/log-search.ts';
import { ledgerEntry } from '../../support/ledger-entries.ts';
import { openLedger } from '../../../src/accounting/ledger/ledger.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const start = Date.parse('2026-11-20T12:00:00Z');
const everything = sql<SqlBool>`1 = 1`;
const newest: LogOrder = { by: sql`started_at_ms`, byTime: true, order: 'desc', nullsLast: false, cursor: null, size: 3, offset: 0 };

describe.each(storeDialects)('in %s', (dialect) => {
  let store: Store;
  beforeAll(async () => {
    store = await newStore(dialect);
    const ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
    for (let index = 0; index < 40; index++) {
      ledger.add(ledgerEntry({ started_at_ms: start + index * 1_000, request_id: String(index), provider: index % 15 === 2 ? 'rare' : 'openai', spend_nano_usd: index * 7 % 40 }));
    }
    await ledger.close();
  });

  test.each(['desc', 'asc'] as const)('page after page %s finds all of it once', async (order) => {
    const found: string[] = [];
    let pages = 0;
    for (let cursor: LogOrder['cursor'] = null; pages < 20;) {
      const { rows, searchedTo } = await findRows(store, { indexed: everything, scanned: sql<SqlBool>`provider = 'rare'` }, { ...newest, order, cursor }, 10);
      pages++;
      found.push(...rows.map((row) => row.request_id));
      const last = rows.length === newest.size ? rows.at(-1) : searchedTo;
      if (!last) break;
      cursor = { atMs: last.started_at_ms, rowId: last.row_id };
    }
    expect(found).toEqual(order === 'desc' ? ['32', '17', '2'] : ['2', '17', '32']);
    expect(pages).toBe(5);
  });

  test('by another order the newest are sorted, and it is said that they are not all', async () => {
    const dearest = { ...newest, by: sql`spend_nano_usd`, byTime: false };
    const some = await findRows(store, { indexed: everything, scanned: null }, dearest, 10);
    expect(some.rows.map((row) => row.request_id)).toEqual(['34', '39', '33']);
    expect([some.counted, some.searchedTo !== null]).toEqual([40, true]);
    const all = await findRows(store, { indexed: everything, scanned: null }, dearest, 100);
    expect(all.rows.map((row) => row.spend_nano_usd)).toEqual([39, 38, 37]);
    expect(all.searchedTo).toBeNull();
  });

  test('a page by its number far into the ledger', async () => {
    const large = await newStore(dialect);
    const ledger = openLedger({ store: large, logger: silentLogger, folder: null, batchMs: 10 });
    for (let index = 0; index < 1_100; index++) ledger.add(ledgerEntry({ started_at_ms: start + index, request_id: String(index) }));
    await ledger.close();
    const page = async (offset: number, order: 'asc' | 'desc'): Promise<string[]> => (await findRows(large, { indexed: everything, scanned: null }, { ...newest, order, offset })).rows.map((row) => row.request_id);
    expect(await page(1_050, 'desc')).toEqual(['49', '48', '47']);
    expect(await page(1_050, 'asc')).toEqual(['1050', '1051', '1052']);
    expect(await page(1_098, 'asc')).toEqual(['1098', '1099']);
    expect(await page(1_100, 'asc')).toEqual([]);
    expect(await page(7, 'desc')).toEqual(['1092', '1091', '1090']);
  });
});
