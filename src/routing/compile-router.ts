// Compiles `router_settings` into a router: strategy, retries, fallbacks, cool-downs.
import { Affinity } from './affinity.ts';
import { Hedging } from './hedging.ts';
import { ModelGroups } from './model-groups.ts';
import { Picker } from './picker.ts';
import { Pool } from './pool.ts';
import { PriorityQueue } from './priority-queue.ts';
import { Router, type RouterSettings, type Surroundings } from './router.ts';
import { takeOver, type PoolMemory } from './deployment-state.ts';
import type { Config, RetryPolicy, Routing } from '../config/config.ts';
import type { Deployment } from './deployment.ts';
import type { FaultCode } from '../canonical/fault.ts';

/** What routing remembers when the configuration changes. */
export interface RoutingMemory {
  states: PoolMemory;
  affinity: Affinity;
  /** How late streams are, and what second calls may still cost; made anew when its settings change. */
  hedging: Hedging | null;
  /** Whoever waits when the configuration changes keeps the place. */
  queue: PriorityQueue | null;
}

/** An empty memory. */
export const newRoutingMemory = (nowMs: () => number): RoutingMemory => ({ states: new Map(), affinity: new Affinity(nowMs), hedging: null, queue: null });

/** The router of a configuration. */
export function compileRouter(config: Config, deployments: readonly Deployment[], around: Surroundings, memory: RoutingMemory = newRoutingMemory(around.nowMs), isHealthy: (deployment: Deployment) => boolean = () => true): Router {
  const { routing } = config;
  const aliases = new Map([...routing.modelGroupAlias].map(([name, alias]) => [name, { group: alias.model, hidden: alias.hidden }]));
  takeOver(memory.states, deployments);
  const pool = new Pool({
    disabled: !routing.cooldownsEnabled,
    cooldownMs: routing.cooldownTimeMs,
    allowedFails: routing.allowedFails ?? null,
    allowedFailsByCode: byCode(routing.allowedFailsPolicy, 'AllowedFails'),
  }, around.nowMs, memory.states);
  const settings = routerSettings(routing, deployments);
  memory.hedging = hedgingOf(routing, memory.hedging, around);
  return new Router({
    groups: new ModelGroups(deployments, aliases, routing.routingGroups), pool, around, queue: (memory.queue ??= new PriorityQueue(around)),
    picker: new Picker(settings, { pool, affinity: memory.affinity, nowMs: around.nowMs, random: around.random, isHealthy }),
    hedging: memory.hedging,
  }, settings);
}

function hedgingOf({ hedging }: Routing, known: Hedging | null, { nowMs }: Surroundings): Hedging | null {
  if (hedging === null) return null;
  return known?.hasSettings(hedging) ? known : new Hedging(hedging, nowMs);
}

function routerSettings(routing: Routing, deployments: readonly Deployment[]): RouterSettings {
  return {
    strategy: routing.strategy,
    lowestLatencyBuffer: routing.lowestLatencyBuffer,
    strategyByGroup: routing.strategyByGroup,
    affinity: routing.promptCacheAffinity,
    affinityByGroup: routing.affinityByGroup,
    defaultPriority: routing.defaultPriority,
    preCallChecks: routing.enablePreCallChecks,
    numRetries: routing.numRetries,
    retriesByCode: byCode(routing.retryPolicy, 'Retries'),
    groupRetries: new Map([...routing.modelGroupRetryPolicy].map(([group, policy]: [string, RetryPolicy]) => [group, byCode(policy, 'Retries')])),
    retryAfterMs: routing.retryAfterMs,
    fallbacks: routing.fallbacks,
    contextWindowFallbacks: routing.contextWindowFallbacks,
    contentPolicyFallbacks: routing.contentPolicyFallbacks,
    defaultFallbacks: routing.defaultFallbacks,
    maxFallbacks: routing.maxFallbacks,
    maxAttempts: routing.maxAttempts,
    totalTimeoutMs: routing.totalTimeoutMs,
    tagFiltering: routing.enableTagFiltering,
    tagFilteringByGroup: tagFilteringOf(deployments),
    tagMatchAny: routing.tagFilteringMatchAny,
    tagPrefix: routing.tagRoutingPrefix,
  };
}

/** `model_info.enable_tag_filtering` of the first deployment of each model name that has it. */
function tagFilteringOf(deployments: readonly Deployment[]): Map<string, boolean> {
  const byGroup = new Map<string, boolean>();
  for (const { group, info } of deployments) {
    const own = info['enable_tag_filtering'];
    if (typeof own === 'boolean' && !byGroup.has(group)) byGroup.set(group, own);
  }
  return byGroup;
}

// LiteLLM's exception names in policies, and the faults that they mean.
const policyCodes: Readonly<Record<string, readonly FaultCode[]>> = {
  BadRequestError: ['upstream_bad_request', 'upstream_context_window'],
  AuthenticationError: ['upstream_authentication', 'upstream_permission'],
  NotFoundError: ['upstream_not_found'],
  TimeoutError: ['upstream_timeout'],
  RateLimitError: ['upstream_rate_limited'],
  ContentPolicyViolationError: ['upstream_content_policy'],
  InternalServerError: ['upstream_failed', 'upstream_connection', 'upstream_invalid_answer'],
  BadGatewayError: ['upstream_bad_gateway'],
  ServiceUnavailableError: ['upstream_unavailable', 'upstream_overloaded'],
};

function byCode(policy: Readonly<Record<string, unknown>> | undefined, suffix: string): Map<FaultCode, number> {
  const codes = new Map<FaultCode, number>();
  for (const [name, value] of Object.entries(policy ?? {})) {
    if (typeof value !== 'number') continue;
    const key = `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`.replace(new RegExp(`${suffix}$`), '');
    for (const code of policyCodes[key] ?? []) codes.set(code, value);
  }
  return codes;
}
