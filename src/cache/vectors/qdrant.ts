// Vectors in Qdrant, with their answers beside them, in the collection and by the field that LiteLLM uses.
// https://api.qdrant.tech/api-reference
import { asBuffer, type Send } from '../../http/provider-response.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, parseJsonObject, stringAt, type JsonObject } from '../../lib/json.ts';
import { cacheCallTimeoutMs } from '../../lib/bounds.ts';
import { packAnswer, unpackAnswer, type NewAnswer } from '../answer-store.ts';
import type { Neighbour, VectorIndex } from './vector-index.ts';

/** Where the collection is. */
export interface QdrantSettings {
  url: string;
  apiKey: string | undefined;
  collection: string;
  /** LiteLLM's words: `binary` (the usual one), `scalar`, `product`. */
  quantization: string | undefined;
  /** The length of vectors of a collection that is made here; the first question's when nothing is set. */
  vectorSize: number | undefined;
}

const scopeField = 'litellm_cache_key';
const quantizations: Readonly<Record<string, JsonObject>> = {
  binary: { binary: { always_ram: false } }, scalar: { scalar: { type: 'int8', quantile: 0.99, always_ram: false } }, product: { product: { compression: 'x16', always_ram: false } },
};

/** Keeps vectors and answers in Qdrant. */
export class QdrantVectors implements VectorIndex {
  readonly kind = 'qdrant';
  readonly size = 0;
  private readonly collection: string;
  private ready: Promise<boolean> | null = null;

  constructor(private readonly settings: QdrantSettings, private readonly send: Send, private readonly nowMs: () => number) {
    this.collection = `${settings.url.replace(/\/+$/, '')}/collections/${encodeURIComponent(settings.collection)}`;
  }

  async nearest(scope: string, vector: Float32Array, leastSimilarity: number): Promise<Neighbour | null> {
    if (!await this.isReady(vector.length)) return null;
    const answer = await this.call('POST', `${this.collection}/points/search`, {
      vector: [...vector], limit: 1, with_payload: true, score_threshold: leastSimilarity, filter: { must: [matching(scope), { key: 'expires_ms', range: { gt: this.nowMs() } }] },
      params: { quantization: { ignore: false, rescore: true, oversampling: 3 } },
    });
    const [first] = arrayAt(answer, 'result');
    if (!isJsonObject(first)) return null;
    const payload = objectAt(first, 'payload');
    const [key, similarity, packed] = [stringAt(payload, 'key'), numberAt(first, 'score'), stringAt(payload, 'response')];
    if (key === undefined || similarity === undefined || packed === undefined || similarity < leastSimilarity) return null;
    const kept = unpackAnswer(Buffer.from(packed, 'base64'));
    return kept && { key, similarity, answer: kept };
  }

  add(scope: string, vector: Float32Array, key: string, answer: NewAnswer, ttlMs: number): void {
    const storedMs = this.nowMs();
    const expiresMs = storedMs + ttlMs;
    const response = packAnswer({ ...answer, storedMs, expiresMs }).toString('base64');
    void this.isReady(vector.length).then((isReady) => (isReady
      ? this.call('PUT', `${this.collection}/points?wait=true`, { points: [{ id: idOf(scope, key), vector: [...vector], payload: { [scopeField]: scope, key, response, expires_ms: expiresMs } }] })
      : undefined));
  }

  remove(scope: string, key: string): void {
    void this.call('POST', `${this.collection}/points/delete?wait=true`, { points: [idOf(scope, key)] });
  }

  /** Only what Weir keeps there goes: the collection may be somebody else's too. */
  async clear(): Promise<void> {
    await this.call('POST', `${this.collection}/points/delete?wait=true`, { filter: { must_not: [{ is_empty: { key: 'expires_ms' } }] } });
  }

  /** True when the collection is there; it is made when it is missing. Asked again after a failure. */
  private isReady(length: number): Promise<boolean> {
    this.ready ??= this.prepare(length).then((works) => {
      if (!works) this.ready = null;
      return works;
    });
    return this.ready;
  }

  private async prepare(length: number): Promise<boolean> {
    const exists = objectAt(await this.call('GET', `${this.collection}/exists`), 'result')?.['exists'];
    if (exists === undefined) return false;
    if (exists === false) {
      const quantization = quantizations[this.settings.quantization ?? 'binary'];
      const made = await this.call('PUT', this.collection, { vectors: { size: this.settings.vectorSize ?? length, distance: 'Cosine' }, ...(quantization && { quantization_config: quantization }) });
      if (made?.['result'] !== true) return false;
    }
    await this.call('PUT', `${this.collection}/index`, { field_name: scopeField, field_schema: 'keyword' });
    return true;
  }

  /** The answer as JSON; undefined when there is none. */
  private async call(method: string, url: string, body?: JsonObject): Promise<JsonObject | undefined> {
    const { apiKey } = this.settings;
    try {
      const response = await this.send(url, {
        method, headers: { 'content-type': 'application/json', ...(apiKey !== undefined && { 'api-key': apiKey }) }, body: Buffer.from(body ? JSON.stringify(body) : ''), signal: AbortSignal.timeout(cacheCallTimeoutMs),
      });
      const text = asBuffer(await response.arrayBuffer()).toString('utf8');
      return response.status < 300 ? parseJsonObject(text) : undefined;
    } catch {
      return undefined;
    }
  }
}

const matching = (scope: string): JsonObject => ({ key: scopeField, match: { value: scope } });

/** A point's id is a UUID: made of a hash, so that a question is kept once. */
function idOf(scope: string, key: string): string {
  const hash = new Bun.CryptoHasher('sha256').update(`${scope}\n${key}`).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-${hash.slice(12, 16)}-${hash.slice(16, 20)}-${hash.slice(20, 32)}`;
}
