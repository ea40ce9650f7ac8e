// A million keys: how long the first look-up of each takes, and what it costs in memory.
// usage: bun bench/store/keys.ts [KEYS]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { freePort, firstAnswer, start, stopAll } from '../process.ts';
import { median, percentile, residentMb } from '../measure.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { saveResult } from './result.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import type { Store } from '../../src/store/store.ts';

const keys = Number(process.argv[2] ?? 1_000_000);
const lookUps = 2_000;
const keyOf = (index: number): string => `sk-bench-key-${String(index).padStart(12, '0')}`;
const rowsAtOnce = 500;

async function seed(store: Store): Promise<void> {
  await migrate(store);
  const times = { created_at_ms: Date.now(), updated_at_ms: Date.now() };
  for (let from = 0; from < keys; from += rowsAtOnce * 20) {
    await store.relaxedTransaction(async (transaction) => {
      for (let at = from; at < Math.min(keys, from + rowsAtOnce * 20); at += rowsAtOnce) {
        await transaction.insertInto('virtual_keys').values(Array.from({ length: Math.min(rowsAtOnce, keys - at) }, (_, offset) => ({
          key_hash: new Bun.CryptoHasher('sha256').update(keyOf(at + offset)).digest('hex'), key_alias: `key-${at + offset}`, max_budget: 10, rpm_limit: 100, ...times,
        }))).execute();
      }
    });
  }
  if (store.dialect === 'postgres') await sql`vacuum analyze`.execute(store.db);
}

/** Starts a gateway and calls it once by each of many keys that it has never seen. */
async function measure(url: string, folder: string): Promise<object> {
  const port = freePort();
  const logFile = join(folder, 'log');
  const child = start({
    command: [join(import.meta.dir, '../../bin/weir'), '--port', String(port), '--host', '127.0.0.1', '--data', join(folder, 'data')], folder, logFile,
    environment: { DATABASE_URL: url, LITELLM_MASTER_KEY: 'sk-bench-0123456789abcdef' },
  });
  await firstAnswer(child, performance.now(), async () => (await fetch(`http://127.0.0.1:${port}/health/liveliness`)).ok, 30_000, logFile);
  const call = async (key: string): Promise<number> => {
    const startedMs = performance.now();
    const response = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`${key}: ${response.status}`);
    return performance.now() - startedMs;
  };
  for (let warm = 0; warm < 200; warm++) await call(keyOf(warm));
  const cold: number[] = [];
  const warmed: number[] = [];
  for (let count = 0; count < lookUps; count++) {
    const key = keyOf(Math.floor(Math.random() * (keys - 1_000)) + 1_000);
    cold.push(await call(key));
    warmed.push(await call(key));
  }
  const result = { coldMedianMs: median(cold), coldP99Ms: percentile(cold, 99), rememberedMedianMs: median(warmed), rememberedP99Ms: percentile(warmed, 99), residentMb: residentMb(child.pid) };
  child.kill('SIGTERM');
  await child.exited;
  return result;
}

const folder = mkdtempSync(join(tmpdir(), 'weir-keys-'));
const postgres = await startPostgres({ fsync: 'off', shared_buffers: '512MB' });
try {
  const results: Record<string, object> = {};
  for (const [name, url] of [['sqlite', `sqlite:${join(folder, 'weir.db')}`], ['postgres', await postgres.newDatabase()]] as const) {
    const store = await openStore(url, { statementTimeoutMs: 600_000 });
    await seed(store);
    await store.close();
    results[name] = await measure(url, folder);
    console.error(name, results[name]);
  }
  saveResult('keys', { keys, ...results });
} finally {
  await stopAll();
  await postgres.end();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
