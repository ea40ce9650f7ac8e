// What metrics and alerts are told of a deployment.
import type { Deployment } from './deployment.ts';
import type { DeploymentState } from '../observe/metric-table.ts';
import type { Router } from './router.ts';

/** For the metrics. */
export function measuredDeployment(deployment: Deployment, { pool }: Router): DeploymentState {
  return {
    group: deployment.group, model: deployment.model, id: deployment.id, provider: deployment.provider.name, cooling: pool.isCooling(deployment),
    requestsPerMinute: deployment.requestsPerMinute, tokensPerMinute: deployment.tokensPerMinute, ...pool.history(deployment),
  };
}

/** For the alerts; null: it is not there any more. */
export function alertedDeployment(deployment: Deployment | undefined, { pool }: Router): { name: string; provider: string; coolingSeconds: number } | null {
  return deployment ? { name: `${deployment.group} on ${deployment.model}`, provider: deployment.provider.name, coolingSeconds: pool.coolingSecondsOf(deployment) } : null;
}
