// The arithmetic of limits: check all, take all, settle. Each function is one synchronous step.
import { limitNow, turnWindow, type Rule } from './rule.ts';
import type { LimitOutcome } from './limiter.ts';
import type { WindowClock } from './budget-window.ts';

/** What one request takes from its rules while it runs. */
export interface Claim {
  /** 10⁻⁹ US dollars; null: budgets do not matter to this request. */
  holdNanoUsd: number | null;
  tokens: number;
}

/** Which tokens count against limits of tokens (`general_settings.token_rate_limit_type`). */
export type CountedTokens = 'total' | 'input' | 'output';

/** What is used of a rule, with what is held. */
export const takenOf = ({ counter }: Rule): number => counter.used + counter.held + counter.heldElsewhere;

/** How much of the other rule must be used before this one holds. */
export const onlyAboveAmount = ({ rule, share }: NonNullable<Rule['onlyAbove']>, nowMs: number): number => limitNow(rule, nowMs) * share;

/** True when a rule leaves no room. At its limit is over its limit. */
export function isFull(rule: Rule, nowMs: number): boolean {
  if (rule.limit === Infinity) return false;
  const { onlyAbove } = rule;
  if (onlyAbove && takenOf(onlyAbove.rule) < onlyAboveAmount(onlyAbove, nowMs)) return false;
  return takenOf(rule) >= limitNow(rule, nowMs);
}

/** The first rule that refuses, or null. Rules in shadow mode that would have are told to `shadowed`. */
export function firstRefusal(rules: readonly Rule[], claim: Claim, nowMs: number, clock: WindowClock, shadowed: (rule: Rule) => void): Rule | null {
  for (const rule of rules) {
    if (nowMs >= rule.counter.windowEndMs) turnWindow(rule, nowMs, clock);
    if (rule.measure === 'money' && claim.holdNanoUsd === null) continue;
    if (!isFull(rule, nowMs)) continue;
    if (!rule.shadow) return rule;
    shadowed(rule);
  }
  return null;
}

/** Takes from every rule. */
export function takeAll(rules: readonly Rule[], claim: Claim, nowMs: number): void {
  for (const { counter, measure } of rules) {
    counter.lastUseMs = nowMs;
    switch (measure) {
      case 'money': counter.held += claim.holdNanoUsd ?? 0; break;
      case 'requests': counter.used += 1; break;
      case 'tokens': counter.held += claim.tokens; break;
      case 'parallel': counter.held += 1; break;
    }
  }
}

/** Gives back what was held, and nothing else. A request that was counted stays counted: a provider that failed has seen it too. */
export function giveBack(rules: readonly Rule[], claim: Claim): void {
  for (const { counter, measure } of rules) {
    switch (measure) {
      case 'money': counter.held -= claim.holdNanoUsd ?? 0; break;
      case 'requests': break;
      case 'tokens': counter.held -= claim.tokens; break;
      case 'parallel': counter.held -= 1; break;
    }
  }
}

/** Gives back what was held and books what was used. */
export function settleAll(rules: readonly Rule[], claim: Claim, outcome: LimitOutcome, counted: CountedTokens, clock: WindowClock): void {
  const tokens = countedTokens(outcome, counted);
  for (const rule of rules) {
    const { counter, measure } = rule;
    if (outcome.nowMs >= counter.windowEndMs) turnWindow(rule, outcome.nowMs, clock);
    switch (measure) {
      case 'money':
        counter.held -= claim.holdNanoUsd ?? 0;
        counter.used += outcome.costNanoUsd;
        break;
      case 'requests': break;
      case 'tokens':
        counter.held -= claim.tokens;
        counter.used += tokens;
        break;
      case 'parallel': counter.held -= 1; break;
    }
  }
}

/** The tokens of an outcome that count. */
export function countedTokens(outcome: Pick<LimitOutcome, 'inputTokens' | 'outputTokens'>, counted: CountedTokens): number {
  return (counted === 'output' ? 0 : outcome.inputTokens) + (counted === 'input' ? 0 : outcome.outputTokens);
}
