// The headers that tell a caller what is left: LiteLLM's `x-ratelimit-<scope>-…`, and OpenAI's names for the scope with the least left.
import { limitNow, type Rule } from './rule.ts';
import { measureWords, scopeWords, usdOfNano } from './refusal.ts';
import { takenOf } from './counting.ts';
import type { ReplyHeaders } from '../http/reply.ts';

/** Writes them. Rules in shadow mode are not shown: nobody has to mind them. */
export function writeRateHeaders(rules: readonly Rule[], headers: ReplyHeaders, nowMs: number): void {
  const least: { requests: Rule | null; tokens: Rule | null } = { requests: null, tokens: null };
  for (const rule of rules) {
    const { measure, name, scope } = rule;
    if (measure === 'money') {
      if (scope.kind === 'key' && name === 'max_budget') writeKeySpend(rule, headers, nowMs);
      continue;
    }
    if (rule.shadow || name === 'tokens_per_day' || rule.onlyAbove) continue;
    const prefix = `x-ratelimit-${rule.model === null ? scopeWords[scope.kind] : `model_per_${scopeWords[scope.kind]}`}`;
    headers.set(`${prefix}-limit-${measureWords[measure]}`, String(rule.limit));
    headers.set(`${prefix}-remaining-${measureWords[measure]}`, String(left(rule)));
    if (measure === 'parallel') continue;
    const known = least[measure];
    if (known === null || left(rule) < left(known)) least[measure] = rule;
    if (scope.kind === 'key' && rule.model === null) headers.set(measure === 'requests' ? 'x-litellm-key-rpm-limit' : 'x-litellm-key-tpm-limit', String(rule.limit));
  }
  for (const measure of ['requests', 'tokens'] as const) {
    const rule = least[measure];
    if (!rule) continue;
    headers.set(`x-ratelimit-limit-${measure}`, String(rule.limit));
    headers.set(`x-ratelimit-remaining-${measure}`, String(left(rule)));
    headers.set(`x-ratelimit-reset-${measure}`, `${Math.max(0, Math.ceil((rule.counter.windowEndMs - nowMs) / 1000))}s`);
  }
}

const left = (rule: Rule): number => Math.max(0, rule.limit - takenOf(rule));

function writeKeySpend(rule: Rule, headers: ReplyHeaders, nowMs: number): void {
  headers.set('x-litellm-key-spend', String(usdOfNano(rule.counter.used)));
  const limit = limitNow(rule, nowMs);
  if (limit !== Infinity) headers.set('x-litellm-key-max-budget', String(usdOfNano(limit)));
}
