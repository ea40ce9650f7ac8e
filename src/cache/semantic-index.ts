// Finds answers to questions that mean the same: vectors of earlier questions, compared one by one within their scope. In memory, bounded;
// the oldest of a scope and the scope that was not used for longest go first.
import { maxScopeVectors, maxSemanticVectors } from '../lib/bounds.ts';

interface Entry {
  /** Of length 1, so that the product of two is their cosine. */
  vector: Float32Array;
  /** The answer's key in the cache. */
  key: string;
}

/** A question that is near enough. */
export interface Neighbour {
  key: string;
  /** The cosine of the two vectors, at most 1. */
  similarity: number;
}

/** Keeps vectors by scope. */
export class SemanticIndex {
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

  /** Keeps a question whose answer is in the cache under this key. */
  add(scope: string, vector: Float32Array, key: string): void {
    const entries = this.scopes.get(scope) ?? [];
    this.scopes.delete(scope);
    this.scopes.set(scope, entries);
    entries.push({ vector, key });
    this.total++;
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
    if (at === -1) return;
    entries?.splice(at, 1);
    this.total--;
  }

  clear(): void {
    this.scopes.clear();
    this.total = 0;
  }

  get size(): number {
    return this.total;
  }
}

/** A vector of length 1 in the same direction; null for one without a direction. */
export function normalized(values: readonly number[] | Float32Array): Float32Array | null {
  let sum = 0;
  for (const value of values) sum += value * value;
  if (!(sum > 0) || !Number.isFinite(sum)) return null;
  const scale = 1 / Math.sqrt(sum);
  return Float32Array.from(values, (value) => value * scale);
}

function product(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return -1;
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}
