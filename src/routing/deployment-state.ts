// What is remembered of one deployment while the process runs: calls under way, how it answered lately, its limits' windows.
import { DecayingCount } from './decaying-count.ts';
import { MinuteWindow } from '../limits/minute-window.ts';
import { PeakAverage } from './peak-average.ts';
import type { Deployment } from './deployment.ts';
import type { FaultCode } from '../canonical/fault.ts';

/** The state of one deployment. It outlives a change of the configuration, so that calls under way end where they were counted. */
export interface DeploymentState {
  window: MinuteWindow;
  coolingUntilMs: number;
  /** Calls and failures of the current minute. */
  minute: number;
  calls: number;
  failures: number;
  inFlight: number;
  /** Since the start. */
  successes: number;
  allFailures: number;
  coolDowns: number;
  latencyMs: number | null;
  firstToken: PeakAverage;
  whole: PeakAverage;
  recent: DecayingCount;
  recentFailures: DecayingCount;
  lastSuccessMs: number | null;
  lastFailureMs: number | null;
  lastFailure: FaultCode | null;
}

/** The states by the deployments' ids. */
export type PoolMemory = Map<string, DeploymentState>;

const recentMemoryMs = 60_000;
const failureMemoryMs = 30_000;

/** Takes over the limits of a configuration: what changed its limits begins its minute anew, what is gone and idle is forgotten. */
export function takeOver(memory: PoolMemory, deployments: readonly Deployment[]): void {
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]));
  for (const [id, state] of memory) {
    const deployment = byId.get(id);
    if (!deployment && state.inFlight === 0) memory.delete(id);
    if (!deployment) continue;
    if (!state.window.keeps(deployment)) state.window = new MinuteWindow(deployment);
  }
}

/** The state of a deployment. */
export function stateOf(memory: PoolMemory, deployment: Deployment): DeploymentState {
  const known = memory.get(deployment.id);
  if (known) return known;
  const state: DeploymentState = {
    window: new MinuteWindow(deployment), coolingUntilMs: 0, minute: -1, calls: 0, failures: 0, inFlight: 0, successes: 0, allFailures: 0, coolDowns: 0,
    latencyMs: null, firstToken: new PeakAverage(), whole: new PeakAverage(), recent: new DecayingCount(recentMemoryMs), recentFailures: new DecayingCount(failureMemoryMs),
    lastSuccessMs: null, lastFailureMs: null, lastFailure: null,
  };
  memory.set(deployment.id, state);
  return state;
}
