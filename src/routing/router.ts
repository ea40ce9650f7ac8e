// Takes a request through deployments until one answers: picks, tries, retries, falls back. One budget of attempts and one
// deadline hold for all of it, and every attempt leaves a record.
import { fail, fault, isRetryable, type Fault, type FaultCode, type Result } from '../canonical/fault.ts';
import { maxAttempts } from '../lib/bounds.ts';
import { secondsToNextMinute } from '../limits/minute-window.ts';
import type { Deployment, Target } from './deployment.ts';
import { providerModel, type ModelGroup, type ModelGroups } from './model-groups.ts';
import type { Pool } from './pool.ts';
import type { Strategy } from './strategies.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

/** Fallback lists by group; the key `*` stands for every group. */
export type FallbackLists = ReadonlyMap<string, readonly string[]>;

/** Routing settings of one configuration. */
export interface RouterSettings {
  strategy: Strategy;
  numRetries: number;
  /** `retry_policy`: retries by kind of failure. */
  retriesByCode: ReadonlyMap<FaultCode, number>;
  groupRetries: ReadonlyMap<string, ReadonlyMap<FaultCode, number>>;
  /** `retry_after`: the least wait before another try. */
  retryAfterMs: number;
  fallbacks: FallbackLists;
  contextWindowFallbacks: FallbackLists;
  contentPolicyFallbacks: FallbackLists;
  defaultFallbacks: readonly string[];
  maxFallbacks: number;
  tagFiltering: boolean;
  tagMatchAny: boolean;
}

/** What routing must know about a request. */
export interface RoutingRequest {
  model: string;
  numRetries: number | null;
  /** Fallbacks that the caller names for this request. */
  fallbacks: readonly string[] | null;
  fallbacksDisabled: boolean;
  tags: readonly string[];
  /** The id of the only deployment that can answer; null: any. */
  only?: string | null;
  /** Aborted when the caller left: nothing more is tried then. */
  signal: CancelSignal;
}

/** What happened in one attempt. */
export interface AttemptRecord {
  group: string;
  deploymentId: string;
  durationMs: number;
  /** How it failed; null when it answered. */
  failure: FaultCode | null;
}

/** The way that a request took. */
export interface Trail {
  attempts: AttemptRecord[];
  retries: number;
  fallbacks: number;
  /** The group that was tried last, as headers name it, and the retries within it. */
  group: string | null;
  groupRetries: number;
}

/** Time and chance, given from outside so that tests decide them. */
export interface Surroundings {
  nowMs: () => number;
  random: () => number;
  sleep: (milliseconds: number, signal: CancelSignal) => Promise<void>;
}

// LiteLLM's back-off: half a second, doubled each time, at most eight seconds; ours is jittered in full.
const firstBackoffMs = 500;
const longestBackoffMs = 8_000;
// A longer Retry-After is the caller's to wait for, not ours.
const longestRetryAfterMs = 60_000;

/** Routes requests over the deployments of one configuration. */
export class Router {
  constructor(readonly groups: ModelGroups, readonly pool: Pool, readonly settings: RouterSettings, private readonly around: Surroundings) {}

