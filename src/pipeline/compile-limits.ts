// What a configuration says about limits, compiled: the rules that hold for everybody, those of providers, deployments, tags and end users.
import { isJsonObject, numberAt, stringAt, type Json } from '../lib/json.ts';
import { connectRedis, type SharedRedis } from '../store/redis/connect.ts';
import { limitScope, limitsNothing, type LimitScope, type ScopeKind, type ScopeLimits } from '../limits/scope.ts';
import { MemoryLimiter, type LimiterSettings, type UnknownPrice } from '../limits/memory-limiter.ts';
import { nanoUsdOf } from '../lib/money.ts';
import { endUserBlocked } from '../limits/refusal.ts';
import { fail, ok, type Result } from '../canonical/fault.ts';
import { SharedChanges } from '../access/shared-changes.ts';
import { SharedLimiter } from '../limits/shared/shared-limiter.ts';
import { sharedRedisSettings } from '../store/redis/settings.ts';
import type { WindowClock } from '../limits/budget-window.ts';
import type { AccessChanges } from '../access/changes.ts';
import type { Config, JsonValue } from '../config/config.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { GroupLimits, ModelDefaults, PriorityShares } from '../limits/rule-set.ts';
import type { GateSettings } from '../limits/admission-gate.ts';
import type { Limiter } from '../limits/limiter.ts';
import type { LimitMemory } from '../limits/limit-memory.ts';
import type { LimitParts } from './limit-stage.ts';
import type { ProcessMemory } from './process-memory.ts';
import type { EndUserRules, ScopeSource } from '../limits/scope-source.ts';

/** Puts the limits of a configuration together. `stored`: those of end users and tags in a database. The limiter before gives its counters over. */
export function compileLimits(config: Config, deployments: readonly Deployment[], { limits, changes }: Pick<ProcessMemory, 'limits' | 'changes'>, stored: ScopeSource | null): LimitParts {
  const { generalSettings } = config;
  const local = new MemoryLimiter(limits.book, limiterSettings(config, deployments), limits.announcer);
  const redis = connection(config, limits, changes);
  limits.closeLimiter?.();
  limits.closeLimiter = null;
  let limiter: Limiter = local;
  if (redis) {
    const shared = new SharedLimiter(local, redis, limits.shared, {
      failClosedBudgets: generalSettings.failClosedBudgetEnforcement, failClosedRates: generalSettings.failClosedRateLimitEnforcement,
    }, limits.events);
    limits.closeLimiter = () => shared.close();
    limiter = shared;
  }
  const gate = gateSettings(generalSettings);
  return {
    gate: gate && { gate: limits.gate, settings: gate }, pricedOnly: config.litellmSettings.blockRequestsForModelsWithoutPricing,
    limiter, outputs: limits.outputs, source: scopeSource(config, stored), deployments: deploymentScopes(config, deployments, redis !== null),
    userHeaders: headersOf(config, 'customer', generalSettings.userHeaderName), internalUserHeaders: headersOf(config, 'internal_user'), holdOutputTokens: generalSettings.maxHoldOutputTokens ?? null,
  };
}

/** The headers that name whom a request is for: `user_header_name`, and the `user_header_mappings` to this role. */
function headersOf({ generalSettings }: Config, role: 'customer' | 'internal_user', first?: string): readonly string[] {
  const mapped = (generalSettings.userHeaderMappings ?? []).filter((entry) => String(entry['litellm_user_role']).toLowerCase() === role).map((entry) => entry['header_name']);
  return [...(first === undefined ? [] : [first]), ...mapped.filter((name): name is string => typeof name === 'string' && /^[\w-]+$/.test(name))];
}

/** How the windows of budgets are laid out. */
export const windowClock = ({ litellmSettings }: Config): WindowClock => ({ timeZone: litellmSettings.timezone, resetMinuteOfDay: minuteOfDay(litellmSettings.budgetResetTime) });

/** The Redis of this configuration, if it names one; the connection before goes on when the address is the same. */
function connection(config: Config, limits: LimitMemory, changes: AccessChanges): SharedRedis | null {
  const settings = sharedRedisSettings(config);
  const key = settings && JSON.stringify(settings);
  if (limits.connection && limits.connection.key === key) return limits.connection.redis;
  limits.connection?.close();
  limits.connection = null;
  if (!settings || key === null) return null;
  const redis = connectRedis(settings);
  const told = new SharedChanges(changes, redis, limits.shared.instance);
  limits.connection = {
    key, redis,
    close() {
      told.close();
      redis.close();
    },
  };
  return redis;
}

