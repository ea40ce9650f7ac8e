// The same question at the same time, as streams: the first request asks, the others get all that it got and the rest as it comes. When the
// first one's client leaves, the provider goes on for the others; the request that began it pays.
import { cachedHeaders, streamHeaders } from './cached-headers.ts';
import { Cancellation, type CancelSignal } from '../lib/cancellation.ts';
import { exchangeCost, settle, type SettleParts } from './settle.ts';
import { FanOut } from '../http/fan-out.ts';
import { fault, faultStatus } from '../canonical/fault.ts';
import { maxCollectedBytes } from '../lib/bounds.ts';
import { Reply } from '../http/reply.ts';
import type { Answer } from '../upstream/call.ts';
import type { ByteSource } from '../http/byte-source.ts';
import type { CacheSlot } from './cache-stage.ts';
import type { Exchange } from './exchange.ts';
import type { Flight } from '../cache/flights.ts';
import type { PipelineParts } from './parts.ts';

/** Aborted when the asker's client leaves before the stream has begun. After that the stream ends when nobody reads it any more. */
export function unlessShared(exchange: Exchange): CancelSignal {
  const cancellation = new Cancellation();
  const abort = (): void => cancellation.abort();
  if (exchange.signal.aborted) abort();
  else exchange.signal.addEventListener('abort', abort, { once: true });
  void exchange.flight?.opened.then((stream) => {
    if (stream) exchange.signal.removeEventListener('abort', abort);
  });
  return cancellation;
}

/** Opens the stream for others; gives the asker's own part in it. */
export function shared(exchange: Exchange, flight: Flight, { body, ended }: Extract<Answer, { kind: 'stream' }>, deploymentId: string): ByteSource {
  const fanOut = new FanOut(body, maxCollectedBytes);
  const own = leavingWith(exchange, fanOut.join() ?? body);
  flight.open({
    body: fanOut, deploymentId,
    // The exchange has counted by then: its own end was told first.
    ended: ended.then((end) => ({ usage: end.usage, finishReason: end.finishReason, fault: end.fault, costUsd: exchangeCost(exchange)?.totalUsd ?? null })),
  });
  return own;
}

/** The response of a request that joined. */
export function replyJoined(exchange: Exchange, slot: Pick<CacheSlot, 'key' | 'similarity'>, { stream, body }: NonNullable<CacheSlot['joined']>, parts: PipelineParts & SettleParts): Reply {
  const headers = cachedHeaders(exchange, slot, { usage: null, finishReason: null, costUsd: null, deploymentId: stream.deploymentId }, parts);
  let isOver = false;
  const over = (): boolean => {
    const first = !isOver;
    isOver = true;
    return first;
  };
  void stream.ended.then((end) => {
    if (!over()) return;
    exchange.usage = end.usage;
    exchange.finishReason = end.finishReason;
    exchange.fault = end.fault;
    exchange.savedUsd = end.costUsd;
    parts.cache?.saved.note(end.costUsd, false);
    settle(exchange, parts, false);
  });
  exchange.signal.addEventListener('abort', () => {
    body.cancel();
    if (!over()) return;
    exchange.fault = fault('client_left', 'The client left before the stream was complete.');
    exchange.status = faultStatus(exchange.fault);
    settle(exchange, parts, false);
  }, { once: true });
  return new Reply(200, streamHeaders(headers), body);
}

function leavingWith({ signal }: Exchange, body: ByteSource): ByteSource {
  if (signal.aborted) body.cancel();
  else signal.addEventListener('abort', () => body.cancel(), { once: true });
  return body;
}
