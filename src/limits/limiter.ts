// What the pipeline asks of a limiter: admit a request against all its scopes in one step, and settle it exactly once.
import type { LimitScope, ScopeKind } from './scope.ts';
import type { Result } from '../canonical/fault.ts';

/** What is known of a request's price before it is answered. */
export type PriceForecast =
  /** The model costs nothing: budgets do not matter. */
  | { kind: 'free' }
  /** The most that the request can cost, in 10⁻⁹ US dollars. */
  | { kind: 'priced'; worstCaseNanoUsd: number; holdNanoUsd: number }
  /** No price is known; the policy for unknown prices decides. */
  | { kind: 'unknown' };

/** A request as the limiter sees it. */
export interface LimitRequest {
  id: string;
  /** The model group that was asked for. */
  model: string;
  /** All scopes that hold for the request, in any order; those of the caller come from `exchange.caller.scopes`. */
  scopes: readonly LimitScope[];
  price: PriceForecast;
  /** Input tokens, estimated, and the output tokens that are expected: what limits of tokens hold back until the answer is known. */
  tokens: number;
  nowMs: number;
}

/** How an admitted request ended. */
export interface LimitOutcome {
  /** What it cost in 10⁻⁹ US dollars; 0 for cache hits and failures. */
  costNanoUsd: number;
  inputTokens: number;
  outputTokens: number;
  nowMs: number;
}

/** A request that was let in. */
export interface Admission {
  /** `x-ratelimit-…` headers of the scopes that limit this request. */
  headers(): ReadonlyMap<string, string> | null;
  /** Gives back what was held and books what was used. Only the first call counts; a request that is never settled expires. */
  settle(outcome: LimitOutcome): void;
}

/** Checks and counts. */
export interface Limiter {
  /**
   * Checks every rule of every scope and, only when all of them agree, takes from all of them, in one step. Refusals are
   * `budget_exceeded` or `rate_limited`. The answer comes at once unless counters are shared.
   */
  admit(request: LimitRequest): Result<Admission> | Promise<Result<Admission>>;
  /** What every rule of these scopes says now, first the one that would refuse first. */
  explain(request: LimitRequest): readonly ScopeState[] | Promise<readonly ScopeState[]>;
  /** Spent in the current window of the scope's main budget, in 10⁻⁹ US dollars, as far as this process knows. */
  spentNanoUsd(scope: LimitScope): number;
  /** Sets what is spent (`/key/{key}/reset_spend`, an edit of `spend`). */
  setSpent(kind: ScopeKind, id: string, spentNanoUsd: number): void;
}

/** One rule of a scope and its state. */
export interface ScopeState {
  kind: ScopeKind;
  id: string;
  name: string;
  rule: 'max_budget' | 'soft_budget' | 'model_max_budget' | 'requests_per_minute' | 'tokens_per_minute' | 'tokens_per_day' | 'max_parallel_requests';
  /** The model that the rule is for; null: all. */
  model: string | null;
  limit: number;
  used: number;
  /** Held by requests under way. */
  held: number;
  remaining: number;
  /** ISO time when it starts anew; null: never, or when a request ends. */
  resetsAt: string | null;
  /** It would refuse this request. */
  refuses: boolean;
  shadow: boolean;
}
