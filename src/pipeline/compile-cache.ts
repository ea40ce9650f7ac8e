// Compiles `litellm_settings.cache` and `cache_params` into the response cache.
import { AnswerCache } from '../cache/answer-cache.ts';
import { AzureBlobPlace } from '../cache/places/azure-blob.ts';
import { cacheRedisSettings } from '../store/redis/settings.ts';
import { connectRedis, type SharedRedis } from '../store/redis/connect.ts';
import { CacheSavings } from '../cache/savings.ts';
import { DiskPlace } from '../cache/places/disk.ts';
import { Flights } from '../cache/flights.ts';
import { GcsPlace } from '../cache/places/gcs.ts';
import { join } from 'node:path';
import { KnownBodies } from '../cache/known-bodies.ts';
import { maxDiskCacheBytes } from '../lib/bounds.ts';
import { MemoryVectors } from '../cache/vectors/memory.ts';
import { mkdirSync } from 'node:fs';
import { PlacedAnswerStore } from '../cache/placed-answer-store.ts';
import { QdrantVectors } from '../cache/vectors/qdrant.ts';
import { RedisAnswerStore } from '../cache/redis-answer-store.ts';
import { RedisVectors } from '../cache/vectors/redis.ts';
import { S3Place } from '../cache/places/s3.ts';
import { SqliteVectors } from '../cache/vectors/sqlite.ts';
import { storageAccess } from './storage-access.ts';
import type { AnswerPlace } from '../cache/places/place.ts';
import type { AnswerStore } from '../cache/answer-store.ts';
import type { CacheSettings } from './cache-stage.ts';
import type { Config, Secret } from '../config/config.ts';
import type { Exchange } from './exchange.ts';
import type { SemanticSettings } from './semantic-stage.ts';
import type { Send } from '../http/provider-response.ts';
import type { VectorIndex } from '../cache/vectors/vector-index.ts';

/** What the cache keeps over a change of the configuration. */
export interface CacheMemory {
  local: AnswerCache | null;
  /** `max_size_in_memory` that `local` was made with. */
  maxEntries: number | undefined;
  readonly flights: Flights;
  readonly vectors: MemoryVectors;
  readonly saved: CacheSavings;
  redis: { url: string; client: SharedRedis; vectors: RedisVectors } | null;
  /** The folder of the disk cache, and the file with vectors in it. */
  disk: { folder: string; place: DiskPlace; vectors: SqliteVectors | null } | null;
}

/** An empty memory. */
export const newCacheMemory = (): CacheMemory => ({ local: null, maxEntries: undefined, flights: new Flights(), vectors: new MemoryVectors(), saved: new CacheSavings(), redis: null, disk: null });

/** What the cache needs of the rest of the gateway. */
export interface CacheParts {
  /** Makes vectors for the semantic cache. */
  embed(model: string): SemanticSettings['embed'];
  /** Calls buckets and vector databases. */
  send: Send;
}

// LiteLLM's local cache keeps an answer for this long when no ttl is set.
const defaultTtlMs = 600_000;
const defaultThreshold = 0.9;

/** The cache; null when it is off. */
export function compileCache(config: Config, memory: CacheMemory, parts: CacheParts): CacheSettings | null {
  const { litellmSettings: { cache }, routing } = config;
  if (!cache && !routing.cacheResponses) return null;
  const params = paramsOf(config);
  const redis = cacheRedisSettings(config);
  const type = params?.type ?? (redis ? 'redis' : 'local');
  const local = localCache(memory, params?.maxSizeInMemory);
  const isRedis = type.includes('redis') || type.includes('valkey');
  const place = isRedis ? null : placeOf(type, config, memory, parts.send);
  const store = isRedis ? redisStore(redis, memory, local) : place ? new PlacedAnswerStore(place, local, Date.now) : local;
  const model = params?.embeddingModel ?? params?.redisSemanticCacheEmbeddingModel ?? params?.valkeySemanticCacheEmbeddingModel ?? params?.qdrantSemanticCacheEmbeddingModel;
  return {
    store, flights: memory.flights, bodies: new KnownBodies(), saved: memory.saved,
    semantic: type.includes('semantic') && model !== undefined
      ? { index: vectorsOf(type, config, memory, parts.send), threshold: params?.similarityThreshold ?? defaultThreshold, sharedBy: sharers[params?.semanticCacheScope ?? 'key'], embed: parts.embed(model) }
      : null,
    ttlMs: params?.ttlMs ?? (store.kind === 'redis' ? params?.defaultInRedisTtlMs : params?.defaultInMemoryTtlMs) ?? defaultTtlMs,
    namespace: params?.namespace ?? '',
    groups: routing.cachingGroups,
    defaultOn: params?.mode !== 'default_off',
    callTypes: params?.supportedCallTypes ? new Set(params.supportedCallTypes) : null,
  };
}

