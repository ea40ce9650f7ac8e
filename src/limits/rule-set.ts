// Finds the rules of a request. They are compiled once for each scope and model, so that a request only walks along lists.
import { compileRules, rateRule, type Rule, type RuleParts } from './rule.ts';
import { limitScope, type LimitScope, type ScopeKind, type ScopeLimits } from './scope.ts';
import type { CounterBook } from './counter.ts';
import type { LimitRequest } from './limiter.ts';
import type { WindowClock } from './budget-window.ts';

/** Shares of a model group's limits that are kept for callers of a priority (`litellm_settings.priority_reservation`). */
export interface PriorityShares {
  /** By priority, between 0 and 1; together at most 1. */
  shares: ReadonlyMap<string, number>;
  defaultShare: number;
  /** Shares hold once this much of the group's limit is used. */
  saturation: number;
}

/** A model group's own limits. */
export interface GroupLimits {
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
}

/** Limits of each key for one model, where the key has none of its own (`default_api_key_rpm_limit` …). */
export type ModelDefaults = GroupLimits;

/** What does not change while a configuration is in force. */
export interface RuleSettings {
  clock: WindowClock;
  rateWindowMs: number;
  /** Budgets that the database keeps never start anew. */
  budgetsStay?: boolean | undefined;
  /** Scopes that hold for every request. */
  always: readonly LimitScope[];
  priorities: PriorityShares | null;
  /** Limits of model groups, by name; needed for priorities. */
  groups: ReadonlyMap<string, GroupLimits>;
  modelDefaults: ReadonlyMap<string, ModelDefaults>;
  /** Every key's requests under way, when it has no limit of its own (`general_settings.max_parallel_requests`). */
  keyParallelRequests: number | null;
  /** Kinds whose rules are counted and logged only. */
  shadowKinds: ReadonlySet<ScopeKind>;
}

// LiteLLM tells of the key first; the rest goes from the nearest to the farthest.
const kindOrder: readonly ScopeKind[] = ['key', 'end_user', 'team_member', 'user', 'project', 'team', 'organization', 'tag', 'deployment', 'model', 'provider', 'global'];
// A key may be asked for any number of names; beyond this its lists are made anew.
const mostModels = 500;

/** Compiles and remembers. */
export class RuleSet {
  private readonly byCaller = new WeakMap<readonly LimitScope[], Map<string, readonly Rule[]>>();
  private readonly byScope = new WeakMap<LimitScope, Map<string, readonly Rule[]>>();

  constructor(private readonly book: CounterBook, private readonly settings: RuleSettings) {}

  /** All rules of a request, those of money first. */
  rulesOf(request: Pick<LimitRequest, 'scopes' | 'extra' | 'model' | 'group' | 'nowMs'>): readonly Rule[] {
    const base = this.callerRules(request);
    if (request.extra.length === 0) return base;
    return inOrder([...base, ...request.extra.flatMap((scope) => this.scopeRules(scope, request.model, request.nowMs))]);
  }

  /** The rules of one scope. */
  scopeRules(scope: LimitScope, model: string, nowMs: number): readonly Rule[] {
    const remembered = remember(this.byScope, scope);
    let rules = remembered.get(model);
    if (!rules || rules.some((rule) => rule.counter.dropped)) {
      rules = this.compile(scope, model, nowMs);
      keep(remembered, model, rules);
    }
    return rules;
  }

  private callerRules({ scopes, model, group, nowMs }: Pick<LimitRequest, 'scopes' | 'model' | 'group' | 'nowMs'>): readonly Rule[] {
    const remembered = remember(this.byCaller, scopes);
    let rules = remembered.get(model);
    if (!rules || rules.some((rule) => rule.counter.dropped)) {
      const all = [...scopes, ...this.settings.always];
      rules = inOrder([...all.flatMap((scope) => this.scopeRules(scope, model, nowMs)), ...this.priorityRules(group, scopes, nowMs)]);
      keep(remembered, model, rules);
    }
    return rules;
  }

  private compile(scope: LimitScope, model: string, nowMs: number): readonly Rule[] {
    const { settings, book } = this;
    const parts: RuleParts = { book, nowMs, clock: settings.clock, rateWindowMs: settings.rateWindowMs, budgetsStay: settings.budgetsStay };
    const limits = scope.kind === 'key' ? this.keyLimits(scope.limits, model) : scope.limits;
    const rules = compileRules({ ...scope, limits, shadow: scope.shadow || settings.shadowKinds.has(scope.kind) }, model, parts);
    return limits.throttledShare == null ? rules : throttled(rules, scope, limits.throttledShare, parts);
  }

