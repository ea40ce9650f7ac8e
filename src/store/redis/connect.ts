// Redis for everybody who needs it: every command has a time budget, so that a slow or dead server never holds a request up.
// After a few failures in a row commands fail at once, the connection is made anew in the background for as long as it takes, and whoever
// uses it goes on without it in the meantime.
import { bunRedisDriver } from './bun-driver.ts';
import { RedisRefusal, type RedisArgument, type RedisDriver } from './driver.ts';
import { redisBreakerFailures, redisConnectTimeoutMs, redisLongestPauseMs, redisTimeoutMs } from '../../lib/bounds.ts';
import type { RedisSettings } from './settings.ts';

/** Why a command gave nothing. `unavailable`: not connected, or too slow lately. `timeout`: over its budget. `refused`: Redis answered with an error. */
export interface RedisFailure {
  ok: false;
  reason: 'unavailable' | 'timeout' | 'refused';
  message: string;
}

/** What a command gave: strings, numbers, null, or lists of them. */
export type RedisReply<T = unknown> = { ok: true; value: T } | RedisFailure;

/** A connection that several parts share. No method rejects. */
export interface SharedRedis {
  /** Where it is, without secrets. */
  readonly shown: string;
  /** True while commands are sent; false: they fail at once with `unavailable`. */
  readonly healthy: boolean;
  /** Sends a command. */
  run(command: string, args: readonly RedisArgument[]): Promise<RedisReply>;
  /** The value of a key as bytes; null when there is none. */
  bytes(key: string): Promise<RedisReply<Uint8Array | null>>;
  /** Runs a script by its digest; one that Redis does not know yet is sent whole. `keys` must be of one slot in a cluster. */
  script(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<RedisReply>;
  /** Tells when `healthy` changes. Returns how to stop. */
  onChange(listener: (healthy: boolean) => void): () => void;
  /** Resolves when it is connected for the first time, or after the time that a start may take. */
  ready(): Promise<boolean>;
  close(): void;
}

/** A Lua script with its SHA-1, by which Redis knows it. */
export interface RedisScript {
  source: string;
  sha1: string;
}

/** Makes a script. */
export const redisScript = (source: string): RedisScript => ({ source, sha1: new Bun.CryptoHasher('sha1').update(source).digest('hex') });

/** Bounds that tests change. */
export interface RedisBounds {
  timeoutMs: number;
  connectTimeoutMs: number;
  breakerFailures: number;
  longestPauseMs: number;
}

const usualBounds: RedisBounds = { timeoutMs: redisTimeoutMs, connectTimeoutMs: redisConnectTimeoutMs, breakerFailures: redisBreakerFailures, longestPauseMs: redisLongestPauseMs };

/** Connects in the background; commands fail at once until it has. */
export function connectRedis(settings: RedisSettings, bounds: Partial<RedisBounds> = {}): SharedRedis {
  return new Connected(settings, { ...usualBounds, ...bounds });
}

const firstPauseMs = 100;
const late = Symbol('late');

class Connected implements SharedRedis {
  healthy = false;
  private driver: RedisDriver | null = null;
  private readonly listeners = new Set<(healthy: boolean) => void>();
  private readonly waiting = Promise.withResolvers<boolean>();
  private failures = 0;
  private pauseMs = firstPauseMs;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private closed = false;

  constructor(private readonly settings: RedisSettings, private readonly bounds: RedisBounds) {
    void this.open();
  }

  get shown(): string {
    return this.settings.shown;
  }

  run(command: string, args: readonly RedisArgument[]): Promise<RedisReply> {
    return this.within((driver) => driver.send(command, args));
  }

  bytes(key: string): Promise<RedisReply<Uint8Array | null>> {
    return this.within((driver) => driver.bytes(key));
  }

  async script(script: RedisScript, keys: readonly string[], args: readonly string[]): Promise<RedisReply> {
    const rest = [String(keys.length), ...keys, ...args];
    const reply = await this.run('EVALSHA', [script.sha1, ...rest]);
    return !reply.ok && reply.reason === 'refused' && reply.message.includes('NOSCRIPT') ? this.run('EVAL', [script.source, ...rest]) : reply;
  }

