// Where answers are kept for the response cache: what every place has in common, and the form in which an answer travels to places outside
// of the process.
import { isJsonObject, numberAt, stringAt, type JsonObject } from '../lib/json.ts';
import type { Usage } from '../canonical/usage.ts';

/** A kept answer, in the dialect of the client that asked. */
export interface CachedAnswer {
  body: Buffer;
  usage: Usage | null;
  finishReason: string | null;
  deploymentId: string;
  /** What the answer cost when it was made: what giving it again saves. Null: not known. */
  costUsd: number | null;
  storedMs: number;
  expiresMs: number;
}

/** What is to be kept. */
export type NewAnswer = Omit<CachedAnswer, 'storedMs' | 'expiresMs'>;

/** A place for answers. No method throws or rejects: a place that cannot be reached knows nothing. */
export interface AnswerStore {
  /** `local`, `redis`, `s3`: LiteLLM's word for the place. */
  readonly kind: string;
  /** The answer under this key, when there is one that is at most `maxAgeMs` old. At once where it is in memory. */
  get(key: string, maxAgeMs: number | null): CachedAnswer | null | Promise<CachedAnswer | null>;
  /** Keeps an answer; nobody waits for it. */
  set(key: string, answer: NewAnswer, ttlMs: number): void;
  /** Forgets one answer; true when there was one. */
  delete(key: string): boolean | Promise<boolean>;
  /** Forgets all answers of this gateway. */
  clear(): void | Promise<void>;
  /** What is kept in memory. */
  size(): { entries: number; bytes: number };
  /** About the server, where there is one that tells. */
  info?(): Promise<JsonObject | null>;
  /** True while the place can be reached. */
  reachable(): boolean;
}

/** An answer as bytes: one line of JSON about it, then its body as it goes to the client. */
export function packAnswer({ body, ...about }: CachedAnswer): Buffer<ArrayBuffer> {
  return Buffer.concat([Buffer.from(`${JSON.stringify(about)}\n`), body]);
}

/** The answer in such bytes; null when they are something else. */
export function unpackAnswer(bytes: Uint8Array): CachedAnswer | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = buffer.indexOf(0x0a);
  if (end === -1) return null;
  try {
    const about: unknown = JSON.parse(buffer.toString('utf8', 0, end));
    if (!isJsonObject(about)) return null;
    const [storedMs, expiresMs, deploymentId] = [numberAt(about, 'storedMs'), numberAt(about, 'expiresMs'), stringAt(about, 'deploymentId')];
    if (storedMs === undefined || expiresMs === undefined || deploymentId === undefined) return null;
    return {
      body: buffer.subarray(end + 1), usage: isJsonObject(about['usage']) ? about['usage'] as unknown as CachedAnswer['usage'] : null, finishReason: stringAt(about, 'finishReason') ?? null,
      deploymentId, costUsd: numberAt(about, 'costUsd') ?? null, storedMs, expiresMs,
    };
  } catch {
    return null;
  }
}

/** True when a kept answer may still be given. */
export function isFresh(answer: CachedAnswer, nowMs: number, maxAgeMs: number | null): boolean {
  return answer.expiresMs > nowMs && (maxAgeMs === null || nowMs - answer.storedMs <= maxAgeMs);
}
