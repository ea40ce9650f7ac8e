// Who pays and whose limits hold: the scopes of a request (its key, user, team …) with their budgets and rate limits. A scope is
// made once, when a key is loaded, and used by all requests of the key until it is loaded again.

/** What a scope stands for. */
export type ScopeKind =
  | 'global' | 'organization' | 'team' | 'project' | 'team_member' | 'user' | 'key' | 'end_user' | 'tag' | 'provider' | 'model' | 'deployment';

/** The limits of one thing as LiteLLM's tables hold them; all of it may be missing. Amounts are US dollars, times are milliseconds since the epoch. */
export interface ScopeLimits {
  maxBudgetUsd?: number | null;
  /** Crossing it raises an event and refuses nothing. */
  softBudgetUsd?: number | null;
  /** `30d`, `1mo`, `24h` …; null: the budget never starts anew. */
  budgetDuration?: string | null;
  /** When the window that the stored spend belongs to ends; null: as `budgetDuration` says. */
  budgetResetAtMs?: number | null;
  /** Spent in the current window as stored, in 10⁻⁹ US dollars. The limiter goes on from here when it knows nothing newer. */
  spentNanoUsd?: number;
  /** `temp_budget_increase`, added to `maxBudgetUsd` until `temporaryIncreaseUntilMs` (`temp_budget_expiry`). */
  temporaryIncreaseUsd?: number | null;
  temporaryIncreaseUntilMs?: number | null;
  /** `model_max_budget`: budgets of single models, by the model's name as the client writes it or with a `*`. */
  modelBudgets?: Readonly<Record<string, ModelBudget>> | null;
  /** `budget_limits`: more windows beside the first one. */
  moreBudgets?: readonly BudgetWindow[] | null;
  /** Once the budget is used up, requests go on at this share of the limits of requests and tokens a minute; null: they are refused. */
  throttledShare?: number | null;
  requestsPerMinute?: number | null;
  tokensPerMinute?: number | null;
  tokensPerDay?: number | null;
  maxParallelRequests?: number | null;
  /** `model_rpm_limit`, `model_tpm_limit`, by the model's name. */
  modelRequestsPerMinute?: Readonly<Record<string, number>> | null;
  modelTokensPerMinute?: Readonly<Record<string, number>> | null;
}

/** A budget over one window. */
export interface BudgetWindow {
  maxBudgetUsd: number;
  budgetDuration: string | null;
  budgetResetAtMs?: number | null;
  spentNanoUsd?: number;
}

/** A budget for one model (`model_max_budget`). */
export interface ModelBudget extends BudgetWindow {
  requestsPerMinute?: number | null;
  tokensPerMinute?: number | null;
}

/** A scope. Two scopes with the same kind and id share their counters. */
export interface LimitScope {
  readonly kind: ScopeKind;
  /** What counters are kept under: the key's SHA-256, the user's id, `team:user` for a member. Never a secret. */
  readonly id: string;
  /** What error texts call it: a key's masked name, a team's alias. */
  readonly name: string;
  readonly limits: ScopeLimits;
  /** Higher ones may use the last part of a shared limit (`priority_reservation`); null: the default priority. */
  readonly priority: string | null;
  /** Counted and logged, but never enforced. */
  readonly shadow: boolean;
  /** Holds for this process alone and is never shared. */
  readonly local: boolean;
}

/** Makes a scope. */
export function limitScope(kind: ScopeKind, id: string, name: string, limits: ScopeLimits, more: { priority?: string | null; shadow?: boolean; local?: boolean } = {}): LimitScope {
  return { kind, id, name, limits, priority: more.priority ?? null, shadow: more.shadow ?? false, local: more.local ?? false };
}

const ruleNames = [
  'maxBudgetUsd', 'softBudgetUsd', 'modelBudgets', 'moreBudgets', 'requestsPerMinute', 'tokensPerMinute', 'tokensPerDay', 'maxParallelRequests',
  'modelRequestsPerMinute', 'modelTokensPerMinute',
] as const satisfies readonly (keyof ScopeLimits)[];

/** True when no rule is set, so that the scope need not be kept. A budget or limit of 0 is a rule. */
export function limitsNothing({ limits }: LimitScope): boolean {
  return ruleNames.every((name) => {
    const value = limits[name];
    return value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);
  });
}
