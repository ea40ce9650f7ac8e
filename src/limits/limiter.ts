// What the pipeline asks of a limiter: admit a request against all its scopes in one step, and settle it exactly once.
import type { BudgetCharge } from '../accounting/ledger/entry.ts';
import type { LimitScope, ScopeKind } from './scope.ts';
import type { Result } from '../canonical/fault.ts';
import type { Rule, RuleName } from './rule.ts';
import type { ReplyHeaders } from '../http/reply.ts';

/** What is known of a request's price before it is answered. */
export type PriceForecast =
  /** The model costs nothing: budgets do not matter. */
  | { kind: 'free' }
  /** What is held until the cost is known, in 10⁻⁹ US dollars. */
  | { kind: 'priced'; holdNanoUsd: number }
  /** No price is known; the policy for unknown prices decides. */
  | { kind: 'unknown' };

/** A request as the limiter sees it. */
export interface LimitRequest {
  /** The model as it was asked for. */
  model: string;
  /** The model group that serves it; null: none does. */
  group: string | null;
  /** The scopes of the caller, always the same list for the same caller. */
  scopes: readonly LimitScope[];
  /** Scopes of this request alone: its end user, its tags. */
  extra: readonly LimitScope[];
  /** Worked out only when a budget or a limit of tokens holds. */
  forecast(): Forecast;
  /** An admission is wanted also when nothing limits the request yet: a deployment's limits may be added. */
  mayExtend: boolean;
  nowMs: number;
  /** What refused it, or would have in shadow mode: the limiter fills it in. Null: nothing. */
  refusals: RefusedRule[] | null;
}

/** A rule that refused a request, or would have in shadow mode. */
export interface RefusedRule {
  kind: ScopeKind;
  /** The scope's id, under which counters are kept: a key's hash, a team's id. */
  id: string;
  rule: RuleName;
  /** The model that the rule is for; null: all. */
  model: string | null;
  shadow: boolean;
}

// More rules than this are not written down of one request.
const mostRefusals = 8;

/** Notes a rule that refused. Retries on several deployments ask the same rule again: it is noted once. */
export function noteRefusal(request: Pick<LimitRequest, 'refusals'>, { scope, name, model, shadow }: Rule): void {
  const known = (request.refusals ??= []);
  if (known.length >= mostRefusals || known.some((each) => each.kind === scope.kind && each.id === scope.id && each.rule === name && each.model === model)) return;
  known.push({ kind: scope.kind, id: scope.id, rule: name, model, shadow });
}

/** What a request is expected to use. */
export interface Forecast {
  price: PriceForecast;
  /** Input tokens, estimated, and the output tokens that are expected: what limits of tokens hold back until the answer is known. */
  tokens: number;
}

/** How an admitted request ended. */
export interface LimitOutcome {
  /** What it cost in 10⁻⁹ US dollars; 0 for cache hits and failures. */
  costNanoUsd: number;
  inputTokens: number;
  outputTokens: number;
  nowMs: number;
}

/** What `extend` took. Only whoever made it looks inside. */
export interface Extension {
  readonly kind: 'extension';
}

/** A request that was let in. */
export interface Admission {
  /** Budgets were passed over: the model was forecast as free, or its price is unknown and the policy lets it pass. */
  readonly withoutBudgets: boolean;
  /** Writes the `x-ratelimit-…` and `x-litellm-key-…` headers of the scopes that limit this request. */
  writeHeaders(headers: ReplyHeaders): void;
  /**
   * Lets more rules hold for the same request: those of the provider and the deployment that were picked, and the budgets of a request that
   * was forecast as free and is not any more. Refused, nothing is taken. The settlement covers them too.
   */
  extend(scopes: readonly LimitScope[], forecast: Forecast, nowMs: number): Result<Extension | null> | Promise<Result<Extension | null>>;
  /** Gives back what `extend` took: that deployment failed, or another one was quicker. */
  withdraw(extension: Extension): void;
  /** What the request is to be written down against; null: nothing. */
  charges(): readonly BudgetCharge[] | null;
  /** Gives back what was held and books what was used. Only the first call counts; a request that is never settled expires. */
  settle(outcome: LimitOutcome): void;
}

/** A budget and what is left of it, in US dollars. */
export interface BudgetState {
  kind: ScopeKind;
  id: string;
  name: string;
  maxUsd: number;
  remainingUsd: number;
  /** Until it starts anew; null: it never does. */
  hoursLeft: number | null;
}

/** Numbers for metrics. */
export interface LimiterCounts {
  counters: number;
  /** Admissions that are not settled. */
  open: number;
  /** True while counters are shared; null: they are not meant to be. */
  shared: boolean | null;
  /** Refusals by kind of scope, rule, and `enforced` or `shadow`, joined by blanks. */
  refusals: ReadonlyMap<string, number>;
}

/** Checks and counts. */
export interface Limiter {
  counts(): LimiterCounts;
  /**
   * Checks every rule of every scope and, only when all of them agree, takes from all of them, in one step. Refusals are
   * `budget_exceeded`, `budget_reserved` or `rate_limited`. The answer comes at once unless counters are shared. Null: nothing limits it.
   */
  admit(request: LimitRequest): Result<Admission | null> | Promise<Result<Admission | null>>;
  /** The headers that a refused request gets. */
  writeRefusedHeaders(request: LimitRequest, headers: ReplyHeaders): void;
  /** True when the budgets of a scope are used up now; for choosing between deployments. As far as this process knows. */
  isSpent(scope: LimitScope, nowMs: number): boolean;
  /** What every rule of these scopes says now, first the one that would refuse first. */
  explain(request: LimitRequest): readonly RuleState[] | Promise<readonly RuleState[]>;
  /** Spent in the current window of the scope's main budget, in 10⁻⁹ US dollars, as far as this process knows. */
  spentNanoUsd(scope: LimitScope, nowMs: number): number;
  /** Budgets that requests met lately. */
  budgets(nowMs: number): BudgetState[];
  /** Sets what is spent in the main budget of a scope (`/key/{key}/reset_spend`, an edit of `spend`). */
  setSpent(kind: ScopeKind, id: string, spentNanoUsd: number): void;
}

/** The request that `explain` is asked about: the next one of a caller for a model. */
export const nextRequest = (model: string, group: string | null, scopes: readonly LimitScope[], nowMs: number): LimitRequest => ({
  model, group, scopes, extra: [], mayExtend: false, nowMs, refusals: null, forecast: () => ({ price: { kind: 'priced', holdNanoUsd: 0 }, tokens: 0 }),
});

/** One rule of a scope and its state. Amounts of budgets are US dollars. */
export interface RuleState {
  kind: ScopeKind;
  id: string;
  name: string;
  rule: RuleName;
  /** The model that the rule is for; null: all. */
  model: string | null;
  /** Null: only counted. */
  limit: number | null;
  softLimit: number | null;
  used: number;
  /** Held by requests under way. */
  held: number;
  remaining: number | null;
  /** ISO time when it starts anew; null: never, or when a request ends. */
  resetsAt: string | null;
  /** It would refuse this request. */
  refuses: boolean;
  shadow: boolean;
}
