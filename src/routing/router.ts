// Takes a request through deployments until one answers: picks, tries, retries, falls back. One budget of attempts and one
// deadline hold for all of it, and every attempt leaves a record.
import { fail, fault, isRetryable, type Fault, type FaultCode, type Result } from '../canonical/fault.ts';
import { fallbacksFor, type FallbackSettings } from './fallbacks.ts';
import { maxAttempts } from '../lib/bounds.ts';
import { providerModel, type ModelGroup, type ModelGroups } from './model-groups.ts';
import type { PriorityQueue } from './priority-queue.ts';
import type { AttemptRecord, PickRecord, RoutingRequest, Trail } from './trail.ts';
import type { Deployment, Target } from './deployment.ts';
import { firstCost, secondCost, type HedgedCall, type Hedging } from './hedging.ts';
import type { Picker, PickerSettings } from './picker.ts';
import type { Pool } from './pool.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { Later } from '../lib/later.ts';

export type { RoutingRequest, Trail } from './trail.ts';

/** Routing settings of one configuration. */
export interface RouterSettings extends FallbackSettings, PickerSettings {
  numRetries: number;
  /** `retry_policy`: retries by kind of failure. */
  retriesByCode: ReadonlyMap<FaultCode, number>;
  groupRetries: ReadonlyMap<string, ReadonlyMap<FaultCode, number>>;
  /** `retry_after`: the least wait before another try. */
  retryAfterMs: number;
  maxFallbacks: number;
  /** Attempts of one request in all, second calls included. */
  maxAttempts: number;
  /** The wall clock of one request, from its first attempt: nothing is begun after it. */
  totalTimeoutMs: number;
  /** `default_priority`: of requests that name none; null: they do not wait. */
  defaultPriority: number | null;
}

/** Time and chance, given from outside so that tests decide them. */
export interface Surroundings {
  nowMs: () => number;
  random: () => number;
  sleep: (milliseconds: number, signal: CancelSignal) => Promise<void>;
}

/** What a router is made of. */
export interface RouterParts {
  groups: ModelGroups;
  pool: Pool;
  picker: Picker;
  /** Null: no second calls. */
  hedging: Hedging | null;
  around: Surroundings;
  /** Where requests with a priority wait. */
  queue: PriorityQueue;
}

/** Tries one deployment. `cancel` is aborted when another one was faster; null: that cannot happen. */
export type TryOne<T> = (target: Target, cancel: CancelSignal | null) => Later<Result<T>>;

/** What one request brings along through all of its attempts. */
interface Journey<T> {
  request: RoutingRequest;
  trail: Trail;
  attempt: TryOne<T>;
  /** Lets an answer go that came too late. */
  discard: (value: T) => void;
  retries: number;
  deadlineMs: number;
}

// LiteLLM's back-off: half a second, doubled each time, at most eight seconds; ours is jittered in full.
const firstBackoffMs = 500;
const longestBackoffMs = 8_000;
// A longer Retry-After is the caller's to wait for, not ours.
const longestRetryAfterMs = 60_000;
// Refusals that say something about this deployment's key or its model's name and nothing about the request: worth a try elsewhere, never
// here again.
const elsewhere: ReadonlySet<FaultCode> = new Set(['upstream_authentication', 'upstream_permission', 'upstream_not_found', 'credential_missing']);

/** Routes requests over the deployments of one configuration. */
export class Router {
  readonly groups: ModelGroups;
  readonly pool: Pool;
  readonly picker: Picker;
  private readonly around: Surroundings;

  constructor(private readonly parts: RouterParts, readonly settings: RouterSettings) {
    ({ groups: this.groups, pool: this.pool, picker: this.picker, around: this.around } = parts);
  }

  /** Requests that wait for a deployment now, and those that waited in vain since the start. */
  waiting(): { now: number; turnedAway: number } {
    const { size, turnedAway } = this.parts.queue;
    return { now: size, turnedAway };
  }

