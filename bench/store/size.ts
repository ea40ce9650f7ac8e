// A large ledger in PostgreSQL: how long a usage view, a page of the log, a batch of new rows and the forgetting of old days take.
// usage: bun bench/store/size.ts [ROWS]      (10,000,000 rows need about 12 GB of disk and some minutes)
import { sql } from 'kysely';
import { createTable } from '../../src/store/create-statements.ts';
import { ensurePartitions } from '../../src/store/partitions.ts';
import { firstTables } from '../../src/store/migrations/0001-first-tables.ts';
import { ledgerEntry } from '../../test/support/ledger-entries.ts';
import { maintainLedger } from '../../src/accounting/ledger/maintenance.ts';
import { median, percentile } from '../measure.ts';
import { localGateway } from '../../test/support/gateway.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { saveResult } from './result.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { writeBatch } from '../../src/accounting/ledger/write-batch.ts';
import { writtenEntry } from '../../src/accounting/ledger/entry.ts';

const rows = Number(process.argv[2] ?? 10_000_000);
const days = 30;
const dayMs = 86_400_000;
const today = Math.floor(Date.now() / dayMs) * dayMs;
const memory = { shared_buffers: '2GB', max_wal_size: '8GB', maintenance_work_mem: '512MB' };
// What is measured is measured on a server that writes safely; the rows before that need not be.
const postgres = await startPostgres({ ...memory, full_page_writes: 'off', synchronous_commit: 'off', autovacuum: 'off' });
const url = await postgres.newDatabase();
let store = await openStore(url, { statementTimeoutMs: 3_600_000 });
const indexes = createTable('spend_log', firstTables.tables.spend_log, 'postgres').filter((statement) => statement.startsWith('create index'));

async function seed(): Promise<void> {
  await migrate(store);
  for (let day = days; day >= 0; day -= 7) await ensurePartitions(store, today - (day - 1) * dayMs, 8);
  for (const statement of indexes) await sql.raw(`drop index weir.${/"([^"]+)"/.exec(statement)?.[1] ?? ''}`).execute(store.db);
  for (let day = 0; day < days; day++) {
    const from = today - (days - day) * dayMs;
    await sql`insert into weir.spend_log (started_at_ms, row_id, request_id, call_type, api_key, user_id, team_id, organization_id, end_user, model, model_id, model_group, provider, api_base,
        spend_nano_usd, prompt_tokens, completion_tokens, total_tokens, ended_at_ms, first_byte_at_ms, status, http_status, session_id, requester_address, request_tags, metadata, fields)
      select ${sql.lit(from)} + n::bigint * 86399000 / ${sql.lit(Math.ceil(rows / days))}, md5(n::text || ${day}::text), md5('r' || n::text || ${day}::text), 'acompletion', md5((n % 500)::text) || md5((n % 500)::text), 'user-' || n % 500 % 300, 'team-' || n % 500 % 40,
        'org-' || n % 500 % 40 % 5, 'customer-' || n % 2000, 'gpt-4o-mini', 'deployment-' || n % 10, 'model-' || n % 12, 'openai', 'https://api.openai.com/v1', 1500 + n % 100000, 100 + n % 900, 20 + n % 200, 120 + n % 1100,
        ${sql.lit(from)} + n::bigint * 86399000 / ${sql.lit(Math.ceil(rows / days))} + 900, ${sql.lit(from)} + n::bigint * 86399000 / ${sql.lit(Math.ceil(rows / days))} + 300, case when n % 50 = 0 then 'failure' else 'success' end, 200, md5('s' || (n / 5)::text), '10.0.0.1', '["blue"]', '{"user_api_key_alias":"key"}', '{"finish_reason":"stop","overhead_ms":0.2}'
      from generate_series(1, ${sql.lit(Math.ceil(rows / days))}) n`.execute(store.db);
    console.error(`day ${day + 1} of ${days}`);
  }
  for (const statement of indexes) {
    await sql.raw(statement).execute(store.db);
    console.error(statement);
  }
  await sql`insert into weir.daily_activity (day, api_key, user_id, team_id, organization_id, end_user, model, model_group, provider, call_type, spend_nano_usd, prompt_tokens, completion_tokens, requests, successful_requests, failed_requests, duration_ms)
    select to_char(to_timestamp(started_at_ms / 1000) at time zone 'UTC', 'YYYY-MM-DD'), api_key, user_id, team_id, organization_id, '', model, model_group, provider, call_type, sum(spend_nano_usd), sum(prompt_tokens), sum(completion_tokens), count(*), count(*) filter (where status = 'success'), count(*) filter (where status <> 'success'), 0
    from weir.spend_log group by 1, 2, 3, 4, 5, 7, 8, 9, 10`.execute(store.db);
  await sql`vacuum analyze`.execute(store.db);
}

