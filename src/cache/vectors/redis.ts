// Vectors in Redis, shared by all gateways that use it. A Redis with vector search (Redis 8, Redis Stack, Valkey with its search module)
// compares them itself; of any other one each scope's questions are read as a stream, what is new each time, and compared here.
import { maxScopeVectors } from '../../lib/bounds.ts';
import { isJsonObject } from '../../lib/json.ts';
import { MemoryVectors } from './memory.ts';
import type { Neighbour, VectorIndex } from './vector-index.ts';
import type { NewAnswer } from '../answer-store.ts';
import type { SharedRedis } from '../../store/redis/connect.ts';

const streamPrefix = 'weir:questions:';
const hashPrefix = 'weir:question:';
const pageSize = 200;

/** Keeps vectors in Redis. */
export class RedisVectors implements VectorIndex {
  private readonly memory = new MemoryVectors();
  /** The last entry of each scope's stream that was read. */
  private readonly read = new Map<string, string>();
  /** Indexes of Redis' own by the length of their vectors: there, or that there can be none. */
  private readonly indexes = new Map<number, Promise<boolean>>();
  private searches = false;

  constructor(private readonly redis: SharedRedis) {}

  get kind(): string {
    return this.searches ? 'redis-search' : 'redis';
  }

  async nearest(scope: string, vector: Float32Array, leastSimilarity: number): Promise<Neighbour | null> {
    if (await this.hasSearch(vector.length)) return this.search(scope, vector, leastSimilarity);
    await this.catchUp(scope);
    return this.memory.nearest(scope, vector, leastSimilarity);
  }

  add(scope: string, vector: Float32Array, key: string, _answer: NewAnswer, ttlMs: number): void {
    void this.keep(scope, vector, key, Math.max(1, Math.ceil(ttlMs)));
  }

  remove(scope: string, key: string): void {
    this.memory.remove(scope, key);
    for (const length of this.indexes.keys()) void this.redis.run('UNLINK', [hashOf(length, scope, key)]);
  }

  async clear(): Promise<void> {
    this.memory.clear();
    this.read.clear();
    let cursor = '0';
    do {
      const reply = await this.redis.run('SCAN', [cursor, 'MATCH', 'weir:question*', 'COUNT', '1000']);
      if (!reply.ok || !Array.isArray(reply.value)) return;
      const [next, keys] = reply.value as [unknown, unknown];
      for (const key of Array.isArray(keys) ? keys : []) await this.redis.run('UNLINK', [String(key)]);
      cursor = String(next);
    } while (cursor !== '0');
  }

  get size(): number {
    return this.memory.size;
  }

  private async keep(scope: string, vector: Float32Array, key: string, ttlMs: number): Promise<void> {
    const bytes = bytesOf(vector);
    if (await this.hasSearch(vector.length)) {
      const hash = hashOf(vector.length, scope, key);
      await this.redis.run('HSET', [hash, 'scope', scope, 'key', key, 'vector', bytes]);
      await this.redis.run('PEXPIRE', [hash, String(ttlMs)]);
      return;
    }
    this.memory.add(scope, vector, key);
    const stream = streamPrefix + scope;
    await this.redis.run('XADD', [stream, 'MAXLEN', '~', String(maxScopeVectors), '*', 'key', key, 'vector', bytes.toString('base64')]);
    await this.redis.run('PEXPIRE', [stream, String(ttlMs)]);
  }

  /** True where Redis itself searches; the index is made when there is none. */
  private hasSearch(length: number): Promise<boolean> {
    const known = this.indexes.get(length);
    if (known) return known;
    const made = this.makeIndex(length);
    this.indexes.set(length, made);
    return made;
  }

  private async makeIndex(length: number): Promise<boolean> {
    const reply = await this.redis.run('FT.CREATE', [
      indexOf(length), 'ON', 'HASH', 'PREFIX', '1', `${hashPrefix}${length}:`, 'SCHEMA', 'scope', 'TAG', 'key', 'TAG', 'vector', 'VECTOR', 'HNSW', '6', 'TYPE', 'FLOAT32', 'DIM', String(length), 'DISTANCE_METRIC', 'COSINE',
    ]);
    // One that could not be asked is asked again the next time.
    if (!reply.ok && reply.reason !== 'refused') this.indexes.delete(length);
    const works = reply.ok || (reply.reason === 'refused' && /already exists/i.test(reply.message));
    this.searches ||= works;
    return works;
  }

  private async search(scope: string, vector: Float32Array, leastSimilarity: number): Promise<Neighbour | null> {
    const reply = await this.redis.run('FT.SEARCH', [
      indexOf(vector.length), `(@scope:{${scope}})=>[KNN 1 @vector $vector AS distance]`, 'PARAMS', '2', 'vector', bytesOf(vector), 'RETURN', '2', 'key', 'distance', 'DIALECT', '2',
    ]);
    const found = reply.ok ? firstFound(reply.value) : null;
    const [key, similarity] = [found?.get('key'), 1 - Number(found?.get('distance'))];
    return key !== undefined && similarity >= leastSimilarity ? { key, similarity } : null;
  }

  private async catchUp(scope: string): Promise<void> {
    if (!this.memory.has(scope)) this.read.delete(scope);
    for (let page = pageSize; page === pageSize;) {
      const from = this.read.get(scope);
      const reply = await this.redis.run('XRANGE', [streamPrefix + scope, from === undefined ? '-' : `(${from}`, '+', 'COUNT', String(pageSize)]);
      const entries = reply.ok && Array.isArray(reply.value) ? reply.value as readonly unknown[] : [];
      for (const entry of entries) {
        const [id, fields] = Array.isArray(entry) ? entry as readonly unknown[] : [];
        const named = pairsOf(fields);
        const [key, text] = [named.get('key'), named.get('vector')];
        if (key !== undefined && text !== undefined) this.memory.add(scope, vectorOf(text), key);
        this.read.set(scope, String(id));
      }
      page = entries.length;
    }
  }
}

const indexOf = (length: number): string => `weir:question-index:${length}`;
const hashOf = (length: number, scope: string, key: string): string => `${hashPrefix}${length}:${scope}:${key}`;
const bytesOf = (vector: Float32Array): Buffer => Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);

function vectorOf(text: string): Float32Array {
  const bytes = Buffer.from(text, 'base64');
  return new Float32Array(Uint8Array.from(bytes.subarray(0, bytes.length - bytes.length % 4)).buffer);
}

/** Names and values of a reply: a list of both in turns, or a map. */
function pairsOf(value: unknown): Map<string, string> {
  if (isJsonObject(value)) return new Map(Object.entries(value).map(([name, each]) => [name, String(each)]));
  const list = Array.isArray(value) ? value as readonly unknown[] : [];
  return new Map(list.flatMap((name, index) => (index % 2 === 0 ? [[String(name), String(list[index + 1])] as const] : [])));
}

/** The first document of `FT.SEARCH`: `[count, name, fields, …]` by the older protocol, a map with `results` by the newer one. */
function firstFound(value: unknown): Map<string, string> | null {
  if (Array.isArray(value)) return value.length > 2 ? pairsOf(value[2]) : null;
  const results = isJsonObject(value) ? value['results'] : undefined;
  const first: unknown = Array.isArray(results) ? results[0] : undefined;
  return isJsonObject(first) ? pairsOf(first['extra_attributes']) : null;
}
