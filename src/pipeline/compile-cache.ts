// Compiles `litellm_settings.cache` and `cache_params` into the response cache.
import { AnswerCache } from '../cache/answer-cache.ts';
import { cacheRedisSettings } from '../store/redis/settings.ts';
import { connectRedis, type SharedRedis } from '../store/redis/connect.ts';
import { Flights } from '../cache/flights.ts';
import { KnownBodies } from '../cache/known-bodies.ts';
import { RedisAnswerStore } from '../cache/redis-answer-store.ts';
import { S3AnswerStore } from '../cache/s3-answer-store.ts';
import { SemanticIndex } from '../cache/semantic-index.ts';
import type { AnswerStore } from '../cache/answer-store.ts';
import type { CacheSettings } from './cache-stage.ts';
import type { Config, LitellmSettings, Secret } from '../config/config.ts';
import type { SemanticSettings } from './semantic-stage.ts';

/** What the cache keeps over a change of the configuration. */
export interface CacheMemory {
  local: AnswerCache | null;
  /** `max_size_in_memory` that `local` was made with. */
  maxEntries: number | undefined;
  readonly flights: Flights;
  readonly index: SemanticIndex;
  redis: { url: string; client: SharedRedis } | null;
}

/** An empty memory. */
export const newCacheMemory = (): CacheMemory => ({ local: null, maxEntries: undefined, flights: new Flights(), index: new SemanticIndex(), redis: null });

// LiteLLM's local cache keeps an answer for this long when no ttl is set.
const defaultTtlMs = 600_000;
const defaultThreshold = 0.9;
type Params = LitellmSettings['cacheParams'];

/** The cache; null when it is off. `embed` makes vectors for the semantic one. */
export function compileCache(config: Config, memory: CacheMemory, embed: (model: string) => SemanticSettings['embed']): CacheSettings | null {
  const { cache, cacheParams: params } = config.litellmSettings;
  if (!cache) return null;
  const redis = cacheRedisSettings(config);
  const type = params?.type ?? (redis ? 'redis' : 'local');
  const local = localCache(memory, params?.maxSizeInMemory);
  const store = type.includes('redis') || type.includes('valkey') ? redisStore(redis, memory, local) : type === 's3' ? s3Store(params, local) : local;
  const model = params?.embeddingModel ?? params?.redisSemanticCacheEmbeddingModel ?? params?.valkeySemanticCacheEmbeddingModel ?? params?.qdrantSemanticCacheEmbeddingModel;
  return {
    store, flights: memory.flights, bodies: new KnownBodies(),
    semantic: type.includes('semantic') && model !== undefined ? { index: memory.index, threshold: params?.similarityThreshold ?? defaultThreshold, embed: embed(model) } : null,
    ttlMs: params?.ttlMs ?? (store.kind === 'redis' ? params?.defaultInRedisTtlMs : params?.defaultInMemoryTtlMs) ?? defaultTtlMs,
    namespace: params?.namespace ?? '',
    defaultOn: params?.mode !== 'default_off',
    callTypes: params?.supportedCallTypes ? new Set(params.supportedCallTypes) : null,
  };
}

function localCache(memory: CacheMemory, maxEntries: number | undefined): AnswerCache {
  if (!memory.local || memory.maxEntries !== maxEntries) {
    memory.local = new AnswerCache(Date.now, maxEntries);
    memory.maxEntries = maxEntries;
  }
  return memory.local;
}

function redisStore(settings: ReturnType<typeof cacheRedisSettings>, memory: CacheMemory, local: AnswerCache): AnswerStore {
  if (!settings) return local;
  if (memory.redis?.url !== settings.url) {
    memory.redis?.client.close();
    memory.redis = { url: settings.url, client: connectRedis(settings) };
  }
  return new RedisAnswerStore(memory.redis.client, local, Date.now);
}

function s3Store(params: Params, local: AnswerCache): AnswerStore {
  const bucket = params?.s3BucketName;
  if (bucket === undefined) return local;
  return new S3AnswerStore({
    bucket, region: params?.s3RegionName, endpoint: params?.s3EndpointUrl, accessKeyId: text(params?.s3AwsAccessKeyId), secretAccessKey: text(params?.s3AwsSecretAccessKey),
    sessionToken: text(params?.s3AwsSessionToken), path: params?.s3Path ?? '',
  }, local, Date.now);
}

const text = (secret: Secret | undefined): string | undefined => (secret?.kind === 'value' ? secret.value : undefined);
