// The health of every deployment: what it failed at lately, whether it is cooling down, how much of its limits is used.
// Cool-down rules follow LiteLLM's, with two differences that its users asked for: a 400 never cools anything, and the last healthy
// deployment of a group is not cooled unless `allowed_fails` says so.
import type { Deployment } from './deployment.ts';
import type { Fault, FaultCode } from '../canonical/fault.ts';
import { faultStatus } from '../canonical/fault.ts';
import { stateOf, type DeploymentState, type PoolMemory } from './deployment-state.ts';
import type { Awaited, LoadView } from './strategies.ts';

/** When deployments cool down. */
export interface CooldownSettings {
  disabled: boolean;
  cooldownMs: number;
  /** Failures in a minute that are still fine; null: LiteLLM's share-of-failures rule. */
  allowedFails: number | null;
  /** `allowed_fails_policy`: failures in a minute that are fine, by kind. */
  allowedFailsByCode: ReadonlyMap<FaultCode, number>;
}

// LiteLLM: more than half of at least five calls in a minute failed.
const failureShare = 0.5;
const failureMinimum = 5;
// LiteLLM: these say that the next call will fail too.
const atOnce: ReadonlySet<FaultCode> = new Set(['upstream_rate_limited', 'upstream_authentication', 'upstream_not_found']);
// How much one answer moves the average.
const latencyShare = 0.2;
// What is expected of a deployment that is at its first calls, or has only failed.
const unknownWaitMs = 1_000;
// How much a deployment that fails every call seems slower than it is.
const failureFactor = 20;

/** Keeps the state of all deployments of one configuration. */
export class Pool implements LoadView {
  constructor(private readonly settings: CooldownSettings, private readonly nowMs: () => number, private readonly memory: PoolMemory = new Map()) {}

  /** True while a deployment is left out because it failed. */
  isCooling(deployment: Deployment): boolean {
    return this.state(deployment).coolingUntilMs > this.nowMs();
  }

  /** True when the deployment's own limits leave room for another call. */
  hasRoom(deployment: Deployment): boolean {
    const state = this.state(deployment);
    if (deployment.maxParallelRequests !== null && state.inFlight >= deployment.maxParallelRequests) return false;
    return state.window.hasRoom(this.nowMs());
  }

  /** Seconds until the first of these deployments stops cooling. */
  coolingSeconds(deployments: readonly Deployment[]): number {
    const until = Math.min(...deployments.map((deployment) => this.state(deployment).coolingUntilMs));
    return Math.max(1, Math.ceil((until - this.nowMs()) / 1000));
  }

  /** A call begins. */
  begin(deployment: Deployment): void {
    const state = this.state(deployment);
    const nowMs = this.nowMs();
    state.window.takeRequest(nowMs);
    state.recent.add(1, nowMs);
    state.inFlight++;
  }

  /** A call that `begin` announced is over, however it ended. */
  end(deployment: Deployment, inputTokens = 0, outputTokens = 0): void {
    const state = this.state(deployment);
    state.inFlight = Math.max(0, state.inFlight - 1);
    if (inputTokens > 0 || outputTokens > 0) state.window.addTokens(this.nowMs(), inputTokens, outputTokens);
  }

  /** The deployment answered after this time (a stream: with its first content). */
  succeeded(deployment: Deployment, durationMs: number, awaited: Awaited): void {
    const state = this.turned(deployment);
    const nowMs = this.nowMs();
    state.calls++;
    state.successes++;
    state.lastSuccessMs = nowMs;
    (awaited === 'first-token' ? state.firstToken : state.whole).add(durationMs, nowMs);
    state.latencyMs = state.latencyMs === null ? durationMs : state.latencyMs + (durationMs - state.latencyMs) * latencyShare;
  }

  /** The deployment had not answered after this time, when another one had. */
  wasLate(deployment: Deployment, durationMs: number, awaited: Awaited): void {
    const state = this.state(deployment);
    (awaited === 'first-token' ? state.firstToken : state.whole).add(durationMs, this.nowMs());
  }

