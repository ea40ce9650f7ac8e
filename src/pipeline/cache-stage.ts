// The response cache as a stage: looks an answer up before any provider is asked, and keeps what a provider answered.
import type { AnswerCache, CachedAnswer } from '../cache/answer-cache.ts';
import type { Controls } from './controls.ts';
import type { Exchange } from './exchange.ts';
import type { JsonBody } from '../lib/json-body.ts';

/** The cache's settings (`litellm_settings.cache` and `cache_params`). */
export interface CacheSettings {
  store: AnswerCache;
  ttlMs: number;
  namespace: string;
  /** False: only requests that ask for it (`cache: {"use-cache": true}`) use the cache. */
  defaultOn: boolean;
  /** LiteLLM's call types that are cached; null: all. */
  callTypes: ReadonlySet<string> | null;
}

/** One request's place in the cache. */
export interface CacheSlot {
  key: string;
  /** An answer that may be given; null when there is none or the request wants a fresh one. */
  hit: CachedAnswer | null;
  /** Keeps the provider's answer; does nothing when the request forbids it. */
  keep(answer: Pick<CachedAnswer, 'body' | 'usage' | 'finishReason' | 'deploymentId'>): void;
}

const callTypeOf: Readonly<Record<string, string>> = {
  'openai-chat': 'completion', 'openai-completions': 'text_completion', 'openai-responses': 'responses', 'anthropic-messages': 'anthropic_messages',
  'gemini': 'completion', 'embeddings': 'embedding', 'rerank': 'rerank', 'audio-transcriptions': 'transcription',
};
// How an answer is delivered is no part of what is asked.
const deliveryMembers = new Set(['stream', 'stream_options']);

/** The request's place in the cache, or null when the cache has no part in it. */
export function cacheSlot(settings: CacheSettings | null, exchange: Exchange, body: JsonBody, controls: Controls): CacheSlot | null {
  if (!settings) return null;
  const name = exchange.kind.type === 'chat' ? exchange.kind.dialect : exchange.kind.operation;
  const callType = callTypeOf[name];
  if (callType === undefined || (settings.callTypes && !settings.callTypes.has(callType) && !settings.callTypes.has(`a${callType}`))) return null;
  const asked = body.has('cache') ? body.get('cache') : undefined;
  const wantsCache = typeof asked === 'object' && asked !== null && 'use-cache' in asked && asked['use-cache'] === true;
  if (!settings.defaultOn && !wantsCache) return null;
  const key = cacheKey(settings, exchange, body, controls, name);
  if (key === null) return null;
  const { cache } = controls;
  const maxAgeMs = cache?.maxAgeSeconds == null ? null : cache.maxAgeSeconds * 1000;
  return {
    key,
    hit: cache?.noCache ? null : settings.store.get(key, maxAgeMs),
    keep(answer) {
      if (cache?.noStore) return;
      settings.store.set(key, answer, cache?.ttlSeconds == null ? settings.ttlMs : cache.ttlSeconds * 1000);
    },
  };
}

// Everything that is asked goes into the key, and who asks: SHA-256 over the members in the order of their names.
function cacheKey(settings: CacheSettings, exchange: Exchange, body: JsonBody, controls: Controls, name: string): string | null {
  const hasher = new Bun.CryptoHasher('sha256');
  const part = (text: string): void => {
    hasher.update(`${text.length}:`);
    hasher.update(text);
  };
  part(exchange.caller?.tenant ?? '');
  part(controls.cache?.namespace ?? settings.namespace);
  part(name);
  part(exchange.model);
  if (exchange.insteadOf !== null) part(exchange.insteadOf);
  part(exchange.routed);
  for (const member of body.outline.members.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    if (controls.removed.has(member.key) || deliveryMembers.has(member.key) || member.key === 'model') continue;
    part(member.key);
    part(body.bytes.toString('utf8', member.valueStart, member.valueEnd));
  }
  return hasher.digest('hex');
}
