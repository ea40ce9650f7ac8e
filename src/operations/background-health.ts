// Checks deployments from time to time (`background_health_checks`). One that answered real requests since the last round is healthy and is not
// asked: a probe costs money.
import { checkHealth, type CheckSettings } from './health.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { HealthLog } from '../routing/health-log.ts';
import type { Router } from '../routing/router.ts';
import type { Wire } from '../upstream/attempt.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

/** What checking needs. */
export interface BackgroundParts {
  router: Router;
  wire: Wire;
  log: HealthLog;
  intervalMs: number;
  how: CheckSettings;
  /** The model groups that are checked; null: all. */
  groups: ReadonlySet<string> | null;
}

/** Begins to check: at once, then after each interval. Returns how to stop. */
export function startHealthChecks(parts: BackgroundParts): () => void {
  const stopping = new AbortController();
  const round = (): void => void checkRound(parts, stopping.signal);
  round();
  const timer = setInterval(round, parts.intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    stopping.abort();
  };
}

/** One round. */
export async function checkRound({ router, wire, log, intervalMs, how, groups }: BackgroundParts, signal: CancelSignal): Promise<void> {
  const nowMs = Date.now();
  const silent: Deployment[] = [];
  for (const deployment of router.groups.all()) {
    if (deployment.healthCheck.byHandOnly || !(groups?.has(deployment.group) ?? true)) continue;
    const { lastSuccessMs, lastFailureMs, latencyMs } = router.pool.lately(deployment);
    const answered = lastSuccessMs !== null && nowMs - lastSuccessMs < intervalMs && (lastFailureMs ?? 0) < lastSuccessMs;
    if (!answered) silent.push(deployment);
    else log.add({ deploymentId: deployment.id, model: deployment.group, providerModel: deployment.fullName, healthy: true, by: 'traffic', transient: false, error: null, durationMs: latencyMs, checkedMs: nowMs });
  }
  await checkHealth(silent, wire, signal, log, how);
}
