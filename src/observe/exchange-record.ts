// What is written down about one model call. It holds no content, no key and no address of a provider.

/** One finished model call. Times are milliseconds. */
export interface ExchangeRecord {
  requestId: string;
  route: string;
  status: number;
  /** SHA-256 of the key, or the word for the master key. */
  caller: string | null;
  callerName: string | null;
  address: string;
  model: string;
  group: string | null;
  deploymentId: string | null;
  provider: string | null;
  providerModel: string | null;
  stream: boolean;
  usage: { inputTokens: number; outputTokens: number; cacheReadTokens: number; cacheWriteTokens: number; reasoningTokens: number };
  usageKnown: boolean;
  costUsd: number | null;
  /** The same in whole 10⁻⁹ USD, rounded half up once: for sums that must be exact. */
  costNanoUsd: number | null;
  cache: 'off' | 'miss' | 'hit';
  /** What an answer from the cache had cost when it was made; null: not known, or no hit. */
  savedUsd: number | null;
  attempts: readonly { deploymentId: string; durationMs: number; failure: string | null }[];
  retries: number;
  fallbacks: number;
  dropped: readonly string[];
  finishReason: string | null;
  fault: string | null;
  faultMessage: string | null;
  firstByteMs: number | null;
  totalMs: number;
  overheadMs: number | null;
  /** Values of further labels of metrics, joined by line ends; null: there are none. */
  labels: string | null;
}

/** The record of a request that was refused at the door, before it was known what it asks. */
export function refusedRecord(requestId: string, route: string, status: number, address: string, fault: string, totalMs: number): ExchangeRecord {
  return {
    requestId, route, status, address, fault, totalMs, faultMessage: null, caller: null, callerName: null, model: '', group: null, deploymentId: null, provider: null,
    providerModel: null, stream: false, usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 }, usageKnown: false, costUsd: null, costNanoUsd: null,
    cache: 'off', savedUsd: null, attempts: [], retries: 0, fallbacks: 0, dropped: [], finishReason: null, firstByteMs: null, overheadMs: null, labels: null,
  };
}