async function timed(count: number, work: () => Promise<unknown>): Promise<{ medianMs: number; p99Ms: number; maxMs: number }> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedMs = performance.now();
    await work();
    times.push(performance.now() - startedMs);
  }
  return { medianMs: median(times), p99Ms: percentile(times, 99), maxMs: Math.max(...times) };
}

try {
  const startedMs = performance.now();
  await seed();
  await sql`checkpoint`.execute(store.db);
  await store.close();
  await postgres.stop();
  await postgres.start({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', autovacuum: 'on' });
  store = await openStore(url);
  console.error(`made in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  const gateway = localGateway('model_list: []', { store });
  const text = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const span = `start_date=${text(today - days * dayMs)}&end_date=${text(today)}`;
  const view = (path: string) => async (): Promise<void> => {
    const response = await gateway.fetch(path);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    await response.json();
  };
  const { count } = await store.db.selectFrom('spend_log').select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const sums = await store.db.selectFrom('daily_activity').select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const views = {
    'activity of all users, 30 days': await timed(10, view(`/user/daily/activity?${span}`)),
    'activity of one team, 30 days': await timed(20, view(`/team/daily/activity?${span}&team_ids=team-7`)),
    'global activity by model, 30 days': await timed(20, view(`/global/activity/model?${span}`)),
    'report by key, 30 days': await timed(20, view(`/global/spend/report?${span}&group_by=api_key`)),
    'last page of the log': await timed(20, view(`/spend/logs/v2?${span}&page_size=50`)),
    'log of one team': await timed(20, view(`/spend/logs/v2?${span}&page_size=50&team_id=team-7`)),
    'log of one user in one week': await timed(20, view(`/spend/logs/v2?start_date=${text(today - 12 * dayMs)}&end_date=${text(today - 5 * dayMs)}&page_size=50&user_id=user-9`)),
    'one request by its id': await timed(20, view(`/spend/logs?request_id=${new Bun.CryptoHasher('md5').update('r123457').digest('hex')}`)),
  };
  let place = 0;
  const batch = async (size: number): Promise<void> => {
    const entries = Array.from({ length: size }, (_, index) => ledgerEntry({
      started_at_ms: Date.now(), row_id: Bun.randomUUIDv7(), request_id: Bun.randomUUIDv7(), api_key: new Bun.CryptoHasher('sha256').update(String(index % 500)).digest('hex'), user_id: `user-${index % 500 % 300}`, team_id: `team-${index % 500 % 40}`, end_user: `customer-${index % 50}`, session_id: Bun.randomUUIDv7(),
    }));
    await writeBatch(store, { journalId: 'bench', fromBytes: place, toBytes: ++place, entries, lines: entries.map((entry) => writtenEntry(entry).line) }, Date.now());
  };
  for (let warm = 0; warm < 10; warm++) await batch(100);
  const inserts = { 'batch of 100 rows': await timed(200, () => batch(100)), 'batch of 250 rows': await timed(200, () => batch(250)), 'batch of 1,000 rows': await timed(100, () => batch(1_000)) };
  const forgettingMs = performance.now();
  await maintainLedger(store, { rowsMs: 15 * dayMs, payloadsMs: null }, Date.now());
  const retention = { droppedDays: 15, ms: performance.now() - forgettingMs };
  saveResult('size', { rows: count, rowsOfDailySums: sums.count, views, inserts, retention });
} finally {
  await store.close();
  await postgres.end();
}
process.exit(0);
