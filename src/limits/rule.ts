// A scope's limits as the rules that are checked, compiled once for each scope and model.
import { windowEndMs, windowStartMs, type WindowClock } from './budget-window.ts';
import type { Counter, CounterBook, Measure } from './counter.ts';
import type { BudgetWindow, LimitScope, ModelBudget, ScopeKind, ScopeLimits } from './scope.ts';

/** The name of a rule as `explain` shows it. */
export type RuleName =
  | 'max_budget' | 'model_max_budget' | 'budget_limits' | 'requests_per_minute' | 'tokens_per_minute' | 'tokens_per_day' | 'max_parallel_requests';

/** How long a window is and where it ends. */
export type Window =
  /** A budget's, in the wall clock. */
  | { kind: 'calendar'; duration: string }
  /** Begins with the first request after the last one ended, as LiteLLM counts. */
  | { kind: 'rolling'; lengthMs: number }
  | { kind: 'none' };

/** One rule. Money is 10⁻⁹ US dollars. */
export interface Rule {
  readonly name: RuleName;
  readonly measure: Measure;
  readonly scope: LimitScope;
  /** The model that it is for, as the rule has it; null: all. */
  readonly model: string | null;
  readonly counter: Counter;
  /** Infinity: only counted. */
  readonly limit: number;
  /** Added to the limit until `increaseUntilMs`. */
  readonly increase: number;
  readonly increaseUntilMs: number;
  /** Crossing it raises an event; Infinity: none. */
  readonly softLimit: number;
  readonly window: Window;
  readonly shadow: boolean;
  /** Its spending is written down apart, because no row of the database holds it. */
  readonly charged: boolean;
  /** It holds only once this much of another rule's limit is used (`priority_reservation`). */
  readonly onlyAbove: { readonly rule: Rule; readonly share: number } | null;
}

/** What compiling needs. */
export interface RuleParts {
  book: CounterBook;
  clock: WindowClock;
  nowMs: number;
  /** The length of the windows of rates (`LITELLM_RATE_LIMIT_WINDOW_SIZE`). */
  rateWindowMs: number;
  /** Budgets that the database keeps never start anew (`general_settings.disable_reset_budget`). */
  budgetsStay?: boolean | undefined;
}

const nanoPerUsd = 1e9;
const dayMs = 86_400_000;

/** US dollars in 10⁻⁹ US dollars; the smallest amount is one. */
export const nanoUsd = (usd: number): number => (usd > 0 ? Math.max(1, Math.round(usd * nanoPerUsd)) : 0);

/** The limit that holds now. */
export const limitNow = (rule: Rule, nowMs: number): number => (rule.increase > 0 && nowMs < rule.increaseUntilMs ? rule.limit + rule.increase : rule.limit);

/** Begins a new window when the last one is over. */
export function turnWindow(rule: Rule, nowMs: number, clock: WindowClock): void {
  const { counter, window } = rule;
  if (nowMs < counter.windowEndMs) return;
  switch (window.kind) {
    case 'none': counter.windowEndMs = Infinity; return;
    case 'rolling': counter.turn(nowMs + window.lengthMs); return;
    case 'calendar': counter.turn(windowEndMs(window.duration, nowMs, clock, counter.windowEndMs > 0 ? counter.windowEndMs : null));
  }
}

/** The rules of a scope for a model, in the order in which they are checked: money first, then requests, tokens and parallel requests. */
export function compileRules(scope: LimitScope, model: string, parts: RuleParts): readonly Rule[] {
  const { limits } = scope;
  return [...budgetRules(scope, limits, model, parts), ...rateRules(scope, limits, model, parts)];
}

function budgetRules(scope: LimitScope, limits: ScopeLimits, model: string, parts: RuleParts): Rule[] {
  const rules: Rule[] = [];
  // What a key spends is shown in headers also when it has no budget.
  if (limits.maxBudgetUsd != null || limits.softBudgetUsd != null || scope.kind === 'key') {
    rules.push(moneyRule('max_budget', scope, null, parts, limits.maxBudgetUsd ?? null, {
      maxBudgetUsd: 0, budgetDuration: limits.budgetDuration ?? null, budgetResetAtMs: limits.budgetResetAtMs ?? null, spentNanoUsd: limits.spentNanoUsd ?? 0,
    }));
  }
  for (const budget of limits.moreBudgets ?? []) rules.push(moneyRule('budget_limits', scope, null, parts, budget.maxBudgetUsd, budget));
  const own = modelEntry(limits.modelBudgets, model);
  if (own) rules.push(moneyRule('model_max_budget', scope, own.name, parts, own.value.maxBudgetUsd, own.value));
  return rules;
}

// Budgets of the configuration alone; LiteLLM starts them anew by themselves.
const configured: ReadonlySet<ScopeKind> = new Set(['provider', 'deployment']);