/** `cache_params`; those of the router where there are none. */
const paramsOf = ({ litellmSettings: { cacheParams }, routing }: Config): Config['litellmSettings']['cacheParams'] => cacheParams ?? (routing.cacheResponses ? routing.cacheKwargs : undefined);

// LiteLLM's two, and the one that the exact cache has.
const sharers: Readonly<Record<'key' | 'end_user' | 'team', SemanticSettings['sharedBy']>> = {
  team: () => '',
  key: keyOf,
  end_user: (exchange) => `${keyOf(exchange)}\n${exchange.endUser ?? ''}`,
};

function keyOf({ caller }: Exchange): string {
  return caller?.keyHash ?? '';
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
    const client = connectRedis(settings);
    memory.redis = { url: settings.url, client, vectors: new RedisVectors(client) };
  }
  return new RedisAnswerStore(memory.redis.client, local, Date.now);
}

/** Where answers are kept beside memory; null: nowhere. */
function placeOf(type: string, config: Config, memory: CacheMemory, send: Send): AnswerPlace | null {
  const params = paramsOf(config);
  switch (type) {
    case 's3': return params?.s3BucketName === undefined ? null : new S3Place({
      bucket: params.s3BucketName, region: params.s3RegionName, endpoint: params.s3EndpointUrl, accessKeyId: text(params.s3AwsAccessKeyId), secretAccessKey: text(params.s3AwsSecretAccessKey),
      sessionToken: text(params.s3AwsSessionToken), path: params.s3Path ?? '',
    });
    case 'gcs': {
      const bucket = params?.gcsBucketName ?? config.environmentValue('GCS_BUCKET_NAME');
      const { google } = storageAccess(config, send);
      return bucket === undefined ? null : new GcsPlace({ bucket, path: params?.gcsPath ?? '', host: config.environmentValue('STORAGE_EMULATOR_HOST') }, google);
    }
    case 'azure-blob': return params?.azureAccountUrl === undefined || params.azureBlobContainer === undefined
      ? null : new AzureBlobPlace(params.azureAccountUrl, params.azureBlobContainer, storageAccess(config, send).azure);
    case 'disk': return diskOf(params?.diskCacheDir ?? '.litellm_cache', memory).place;
    case 'local-semantic': return params?.diskCacheDir === undefined ? null : diskOf(params.diskCacheDir, memory).place;
    default: return null;
  }
}

/** Where the vectors of questions are kept. */
function vectorsOf(type: string, config: Config, memory: CacheMemory, send: Send): VectorIndex {
  const params = paramsOf(config);
  if (type === 'local-semantic' && params?.diskCacheDir !== undefined) {
    const disk = diskOf(params.diskCacheDir, memory);
    mkdirSync(disk.folder, { recursive: true, mode: 0o700 });
    disk.vectors ??= new SqliteVectors(join(disk.folder, 'questions.sqlite'), Date.now);
    return disk.vectors;
  }
  if (type === 'qdrant-semantic') {
    const url = params?.qdrantApiBase ?? config.environmentValue('QDRANT_URL') ?? config.environmentValue('QDRANT_API_BASE');
    if (url === undefined || params?.qdrantCollectionName === undefined) return memory.vectors;
    return new QdrantVectors({
      url, apiKey: text(params.qdrantApiKey) ?? config.environmentValue('QDRANT_API_KEY'), collection: params.qdrantCollectionName, quantization: params.qdrantQuantizationConfig,
      vectorSize: params.qdrantSemanticCacheVectorSize,
    }, send, Date.now);
  }
  return memory.redis?.vectors ?? memory.vectors;
}

/** The folder, once for all configurations that name it. */
function diskOf(folder: string, memory: CacheMemory): NonNullable<CacheMemory['disk']> {
  if (memory.disk?.folder !== folder) {
    memory.disk?.vectors?.close();
    memory.disk = { folder, place: new DiskPlace(folder, maxDiskCacheBytes), vectors: null };
  }
  return memory.disk;
}

const text = (secret: Secret | undefined): string | undefined => (secret?.kind === 'value' ? secret.value : undefined);
