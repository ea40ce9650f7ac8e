// Finds answers to questions that mean the same: vectors of earlier questions, compared one by one within their scope. In memory, bounded;
// the oldest of a scope and the scope that was not used for longest go first.
import { maxScopeVectors, maxSemanticVectors } from '../../lib/bounds.ts';
import { product, type Neighbour, type VectorIndex } from './vector-index.ts';

interface Entry {
  /** Of length 1, so that the product of two is their cosine. */
  vector: Float32Array;
  /** The answer's key in the cache. */
  key: string;
}

/** Keeps vectors by scope. */
export class MemoryVectors implements VectorIndex {
  readonly kind = 'memory';
  private readonly scopes = new Map<string, Entry[]>();
  private total = 0;

  constructor(private readonly maxPerScope = maxScopeVectors, private readonly maxTotal = maxSemanticVectors) {}

  /** The nearest question of the scope that is at least this near. */
  nearest(scope: string, vector: Float32Array, leastSimilarity: number): Neighbour | null {
    const entries = this.scopes.get(scope);
    if (!entries) return null;
    // Put at the end: what is used stays longest.
    this.scopes.delete(scope);
    this.scopes.set(scope, entries);
    let best: Neighbour | null = null;
    for (const entry of entries) {
      const similarity = product(entry.vector, vector);
      if (similarity >= leastSimilarity && (best === null || similarity > best.similarity)) best = { key: entry.key, similarity };
    }
    return best;
  }

  /** Keeps a question whose answer is in the cache under this key. One that is known is kept once. */
  add(scope: string, vector: Float32Array, key: string): void {
    const entries = this.scopes.get(scope) ?? [];
    this.scopes.delete(scope);
    this.scopes.set(scope, entries);
    const known = entries.findIndex((entry) => entry.key === key);
    if (known !== -1) entries.splice(known, 1);
    else this.total++;
    entries.push({ vector, key });
    if (entries.length > this.maxPerScope) {
      entries.shift();
      this.total--;
    }
    for (const [oldest, list] of this.scopes) {
      if (this.total <= this.maxTotal) break;
      this.total -= list.length;
      this.scopes.delete(oldest);
    }
  }

  /** Forgets a question whose answer is gone. */
  remove(scope: string, key: string): void {
    const entries = this.scopes.get(scope);
    const at = entries?.findIndex((entry) => entry.key === key) ?? -1;
    if (!entries || at === -1) return;
    entries.splice(at, 1);
    this.total--;
  }

  /** True when questions of the scope are here. */
  has(scope: string): boolean {
    return this.scopes.has(scope);
  }

  clear(): void {
    this.scopes.clear();
    this.total = 0;
  }

  get size(): number {
    return this.total;
  }
}
