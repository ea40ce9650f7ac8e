// The response cache as a stage: looks an answer up before any provider is asked, waits for one that somebody else is asking for, and keeps
// what a provider answered.
import { findMember } from '../lib/json-members.ts';
import { semanticPlace, type SemanticPlace, type SemanticSettings } from './semantic-stage.ts';
import type { AnswerStore, CachedAnswer } from '../cache/answer-store.ts';
import type { CacheSavings } from '../cache/savings.ts';
import type { ByteSource } from '../http/byte-source.ts';
import type { Controls } from './controls.ts';
import type { Exchange } from './exchange.ts';
import type { Flight, Flights, SharedStream } from '../cache/flights.ts';
import type { JsonBody } from '../lib/json-body.ts';
import { after, type Later } from '../lib/later.ts';
import type { KnownBodies } from '../cache/known-bodies.ts';

/** The cache's settings (`litellm_settings.cache` and `cache_params`). */
export interface CacheSettings {
  store: AnswerStore;
  /** What was asked again. */
  bodies: KnownBodies;
  flights: Flights;
  saved: CacheSavings;
  /** Answers to questions that mean the same; null: only to the same question. */
  semantic: SemanticSettings | null;
  ttlMs: number;
  namespace: string;
  /** False: only requests that ask for it (`cache: {"use-cache": true}`) use the cache. */
  defaultOn: boolean;
  /** The name under which a model's answers are kept, where others share them. */
  groups: ReadonlyMap<string, string>;
  /** LiteLLM's call types that are cached; null: all. */
  callTypes: ReadonlySet<string> | null;
}

/** One request's place in the cache. */
export interface CacheSlot {
  key: string;
  /** An answer that may be given; null when there is none or the request wants a fresh one. */
  hit: CachedAnswer | null;
  /** How near the question of the hit is, when it is not the same; null otherwise. */
  similarity: number | null;
  /** The stream of somebody who asks the same, and this request's part in it; null: none. */
  joined: { stream: SharedStream; body: ByteSource } | null;
  /** Keeps the provider's answer; does nothing when the request forbids it. */
  keep(answer: Pick<CachedAnswer, 'body' | 'usage' | 'finishReason' | 'deploymentId' | 'costUsd'>): void;
}

/** `whole`: other requests may wait for this one's answer, and it for theirs. `part`: one of several inputs of a request. `look`: only to see. */
export type CacheUse = 'whole' | 'part' | 'look';

const callTypeOf: Readonly<Record<string, string>> = {
  'openai-chat': 'completion', 'openai-completions': 'text_completion', 'openai-responses': 'responses', 'anthropic-messages': 'anthropic_messages',
  'gemini': 'completion', 'embeddings': 'embedding', 'rerank': 'rerank', 'audio-transcriptions': 'transcription',
};
// How an answer is delivered is no part of what is asked.
const deliveryMembers = new Set(['stream', 'stream_options']);

/** The request's place in the cache, or null when the cache has no part in it. At once where the cache is in memory. */
export function cacheSlot(settings: CacheSettings | null, exchange: Exchange, body: JsonBody, controls: Controls, use: CacheUse): Later<CacheSlot | null> {
  if (!settings) return null;
  const name = exchange.kind.type === 'chat' ? exchange.kind.dialect : exchange.kind.operation;
  const callType = callTypeOf[name];
  if (callType === undefined || (settings.callTypes && !settings.callTypes.has(callType) && !settings.callTypes.has(`a${callType}`))) return null;
  const asked = body.has('cache') ? body.get('cache') : undefined;
  const wantsCache = typeof asked === 'object' && asked !== null && 'use-cache' in asked && asked['use-cache'] === true;
  if (!settings.defaultOn && !wantsCache) return null;
  const { cache } = controls;
  const { model, insteadOf } = exchange;
  const key = settings.bodies.keyOf(body, { tenant: exchange.caller?.tenant ?? '', name, model, insteadOf }, () => cacheKey(settings, exchange, body, controls, name, null));
  const place: Place = {
    settings, exchange, key, use, form: exchange.stream ? streamForm(body) : null, keeps: cache?.noStore !== true,
    maxAgeMs: cache?.maxAgeSeconds == null ? null : cache.maxAgeSeconds * 1000,
    ttlMs: cache?.ttlSeconds == null ? settings.ttlMs : cache.ttlSeconds * 1000,
    semantic: settings.semantic && use !== 'part' ? semanticPlace(exchange.kind, body, (from, to) => cacheKey(settings, exchange, body, controls, name, { from, to })) : null,
  };
  if (cache?.noCache) return slotOf(place, null, null);
  const known = settings.store.get(key, place.maxAgeMs);
  return after(known, (hit) => {
    if (hit && use === 'whole') settings.bodies.keep(body);
    return afterLookup(place, hit);
  });
}

/** A place while it is looked up. */
interface Place {
  settings: CacheSettings;
  exchange: Exchange;
  key: string;
  use: CacheUse;
  /** What a stream is to be like; null: no stream is asked for. */
  form: string | null;
  keeps: boolean;
  maxAgeMs: number | null;
  ttlMs: number;
  semantic: SemanticPlace | null;
}

