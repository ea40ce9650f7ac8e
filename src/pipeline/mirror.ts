// Copies of requests for another model: sent after the caller has its answer, read to the end, thrown away, and logged like any other call.
// Never on the caller's time, never on the caller's account.
import { maxMirroredCalls } from '../lib/bounds.ts';
import { newExchange, type Exchange } from './exchange.ts';
import { newRequestId } from '../lib/identifiers.ts';
import { plainCaller, type Caller } from '../access/caller.ts';
import { Steering } from '../routing/steering.ts';
import type { ChatRequest, PipelineParts } from './parts.ts';
import { isByteSource, type Reply } from '../http/reply.ts';
import { readAway } from '../http/byte-source.ts';
import type { Later } from '../lib/later.ts';

type Answer = (exchange: Exchange, request: ChatRequest, parts: PipelineParts) => Later<Reply>;

const mirrorCaller: Caller = { ...plainCaller, kind: 'open', keyHash: 'mirror', name: 'mirror', isAdmin: false, tenant: 'mirror' };
const noSteering = new Steering([], [], []);
let underWay = 0;

/** Sends a copy where the configuration wants one. When too many are under way it is left out. */
export function mirror(exchange: Exchange, request: ChatRequest, parts: PipelineParts, answer: Answer): void {
  if (exchange.caller === mirrorCaller || underWay >= maxMirroredCalls) return;
  const to = parts.steering.mirrorOf(exchange.routed, exchange.deployment, parts.random);
  if (to === null || to === exchange.routed) return;
  underWay++;
  void copyTo(to, exchange, request, parts, answer).finally(() => {
    underWay--;
  });
}

async function copyTo(model: string, exchange: Exchange, request: ChatRequest, parts: PipelineParts, answer: Answer): Promise<void> {
  const { kind, route, headers, address } = exchange;
  // The caller's leaving must not end it, nor must it go on for ever.
  const signal = AbortSignal.timeout(parts.defaultTimeoutMs < longestMs ? parts.defaultTimeoutMs : longestMs);
  const copy = newExchange({ id: newRequestId(), kind, route, headers, signal, address });
  copy.caller = mirrorCaller;
  try {
    const { body } = await answer(copy, { ...request, modelFromPath: model }, { ...parts, cache: null, steering: noSteering });
    if (isByteSource(body)) await readAway(body);
  } catch {
    // What went wrong stands in the copy's own log line.
  }
}

const longestMs = 600_000;
