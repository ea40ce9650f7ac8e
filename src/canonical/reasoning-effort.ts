// Thinking budgets in tokens and effort words, one from the other, by LiteLLM's thresholds.
import type { Reasoning } from './request.ts';

const budgets = { minimal: 128, low: 1024, medium: 2048, high: 4096, xhigh: 8192, max: 16_384 } as const;

const isEffort = (word: string): word is keyof typeof budgets => Object.hasOwn(budgets, word);

/** The effort for a budget in tokens. */
export function effortOfBudget(tokens: number): string {
  if (tokens >= budgets.high) return 'high';
  if (tokens >= budgets.medium) return 'medium';
  return tokens >= budgets.low ? 'low' : 'minimal';
}

/** The budget in tokens for an effort; undefined for a word that is not known, 0 for `none`. */
export function budgetOfEffort(effort: string): number | undefined {
  if (effort === 'none') return 0;
  return isEffort(effort) ? budgets[effort] : undefined;
}

/** The effort that a request asks for, however it said so; undefined when it says nothing of it. */
export function effortOf(reasoning: Reasoning | undefined): string | undefined {
  if (!reasoning) return undefined;
  if (reasoning.disabled) return 'none';
  if (reasoning.effort !== undefined) return reasoning.effort;
  if (reasoning.budgetTokens !== undefined) return effortOfBudget(reasoning.budgetTokens);
  return reasoning.adaptive ? 'medium' : undefined;
}