const rateWindowMs = 60_000;
const allKinds = ['global', 'organization', 'team', 'project', 'team_member', 'user', 'key', 'end_user', 'tag', 'provider', 'model', 'deployment'] as const satisfies readonly ScopeKind[];

/** The settings of the limiter. */
export function limiterSettings(config: Config, deployments: readonly Deployment[]): LimiterSettings {
  const { generalSettings, litellmSettings } = config;
  const shadow = generalSettings.shadowLimits ?? [];
  const windowSeconds = Number(config.environmentValue('LITELLM_RATE_LIMIT_WINDOW_SIZE'));
  return {
    clock: windowClock(config),
    rateWindowMs: windowSeconds > 0 ? windowSeconds * 1000 : rateWindowMs,
    budgetsStay: generalSettings.disableResetBudget,
    always: globalScopes(config),
    priorities: priorityShares(config),
    groups: groupLimits(deployments),
    modelDefaults: modelDefaults(config),
    keyParallelRequests: generalSettings.maxParallelRequests ?? null,
    shadowKinds: new Set(shadow.includes('all') ? allKinds : allKinds.filter((kind) => shadow.includes(kind))),
    unknownPrice: unknownPrice(config),
    countedTokens: generalSettings.tokenRateLimitType,
    budgetStatus: litellmSettings.budgetExceededStatusCode,
  };
}

const minuteOfDay = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

function unknownPrice({ generalSettings }: Config): UnknownPrice {
  const policy = generalSettings.unknownPricePolicy;
  return policy === 'hold_default' ? { policy, holdNanoUsd: nanoUsdOf(generalSettings.unknownPriceHoldUsd) } : { policy };
}

/** The gate in front of this process; null: there is none, or requests beyond it do not wait. */
function gateSettings({ maxInFlightRequestsPerWorker: most, maxQueuedRequestsPerWorker: mostWaiting, admissionQueueTimeoutMs: waitMs }: Config['generalSettings']): GateSettings | null {
  return most === undefined || mostWaiting === undefined ? null : { most, mostWaiting, waitMs };
}

function globalScopes({ generalSettings, litellmSettings }: Config): LimitScope[] {
  const scopes = [
    limitScope('global', 'gateway', 'this gateway', {
      // LiteLLM: 0 means that there is no budget.
      maxBudgetUsd: litellmSettings.maxBudget || null, budgetDuration: litellmSettings.budgetDuration ?? null,
      maxParallelRequests: generalSettings.globalMaxParallelRequests ?? null,
    }),
    limitScope('global', `process:${process.pid}`, 'this process', { maxParallelRequests: gateSettings(generalSettings) === null ? generalSettings.maxInFlightRequestsPerWorker ?? null : null }, { local: true }),
  ];
  return scopes.filter((scope) => !limitsNothing(scope));
}

/** The budgets of `provider_budget_config`, by provider. */
export function providerScopes(config: Config): ReadonlyMap<string, LimitScope> {
  const providers = new Map<string, LimitScope>();
  for (const [name, value] of Object.entries(config.routerSettings.providerBudgetConfig ?? {})) {
    const limits = budgetOf(value);
    if (limits) providers.set(name, limitScope('provider', name, name, limits));
  }
  return providers;
}

/** Limits of providers and deployments, by the deployment's id. `shared`: limits of requests and tokens are counted over all instances too. */
export function deploymentScopes(config: Config, deployments: readonly Deployment[], shared: boolean): ReadonlyMap<string, readonly LimitScope[]> {
  const providers = providerScopes(config);
  const entries = new Map(config.deployments.map((entry) => [entry.info.id, entry.params]));
  const found = new Map<string, readonly LimitScope[]>();
  for (const deployment of deployments) {
    const params = entries.get(deployment.id);
    const own = limitScope('deployment', deployment.id, deployment.fullName, {
      maxBudgetUsd: params?.maxBudget ?? null, budgetDuration: params?.budgetDuration ?? null,
      ...(shared && { requestsPerMinute: deployment.requestsPerMinute, tokensPerMinute: deployment.tokensPerMinute, maxParallelRequests: deployment.maxParallelRequests }),
    });
    const provider = providers.get(deployment.provider.name);
    const scopes = [...(provider ? [provider] : []), ...(limitsNothing(own) ? [] : [own])];
    if (scopes.length > 0) found.set(deployment.id, scopes);
  }
  return found;
}

