// Answers in a place that is larger and slower than memory: a folder, a bucket. What was answered lately is in memory too.
import { cacheStoreTimeoutMs, maxCacheWrites } from '../lib/bounds.ts';
import { isFresh, packAnswer, unpackAnswer, type AnswerStore, type CachedAnswer, type NewAnswer } from './answer-store.ts';
import type { AnswerCache } from './answer-cache.ts';
import type { AnswerPlace } from './places/place.ts';

/** Keeps answers in a place. */
export class PlacedAnswerStore implements AnswerStore {
  readonly kind: string;
  private writes = 0;
  private failed = false;

  constructor(private readonly place: AnswerPlace, private readonly local: AnswerCache, private readonly nowMs: () => number) {
    this.kind = place.kind;
  }

  get(key: string, maxAgeMs: number | null): CachedAnswer | null | Promise<CachedAnswer | null> {
    return this.local.get(key, maxAgeMs) ?? this.fetch(key, maxAgeMs);
  }

  set(key: string, answer: NewAnswer, ttlMs: number): void {
    this.local.set(key, answer, ttlMs);
    if (ttlMs < 1 || this.writes >= maxCacheWrites) return;
    const storedMs = this.nowMs();
    this.writes++;
    void this.place.write(key, packAnswer({ ...answer, storedMs, expiresMs: storedMs + ttlMs }))
      .then(() => this.note(true), () => this.note(false))
      .finally(() => {
        this.writes--;
      });
  }

  async delete(key: string): Promise<boolean> {
    const known = this.local.delete(key);
    return await this.place.remove(key).catch(() => false) || known;
  }

  async clear(): Promise<void> {
    this.local.clear();
    try {
      for await (const names of this.place.names()) for (const name of names) await this.place.remove(name);
    } catch {
      this.note(false);
    }
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
    const reading = this.place.read(key).then((bytes) => {
      this.note(true);
      return bytes;
    }, () => {
      this.note(false);
      return null;
    });
    const bytes = await Promise.race([reading, late]);
    clearTimeout(timer);
    const answer = bytes && unpackAnswer(bytes);
    if (answer && answer.expiresMs <= this.nowMs()) void this.place.remove(key).catch(() => undefined);
    return answer && isFresh(answer, this.nowMs(), maxAgeMs) ? answer : null;
  }

  private note(worked: boolean): void {
    this.failed = !worked;
  }
}
