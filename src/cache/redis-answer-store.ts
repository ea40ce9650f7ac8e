// Answers in Redis, shared by all gateways that use it. While Redis cannot be reached the ones in memory go on.
import { isFresh, packAnswer, unpackAnswer, type AnswerStore, type CachedAnswer, type NewAnswer } from './answer-store.ts';
import type { JsonObject } from '../lib/json.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { SharedRedis } from '../store/redis/connect.ts';

const prefix = 'weir:answer:';
const scanCount = '1000';

/** Keeps answers in Redis, and a bounded copy of this gateway's own in memory. */
export class RedisAnswerStore implements AnswerStore {
  readonly kind = 'redis';

  constructor(private readonly redis: SharedRedis, private readonly local: AnswerCache, private readonly nowMs: () => number) {}

  async get(key: string, maxAgeMs: number | null): Promise<CachedAnswer | null> {
    const reply = await this.redis.bytes(prefix + key);
    if (!reply.ok) return this.local.get(key, maxAgeMs);
    const answer = reply.value && unpackAnswer(reply.value);
    return answer && isFresh(answer, this.nowMs(), maxAgeMs) ? answer : null;
  }

  set(key: string, answer: NewAnswer, ttlMs: number): void {
    this.local.set(key, answer, ttlMs);
    if (ttlMs < 1) return;
    const storedMs = this.nowMs();
    const packed = packAnswer({ ...answer, storedMs, expiresMs: storedMs + ttlMs });
    // Bodies are JSON, so that their bytes are text.
    void this.redis.run('SET', [prefix + key, packed.toString('utf8'), 'PX', String(Math.ceil(ttlMs))]);
  }

  async delete(key: string): Promise<boolean> {
    const known = this.local.delete(key);
    const reply = await this.redis.run('DEL', [prefix + key]);
    return reply.ok ? reply.value === 1 : known;
  }

  /** Only what Weir keeps there goes: the database may be somebody else's too. */
  async clear(): Promise<void> {
    this.local.clear();
    let cursor = '0';
    do {
      const reply = await this.redis.run('SCAN', [cursor, 'MATCH', `${prefix}*`, 'COUNT', scanCount]);
      if (!reply.ok || !Array.isArray(reply.value)) return;
      const [next, keys] = reply.value as [unknown, unknown];
      for (const key of Array.isArray(keys) ? keys : []) await this.redis.run('UNLINK', [String(key)]);
      cursor = String(next);
    } while (cursor !== '0');
  }

  size(): { entries: number; bytes: number } {
    return this.local.size();
  }

  /** LiteLLM's form: the server's `INFO`, and how many clients there are. */
  async info(): Promise<JsonObject | null> {
    const reply = await this.redis.run('INFO', []);
    if (!reply.ok) return null;
    const lines = String(reply.value).split('\r\n').filter((line) => line.includes(':'));
    const info = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]));
    return { num_clients: Number(info['connected_clients'] ?? 0), clients: [], info };
  }

  reachable(): boolean {
    return this.redis.healthy;
  }
}
