// Headers of answers that no provider was asked for, and of streams.
import { answerHeaders, faultHeaders } from './answer-headers.ts';
import { noHeaders } from '../http/provider-response.ts';
import type { CacheSlot } from './cache-stage.ts';
import type { CachedAnswer } from '../cache/answer-store.ts';
import type { Exchange } from './exchange.ts';
import type { PipelineParts } from './parts.ts';
import type { ReplyHeaders } from '../http/reply.ts';

/** The headers of an answer that comes from the cache, or from another request's stream. */
export function cachedHeaders(exchange: Exchange, { key, similarity }: Pick<CacheSlot, 'key' | 'similarity'>, hit: Pick<CachedAnswer, 'usage' | 'finishReason' | 'costUsd' | 'deploymentId'>, parts: PipelineParts): ReplyHeaders {
  exchange.status = 200;
  exchange.usage = hit.usage;
  exchange.finishReason = hit.finishReason;
  exchange.costUsd = 0;
  exchange.costNanoUsd = 0;
  exchange.savedUsd = hit.costUsd;
  exchange.firstByteMs = performance.now() - exchange.startedMs;
  exchange.deployment = parts.router.groups.deployment(hit.deploymentId) ?? null;
  const { deployment } = exchange;
  const headers = deployment ? answerHeaders(exchange, deployment, noHeaders, null) : faultHeaders(exchange);
  headers.put('x-litellm-cache-key', key);
  if (similarity !== null) headers.put('x-litellm-semantic-similarity', similarity.toFixed(4));
  return headers;
}

/** The headers of a stream. */
export function streamHeaders(headers: ReplyHeaders): ReplyHeaders {
  headers.set('content-type', 'text/event-stream; charset=utf-8');
  headers.set('cache-control', 'no-cache');
  // Reverse proxies of the nginx kind would collect the stream otherwise.
  headers.set('x-accel-buffering', 'no');
  return headers;
}
