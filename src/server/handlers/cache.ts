// The response cache for operators: is it there, forget single answers, forget all.
import { fault } from '../../canonical/fault.ts';
import { json, refusal } from '../reply.ts';
import { readJsonBody } from '../read-body.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { AnyReply } from '../../http/reply.ts';

/** `GET /cache/ping`. */
export const cachePing: Handler = (call) => {
  const { cache } = call.services.pipeline;
  if (!cache) return noCache(call);
  const { store, semantic } = cache;
  const reachable = store.reachable();
  return json({
    status: reachable ? 'healthy' : 'unhealthy', cache_type: store.kind, ping_response: reachable, set_cache_response: reachable ? 'success' : 'kept in memory',
    litellm_cache_params: JSON.stringify({ type: store.kind, ttl: cache.ttlMs / 1000, ...store.size(), hits: cache.saved.hits, saved_usd: cache.saved.usd, ...(semantic && { semantic_index: semantic.index.kind, semantic_questions: semantic.index.size, semantic_hits: cache.saved.semanticHits, semantic_saved_usd: cache.saved.semanticUsd }) }), health_check_cache_params: {},
  });
};

/** `POST /cache/delete` with `{"keys": […]}`: the keys are those of `x-litellm-cache-key`. */
export const cacheDelete: Handler = async (call) => {
  const { cache } = call.services.pipeline;
  if (!cache) return noCache(call);
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return refusal(body.fault, call.route.dialect, call.id);
  const keys = body.value.get('keys');
  if (!Array.isArray(keys)) return refusal(fault('parameter_missing', "/cache/delete: Missing required parameter: 'keys'.", { param: 'keys' }), call.route.dialect, call.id);
  const deleted = await Promise.all(keys.filter((key) => typeof key === 'string').map((key) => cache.store.delete(key)));
  return json({ status: 'success', deleted: deleted.filter(Boolean).length });
};

/** `POST /cache/flushall`. */
export const cacheFlush: Handler = async (call) => {
  const { cache } = call.services.pipeline;
  if (!cache) return json({ detail: 'Service Unhealthy (503: Cache not initialized. litellm.cache is None)' }, 503);
  await cache.store.clear();
  await cache.semantic?.index.clear();
  return json({ status: 'success' });
};

/** `GET /cache/redis/info`. */
export const cacheRedisInfo: Handler = async ({ services }) => {
  const { cache } = services.pipeline;
  const info = await cache?.store.info?.();
  return info ? json(info) : json({ detail: `Service Unhealthy (500: Cache type ${cache?.store.kind ?? 'local'} does not support redis info)` }, 503);
};

function noCache(call: RouteCall): AnyReply {
  const message = JSON.stringify({ message: 'Cache not initialized. litellm.cache is None', litellm_cache_params: '{}', health_check_cache_params: '{}' });
  const { route, id } = call;
  return refusal(fault('store_unavailable', message, { type: 'cache_ping_error', param: 'cache_ping' }), route.dialect, id);
}