  /**
   * Runs `attempt` on one deployment after another until one answers. The pool counts the call as under way until `release` is called
   * for an answer; a failed attempt is released here.
   */
  async run<T>(request: RoutingRequest, trail: Trail, attempt: TryOne<T>, discard: (value: T) => void = () => undefined): Promise<Result<T>> {
    const queue: string[] = [request.insteadOf ?? request.model];
    const visited = new Set<string>();
    const journey: Journey<T> = {
      request, trail, attempt, discard, retries: request.numRetries ?? this.settings.numRetries, deadlineMs: this.around.nowMs() + this.settings.totalTimeoutMs,
    };
    let last: Fault | null = null;
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (visited.has(name)) continue;
      if (last !== null && trail.fallbacks >= this.settings.maxFallbacks) break;
      visited.add(name);
      if (last !== null) trail.fallbacks++;
      const group = this.groups.find(name);
      trail.group = group && group.captured === null && !this.groups.aliases.has(name) ? group.name : name;
      trail.groupRetries = 0;
      // A fallback that nothing serves tells less than what failed before it.
      const result: Result<T> = group ? await this.runGroup(group, journey) : fail(last ?? unknownModel(name, this.settings.defaultFallbacks.length > 0));
      if (result.ok) return result;
      last = result.fault;
      if (this.isSpent(journey)) break;
      const asked = name === request.insteadOf ? request.model : name;
      const next = [...fallbacksFor(name, last, request, this.settings), ...(asked === name ? [] : fallbacksFor(asked, last, request, this.settings))];
      queue.push(...(request.mayFallBackTo ? next.filter(request.mayFallBackTo) : next));
    }
    return fail(last ?? unknownModel(request.model, false));
  }

  /** An answered call is over: its tokens count against the deployment's limits. */
  release(deployment: Deployment, inputTokens = 0, outputTokens = 0): void {
    this.pool.end(deployment, inputTokens, outputTokens);
  }

  /** Nothing more may be begun for this request. */
  private isSpent({ request, trail, deadlineMs }: Pick<Journey<never>, 'request' | 'trail' | 'deadlineMs'>): boolean {
    return request.signal.aborted || trail.attempts.length >= Math.min(maxAttempts, this.settings.maxAttempts) || this.around.nowMs() >= deadlineMs;
  }

  private async runGroup<T>(group: ModelGroup, journey: Journey<T>): Promise<Result<T>> {
    const { request, trail } = journey;
    const tried = new Set<string>();
    let last: Result<T> | null = null;
    for (;;) {
      const now = this.picker.pick(group, request, tried, trail.picks);
      const picked: Result<Deployment> = now.ok || last !== null ? now : await this.pickInTurn(group, journey, tried) ?? now;
      // What the provider said tells more than that nobody is left.
      if (!picked.ok) return last ?? picked;
      const deployment: Deployment = picked.value;
      tried.add(deployment.id);
      const result: Result<T> = await this.attemptOn(deployment, group, journey, tried);
      if (result.ok) return result;
      last = result;
      const reason = result.fault;
      const another = group.deployments.some((peer) => !tried.has(peer.id) && this.isOpen(peer));
      // Retries are counted over all groups of the request: a fallback does not begin them anew.
      const allowed = Math.min(this.retriesFor(group.name, reason, journey.retries), deployment.maxRetries ?? Infinity);
      const worthwhile = isRetryable(reason) || (another && elsewhere.has(reason.code));
      if (!worthwhile || trail.retries >= allowed || this.isSpent(journey)) return result;
      const waitMs = another ? 0 : this.waitMs(reason, trail.groupRetries + 1);
      if (waitMs > longestRetryAfterMs || this.around.nowMs() + waitMs >= journey.deadlineMs) return result;
      trail.retries++;
      trail.groupRetries++;
      if (waitMs > 0) await this.around.sleep(waitMs, request.signal);
      if (request.signal.aborted) return result;
    }
  }

  /** Waits for a deployment, where the request has a priority and none can be used; null: there is none in time. */
  private async pickInTurn<T>(group: ModelGroup, { request, trail, deadlineMs }: Journey<T>, tried: ReadonlySet<string>): Promise<Result<Deployment> | null> {
    const priority = request.priority ?? this.settings.defaultPriority;
    if (priority === null || group.deployments.length === 0) return null;
    return this.parts.queue.wait(group.name, priority, deadlineMs, request.signal, () => {
      const picks: PickRecord[] = [];
      const picked = this.picker.pick(group, request, tried, picks);
      if (!picked.ok) return null;
      trail.picks.push(...picks);
      return picked;
    });
  }

  private attemptOn<T>(deployment: Deployment, group: ModelGroup, journey: Journey<T>, tried: Set<string>): Promise<Result<T>> {
    const { hedging } = this.parts;
    const { awaited } = journey.request;
    return hedging && awaited === 'first-token' && group.deployments.length > 1
      ? this.hedged(deployment, group, journey, tried, hedging)
      : this.callOne(deployment, group, journey, null, false);
  }

  private async hedged<T>(deployment: Deployment, group: ModelGroup, journey: Journey<T>, tried: Set<string>, hedging: NonNullable<RouterParts['hedging']>): Promise<Result<T>> {
    const { request, trail } = journey;
    const { promptBytes } = request;
    const known = trail.picks.at(-1)?.by === 'session';
    const call: HedgedCall = { group: group.name, deploymentId: deployment.id, cost: firstCost(deployment, promptBytes, known), known, promptBytes };
    const lateMs = hedging.begin(call);
    const startedMs = this.around.nowMs();
    if (lateMs === null) {
      const result = await this.callOne(deployment, group, journey, null, false);
      if (result.ok) hedging.measured(call, this.around.nowMs() - startedMs);
      return result;
    }
    const cancelFirst = new AbortController();
    const first = this.callOne(deployment, group, journey, cancelFirst.signal, false);
    const wait = new AbortController();
    const early = await Promise.race([first, this.around.sleep(lateMs, wait.signal).then(() => null)]);
    wait.abort();
    const second = early || this.isSpent(journey) || request.signal.aborted ? null : this.secondFor(call, deployment, group, journey, tried, hedging);
    if (!second) {
      const result = early ?? await first;
      if (result.ok) hedging.measured(call, this.around.nowMs() - startedMs);
      return result;
    }
    tried.add(second.id);
    trail.hedges++;
    const cancelSecond = new AbortController();
    const result = await this.fasterOf(first, cancelFirst, this.callOne(second, group, journey, cancelSecond.signal, true), cancelSecond, journey.discard);
    hedging.measured(call, this.around.nowMs() - startedMs);
    return result;
  }

  /** Who gets the second call of a late stream; null: nobody. */
  private secondFor<T>(call: HedgedCall, first: Deployment, group: ModelGroup, { request, trail }: Journey<T>, tried: ReadonlySet<string>, hedging: Hedging): Deployment | null {
    if (hedging.again(call)) return this.pool.hasRoom(first) && hedging.spend(call, secondCost(first, call.promptBytes, true)) ? first : null;
    const picked = this.picker.pick(group, { ...request, session: () => null }, tried, trail.picks);
    return picked.ok && !tried.has(picked.value.id) && hedging.spend(call, secondCost(picked.value, call.promptBytes, false)) ? picked.value : null;
  }

  /** The first good answer of two; the other call is broken off. When both fail, what the first one said. */
  private async fasterOf<T>(first: Promise<Result<T>>, cancelFirst: AbortController, second: Promise<Result<T>>, cancelSecond: AbortController, discard: (value: T) => void): Promise<Result<T>> {
    const named = async (call: Promise<Result<T>>, isFirst: boolean): Promise<{ result: Result<T>; isFirst: boolean }> => ({ result: await call, isFirst });
    const winner = await Promise.race([named(first, true), named(second, false)]);
    const [other, cancel] = winner.isFirst ? [second, cancelSecond] : [first, cancelFirst];
    if (!winner.result.ok) {
      const late = await other;
      return late.ok ? late : await first;
    }
    cancel.abort();
    void other.then((result) => {
      if (result.ok) discard(result.value);
    });
    return winner.result;
  }

  private async callOne<T>(deployment: Deployment, group: ModelGroup, journey: Journey<T>, cancel: CancelSignal | null, hedge: boolean): Promise<Result<T>> {
    const startedMs = this.around.nowMs();
    this.pool.begin(deployment);
    const record: AttemptRecord = { group: group.name, deploymentId: deployment.id, durationMs: 0, failure: null };
    if (hedge) record.hedge = true;
    journey.trail.attempts.push(record);
    const result = await journey.attempt({ deployment, model: providerModel(deployment, group.captured) }, cancel);
    record.durationMs = this.around.nowMs() - startedMs;
    return this.judged(result, record, deployment, group, journey, cancel);
  }

  /** Notes how an attempt ended. */
  private judged<T>(result: Result<T>, record: AttemptRecord, deployment: Deployment, group: ModelGroup, { request, trail, discard }: Journey<T>, cancel: CancelSignal | null): Result<T> {
    if (cancel?.aborted) {
      // It lost against another one: that says nothing against it, except that it took at least this long.
      record.abandoned = true;
      this.pool.end(deployment, 0);
      this.pool.wasLate(deployment, record.durationMs, request.awaited);
      if (result.ok) discard(result.value);
      return fail(fault('client_left', 'Another deployment was faster.'));
    }
    if (result.ok) {
      this.pool.succeeded(deployment, record.durationMs, request.awaited);
      trail.answeredBy = deployment;
      return result;
    }
    record.failure = result.fault.code;
    this.pool.end(deployment, 0);
    const peers = group.deployments.filter((peer) => peer !== deployment && !peer.blocked && !this.pool.isCooling(peer)).length;
    // What a request only pretends says nothing against the deployment.
    if (result.fault !== request.pretended) this.pool.failed(deployment, result.fault, peers);
    return result;
  }

  private isOpen(deployment: Deployment): boolean {
    return !deployment.blocked && !this.pool.isCooling(deployment) && this.pool.hasRoom(deployment);
  }

  private retriesFor(group: string, reason: Fault, retries: number): number {
    return this.settings.groupRetries.get(group)?.get(reason.code) ?? this.settings.retriesByCode.get(reason.code) ?? retries;
  }

  private waitMs(reason: Fault, retry: number): number {
    const told = reason.retryAfterSeconds === undefined ? 0 : reason.retryAfterSeconds * 1000;
    if (told > 0) return told;
    const ceiling = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (retry - 1));
    return Math.max(this.settings.retryAfterMs, this.around.random() * ceiling);
  }
}

function unknownModel(name: string, defaultsConfigured: boolean): Fault {
  const shown = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  return defaultsConfigured
    ? fault('model_name_invalid', `Invalid model name passed in model=${shown}. Call \`/v1/models\` to view available models for your key.`)
    : fault('model_unknown', `You passed in model=${shown}. There are no healthy deployments for this model`);
}
