// What the proofs of limits share: gateways in processes of their own on one SQLite database, keys in it, Redis, and a way to ask.
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startGateway, type GatewayProcess } from '../../test/support/gateway.ts';
import { startRedis, type TestRedis } from '../../test/support/redis.ts';
import type { Store } from '../../src/store/store.ts';

/** One run's files, database and Redis. */
export interface Site {
  folder: string;
  databaseUrl: string;
  store: Store;
  redis: TestRedis;
  close(): Promise<void>;
}

/** Makes one. `postgres`: the address of an empty database to use in place of SQLite. */
export async function openSite(): Promise<Site> {
  const folder = mkdtempSync('/tmp/weir-limits-');
  const databaseUrl = `sqlite:${join(folder, 'weir.db')}`;
  const store = await openStore(databaseUrl, { maxConnections: 2 });
  await migrate(store);
  const redis = await startRedis();
  return {
    folder, databaseUrl, store, redis,
    async close() {
      await store.close();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A gateway on the site. `index` keeps the journals of several apart. */
export const gatewayOn = (site: Site, config: string, index: number, port?: number): Promise<GatewayProcess> =>
  startGateway(config, { environment: { DATABASE_URL: site.databaseUrl, WEIR_LOG_FILE: join(site.folder, `gateway-${index}.log`) }, arguments: ['--data', join(site.folder, `data-${index}`)], ...(port !== undefined && { port }) });

/** What came back. `status` 0: the connection broke or the client left. */
export interface Reply {
  status: number;
  text: string;
  durationMs: number;
}

/** Asks for a chat. */
export async function ask(gateway: Pick<GatewayProcess, 'url'>, key: string, body: object, options: { id?: string; signal?: AbortSignal; headers?: Record<string, string> } = {}): Promise<Reply> {
  const started = performance.now();
  try {
    const response = await fetch(`${gateway.url}/v1/chat/completions`, {
      method: 'POST', body: JSON.stringify(body), ...(options.signal && { signal: options.signal }),
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...(options.id !== undefined && { 'x-litellm-call-id': options.id }), ...options.headers },
    });
    const text = await response.text();
    return { status: response.status, text, durationMs: performance.now() - started };
  } catch {
    return { status: 0, text: '', durationMs: performance.now() - started };
  }
}

/** A gauge of `/metrics`. */
export async function gauge(gateway: GatewayProcess, name: string): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics/`, { headers: { authorization: `Bearer ${gateway.key}` } })).text();
  return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

/** The value below which this share of the numbers lies. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Waits until something is so; false when it took too long. */
export async function until(condition: () => boolean | Promise<boolean>, patienceMs: number): Promise<boolean> {
  for (const deadline = Date.now() + patienceMs; Date.now() < deadline;) {
    if (await condition()) return true;
    await Bun.sleep(100);
  }
  return false;
}
