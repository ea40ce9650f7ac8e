// Exact answers kept in memory (LiteLLM's `cache: true` with `type: local`). Bounded by entries and bytes; the oldest go first.
// Answers of one tenant are never given to another.
import { maxCacheBytes, maxCacheEntries } from '../lib/bounds.ts';
import type { AnswerStore, CachedAnswer } from './answer-store.ts';

export type { CachedAnswer } from './answer-store.ts';

/** Keeps answers by key. */
export class AnswerCache implements AnswerStore {
  readonly kind = 'local';
  private readonly entries = new Map<string, CachedAnswer>();
  private bytes = 0;

  constructor(private readonly nowMs: () => number, private readonly maxEntries = maxCacheEntries, private readonly maxBytes = maxCacheBytes) {}

  /** The answer under this key, when there is one that is at most `maxAgeMs` old. */
  get(key: string, maxAgeMs: number | null): CachedAnswer | null {
    const entry = this.entries.get(key);
    if (!entry) return null;
    const nowMs = this.nowMs();
    if (entry.expiresMs <= nowMs) {
      this.delete(key);
      return null;
    }
    return maxAgeMs !== null && nowMs - entry.storedMs > maxAgeMs ? null : entry;
  }

  /** Keeps an answer. One that is larger than an eighth of all room is not kept. */
  set(key: string, answer: Omit<CachedAnswer, 'storedMs' | 'expiresMs'>, ttlMs: number): void {
    this.delete(key);
    if (ttlMs <= 0 || answer.body.length > this.maxBytes / 8) return;
    const storedMs = this.nowMs();
    this.entries.set(key, { ...answer, storedMs, expiresMs: storedMs + ttlMs });
    this.bytes += answer.body.length;
    for (const oldest of this.entries.keys()) {
      if (this.entries.size <= this.maxEntries && this.bytes <= this.maxBytes) break;
      this.delete(oldest);
    }
  }

  /** Forgets one answer; true when there was one. */
  delete(key: string): boolean {
    const entry = this.entries.get(key);
    if (!entry) return false;
    this.entries.delete(key);
    this.bytes -= entry.body.length;
    return true;
  }

  /** Forgets all answers. */
  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  reachable(): boolean {
    return true;
  }

  /** How much is kept. */
  size(): { entries: number; bytes: number } {
    return { entries: this.entries.size, bytes: this.bytes };
  }
}
