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
});
