// The routing that applies: `router_settings` first, then `litellm_settings`, then the defaults. The order and the defaults are LiteLLM's.
import type { LitellmSettings, ModelAlias, RouterSettings, Routing } from './config.ts';

const DEFAULT_RETRIES = 2;
const DEFAULT_TIMEOUT_MS = 6_000_000;
const DEFAULT_COOLDOWN_MS = 5_000;
const DEFAULT_MAX_FALLBACKS = 5;
const MAX_ATTEMPTS = 32;
const OWN_STRATEGY = 'peak-ewma';
const AFFINITY_CHECKS = new Set(['prompt_caching', 'deployment_affinity', 'session_affinity']);

type Fallbacks = RouterSettings['fallbacks'];

/** Puts the two sections together. */
export function compileRouting(router: RouterSettings, litellm: LitellmSettings): Routing {
  return {
    strategy: router.routingStrategy ?? OWN_STRATEGY,
    promptCacheAffinity: router.promptCacheAffinity ?? ((router.routingStrategy ?? OWN_STRATEGY) === OWN_STRATEGY || (router.optionalPreCallChecks ?? []).some((check) => AFFINITY_CHECKS.has(check))),
    lowestLatencyBuffer: router.routingStrategyArgs?.lowestLatencyBuffer ?? 0,
    routingGroups: (router.routingGroups ?? []).map(({ groupName, models, routingStrategy, modelPriorities }) => ({
      name: groupName, models, priorities: routingStrategy === 'priority' ? new Map(Object.entries(modelPriorities ?? {})) : null,
    })),
    strategyByGroup: strategiesOf(router.routingGroups ?? []),
    affinityByGroup: new Map(Object.entries(router.modelGroupAffinityConfig ?? {}).map(([group, kinds]) => [group, kinds.some((kind) => AFFINITY_CHECKS.has(kind))])),
    tagRoutingPrefix: router.tagRoutingPrefix ?? '',
    defaultPriority: router.defaultPriority ?? null,
    ignoreInvalidDeployments: router.ignoreInvalidDeployments,
    cacheResponses: router.cacheResponses,
    cacheKwargs: router.cacheKwargs,
    cachingGroups: cachingGroups(router.cachingGroups ?? []),
    alertingConfig: router.alertingConfig,
    maxAttempts: router.maxAttempts ?? MAX_ATTEMPTS,
    connectTimeoutMs: router.connectTimeoutMs,
    totalTimeoutMs: router.totalTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    hedging: router.hedging?.enabled === true ? { quantile: router.hedging.percentile / 100, maxShare: router.hedging.maxShare, leastMs: router.hedging.leastWaitMs, sameDeployment: router.hedging.sameDeployment } : null,
    continueStreams: router.continueStreams,
    rules: router.routingRules ?? [],
    splits: router.splits ?? [],
    mirrors: router.mirrors ?? [],
    firstContentTimeoutMs: router.slowStreamGuardMs ?? null,
    numRetries: router.numRetries ?? router.maxRetries ?? litellm.numRetries ?? DEFAULT_RETRIES,
    timeoutMs: router.timeoutMs ?? litellm.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS,
    streamTimeoutMs: router.streamTimeoutMs,
    retryAfterMs: router.retryAfterMs,
    allowedFails: router.allowedFails ?? litellm.allowedFails,
    allowedFailsPolicy: router.allowedFailsPolicy,
    cooldownTimeMs: router.cooldownTimeMs ?? litellm.cooldownTimeMs ?? DEFAULT_COOLDOWN_MS,
    cooldownsEnabled: !router.disableCooldowns,
    retryPolicy: router.retryPolicy,
    modelGroupRetryPolicy: new Map(Object.entries(router.modelGroupRetryPolicy ?? {})),
    fallbacks: fallbackMap(router.fallbacks ?? litellm.fallbacks),
    contextWindowFallbacks: fallbackMap(router.contextWindowFallbacks ?? litellm.contextWindowFallbacks),
    contentPolicyFallbacks: fallbackMap(router.contentPolicyFallbacks ?? litellm.contentPolicyFallbacks),
    defaultFallbacks: router.defaultFallbacks ?? litellm.defaultFallbacks ?? [],
    maxFallbacks: router.maxFallbacks ?? DEFAULT_MAX_FALLBACKS,
    modelGroupAlias: new Map(Object.entries({ ...litellm.modelGroupAliasMap, ...router.modelGroupAlias }).map(([name, target]) => [name, alias(target)])),
    enablePreCallChecks: router.enablePreCallChecks,
    optionalPreCallChecks: router.optionalPreCallChecks ?? [],
    enableTagFiltering: router.enableTagFiltering,
    tagFilteringMatchAny: router.tagFilteringMatchAny,
  };
}

/** A group's strategy holds for its own name and for its models; that of `priority` groups only for their own name, as in LiteLLM. */
function strategiesOf(groups: NonNullable<RouterSettings['routingGroups']>): Routing['strategyByGroup'] {
  const strategies = new Map<string, { name: Routing['strategy']; lowestLatencyBuffer: number }>();
  for (const { groupName, models, routingStrategy, routingStrategyArgs } of groups) {
    const own = { name: routingStrategy === 'priority' ? 'simple-shuffle' as const : routingStrategy, lowestLatencyBuffer: routingStrategyArgs?.lowestLatencyBuffer ?? 0 };
    for (const name of routingStrategy === 'priority' ? [groupName] : [groupName, ...models]) if (!strategies.has(name)) strategies.set(name, own);
  }
  return strategies;
}

/** `[[one, other]]`, or `[[name, [one, other]]]`. */
function cachingGroups(groups: NonNullable<RouterSettings['cachingGroups']>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const group of groups) {
    const models = group.flat();
    for (const model of models) if (!names.has(model)) names.set(model, models.join('\n'));
  }
  return names;
}

function alias(target: string | ModelAlias): ModelAlias {
  return typeof target === 'string' ? { model: target, hidden: false } : target;
}

/** The first entry for a model name counts, as in LiteLLM. */
function fallbackMap(entries: Fallbacks): ReadonlyMap<string, readonly string[]> {
  const map = new Map<string, readonly string[]>();
  for (const entry of entries ?? []) {
    for (const [name, targets] of Object.entries(entry)) if (!map.has(name)) map.set(name, targets);
  }
  return map;
}