  /**
   * Runs `attempt` on one deployment after another until one answers. The pool counts the call as under way until `release` is called
   * for an answer; a failed attempt is released here.
   */
  async run<T>(request: RoutingRequest, trail: Trail, attempt: (target: Target) => Promise<Result<T>>): Promise<Result<T>> {
    const queue: string[] = [request.model];
    const visited = new Set<string>();
    let last: Fault | null = null;
    let retriesLeft = request.numRetries ?? this.settings.numRetries;
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (visited.has(name)) continue;
      visited.add(name);
      if (last !== null) trail.fallbacks++;
      const group = this.groups.find(name);
      trail.group = group && group.captured === null ? group.name : name;
      trail.groupRetries = 0;
      const result = group ? await this.runGroup(group, request, trail, retriesLeft, attempt) : fail(unknownModel(name, this.settings.defaultFallbacks.length > 0));
      if (result.ok) return result;
      last = result.fault;
      retriesLeft = Math.max(0, retriesLeft - trail.retries);
      if (request.signal.aborted || trail.attempts.length >= maxAttempts) break;
      if (visited.size <= this.settings.maxFallbacks) queue.push(...this.fallbacksFor(name, last, request));
    }
    return fail(last ?? unknownModel(request.model, false));
  }

  /** An answered call is over: its tokens count against the deployment's limits. */
  release(deployment: Deployment, tokens: number): void {
    this.pool.end(deployment, tokens);
  }

  /** The groups to try after this fault. */
  private fallbacksFor(group: string, reason: Fault, request: RoutingRequest): readonly string[] {
    if (request.fallbacksDisabled) return [];
    const { settings } = this;
    const listed = (lists: FallbackLists): readonly string[] | undefined => lists.get(group) ?? lists.get('*');
    if (reason.code === 'upstream_context_window') {
      const list = listed(settings.contextWindowFallbacks);
      if (list) return list;
    }
    if (reason.code === 'upstream_content_policy') {
      const list = listed(settings.contentPolicyFallbacks);
      if (list) return list;
    }
    if (group === request.model && request.fallbacks) return request.fallbacks;
    return listed(settings.fallbacks) ?? (reason.code === 'model_unknown' ? [] : settings.defaultFallbacks);
  }

  private async runGroup<T>(
    group: ModelGroup, request: RoutingRequest, trail: Trail, retries: number, attempt: (target: Target) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const tried = new Set<string>();
    let retried = 0;
    for (;;) {
      const picked = this.pick(group, request, tried);
      if (!picked.ok) return picked;
      const deployment = picked.value;
      tried.add(deployment.id);
      const result = await this.attemptOn(deployment, group, trail, attempt);
      if (result.ok) return result;
      const reason = result.fault;
      const allowed = Math.min(this.retriesFor(group.name, reason, retries), deployment.maxRetries ?? Infinity);
      if (!isRetryable(reason) || retried >= allowed || request.signal.aborted || trail.attempts.length >= maxAttempts) return result;
      retried++;
      trail.retries++;
      trail.groupRetries++;
      const another = group.deployments.some((peer) => !tried.has(peer.id) && this.isOpen(peer));
      const waitMs = another ? 0 : this.waitMs(reason, retried);
      if (waitMs > longestRetryAfterMs) return result;
      if (waitMs > 0) await this.around.sleep(waitMs, request.signal);
      if (request.signal.aborted) return result;
    }
  }

  private async attemptOn<T>(
    deployment: Deployment, group: ModelGroup, trail: Trail, attempt: (target: Target) => Promise<Result<T>>,
  ): Promise<Result<T>> {
    const startedMs = this.around.nowMs();
    this.pool.begin(deployment);
    const result = await attempt({ deployment, model: providerModel(deployment, group.captured) });
    const record: AttemptRecord = { group: group.name, deploymentId: deployment.id, durationMs: this.around.nowMs() - startedMs, failure: null };
    trail.attempts.push(record);
    if (result.ok) {
      this.pool.succeeded(deployment, record.durationMs);
      return result;
    }
    record.failure = result.fault.code;
    this.pool.end(deployment, 0);
    const peers = group.deployments.filter((peer) => peer !== deployment && !this.pool.isCooling(peer)).length;
    this.pool.failed(deployment, result.fault, peers);
    return result;
  }

  /** A deployment for the next attempt: one not tried yet when there is one that may be used. */
  private pick(group: ModelGroup, request: RoutingRequest, tried: ReadonlySet<string>): Result<Deployment> {
    const { settings } = this;
    let candidates: readonly Deployment[] = request.only == null ? group.deployments : group.deployments.filter((deployment) => deployment.id === request.only);
    if (settings.tagFiltering) {
      candidates = filterByTags(candidates, request.tags, settings.tagMatchAny);
      if (candidates.length === 0) {
        const tags = JSON.stringify(request.tags);
        return fail(fault('tags_not_allowed', `Not allowed to access model due to tags configuration. Passed model=${request.model} and tags=${tags}`));
      }
    }
    const awake = candidates.filter((candidate) => !this.pool.isCooling(candidate));
    if (awake.length === 0) {
      const seconds = this.pool.coolingSeconds(candidates);
      return fail(fault('deployments_cooling',
        `No deployments available for selected model, Try again in ${seconds} seconds. All deployments for selected model are in cooldown. Passed model=${request.model}.`,
        { retryAfterSeconds: seconds }));
    }
    const open = awake.filter((candidate) => this.pool.hasRoom(candidate));
    if (open.length === 0) {
      return fail(fault('deployments_limited', 'No deployments available for selected model: all of them are at their limit of requests or tokens per minute.',
        { retryAfterSeconds: secondsToNextMinute(this.around.nowMs()) }));
    }
    const fresh = open.filter((candidate) => !tried.has(candidate.id));
    const pool = lowestOrder(fresh.length > 0 ? fresh : open);
    const chosen = settings.strategy(pool, this.around.random(), this.pool);
    return chosen ? { ok: true, value: chosen } : fail(unknownModel(group.name, false));
  }

  private isOpen(deployment: Deployment): boolean {
    return !this.pool.isCooling(deployment) && this.pool.hasRoom(deployment);
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

function lowestOrder(candidates: readonly Deployment[]): readonly Deployment[] {
  const lowest = Math.min(...candidates.map((candidate) => candidate.order ?? Infinity));
  return lowest === Infinity ? candidates : candidates.filter((candidate) => (candidate.order ?? Infinity) === lowest);
}

// LiteLLM: a request with tags may use deployments that have them; one without tags uses untagged and `default` ones, or all when there are none.
function filterByTags(candidates: readonly Deployment[], tags: readonly string[], matchAny: boolean): readonly Deployment[] {
  const byDefault = candidates.filter((candidate) => candidate.tags.includes('default'));
  if (tags.length === 0) return byDefault.length > 0 ? byDefault : candidates;
  const matching = candidates.filter((candidate) => (matchAny
    ? candidate.tags.some((tag) => tags.includes(tag))
    : candidate.tags.length > 0 && tags.every((tag) => candidate.tags.includes(tag))));
  return matching.length > 0 ? matching : byDefault;
}

function unknownModel(name: string, defaultsConfigured: boolean): Fault {
  const shown = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  return fault('model_unknown', defaultsConfigured
    ? `Invalid model name passed in model=${shown}. Call \`/v1/models\` to view available models for your key.`
    : `You passed in model=${shown}. There are no healthy deployments for this model`);
}
