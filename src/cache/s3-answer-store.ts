// Answers in a bucket (S3, MinIO, R2 …), for caches that are larger and slower than memory. What was answered lately is also in memory.
// Old objects are not deleted from here: give the bucket a lifecycle rule.
import { S3Client } from 'bun';
import { cacheStoreTimeoutMs, maxCacheWrites } from '../lib/bounds.ts';
import { isFresh, packAnswer, unpackAnswer, type AnswerStore, type CachedAnswer, type NewAnswer } from './answer-store.ts';
import type { AnswerCache } from './answer-cache.ts';

/** Where the bucket is. Keys that are missing are those of the environment (`AWS_ACCESS_KEY_ID` …). */
export interface S3Settings {
  bucket: string;
  region: string | undefined;
  endpoint: string | undefined;
  accessKeyId: string | undefined;
  secretAccessKey: string | undefined;
  sessionToken: string | undefined;
  /** The beginning of the objects' names. */
  path: string;
}

/** Keeps answers in a bucket. */
export class S3AnswerStore implements AnswerStore {
  readonly kind = 's3';
  private readonly client: S3Client;
  private readonly path: string;
  private writes = 0;
  private failed = false;

  constructor({ path, ...settings }: S3Settings, private readonly local: AnswerCache, private readonly nowMs: () => number) {
    const { bucket, region, endpoint, accessKeyId, secretAccessKey, sessionToken } = settings;
    this.client = new S3Client({
      bucket, ...(region !== undefined && { region }), ...(endpoint !== undefined && { endpoint }), ...(accessKeyId !== undefined && { accessKeyId }),
      ...(secretAccessKey !== undefined && { secretAccessKey }), ...(sessionToken !== undefined && { sessionToken }),
    });
    this.path = path === '' || path.endsWith('/') ? path : `${path}/`;
  }

  get(key: string, maxAgeMs: number | null): CachedAnswer | null | Promise<CachedAnswer | null> {
    return this.local.get(key, maxAgeMs) ?? this.fetch(key, maxAgeMs);
  }

  set(key: string, answer: NewAnswer, ttlMs: number): void {
    this.local.set(key, answer, ttlMs);
    if (ttlMs < 1 || this.writes >= maxCacheWrites) return;
    const storedMs = this.nowMs();
    this.writes++;
    void this.client.write(this.path + key, packAnswer({ ...answer, storedMs, expiresMs: storedMs + ttlMs }), { type: 'application/octet-stream' })
      .then(() => this.note(true), () => this.note(false))
      .finally(() => {
        this.writes--;
      });
  }

  async delete(key: string): Promise<boolean> {
    const known = this.local.delete(key);
    const there = await this.client.exists(this.path + key).catch(() => known);
    await this.client.delete(this.path + key).catch(() => undefined);
    return there || known;
  }

  async clear(): Promise<void> {
    this.local.clear();
    let startAfter: string | undefined;
    do {
      const page = await this.client.list({ prefix: this.path, ...(startAfter !== undefined && { startAfter }) }).catch(() => null);
      const keys = page?.contents?.map((item) => item.key) ?? [];
      for (const key of keys) await this.client.delete(key).catch(() => undefined);
      startAfter = page?.isTruncated ? keys.at(-1) : undefined;
    } while (startAfter !== undefined);
  }

  size(): { entries: number; bytes: number } {
    return this.local.size();
  }

  reachable(): boolean {
    return !this.failed;
  }

  private async fetch(key: string, maxAgeMs: number | null): Promise<CachedAnswer | null> {
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), cacheStoreTimeoutMs);
    const bytes = await Promise.race([this.client.file(this.path + key).bytes().catch((error: unknown) => this.missing(error)), late]);
    clearTimeout(timer);
    const answer = bytes && unpackAnswer(bytes);
    return answer && isFresh(answer, this.nowMs(), maxAgeMs) ? answer : null;
  }

  private missing(error: unknown): null {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    this.note(code === 'NoSuchKey' || code === 'ERR_S3_NO_SUCH_KEY');
    return null;
  }

  private note(worked: boolean): void {
    this.failed = !worked;
  }
}