  onChange(listener: (healthy: boolean) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  async ready(): Promise<boolean> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), this.bounds.connectTimeoutMs);
    });
    const result = await Promise.race([this.waiting.promise, tooLong]);
    clearTimeout(timer);
    return result;
  }

  close(): void {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    this.listeners.clear();
    this.drop();
  }

  private async within<T>(ask: (driver: RedisDriver) => Promise<T>): Promise<RedisReply<T>> {
    const { driver } = this;
    if (!driver || !this.healthy) return { ok: false, reason: 'unavailable', message: 'Redis is not connected.' };
    const result = await limited(ask(driver), this.bounds.timeoutMs);
    if (result.kind === 'value') {
      this.failures = 0;
      return { ok: true, value: result.value };
    }
    if (result.kind === 'refused') {
      this.failures = 0;
      return { ok: false, reason: 'refused', message: result.message };
    }
    this.failures++;
    if (this.failures >= this.bounds.breakerFailures && this.driver === driver) this.reopen();
    return result.kind === 'late' ? { ok: false, reason: 'timeout', message: `Redis did not answer within ${this.bounds.timeoutMs} ms.` } : { ok: false, reason: 'unavailable', message: result.message };
  }

  private async open(): Promise<void> {
    this.timer = null;
    const driver = await makeDriver(this.settings, this.bounds.connectTimeoutMs).catch(() => null);
    if (!driver || this.closed) return driver?.close();
    driver.whenLost = () => {
      if (this.driver === driver) this.reopen();
    };
    // A server that accepts connections and never answers is as good as none.
    const result = await limited(driver.connect().then(() => driver.send('PING', [])), this.bounds.connectTimeoutMs);
    if (this.closed || result.kind !== 'value') {
      driver.whenLost = null;
      driver.close();
      if (!this.closed) this.later();
      return;
    }
    this.driver = driver;
    this.failures = 0;
    this.pauseMs = firstPauseMs;
    this.waiting.resolve(true);
    this.turn(true);
  }

  private reopen(): void {
    this.drop();
    this.turn(false);
    if (!this.closed) this.later();
  }

  private drop(): void {
    const { driver } = this;
    this.driver = null;
    this.healthy = false;
    if (!driver) return;
    driver.whenLost = null;
    driver.close();
  }

  private later(): void {
    if (this.timer) return;
    this.timer = setTimeout(() => void this.open(), this.pauseMs);
    this.timer.unref();
    this.pauseMs = Math.min(this.bounds.longestPauseMs, this.pauseMs * 2);
  }

  private turn(healthy: boolean): void {
    this.healthy = healthy;
    for (const listener of this.listeners) listener(healthy);
  }
}

// Clusters and sentinels are spoken by the `redis` package, which is loaded only then.
async function makeDriver(settings: RedisSettings, connectTimeoutMs: number): Promise<RedisDriver> {
  if (settings.clusterNodes.length === 0 && !settings.sentinel) return bunRedisDriver(settings.url, connectTimeoutMs);
  const { manyNodesDriver } = await import('./many-nodes-driver.ts');
  return manyNodesDriver(settings, connectTimeoutMs);
}

type Limited<T> = { kind: 'value'; value: T } | { kind: 'refused'; message: string } | { kind: 'broken'; message: string } | { kind: 'late' };

async function limited<T>(asked: Promise<T>, timeoutMs: number): Promise<Limited<T>> {
  const { promise, resolve } = Promise.withResolvers<typeof late>();
  const stop = afterAttention(timeoutMs, () => resolve(late));
  try {
    const value = await Promise.race([asked, promise]);
    if (value !== late) return { kind: 'value', value };
    asked.catch(() => undefined);
    return { kind: 'late' };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: error instanceof RedisRefusal ? 'refused' : 'broken', message };
  } finally {
    stop();
  }
}

// A timer that comes this much too late says that the process itself was busy: the answer may lie there unread.
const busyMs = 5;
const mostRounds = 20;

/** Calls back after a time in which the process looked at its sockets. Returns how to stop. */
function afterAttention(timeoutMs: number, callback: () => void): () => void {
  let rounds = 0;
  let dueMs = performance.now() + timeoutMs;
  const check = (): void => {
    if (performance.now() - dueMs <= busyMs || rounds++ >= mostRounds) return callback();
    dueMs = performance.now() + busyMs;
    timer = setTimeout(check, busyMs);
  };
  let timer = setTimeout(check, timeoutMs);
  return () => clearTimeout(timer);
}