/** LiteLLM spells budgets of providers and tags in two ways. */
function budgetOf(value: JsonValue): ScopeLimits | null {
  const entry = value as Json;
  if (!isJsonObject(entry)) return null;
  const maxBudgetUsd = numberAt(entry, 'budget_limit') ?? numberAt(entry, 'max_budget');
  return maxBudgetUsd === undefined ? null : { maxBudgetUsd, budgetDuration: stringAt(entry, 'time_period') ?? stringAt(entry, 'budget_duration') ?? null };
}

/** Budgets of tags and end users that stand in the configuration; null when there are none. `stored` knows those of a database, which win. */
export function scopeSource(config: Config, stored: ScopeSource | null): ScopeSource | null {
  const { tagBudgetConfig, maxEndUserBudget, blockedUserList } = config.litellmSettings;
  const blocked = new Set(blockedUserList ?? []);
  const tags = new Map<string, LimitScope>();
  for (const [name, value] of Object.entries(tagBudgetConfig ?? {})) {
    const limits = budgetOf(value as JsonValue);
    if (limits) tags.set(name, limitScope('tag', name, name, limits));
  }
  if (!stored && tags.size === 0 && maxEndUserBudget === undefined && blocked.size === 0) return null;
  const withUsual = (id: string, rules: EndUserRules | null): EndUserRules | null => {
    if (maxEndUserBudget === undefined || rules?.scope) return rules;
    const scope = limitScope('end_user', id, id, { maxBudgetUsd: maxEndUserBudget });
    return rules ? { ...rules, scope } : { scope, models: null, region: null, defaultModel: null };
  };
  const judge = (id: string, result: Result<EndUserRules | null>): Result<EndUserRules | null> => (result.ok ? ok(withUsual(id, result.value)) : result);
  return {
    knows: stored?.knows ?? null,
    endUser(id) {
      if (blocked.has(id)) return fail(endUserBlocked(id));
      if (!stored) return ok(withUsual(id, null));
      const found = stored.endUser(id);
      return found instanceof Promise ? found.then((result) => judge(id, result)) : judge(id, found);
    },
    tag(name) {
      const own = tags.get(name) ?? null;
      if (!stored) return own;
      const found = stored.tag(name);
      return found instanceof Promise ? found.then((scope) => scope ?? own) : found ?? own;
    },
  };
}

function groupLimits(deployments: readonly Deployment[]): ReadonlyMap<string, GroupLimits> {
  const groups = new Map<string, GroupLimits>();
  const sum = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b);
  for (const { group, requestsPerMinute, tokensPerMinute } of deployments) {
    const known = groups.get(group) ?? { requestsPerMinute: null, tokensPerMinute: null };
    groups.set(group, { requestsPerMinute: sum(known.requestsPerMinute, requestsPerMinute), tokensPerMinute: sum(known.tokensPerMinute, tokensPerMinute) });
  }
  return groups;
}

function modelDefaults(config: Config): ReadonlyMap<string, ModelDefaults> {
  const defaults = new Map<string, ModelDefaults>();
  for (const { modelName, params } of config.deployments) {
    const requestsPerMinute = params.defaultApiKeyRpmLimit ?? null;
    const tokensPerMinute = params.defaultApiKeyTpmLimit ?? null;
    if (requestsPerMinute !== null || tokensPerMinute !== null) defaults.set(modelName, { requestsPerMinute, tokensPerMinute });
  }
  return defaults;
}

/** Values are shares, or counts of the group's limit (`{type: rpm, value: 10}`); only shares can be taken without knowing the group, which is how LiteLLM's are used. */
function priorityShares({ litellmSettings }: Config): PriorityShares | null {
  const { priorityReservation, priorityReservationSettings: settings } = litellmSettings;
  if (!priorityReservation) return null;
  const shares = new Map<string, number>();
  for (const [name, value] of Object.entries(priorityReservation)) {
    const share = shareOf(value as Json);
    if (share !== null) shares.set(name, share);
  }
  const total = [...shares.values()].reduce((sum, share) => sum + share, 0);
  if (total > 1) for (const [name, share] of shares) shares.set(name, share / total);
  return { shares, defaultShare: settings?.defaultPriority ?? 0.25, saturation: settings?.saturationThreshold ?? 0.5 };
}

function shareOf(value: Json): number | null {
  const number = isJsonObject(value) && stringAt(value, 'type') === 'percent' ? numberAt(value, 'value') : value;
  if (typeof number !== 'number' || number < 0) return null;
  return number > 1 ? number / 100 : number;
}
