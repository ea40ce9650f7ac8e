// Where the semantic cache keeps the vectors of questions: what every place has in common.
import type { CachedAnswer, NewAnswer } from '../answer-store.ts';

/** A question that is near enough. */
export interface Neighbour {
  /** The key of its answer in the cache. */
  key: string;
  /** The cosine of the two vectors, at most 1. */
  similarity: number;
  /** The answer itself, where the index keeps it beside the vector. */
  answer?: CachedAnswer;
}

/**
 * Vectors by scope: only questions of one scope are compared with each other. All vectors are of length 1. No method throws or rejects: an
 * index that cannot be reached knows nothing.
 */
export interface VectorIndex {
  /** `memory`, `sqlite`, `redis`, `redis-search`, `qdrant`. */
  readonly kind: string;
  /** The nearest question of the scope that is at least this near. */
  nearest(scope: string, vector: Float32Array, leastSimilarity: number): Neighbour | null | Promise<Neighbour | null>;
  /** Keeps a question whose answer is in the cache under this key for so long. */
  add(scope: string, vector: Float32Array, key: string, answer: NewAnswer, ttlMs: number): void;
  /** Forgets a question whose answer is gone. */
  remove(scope: string, key: string): void;
  clear(): void | Promise<void>;
  /** Questions that are in memory here. */
  readonly size: number;
}

/** A vector of length 1 in the same direction; null for one without a direction. */
export function normalized(values: readonly number[] | Float32Array): Float32Array | null {
  let sum = 0;
  for (const value of values) sum += value * value;
  if (!(sum > 0) || !Number.isFinite(sum)) return null;
  const scale = 1 / Math.sqrt(sum);
  return Float32Array.from(values, (value) => value * scale);
}

/** The cosine of two vectors of length 1; -1 when they are of different models. */
export function product(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length) return -1;
  let sum = 0;
  for (let index = 0; index < one.length; index++) sum += (one[index] ?? 0) * (other[index] ?? 0);
  return sum;
}