function afterLookup(place: Place, hit: CachedAnswer | null): CacheSlot | Promise<CacheSlot> {
  const { settings, exchange, key, use } = place;
  if (hit || use !== 'whole') return hit || !place.semantic ? slotOf(place, hit, null) : bySimilarity(place, null);
  // Whoever wants a stream wants it at once; it joins one of the same form and does not wait for somebody else's whole answer.
  const flight = settings.flights.find(key);
  if (flight && !exchange.stream) return joined(place, flight.landed);
  if (flight && flight.form === place.form) return joinedStream(place, flight);
  return place.semantic ? bySimilarity(place, null) : leading(place, null);
}

async function joined(place: Place, landed: Promise<CachedAnswer | null>): Promise<CacheSlot> {
  const answer = await unlessLeft(place, landed);
  // Without an answer to share, everybody asks on its own; the first of them can be waited for again.
  return answer ? slotOf(place, answer, null) : leading(place, null);
}

async function joinedStream(place: Place, flight: Flight): Promise<CacheSlot> {
  const stream = await unlessLeft(place, flight.opened);
  const body = stream?.body.join();
  return stream && body ? { ...slotOf(place, null, null), joined: { stream, body } } : leading(place, null);
}

/** What is waited for; null when the client leaves first. */
async function unlessLeft<T>({ exchange: { signal } }: Place, awaited: Promise<T | null>): Promise<T | null> {
  const { promise: left, resolve } = Promise.withResolvers<null>();
  const onAbort = (): void => resolve(null);
  signal.addEventListener('abort', onAbort, { once: true });
  const value = await Promise.race([awaited, left]);
  signal.removeEventListener('abort', onAbort);
  return value;
}

function streamForm({ bytes, outline }: JsonBody): string {
  const options = findMember(outline, 'stream_options');
  return options ? bytes.toString('utf8', options.valueStart, options.valueEnd) : '';
}

async function bySimilarity(place: Place, vector: Float32Array | null): Promise<CacheSlot> {
  const { semantic } = place.settings;
  if (!semantic || !place.semantic) return leading(place, vector);
  const { scope, text } = place.semantic;
  const own = await semantic.embed(text, place.exchange);
  const near = own && await semantic.index.nearest(scope, own, semantic.threshold);
  const hit = near && (near.answer ?? await place.settings.store.get(near.key, place.maxAgeMs));
  if (near && !hit) semantic.index.remove(scope, near.key);
  return near && hit ? slotOf(place, hit, near.similarity) : leading(place, own);
}

/** The slot of a request that asks a provider; others with the same question can wait for it. */
function leading(place: Place, vector: Float32Array | null): CacheSlot {
  const { settings, exchange, key, keeps, use } = place;
  if (use === 'whole' && keeps && !settings.flights.find(key)) exchange.flight = settings.flights.begin(key, place.form);
  return slotOf(place, null, null, vector);
}

function slotOf(place: Place, hit: CachedAnswer | null, similarity: number | null, vector: Float32Array | null = null): CacheSlot {
  const { settings, exchange, key, keeps, ttlMs, semantic } = place;
  return {
    key, hit, similarity, joined: null,
    keep(answer) {
      if (!keeps) return;
      settings.store.set(key, answer, ttlMs);
      if (vector && semantic) settings.semantic?.index.add(semantic.scope, vector, key, answer, ttlMs);
      const storedMs = Date.now();
      exchange.flight?.land({ ...answer, storedMs, expiresMs: storedMs + ttlMs });
    },
  };
}

/**
 * Everything that is asked goes into the key, and who asks: SHA-256 over the members in the order of their names. `without` leaves out these
 * bytes: what is left is the scope of questions that may mean the same.
 */
function cacheKey(settings: CacheSettings, exchange: Exchange, body: JsonBody, controls: Controls, name: string, without: { from: number; to: number } | null): string {
  const hasher = new Bun.CryptoHasher('sha256');
  const part = (text: string): void => {
    hasher.update(`${text.length}:`);
    hasher.update(text);
  };
  part(exchange.caller?.tenant ?? '');
  if (without && settings.semantic) part(settings.semantic.sharedBy(exchange));
  part(controls.cache?.namespace ?? settings.namespace);
  part(name);
  part(settings.groups.get(exchange.model) ?? exchange.model);
  if (exchange.insteadOf !== null) part(exchange.insteadOf);
  for (const member of body.outline.members.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    if (controls.removed.has(member.key) || deliveryMembers.has(member.key) || member.key === 'model') continue;
    part(member.key);
    if (without && without.from >= member.valueStart && without.to <= member.valueEnd) {
      part(body.bytes.toString('utf8', member.valueStart, without.from));
      part(body.bytes.toString('utf8', without.to, member.valueEnd));
    } else {
      part(body.bytes.toString('utf8', member.valueStart, member.valueEnd));
    }
  }
  return hasher.digest('hex');
}
