// Watches finished model calls for what an operator wants to hear: slow answers, failing groups, outages, a high share of errors; and sums up a report.
import { maxWatchedSubjects } from '../lib/bounds.ts';
import { SlidingCount } from './sliding-count.ts';
import type { AlertSink } from './dispatcher.ts';
import type { AlertThresholds } from './settings.ts';
import type { ExchangeRecord } from '../observe/exchange-record.ts';

/** Failures of a deployment's attempts that mean that it is down; a wrong key or a limit is something else. */
const outageFailures: ReadonlySet<string> = new Set([
  'upstream_timeout', 'upstream_failed', 'upstream_bad_gateway', 'upstream_unavailable', 'upstream_overloaded', 'upstream_connection', 'upstream_invalid_answer', 'upstream_stream_broken',
]);
/** Ends of a request that are the gateway's or a provider's fault. */
const isOurFault = (fault: string): boolean => fault.startsWith('upstream_') || fault.startsWith('deployments_') || fault === 'internal' || fault === 'overloaded' || fault === 'credential_missing';

interface DeploymentWatch {
  failures: SlidingCount;
  /** An outage was told and is not over. */
  down: boolean;
}

/** Who can say whether a deployment cools down, and which provider it belongs to. */
export interface DeploymentLookup {
  /** Name to show, provider, and seconds that it still cools down; null when it is not there any more. */
  (deploymentId: string): { name: string; provider: string; coolingSeconds: number } | null;
}

/** The watch. */
export class ExchangeWatch {
  private readonly deployments = new Map<string, DeploymentWatch>();
  private readonly requests: SlidingCount;
  private readonly errors: SlidingCount;
  private errorRateTold = false;

  constructor(private readonly sink: AlertSink, private readonly thresholds: AlertThresholds, private readonly lookup: DeploymentLookup, private readonly nowMs: () => number) {
    this.requests = new SlidingCount(thresholds.errorRateWindowMs);
    this.errors = new SlidingCount(thresholds.errorRateWindowMs);
  }

  /** A model call is over. */
  exchange(record: ExchangeRecord): void {
    if (record.model === '') return;
    const nowMs = this.nowMs();
    this.requests.add(nowMs);
    const failed = record.fault !== null && isOurFault(record.fault);
    if (failed) {
      this.errors.add(nowMs);
      this.tellFailure(record);
    }
    if (record.totalMs > this.thresholds.slowMs) this.tellSlow(record);
    if (failed || this.errorRateTold) this.watchErrorRate(nowMs);
    if (failed || record.attempts.length > 1 || this.deployments.size > 0) this.watchAttempts(record, nowMs);
  }

  private tellFailure(record: ExchangeRecord): void {
    this.sink.raise({
      kind: 'llm_exceptions', subject: record.group ?? record.model, title: `Requests to ${record.group ?? record.model} fail`,
      facts: [['model group', record.group ?? record.model], ['failure', record.fault ?? ''], ['status', String(record.status)], ['attempts', String(record.attempts.length)], ['request', record.requestId]],
    });
  }

  private tellSlow(record: ExchangeRecord): void {
    this.sink.raise({
      kind: 'llm_too_slow', subject: record.group ?? record.model, title: `A request to ${record.group ?? record.model} took ${seconds(record.totalMs)}`,
      facts: [['model group', record.group ?? record.model], ['provider', record.provider ?? ''], ['first byte', record.firstByteMs === null ? 'none' : seconds(record.firstByteMs)], ['request', record.requestId]],
    });
  }

  private watchErrorRate(nowMs: number): void {
    const { errorRate, errorRateRequests, errorRateWindowMs } = this.thresholds;
    const requests = this.requests.count(nowMs);
    const share = this.errors.count(nowMs) / Math.max(1, requests);
    const high = requests >= errorRateRequests && share >= errorRate;
    // It is over only well below the threshold, so that a share around it is not told again and again.
    if (this.errorRateTold ? share > errorRate / 2 : !high) return;
    this.errorRateTold = high;
    this.sink.raise({
      kind: 'error_rate', subject: 'all requests', resolved: !high,
      title: high ? `${percent(share)} of the requests fail` : `Requests succeed again: ${percent(share)} fail`,
      facts: [['requests', String(requests)], ['failed', String(this.errors.count(nowMs))], ['within', seconds(errorRateWindowMs)]],
    });
  }

  private watchAttempts(record: ExchangeRecord, nowMs: number): void {
    for (const { deploymentId, failure } of record.attempts) {
      if (failure === null) this.recovered(deploymentId);
      else this.failed(deploymentId, failure, nowMs);
    }
  }

  private failed(deploymentId: string, failure: string, nowMs: number): void {
    const deployment = this.lookup(deploymentId);
    if (!deployment) return;
    if (deployment.coolingSeconds > 0) {
      this.sink.raise({
        kind: 'cooldown_deployment', subject: deploymentId, title: `${deployment.name} cools down for ${deployment.coolingSeconds} s`,
        facts: [['deployment', deployment.name], ['provider', deployment.provider], ['failure', failure]],
      });
    }
    if (!outageFailures.has(failure)) return;
    const watch = this.watchOf(deploymentId);
    watch.failures.add(nowMs);
    const failures = watch.failures.count(nowMs);
    const { minorOutage, majorOutage, outageWindowMs } = this.thresholds;
    if (failures !== minorOutage && failures !== majorOutage) return;
    watch.down = true;
    const major = failures >= majorOutage;
    this.sink.raise({
      kind: 'outage_alerts', severity: major ? 'critical' : 'warning', subject: major ? `${deploymentId} (major)` : deploymentId,
      title: `${major ? 'Major' : 'Minor'} outage of ${deployment.name}`,
      facts: [['deployment', deployment.name], ['provider', deployment.provider], ['failures', String(failures)], ['within', seconds(outageWindowMs)], ['last failure', failure]],
    });
    this.watchProvider(deployment.provider);
  }

  private watchProvider(provider: string): void {
    const down = [...this.deployments].flatMap(([id, { down: isDown }]) => (isDown ? this.lookup(id) ?? [] : [])).filter((deployment) => deployment.provider === provider);
    if (down.length < 2) return;
    this.sink.raise({
      kind: 'region_outage_alerts', subject: provider, title: `${provider} fails at ${down.length} deployments`, facts: [['provider', provider], ['deployments', down.map(({ name }) => name).join(', ')]],
    });
  }

  private recovered(deploymentId: string): void {
    const watch = this.deployments.get(deploymentId);
    if (!watch) return;
    this.deployments.delete(deploymentId);
    if (!watch.down) return;
    const deployment = this.lookup(deploymentId);
    const name = deployment?.name ?? deploymentId;
    for (const subject of [deploymentId, `${deploymentId} (major)`]) {
      this.sink.raise({ kind: 'outage_alerts', subject, resolved: true, title: `${name} answers again`, facts: deployment ? [['provider', deployment.provider]] : [] });
    }
  }

  private watchOf(deploymentId: string): DeploymentWatch {
    let watch = this.deployments.get(deploymentId);
    if (!watch) {
      watch = { failures: new SlidingCount(this.thresholds.outageWindowMs), down: false };
      if (this.deployments.size < maxWatchedSubjects) this.deployments.set(deploymentId, watch);
    }
    return watch;
  }
}

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
