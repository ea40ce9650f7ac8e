// The headers that tell a caller what is left: LiteLLM's `x-ratelimit-<scope>-…`, and OpenAI's names for the scope with the least left.
import { limitNow, type Rule } from './rule.ts';
import { measureWords, scopeWords, usdOfNano } from './refusal.ts';
import { takenOf } from './counting.ts';

/** Where headers are written. */
export interface HeaderSink {
  /** In place of others of this name. */
  set(name: string, value: string): void;
  /** Beside what is there: for names that nobody else writes. */
  put(name: string, value: string): void;
}

/** A rule's header names and its limit as text; null: it has no headers. Worked out once. */
interface RuleHeaders {
  limit: string;
  limitName: string;
  remainingName: string;
  /** LiteLLM's header for a key's own limit. */
  keyName: string | null;
  /** A request may have several scopes of this kind, and the last one is told of. */
  repeats: boolean;
}

const known = new WeakMap<Rule, RuleHeaders | null>();

function headersOf(rule: Rule): RuleHeaders | null {
  let headers = known.get(rule);
  if (headers === undefined) known.set(rule, (headers = makeHeaders(rule)));
  return headers;
}

// Rules in shadow mode are not shown: nobody has to mind them.
function makeHeaders({ measure, name, scope, shadow, onlyAbove, model, limit }: Rule): RuleHeaders | null {
  if (measure === 'money' || shadow || name === 'tokens_per_day' || onlyAbove) return null;
  const prefix = `x-ratelimit-${model === null ? '' : 'model_per_'}${scopeWords[scope.kind]}`;
  const ofKey = scope.kind === 'key' && model === null && measure !== 'parallel';
  return {
    limit: String(limit), limitName: `${prefix}-limit-${measureWords[measure]}`, remainingName: `${prefix}-remaining-${measureWords[measure]}`,
    repeats: scope.kind === 'tag' || scope.kind === 'global', keyName: ofKey ? `x-litellm-key-${measure === 'requests' ? 'rpm' : 'tpm'}-limit` : null,
  };
}

/** Writes them. */
export function writeRateHeaders(rules: readonly Rule[], headers: HeaderSink, nowMs: number): void {
  let requests: Rule | null = null;
  let tokens: Rule | null = null;
  for (const rule of rules) {
    if (rule.measure === 'money') {
      if (rule.scope.kind === 'key' && rule.name === 'max_budget') writeKeySpend(rule, headers, nowMs);
      continue;
    }
    const own = headersOf(rule);
    if (!own) continue;
    if (own.repeats) {
      headers.set(own.limitName, own.limit);
      headers.set(own.remainingName, String(left(rule)));
    } else {
      headers.put(own.limitName, own.limit);
      headers.put(own.remainingName, String(left(rule)));
    }
    if (own.keyName !== null) headers.put(own.keyName, own.limit);
    if (rule.measure === 'requests' && (requests === null || left(rule) < left(requests))) requests = rule;
    if (rule.measure === 'tokens' && (tokens === null || left(rule) < left(tokens))) tokens = rule;
  }
  if (requests) writeLeast(requests, 'x-ratelimit-limit-requests', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests', headers, nowMs);
  if (tokens) writeLeast(tokens, 'x-ratelimit-limit-tokens', 'x-ratelimit-remaining-tokens', 'x-ratelimit-reset-tokens', headers, nowMs);
}

function writeLeast(rule: Rule, limitName: string, remainingName: string, resetName: string, headers: HeaderSink, nowMs: number): void {
  headers.set(limitName, String(rule.limit));
  headers.set(remainingName, String(left(rule)));
  headers.set(resetName, `${Math.max(0, Math.ceil((rule.counter.windowEndMs - nowMs) / 1000))}s`);
}

const left = (rule: Rule): number => Math.max(0, rule.limit - takenOf(rule));

function writeKeySpend(rule: Rule, headers: HeaderSink, nowMs: number): void {
  headers.set('x-litellm-key-spend', dollars(rule.counter.used));
  const limit = limitNow(rule, nowMs);
  if (limit !== Infinity) headers.set('x-litellm-key-max-budget', dollars(limit));
}

/** Dollars as LiteLLM writes them: whole ones with `.0`. */
function dollars(nanoUsd: number): string {
  const usd = usdOfNano(nanoUsd);
  return Number.isInteger(usd) ? `${usd}.0` : String(usd);
}
