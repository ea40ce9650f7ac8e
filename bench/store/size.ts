// A large ledger in PostgreSQL: how long a usage view, a page of the log, a batch of new rows and the forgetting of old days take.
// usage: bun bench/store/size.ts [ROWS] [ADDRESS]      (10,000,000 rows need about 12 GB of disk and five minutes)
// ADDRESS: an empty database, or one that was filled by this program earlier; without it one is made and thrown away. `--keep` forgets nothing.
import { sql } from 'kysely';
import { dayMs, days, seedLedger, today } from './size-rows.ts';
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
import type { Store } from '../../src/store/store.ts';

const positional = process.argv.slice(2).filter((word) => word !== '--keep');
const keep = process.argv.includes('--keep');
const rows = Number(positional[0] ?? 10_000_000);
const memory = { shared_buffers: '2GB', max_wal_size: '8GB', maintenance_work_mem: '512MB' };

/** An open store on a filled database, and how it is put away. */
async function filledStore(): Promise<{ store: Store; end: () => Promise<void> }> {
  const given = positional[1];
  if (given !== undefined) {
    const store = await openStore(given, { statementTimeoutMs: 3_600_000 });
    await migrate(store);
    const filled = await store.db.selectFrom('spend_log').select('row_id').limit(1).executeTakeFirst();
    if (!filled) await seedLedger(store, rows);
    await store.close();
    return { store: await openStore(given), end: async () => {} };
  }
  // What is measured is measured on a server that writes safely; the rows before that need not be.
  const postgres = await startPostgres({ ...memory, full_page_writes: 'off', synchronous_commit: 'off', autovacuum: 'off' });
  const url = await postgres.newDatabase();
  const store = await openStore(url, { statementTimeoutMs: 3_600_000 });
  await migrate(store);
  await seedLedger(store, rows);
  await sql`checkpoint`.execute(store.db);
  await store.close();
  await postgres.stop();
  await postgres.start({ fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on', autovacuum: 'on' });
  return { store: await openStore(url), end: () => postgres.end() };
}

interface Times {
  medianMs: number;
  p99Ms: number;
  maxMs: number;
}

// What is slow is not asked so often.
const longestMs = 1_500;

async function timed(name: string, count: number, work: () => Promise<unknown>): Promise<Times> {
  const times: number[] = [];
  const untilMs = performance.now() + longestMs;
  for (let index = 0; index < count && (index < 3 || performance.now() < untilMs); index++) {
    const startedMs = performance.now();
    await work();
    times.push(performance.now() - startedMs);
  }
  const result = { medianMs: median(times), p99Ms: percentile(times, 99), maxMs: Math.max(...times) };
  console.error(`${name.padEnd(60)} ${result.medianMs.toFixed(1)} ms, p99 ${result.p99Ms.toFixed(1)}`);
  return result;
}

const text = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const span = `start_date=${text(today - days * dayMs)}&end_date=${text(today)}`;
const week = `start_date=${text(today - 12 * dayMs)}&end_date=${text(today - 5 * dayMs)}`;
const md5 = (word: string): string => new Bun.CryptoHasher('md5').update(word).digest('hex');
const key = md5('7') + md5('7');
const log = `/spend/logs/ui?${span}&page_size=50`;
/** The requests behind each view: those of reports and those of the pages of the log, with each filter that the dashboard has. */
const views: Readonly<Record<string, string>> = {
  'activity of all users, 30 days': `/user/daily/activity?${span}`,
  'activity of all users, 30 days, whole': `/user/daily/activity/aggregated?${span}`,
  'activity of one user, 30 days': `/user/daily/activity/aggregated?${span}&user_id=user-9`,
  'activity of all teams, 30 days': `/team/daily/activity/aggregated?${span}`,
  'activity of one team, 30 days': `/team/daily/activity?${span}&team_ids=team-7`,
  'activity of all organizations, 30 days': `/organization/daily/activity/aggregated?${span}`,
  'activity of one key, 30 days': `/user/daily/activity/aggregated?${span}&api_key=${key}`,
  'global activity, 30 days': `/global/activity?${span}`,
  'global activity by model, 30 days': `/global/activity/model?${span}`,
  'global spend': '/global/spend',
  'global spend by day': '/global/spend/logs',
  'global spend by key': '/global/spend/keys?limit=10',
  'global spend by team': '/global/spend/teams',
  'global spend by model': '/global/spend/models?limit=10',
  'report by key, 30 days': `/global/spend/report?${span}&group_by=api_key`,
  'report by team, 30 days': `/global/spend/report?${span}&group_by=team`,
  'spend by day (LiteLLM, older)': `/spend/logs?${span}`,
  'log: newest page': log,
  'log: page 20': `${log}&page=20`,
  'log: page 10,000 of all': `${log}&page=10000`,
  'log: of one team': `${log}&team_id=team-7`,
  'log: of one user in one week': `/spend/logs/ui?${week}&page_size=50&user_id=user-9`,
  'log: of one key': `${log}&api_key=${key}`,
  'log: of one customer': `${log}&end_user=customer-77`,
  'log: of one model group': `${log}&model_group=model-3`,
  'log: of a model group that nobody used': `${log}&model_group=none`,
  'log: of one provider': `${log}&provider=openai`,
  'log: of one deployment': `${log}&model_id=deployment-3`,
  'log: failures': `${log}&status_filter=failure`,
  'log: failures by status': `${log}&error_code=502`,
  'log: a failure that never was': `${log}&error_code=418`,
  'log: dear ones': `${log}&min_spend=0.0001`,
  'log: of one tag': `${log}&tag=blue`,
  'log: of a tag that nobody has': `${log}&tag=green`,
  'log: search for a request': `${log}&search=${md5(`r12345712`)}`,
  'log: search for nothing': `${log}&search=nothing-at-all`,
  'log: the dearest of all': `${log}&sort_by=spend`,
  'log: the longest of one week': `/spend/logs/ui?${week}&page_size=50&sort_by=request_duration_ms`,
  'log v2: newest page': `/spend/logs/v2?${span}&page_size=50`,
  'latency of all, 30 days': `/spend/latency?${span}`,
  'latency of one team, one week': `/spend/latency?${week}&team_id=team-7`,
  'what limits refused, 30 days': `/spend/refusals?${span}`,
  'one request by its id': `/spend/logs?request_id=${md5('r12345712')}`,
  'one request with its content': `/spend/logs/ui/${md5('r12345712')}`,
  'requests of one session': `/spend/logs/session/ui?session_id=${md5('s777712')}`,
};

async function measureViews(store: Store): Promise<Record<string, Times>> {
  const gateway = localGateway('model_list: []', { store });
  const view = (path: string) => async (): Promise<unknown> => {
    const response = await gateway.fetch(path);
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return await response.json();
  };
  const results: Record<string, Times> = {};
  for (const [name, path] of Object.entries(views)) results[name] = await timed(name, 20, view(path));
  // From page to page, as somebody who scrolls does.
  let cursor = '';
  results['log: the next page by its cursor'] = await timed('log: the next page by its cursor', 20, async () => {
    const page = await view(`${log}${cursor}`)() as { next_cursor: string | null };
    cursor = page.next_cursor === null ? '' : `&cursor=${encodeURIComponent(page.next_cursor)}`;
  });
  return results;
}

async function measureInserts(store: Store): Promise<Record<string, Times>> {
  const journalId = `bench-${crypto.randomUUID()}`;
  let place = 0;
  const batch = async (size: number): Promise<void> => {
    const entries = Array.from({ length: size }, (_, index) => ledgerEntry({
      started_at_ms: Date.now(), row_id: Bun.randomUUIDv7(), request_id: Bun.randomUUIDv7(), api_key: md5(String(index % 500)) + md5(String(index % 500)), user_id: `user-${index % 500 % 300}`, team_id: `team-${index % 500 % 40}`, end_user: `customer-${index % 50}`, session_id: Bun.randomUUIDv7(),
    }));
    await writeBatch(store, { journalId, fromBytes: place, toBytes: ++place, entries, lines: entries.map((entry) => writtenEntry(entry).line) }, Date.now());
  };
  for (let warm = 0; warm < 10; warm++) await batch(100);
  return {
    'batch of 100 rows': await timed('batch of 100 rows', 200, () => batch(100)),
    'batch of 250 rows': await timed('batch of 250 rows', 200, () => batch(250)),
    'batch of 1,000 rows': await timed('batch of 1,000 rows', 100, () => batch(1_000)),
  };
}

async function measureForgetting(store: Store): Promise<object> {
  const startedMs = performance.now();
  await maintainLedger(store, { rowsMs: 15 * dayMs, payloadsMs: null }, Date.now());
  return { droppedDays: 15, ms: performance.now() - startedMs };
}

const { store, end } = await filledStore();
try {
  const { count } = await store.db.selectFrom('spend_log').select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const sums = await store.db.selectFrom('daily_activity').select((e) => e.fn.countAll<number>().as('count')).executeTakeFirstOrThrow();
  const result = { rows: count, rowsOfDailySums: sums.count, views: await measureViews(store), inserts: await measureInserts(store), retention: keep ? 'not measured' : await measureForgetting(store) };
  console.error(result.retention);
  if (!keep) saveResult('size', result);
} finally {
  await store.close();
  await end();
}
process.exit(0);
