// What the router is told about an exchange.
import { accountOf } from './encrypted-items.ts';
import { needsOf } from './request-needs.ts';
import { affordable } from './limit-stage.ts';
import { modelRefusal } from '../access/model-refusal.ts';
import { sessionOf } from './session-key.ts';
import { forRouter } from './request-fallbacks.ts';
import type { Controls } from './controls.ts';
import type { Exchange } from './exchange.ts';
import type { Fault } from '../canonical/fault.ts';
import type { PipelineParts } from './parts.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { Needs, RoutingRequest, Session } from '../routing/trail.ts';

/** A request on its way to the router. */
export interface RoutedRequest {
  body: JsonBody;
  /** The id of the only deployment that can answer; null: any. */
  only: string | null;
  /** The account whose encrypted items the request holds; null: any account will do. */
  account: bigint | null;
  /** What the first attempt is to fail with, as the request asks; null: it is made. */
  pretend: Fault | null;
}

/** The request for the router. What costs work is worked out when it is asked for, and once. */
export function routingRequest(exchange: Exchange, controls: Controls, { body, only, account, pretend }: RoutedRequest, { limits, router, fallbacksNeedAccess }: Pick<PipelineParts, 'limits' | 'router' | 'fallbacksNeedAccess'>): RoutingRequest {
  let needs: Needs | undefined;
  let session: Session | null | undefined;
  const conversation = exchange.kind.type === 'chat';
  return {
    model: exchange.routed, insteadOf: exchange.insteadOf, numRetries: controls.numRetries, ...forRouter(controls.fallbacks), fallbacksDisabled: controls.fallbacksDisabled || only !== null, pretended: pretend,
    tags: controls.tags, teamId: exchange.caller?.teamId ?? null, userAgent: exchange.headers.get('user-agent'), priority: controls.priority, signal: exchange.signal, only, region: exchange.region ?? controls.region, affordable: affordable(limits),
    mayFallBackTo: fallbacksNeedAccess ? (model) => modelRefusal(exchange.caller, model, router.groups) === null : null,
    account: account === null ? null : (deployment) => accountOf(deployment) === account,
    awaited: exchange.stream && conversation ? 'first-token' : 'whole',
    promptBytes: body.bytes.length,
    needs: () => (needs ??= needsOf(body)),
    session: () => {
      if (session === undefined) session = conversation ? sessionOf(exchange.caller?.tenant ?? '', exchange.headers, body) : null;
      return session;
    },
  };
}
