// What happens after the last byte, never on the caller's time: the deployment is released, the cost is counted, the line is logged.
import type { Cost } from '../accounting/cost.ts';
import { emptyUsage, type Usage } from '../canonical/usage.ts';
import { costAt } from '../routing/target-price.ts';
import { settleLimits, type LimitParts } from './limit-stage.ts';
import { faultStatus } from '../canonical/fault.ts';
import type { ExplainLog, Explanation } from '../routing/explain-log.ts';
import type { Exchange } from './exchange.ts';
import { ledgerEntry, type LedgerParts } from './ledger-entry.ts';
import type { MetricLabels } from './metric-labels.ts';
import type { Observer } from '../observe/observer.ts';
import type { Router } from '../routing/router.ts';

/** What settling needs. */
export interface SettleParts {
  router: Router;
  observer: Observer;
  /** Null without a database. */
  ledger: LedgerParts | null;
  explanations: ExplainLog;
  limits: LimitParts;
  /** Values of labels that the configuration adds to metrics; null: none. */
  metricLabels: MetricLabels | null;
  /** `include_call_id_in_error_body`. */
  callIdInErrors: boolean;
}

/** The cost of an exchange's usage at its deployment's prices; null when no price is known. */
export function exchangeCost(exchange: Exchange): Cost | null {
  const { usage, units, deployment } = exchange;
  return deployment && (usage !== null || Object.keys(units).length > 0) ? costAt(deployment, exchange.targetModel, usage ?? emptyUsage(), units) : null;
}

/** What usage costs in US dollars at the model that answers; null when no price is known. */
export const costOfUsage = ({ deployment, targetModel }: Exchange, usage: Usage): number | null => (deployment ? costAt(deployment, targetModel, usage)?.totalUsd ?? null : null);

/** Ends an exchange. `held` is false when no deployment is held (cache hits, refusals). `known`: the cost, where it was worked out before. */
export function settle(exchange: Exchange, { router, observer, explanations, limits, ledger, metricLabels }: SettleParts, held: boolean, known?: Cost | null): void {
  const { usage, deployment } = exchange;
  if (held && deployment) router.release(deployment, usage?.inputTokens, usage?.outputTokens);
  // Whoever waits for an answer that was not kept asks on its own.
  exchange.flight?.land(null);
  const cost = exchange.cache === 'hit' ? null : known === undefined ? exchangeCost(exchange) : known;
  if (exchange.cache !== 'hit') {
    exchange.costUsd = cost?.totalUsd ?? null;
    exchange.costNanoUsd = cost?.totalNanoUsd ?? null;
  }
  settleLimits(exchange, limits);
  if (exchange.fault) exchange.status = exchange.status || faultStatus(exchange.fault);
  const totalMs = performance.now() - exchange.startedMs;
  if (ledger) ledger.ledger.add(ledgerEntry(exchange, cost, totalMs, ledger));
  explanations.add(exchange.caller?.keyHash ?? '', exchange.caller?.tenant ?? '', explanationOf(exchange, totalMs));
  observer.exchange({
    requestId: exchange.id,
    route: exchange.route,
    status: exchange.status,
    caller: exchange.caller?.keyHash ?? null,
    callerName: exchange.caller?.name ?? null,
    address: exchange.address,
    model: exchange.model,
    group: exchange.group,
    deploymentId: deployment?.id ?? null,
    provider: deployment?.provider.name ?? null,
    providerModel: deployment?.model ?? null,
    stream: exchange.stream,
    usage: usage ?? emptyUsage(),
    usageKnown: usage !== null,
    costUsd: exchange.costUsd,
    costNanoUsd: exchange.costNanoUsd,
    cache: exchange.cache,
    savedUsd: exchange.savedUsd,
    attempts: exchange.trail.attempts,
    retries: exchange.trail.retries,
    fallbacks: exchange.trail.fallbacks,
    dropped: exchange.dropped,
    finishReason: exchange.finishReason,
    fault: exchange.fault?.code ?? null,
    faultMessage: exchange.fault?.message ?? null,
    firstByteMs: exchange.firstByteMs,
    totalMs,
    overheadMs: exchange.firstByteMs === null ? null : Math.max(0, exchange.firstByteMs - exchange.providerMs),
    labels: metricLabels === null ? null : metricLabels(exchange),
  });
}

function explanationOf(exchange: Exchange, totalMs: number): Explanation {
  const { picks, attempts, retries, fallbacks, hedges, continuations, rules, answeredBy, group } = exchange.trail;
  return {
    request_id: exchange.id, startedAt: exchange.startedAt, model: exchange.model, instead: exchange.insteadOf, group, status: exchange.status,
    fault: exchange.fault?.code ?? null, cache: exchange.cache, picks, attempts, retries, fallbacks, hedges, continuations, rules, answered_by: answeredBy?.id ?? null,
    first_byte_ms: exchange.firstByteMs, total_ms: totalMs,
  };
}