function moneyRule(name: RuleName, scope: LimitScope, model: string | null, parts: RuleParts, maxUsd: number | null, given: BudgetWindow): Rule {
  const { limits } = scope;
  const main = name === 'max_budget';
  const budget = parts.budgetsStay && !configured.has(scope.kind) ? { ...given, budgetDuration: null, budgetResetAtMs: null } : given;
  const window: Window = budget.budgetDuration === null ? { kind: 'none' } : { kind: 'calendar', duration: budget.budgetDuration };
  const counter = parts.book.counter(counterKey(scope, name, model ?? (main ? null : given.budgetDuration)), 'money', parts.nowMs);
  const charged = (!main || limits.spentNanoUsd === undefined) && maxUsd !== null;
  takeStored(counter, budget, parts);
  if (main) counter.budget = maxUsd === null || !Number.isFinite(maxUsd) ? null : { scope, limitNanoUsd: nanoUsd(maxUsd) };
  if (charged) counter.used = Math.max(counter.used, parts.book.seeded(counter.key, chargedFromMs(counter, window, parts.clock)));
  return {
    charged, name, measure: 'money', scope, model, counter, window, shadow: scope.shadow, onlyAbove: null,
    limit: maxUsd === null || !Number.isFinite(maxUsd) ? Infinity : nanoUsd(maxUsd),
    increase: main ? nanoUsd(limits.temporaryIncreaseUsd ?? 0) : 0,
    increaseUntilMs: limits.temporaryIncreaseUntilMs ?? 0,
    softLimit: main && limits.softBudgetUsd != null ? nanoUsd(limits.softBudgetUsd) : Infinity,
  };
}

/** The start of a counter's window. */
export function chargedFromMs(counter: Counter, window: Window, clock: WindowClock): number {
  if (window.kind !== 'calendar' || counter.windowEndMs === 0) return 0;
  if (counter.chargedEndMs !== counter.windowEndMs) {
    counter.chargedEndMs = counter.windowEndMs;
    counter.chargedFromMs = windowStartMs(window.duration, counter.windowEndMs, clock);
  }
  return counter.chargedFromMs;
}

/** What the database says about the window is taken where this process knows nothing newer: others may have spent, an administrator may have moved its end. */
function takeStored(counter: Counter, { budgetDuration, budgetResetAtMs, spentNanoUsd }: BudgetWindow, { nowMs, clock }: RuleParts): void {
  const end = budgetResetAtMs ?? (budgetDuration === null || counter.windowEndMs > 0 ? null : windowEndMs(budgetDuration, nowMs, clock));
  if (end !== null && end <= nowMs) {
    // The stored window is over: its spend is of the past, but the next window follows from its end.
    if (counter.windowEndMs === 0) counter.windowEndMs = end;
    return;
  }
  if (end !== null && end !== counter.windowEndMs) {
    if (counter.windowEndMs <= nowMs) counter.turn(end);
    counter.windowEndMs = end;
  }
  counter.used = Math.max(counter.used, spentNanoUsd ?? 0);
}

function rateRules(scope: LimitScope, limits: ScopeLimits, model: string, parts: RuleParts): Rule[] {
  const rules: Rule[] = [];
  const add = (name: RuleName, measure: Measure, limit: number | null | undefined, lengthMs: number, of: string | null): void => {
    if (limit != null) rules.push(rateRule(name, measure, limit, lengthMs, of, scope, parts));
  };
  const { rateWindowMs } = parts;
  const budget: { name: string; value: ModelBudget } | null = modelEntry(limits.modelBudgets, model);
  const requests = modelEntry(limits.modelRequestsPerMinute, model);
  const tokens = modelEntry(limits.modelTokensPerMinute, model);
  add('requests_per_minute', 'requests', limits.requestsPerMinute, rateWindowMs, null);
  add('requests_per_minute', 'requests', requests?.value ?? budget?.value.requestsPerMinute, rateWindowMs, requests?.name ?? budget?.name ?? null);
  add('tokens_per_minute', 'tokens', limits.tokensPerMinute, rateWindowMs, null);
  add('tokens_per_minute', 'tokens', tokens?.value ?? budget?.value.tokensPerMinute, rateWindowMs, tokens?.name ?? budget?.name ?? null);
  add('tokens_per_day', 'tokens', limits.tokensPerDay, dayMs, null);
  add('max_parallel_requests', 'parallel', limits.maxParallelRequests, 0, null);
  return rules;
}

/** A rule of requests, tokens or parallel requests. */
export function rateRule(
  name: RuleName, measure: Measure, limit: number, lengthMs: number, model: string | null, scope: LimitScope, { book, nowMs }: Pick<RuleParts, 'book' | 'nowMs'>,
  onlyAbove: Rule['onlyAbove'] = null,
): Rule {
  return {
    charged: false, name, measure, scope, model, limit, onlyAbove, increase: 0, increaseUntilMs: 0, softLimit: Infinity, shadow: scope.shadow,
    counter: book.counter(counterKey(scope, name, model), measure, nowMs),
    window: lengthMs === 0 ? { kind: 'none' } : { kind: 'rolling', lengthMs },
  };
}

/** What a rule's counter is kept under. */
export const counterKey = (scope: Pick<LimitScope, 'kind' | 'id'>, name: RuleName, part: string | null): string =>
  `${scope.kind}:${scope.id}:${name}${part === null ? '' : `:${part}`}`;

/** The entry for a model: its name as it was asked for, without its provider, or the longest pattern with a `*`. */
function modelEntry<T>(entries: Readonly<Record<string, T>> | null | undefined, model: string): { name: string; value: T } | null {
  if (!entries) return null;
  for (const name of [model, model.slice(model.indexOf('/') + 1)]) {
    if (Object.hasOwn(entries, name)) return { name, value: entries[name] as T };
  }
  let best: string | null = null;
  for (const name of Object.keys(entries)) {
    if (name.includes('*') && matches(name, model) && (best === null || name.length > best.length)) best = name;
  }
  return best === null ? null : { name: best, value: entries[best] as T };
}

function matches(pattern: string, model: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (!model.startsWith(first)) return false;
  let at = first.length;
  for (const [index, part] of rest.entries()) {
    const found = index === rest.length - 1 && part !== '' ? model.length - part.length : model.indexOf(part, at);
    if (found < at || !model.startsWith(part, found)) return false;
    at = found + part.length;
  }
  return true;
}