  /** The deployment failed while `healthyPeers` others of its group could answer; returns true when it cools down from now on. */
  failed(deployment: Deployment, failure: Fault, healthyPeers: number): boolean {
    const state = this.turned(deployment);
    state.calls++;
    state.allFailures++;
    if (!countsAgainst(failure)) return false;
    state.recentFailures.add(1, this.nowMs());
    state.lastFailureMs = this.nowMs();
    state.lastFailure = failure.code;
    state.failures++;
    if (this.settings.disabled) return false;
    if (!this.mustCool(state, failure, healthyPeers)) return false;
    state.coolDowns++;
    const retryAfterMs = failure.retryAfterSeconds === undefined ? 0 : failure.retryAfterSeconds * 1000;
    state.coolingUntilMs = this.nowMs() + (retryAfterMs > 0 ? retryAfterMs : deployment.cooldownMs ?? this.settings.cooldownMs);
    return true;
  }

  /** Calls under way at this deployment. */
  inFlight(deployment: Deployment): number {
    return this.state(deployment).inFlight;
  }

  /** Moving average of the time to the first byte; null before the first answer. */
  latencyMs(deployment: Deployment): number | null {
    return this.state(deployment).latencyMs;
  }

  expectedWaitMs(deployment: Deployment, awaited: Awaited): number {
    const state = this.state(deployment);
    const nowMs = this.nowMs();
    const measured = awaited === 'first-token' ? state.firstToken.at(nowMs) ?? state.whole.at(nowMs) : state.whole.at(nowMs) ?? state.firstToken.at(nowMs);
    const failures = state.recentFailures.at(nowMs);
    // Nothing is known against a deployment that was never asked: it is tried, once at a time.
    const average = measured ?? (state.inFlight === 0 && failures === 0 ? 0 : unknownWaitMs);
    const share = failures === 0 ? 0 : Math.min(1, failures / Math.max(1, state.recent.at(nowMs)));
    return average * (state.inFlight + 1) * (1 + failureFactor * share);
  }

  recentRequests(deployment: Deployment): number {
    return this.state(deployment).recent.at(this.nowMs());
  }

  /** What real traffic said of this deployment: passive health. */
  lately(deployment: Deployment): Pick<DeploymentState, 'lastSuccessMs' | 'lastFailureMs' | 'lastFailure' | 'latencyMs'> {
    return this.state(deployment);
  }

  /** Tokens of the current minute. */
  tokensThisMinute(deployment: Deployment): number {
    return this.state(deployment).window.tokensNow(this.nowMs());
  }

  /** What happened at this deployment since the start, and calls under way. */
  history(deployment: Deployment): { successes: number; failures: number; coolDowns: number; inFlight: number } {
    const { successes, allFailures, coolDowns, inFlight } = this.state(deployment);
    return { successes, failures: allFailures, coolDowns, inFlight };
  }

  /** Seconds until this deployment stops cooling; 0 when it does not cool. */
  coolingSecondsOf(deployment: Deployment): number {
    return Math.max(0, Math.ceil((this.state(deployment).coolingUntilMs - this.nowMs()) / 1000));
  }

  private mustCool(state: DeploymentState, failure: Fault, healthyPeers: number): boolean {
    const allowed = this.settings.allowedFailsByCode.get(failure.code) ?? this.settings.allowedFails;
    if (allowed !== null) return state.failures > allowed;
    if (healthyPeers === 0) return false;
    if (atOnce.has(failure.code)) return true;
    return state.calls >= failureMinimum && state.failures / state.calls > failureShare;
  }

  private turned(deployment: Deployment): DeploymentState {
    const state = this.state(deployment);
    const minute = Math.floor(this.nowMs() / 60_000);
    if (state.minute !== minute) {
      state.minute = minute;
      state.calls = 0;
      state.failures = 0;
    }
    return state;
  }

  private state(deployment: Deployment): DeploymentState {
    return stateOf(this.memory, deployment);
  }
}

// Only failures that say something about the deployment count: keys, time-outs, limits, the provider's own errors, the network.
function countsAgainst(failure: Fault): boolean {
  const status = faultStatus(failure);
  return failure.code.startsWith('upstream_') && (status >= 500 || status === 401 || status === 404 || status === 408 || status === 429);
}
