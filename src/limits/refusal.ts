// What a refused caller is told, in LiteLLM's words. A scope is named as the caller may know it; no text holds a key's hash.
import { fault, type Fault } from '../canonical/fault.ts';
import { limitNow, type Rule } from './rule.ts';
import type { ScopeKind } from './scope.ts';

/** How LiteLLM calls a scope in texts and header names of rate limits. */
export const scopeWords: Readonly<Record<ScopeKind, string>> = {
  key: 'api_key', user: 'user', team: 'team', team_member: 'team_member', organization: 'organization', project: 'project', end_user: 'end_user', tag: 'tag',
  global: 'global', provider: 'provider', model: 'model', deployment: 'deployment',
};

/** How LiteLLM calls what is counted. */
export const measureWords = { money: 'budget', requests: 'requests', tokens: 'tokens', parallel: 'max_parallel_requests' } as const;

type Money = (name: string, spentUsd: number, limitUsd: number) => string;
const exceeded = (word: string): Money => (name, spent, limit) => `Budget has been exceeded! ${word}${name} Current cost: ${spent}, Max budget: ${limit}`;
const over = (word: string): Money => (name, spent, limit) => `ExceededBudget: ${word}=${name} over budget. Spend=${spent}, Budget=${limit}`;
const moneyTexts: Readonly<Record<ScopeKind, Money>> = {
  key: exceeded('Key='), team: exceeded('Team='), team_member: exceeded('User='), organization: exceeded('Organization='), project: exceeded('Project='), tag: exceeded('Tag='),
  user: over('User'), end_user: over('End User'),
  global: (_name, spent, limit) => exceeded('')('', spent, limit).replace('  ', ' '),
  provider: exceeded('Provider='), model: exceeded('Model='), deployment: exceeded('Deployment='),
};

/** An amount of 10⁻⁹ US dollars as a decimal without the noise of binary fractions. */
export const usdOfNano = (nano: number): number => Math.round(nano) / 1e9;

/** The fault of a rule that refuses. */
export function refusalFault(rule: Rule, model: string, nowMs: number, budgetStatus: number): Fault {
  return rule.measure === 'money' ? budgetFault(rule, model, nowMs, budgetStatus) : rateFault(rule, nowMs);
}

function budgetFault(rule: Rule, model: string, nowMs: number, status: number): Fault {
  const { counter, scope } = rule;
  const limit = limitNow(rule, nowMs);
  const name = rule.model === null ? scope.name : `${scope.name} for model=${model}`;
  const text = moneyTexts[scope.kind](name, usdOfNano(counter.used), usdOfNano(limit));
  if (counter.used >= limit) return fault('budget_exceeded', text, status === 422 ? {} : { status });
  // Nothing is used up yet: what requests under way may cost is held, and comes back when they end.
  return fault('budget_reserved', `${text}. Requests under way hold ${usdOfNano(counter.held + counter.heldElsewhere)} of it; try again when they are done.`, { retryAfterSeconds: 1 });
}

function rateFault(rule: Rule, nowMs: number): Fault {
  const { counter, measure, scope } = rule;
  const resetMs = measure === 'parallel' ? nowMs + 1_000 : counter.windowEndMs;
  const resets = new Date(resetMs).toISOString().replace('T', ' ').replace(/\.\d+Z$/, ' UTC');
  const of = rule.model === null ? scope.name : `${scope.name}:${rule.model}`;
  const word = rule.name === 'tokens_per_day' ? 'tokens_per_day' : measureWords[measure];
  return fault(
    'rate_limited',
    `Rate limit exceeded for ${rule.model === null ? scopeWords[scope.kind] : `model_per_${scope.kind}`}: ${of}. Limit type: ${word}. `
      + `Current limit: ${rule.limit}, Remaining: 0. Limit resets at: ${resets}`,
    { retryAfterSeconds: Math.max(1, Math.ceil((resetMs - nowMs) / 1000)) },
  );
}

/** An end user may not call; the sentence is LiteLLM's. */
export const endUserBlocked = (id: string): Fault => fault('end_user_blocked', `User blocked from making LLM API Calls. User=${id.slice(0, 200)}`);
