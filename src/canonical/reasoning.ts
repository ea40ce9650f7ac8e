// Effort words and thinking budgets: two ways to say how much a model shall think. The steps are LiteLLM's.
import type { Reasoning } from './request.ts';

/** Anthropic takes no smaller budget. */
export const minThinkingBudget = 1024;

const budgets = new Map([
  ['minimal', 1024], ['low', 1024], ['medium', 2048], ['high', 4096], ['xhigh', 8192], ['max', 16_384],
]);

/** The effort that was asked for, whatever way it was said; `none` when thinking was switched off, undefined when nothing was said. */
export function effortOf(reasoning: Reasoning | undefined): string | undefined {
  if (!reasoning) return undefined;
  if (reasoning.disabled) return 'none';
  if (reasoning.effort !== undefined) return reasoning.effort;
  if (reasoning.budgetTokens !== undefined) return effortOfBudget(reasoning.budgetTokens);
  return reasoning.adaptive ? 'medium' : undefined;
}

/** The effort that a budget stands for. */
export function effortOfBudget(tokens: number): string {
  if (tokens >= 4096) return 'high';
  if (tokens >= 2048) return 'medium';
  return tokens >= 1024 ? 'low' : 'minimal';
}

/** The thinking budget in tokens; undefined when nothing was asked for or thinking was switched off. */
export function budgetOf(reasoning: Reasoning | undefined): number | undefined {
  if (reasoning?.budgetTokens !== undefined && !reasoning.disabled) return reasoning.budgetTokens;
  const effort = effortOf(reasoning);
  if (effort === undefined || effort === 'none') return undefined;
  return budgetOfEffort(effort);
}

/** The budget that an effort stands for. */
export const budgetOfEffort = (effort: string): number => budgets.get(effort) ?? 2048;

const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'];

/** The effort that a model takes: the one that was asked for, else the next one below, else above. `taken` undefined: nobody knows, so it is sent. */
export function fittingEffort(effort: string, taken: ReadonlySet<string> | undefined): string {
  const at = efforts.indexOf(effort);
  if (!taken || taken.has(effort) || at === -1) return effort;
  const above = efforts.slice(at).find((word) => taken.has(word));
  // To think nothing is no less than to think little.
  return at <= 1 ? above ?? effort : efforts.slice(0, at).findLast((word) => taken.has(word)) ?? above ?? effort;
}