  private keyLimits(limits: ScopeLimits, model: string): ScopeLimits {
    const { keyParallelRequests, modelDefaults } = this.settings;
    const usual = modelDefaults.get(model);
    return {
      ...limits,
      maxParallelRequests: limits.maxParallelRequests ?? keyParallelRequests,
      ...(usual && {
        modelRequestsPerMinute: usual.requestsPerMinute === null || limits.requestsPerMinute != null ? limits.modelRequestsPerMinute ?? null : { [model]: usual.requestsPerMinute, ...limits.modelRequestsPerMinute },
        modelTokensPerMinute: usual.tokensPerMinute === null || limits.tokensPerMinute != null ? limits.modelTokensPerMinute ?? null : { [model]: usual.tokensPerMinute, ...limits.modelTokensPerMinute },
      }),
    };
  }

  // LiteLLM: the group's whole limit always holds; once it is nearly used, each priority has only its share.
  private priorityRules(group: string | null, scopes: readonly LimitScope[], nowMs: number): readonly Rule[] {
    const { priorities, groups, rateWindowMs } = this.settings;
    const limits = group === null ? undefined : groups.get(group);
    if (!priorities || group === null || !limits) return [];
    const priority = (scopes.find((scope) => scope.kind === 'team' && scope.priority !== null) ?? scopes.find((scope) => scope.priority !== null))?.priority ?? null;
    const share = (priority === null ? undefined : priorities.shares.get(priority)) ?? priorities.defaultShare;
    const known = priority !== null && priorities.shares.has(priority);
    const whole = limitScope('model', group, group, {});
    const part = limitScope('model', `${group}:${known ? `priority:${priority}` : 'default priority'}`, `${group} with ${known ? `priority ${priority}` : 'the default priority'}`, {});
    const rules: Rule[] = [];
    for (const [name, measure, limit] of [['requests_per_minute', 'requests', limits.requestsPerMinute], ['tokens_per_minute', 'tokens', limits.tokensPerMinute]] as const) {
      if (limit === null) continue;
      const parts = { book: this.book, nowMs };
      const all = rateRule(name, measure, limit, rateWindowMs, null, whole, parts);
      rules.push(all, rateRule(name, measure, Math.max(1, Math.floor(limit * share)), rateWindowMs, null, part, parts, { rule: all, share: priorities.saturation }));
    }
    return rules;
  }
}

// LiteLLM: a key that may go on when its budget is used up does so at a share of its rates; one without rates has nothing to be slowed by, and is refused. The
// budget is then counted as one in shadow mode.
function throttled(rules: readonly Rule[], scope: LimitScope, share: number, parts: RuleParts): readonly Rule[] {
  const budget = rules.find(({ name, limit }) => name === 'max_budget' && limit !== Infinity);
  const rates = rules.filter(({ name, model }) => (name === 'requests_per_minute' || name === 'tokens_per_minute') && model === null);
  if (!budget || rates.length === 0) return rules;
  const counted: Rule = { ...budget, shadow: true };
  const slow = limitScope('key', `${scope.id}:over budget`, scope.name, {});
  const slower = rates.map(({ name, measure, limit }) => rateRule(name, measure, Math.max(1, Math.floor(limit * share)), parts.rateWindowMs, null, slow, parts, { rule: counted, share: 1 }));
  return [...rules.map((rule) => (rule === budget ? counted : rule)), ...slower];
}

function remember<K extends WeakKey>(cache: WeakMap<K, Map<string, readonly Rule[]>>, key: K): Map<string, readonly Rule[]> {
  let found = cache.get(key);
  if (!found) cache.set(key, (found = new Map()));
  return found;
}

function keep(remembered: Map<string, readonly Rule[]>, model: string, rules: readonly Rule[]): void {
  if (remembered.size >= mostModels) remembered.clear();
  remembered.set(model, rules);
}

function inOrder(rules: Rule[]): readonly Rule[] {
  const place = (rule: Rule): number => (rule.measure === 'money' ? 0 : 100) + kindOrder.indexOf(rule.scope.kind);
  return rules.toSorted((a, b) => place(a) - place(b));
}
