// The ledger on every database: rows and sums agree, nothing is written twice, nothing is lost.
import { afterAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { ledgerEntry } from '../../support/ledger-entries.ts';
import { openLedger, type Ledger } from '../../../src/accounting/ledger/ledger.ts';
import { writtenEntry } from '../../../src/accounting/ledger/entry.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-ledger-'));
  folders.push(folder);
  return folder;
}

const open = (store: Store, folder: string | null = newFolder()): Ledger => openLedger({ store, logger: silentLogger, folder, batchMs: 20 });

async function count(store: Store): Promise<number> {
  return (await store.db.selectFrom('spend_log').select((e) => e.fn.countAll<number>().as('rows')).executeTakeFirstOrThrow()).rows;
}

const times = { created_at_ms: 1, updated_at_ms: 1 };

describe.each(storeDialects)('the ledger in %s', (dialect) => {
  test('whole batches do not wait for their time, and what comes meanwhile is written too', async () => {
    const store = await newStore(dialect);
    const ledger = openLedger({ store, logger: silentLogger, folder: newFolder(), batchMs: 3_600_000 });
    for (let index = 0; index < 2_100; index++) {
      ledger.add(ledgerEntry({ request_id: String(index), spend_nano_usd: 1 }));
      if (index % 300 === 0) await Bun.sleep(1);
    }
    while (await count(store) < 1_000) await Bun.sleep(5);
    expect(ledger.state().waitingBytes).toBeGreaterThan(0);
    await ledger.close();
    expect(await count(store)).toBe(2_100);
    const { spend } = await store.db.selectFrom('daily_activity').select((e) => e.fn.sum<number>('spend_nano_usd').as('spend')).executeTakeFirstOrThrow();
    expect(Number(spend)).toBe(2_100);
  });

  test('writes rows, and adds up for everybody who pays', async () => {
    const store = await newStore(dialect);
    await store.db.insertInto('virtual_keys').values({ key_hash: 'a'.repeat(64), spend_nano_usd: 7, ...times }).execute();
    await store.db.insertInto('users').values({ user_id: 'ann', ...times }).execute();
    await store.db.insertInto('teams').values({ team_id: 'core', ...times }).execute();
    await store.db.insertInto('team_members').values({ team_id: 'core', user_id: 'ann', role: 'user', ...times }).execute();
    await store.db.insertInto('organizations').values({ organization_id: 'org', ...times }).execute();
    await store.db.insertInto('tags').values({ tag_name: 'blue', ...times }).execute();
    const ledger = open(store);
    ledger.add(ledgerEntry({ metadata: { note: 'ü"\n' } }));
    ledger.add(ledgerEntry({ status: 'failure', http_status: 500, spend_nano_usd: 0, completion_tokens: 0, error_code: 'upstream_failed' }));
    ledger.add(ledgerEntry({ spend_nano_usd: 100, model_group: 'other', cache_hit: 1, request_tags: [] }));
    await ledger.close();
    const rows = await store.db.selectFrom('spend_log').selectAll().orderBy('spend_nano_usd').execute();
    expect(rows.map((row) => [row.status, row.spend_nano_usd, row.request_tags, row.error_code])).toEqual([
      ['failure', 0, '["blue"]', 'upstream_failed'], ['success', 100, '[]', null], ['success', 1_500, '["blue"]', null]]);
    expect(JSON.parse(rows[2]?.metadata ?? '')).toEqual({ note: 'ü"\n' });
    expect(await store.db.selectFrom('virtual_keys').select(['spend_nano_usd', 'total_spend_nano_usd', 'last_active_at_ms']).executeTakeFirst())
      .toEqual({ spend_nano_usd: 1_607, total_spend_nano_usd: 1_600, last_active_at_ms: 1_790_000_000_250 });
    for (const table of ['users', 'teams', 'team_members', 'organizations', 'end_users'] as const) {
      expect(await store.db.selectFrom(table).select(['spend_nano_usd', 'total_spend_nano_usd']).execute()).toEqual([{ spend_nano_usd: 1_600, total_spend_nano_usd: 1_600 }]);
    }
    expect(await store.db.selectFrom('tags').select('spend_nano_usd').execute()).toEqual([{ spend_nano_usd: 1_500 }]);
    const activity = await store.db.selectFrom('daily_activity').selectAll().orderBy('model_group').execute();
    expect(activity.map((row) => ({ ...row }))).toMatchObject([
      { day: '2026-09-21', model_group: 'gpt-4o-mini', requests: 2, successful_requests: 1, failed_requests: 1, spend_nano_usd: 1_500, prompt_tokens: 20, completion_tokens: 5, cache_read_tokens: 4 },
      { model_group: 'other', requests: 1, cache_hits: 1, spend_nano_usd: 100, duration_ms: 250 }]);
    expect(await store.db.selectFrom('daily_tag_activity').select(['tag', 'requests', 'spend_nano_usd']).execute()).toEqual([{ tag: 'blue', requests: 2, spend_nano_usd: 1_500 }]);
  });

  test('counts against the budget windows that a request names', async () => {
    const store = await newStore(dialect);
    const ledger = open(store);
    const charge = { scope: 'key', scope_id: 'k', budget_name: 'model:gpt', window_started_at_ms: 5 };
    ledger.add(ledgerEntry({ charges: [charge] }));
    await ledger.flush();
    ledger.add(ledgerEntry({ charges: [charge, { ...charge, window_started_at_ms: 6 }] }));
    await ledger.close();
    expect(await store.db.selectFrom('budget_spend').select(['window_started_at_ms', 'spend_nano_usd']).orderBy('window_started_at_ms').execute())
      .toEqual([{ window_started_at_ms: 5, spend_nano_usd: 3_000 }, { window_started_at_ms: 6, spend_nano_usd: 1_500 }]);
  });

  test('an unlogged request has no row and still counts; content goes into its own table', async () => {
    const store = await newStore(dialect);
    const ledger = open(store);
    ledger.add(ledgerEntry({ unlogged: true }));
    ledger.add(ledgerEntry({ row_id: 'with', payload: { messages: [{ role: 'user', content: 'hi' }], response: null, proxy_server_request: {} } }));
    await ledger.close();
    expect(await count(store)).toBe(1);
    expect(await store.db.selectFrom('daily_activity').select('requests').execute()).toEqual([{ requests: 2 }]);
    expect(await store.db.selectFrom('spend_payload').select(['row_id', 'messages', 'response']).execute()).toEqual([{ row_id: 'with', messages: '[{"role":"user","content":"hi"}]', response: null }]);
  });

  test('what an ended process left in its journal is written once, however often and by however many it is read', async () => {
    const store = await newStore(dialect);
    const folder = newFolder();
    const lines = Array.from({ length: 450 }, (_, index) => writtenEntry(ledgerEntry({ row_id: `row-${index}` })).line);
    const leave = (): void => writeFileSync(join(folder, `ledger-elsewhere-1-00000000-0000-0000-0000-000000000000.jsonl`), `${lines.join('\n')}\n{"row_id":"torn`, { mode: 0o600 });
    for (let round = 0; round < 2; round++) {
      leave();
      const old = Date.now() / 1000 - 1_000;
      await Bun.spawn(['touch', '-d', `@${Math.floor(old)}`, join(folder, readdirSync(folder).find((name) => name.includes('elsewhere')) ?? '')]).exited;
      const ledgers = [open(store, folder), open(store, folder)];
      await Promise.all(ledgers.map(async (ledger) => await ledger.close()));
      expect(await count(store)).toBe(450);
      expect(readdirSync(folder).filter((name) => name.includes('elsewhere'))).toEqual([]);
    }
    expect(await store.db.selectFrom('daily_activity').select(['requests', 'spend_nano_usd']).execute()).toEqual([{ requests: 450, spend_nano_usd: 675_000 }]);
  });

  test('an entry that the database refuses is put aside and does not hold the others up', async () => {
    const store = await newStore(dialect);
    const folder = newFolder();
    const ledger = open(store, folder);
    for (let index = 0; index < 20; index++) ledger.add(ledgerEntry(index === 7 ? { row_id: 'same' } : index === 11 ? { row_id: 'same', request_id: 'refused' } : {}));
    await ledger.close();
    expect(await count(store)).toBe(19);
    expect(ledger.state()).toEqual({ waitingBytes: 0, lost: 0, rejected: 1, awaySinceMs: null });
    expect(readFileSync(join(folder, 'rejected.jsonl'), 'utf8')).toContain('"refused"');
  });

  test('names that no index takes and characters that no database takes are stored as well as they can be', async () => {
    const store = await newStore(dialect);
    const ledger = open(store);
    ledger.add(ledgerEntry({ end_user: 'a\u0000b', metadata: { half: '\ud800', path: '\\u0000' } }));
    await ledger.close();
    expect(await store.db.selectFrom('spend_log').select('end_user').execute()).toEqual([{ end_user: 'a\ufffdb' }]);
  });

  test('a closed ledger leaves no file behind, and without a folder it works too', async () => {
    const store = await newStore(dialect);
    const folder = newFolder();
    const ledger = open(store, join(folder, 'journal'));
    ledger.add(ledgerEntry());
    await ledger.close();
    expect(readdirSync(join(folder, 'journal'))).toEqual([]);
    const memory = open(store, null);
    memory.add(ledgerEntry());
    await memory.close();
    expect(await count(store)).toBe(2);
    expect(existsSync(join(folder, 'journal'))).toBe(true);
  });
});
