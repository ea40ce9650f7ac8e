import { expect, test } from 'bun:test';
import { Announcer } from './announcer.ts';
import { CounterBook } from './counter.ts';
import { EventBus, type GatewayEvent } from '../observe/events.ts';
import { limitScope, type LimitScope, type ScopeKind, type ScopeLimits } from './scope.ts';
import { MemoryLimiter, type LimiterSettings } from './memory-limiter.ts';
import { utcMidnight } from './budget-window.ts';
import type { Admission, Extension, LimitRequest, PriceForecast } from './limiter.ts';
import type { Result } from '../canonical/fault.ts';
import { ReplyHeaders } from '../http/reply.ts';

const usd = 1e9;
const start = Date.UTC(2026, 0, 10, 12);
const settings: LimiterSettings = {
  clock: utcMidnight, rateWindowMs: 60_000, always: [], priorities: null, groups: new Map(), modelDefaults: new Map(), keyParallelRequests: null, shadowKinds: new Set(),
  unknownPrice: { policy: 'hold_default', holdNanoUsd: 0.05 * usd }, countedTokens: 'total', budgetStatus: 422,
};

function limiterOf(more: Partial<LimiterSettings> = {}): { limiter: MemoryLimiter; book: CounterBook; events: GatewayEvent[] } {
  const bus = new EventBus();
  const events: GatewayEvent[] = [];
  bus.listen((event) => events.push(event));
  const book = new CounterBook(10_000);
  return { limiter: new MemoryLimiter(book, { ...settings, ...more }, new Announcer(bus)), book, events };
}

const priced = (holdUsd: number): PriceForecast => ({ kind: 'priced', holdNanoUsd: holdUsd * usd });
const ask = (scopes: readonly LimitScope[], more: Partial<LimitRequest> & { price?: PriceForecast; tokens?: number } = {}): LimitRequest => ({
  model: 'gpt', group: 'gpt', scopes, extra: [], mayExtend: false, refusals: null, nowMs: start, ...more,
  forecast: () => ({ price: more.price ?? priced(0.05), tokens: more.tokens ?? 100 }),
});
const key = (limits: ScopeLimits, more: { shadow?: boolean; priority?: string | null } = {}): LimitScope => limitScope('key', 'hash', 'key (sk-...1234)', limits, more);
const code = (result: Result<Admission | null>): string => (result.ok ? 'ok' : result.fault.code);
const admitted = (result: Result<Admission | null>): Admission => {
  if (!result.ok || !result.value) throw new Error(result.ok ? 'nothing limits it' : result.fault.message);
  return result.value;
};
const cost = (costUsd: number, nowMs = start): { costNanoUsd: number; inputTokens: number; outputTokens: number; nowMs: number } => ({ costNanoUsd: Math.round(costUsd * usd), inputTokens: 11, outputTokens: 5, nowMs });

const kinds: readonly ScopeKind[] = ['global', 'organization', 'team', 'project', 'team_member', 'user', 'key', 'end_user', 'tag', 'provider', 'model', 'deployment'];

for (const kind of kinds) {
  test(`${kind}: 200 requests of $0.05 at once on $1.00 settle at no more than $1.00 and one request`, () => {
    const { limiter, book } = limiterOf();
    const scope = limitScope(kind, 'x', 'x', { maxBudgetUsd: 1 });
    const open = Array.from({ length: 200 }, () => limiter.admit(ask([scope]))).filter((result) => result.ok).map(admitted);
    expect(open.length).toBe(20);
    for (const admission of open) admission.settle(cost(0.05));
    expect(limiter.spentNanoUsd(scope, start)).toBe(1 * usd);
    expect(code(limiter.admit(ask([scope])))).toBe('budget_exceeded');
    expect(book.heldInAll()).toBe(0);
  });

  test(`${kind}: under, at and over the limit`, () => {
    for (const [spent, expected] of [[0.99, 'ok'], [1, 'budget_exceeded'], [1.01, 'budget_exceeded']] as const) {
      const { limiter } = limiterOf();
      expect(code(limiter.admit(ask([limitScope(kind, 'x', 'x', { maxBudgetUsd: 1, spentNanoUsd: Math.round(spent * usd) })])))).toBe(expected);
    }
  });
}

test('a budget of nothing blocks every model that costs something, and none that does not', () => {
  const { limiter } = limiterOf();
  expect(code(limiter.admit(ask([key({ maxBudgetUsd: 0 })])))).toBe('budget_exceeded');
  expect(code(limiter.admit(ask([key({ maxBudgetUsd: 0 })], { price: { kind: 'free' } })))).toBe('ok');
});

test('agents with a huge max_tokens are not refused for what they will not use', () => {
  const { limiter, book } = limiterOf();
  const scope = key({ maxBudgetUsd: 25 });
  // What the stage forecasts for 64,000 tokens at $15 a million, capped at 2,048.
  const open = Array.from({ length: 50 }, () => admitted(limiter.admit(ask([scope], { price: priced(2_048 * 15e-6 + 0.01) }))));
  for (const admission of open) admission.settle(cost(0.02));
  expect(limiter.spentNanoUsd(scope, start)).toBe(1 * usd);
  expect(book.heldInAll()).toBe(0);
});

test('what is only held is told apart from what is spent', () => {
  const { limiter } = limiterOf();
  const scope = key({ maxBudgetUsd: 1 });
  const first = admitted(limiter.admit(ask([scope], { price: priced(2) })));
  const refused = limiter.admit(ask([scope]));
  expect(refused).toMatchObject({ ok: false, fault: { code: 'budget_reserved', retryAfterSeconds: 1 } });
  first.settle(cost(0.1));
  expect(code(limiter.admit(ask([scope])))).toBe('ok');
});

test('LiteLLM’s words, and no hash in them', () => {
  const text = (kind: ScopeKind, name: string): string => {
    const refused = limiterOf().limiter.admit(ask([limitScope(kind, 'x'.repeat(64), name, { maxBudgetUsd: 0.00001, spentNanoUsd: 21_000_000 })]));
    return refused.ok ? '' : refused.fault.message;
  };
  expect(text('key', 'key (sk-...6PkQ)')).toBe('Budget has been exceeded! Key=key (sk-...6PkQ) Current cost: 0.021, Max budget: 0.00001');
  expect(text('end_user', 'cust-1')).toBe('ExceededBudget: End User=cust-1 over budget. Spend=0.021, Budget=0.00001');
  expect(text('team', 'red')).toBe('Budget has been exceeded! Team=red Current cost: 0.021, Max budget: 0.00001');
  expect(text('user', 'ann')).toBe('ExceededBudget: User=ann over budget. Spend=0.021, Budget=0.00001');
  expect(text('global', '')).toBe('Budget has been exceeded! Current cost: 0.021, Max budget: 0.00001');
});

test('limits of requests count until the window ends, which begins with the first request', () => {
  const { limiter } = limiterOf();
  const scope = key({ requestsPerMinute: 2 });
  const at = (nowMs: number): Result<Admission | null> => limiter.admit(ask([scope], { nowMs }));
  expect([at(start + 30_000), at(start + 31_000)].map(code)).toEqual(['ok', 'ok']);
  const refused = at(start + 60_000);
  expect(refused).toMatchObject({ ok: false, fault: { code: 'rate_limited', retryAfterSeconds: 30 } });
  expect(refused.ok ? '' : refused.fault.message).toBe('Rate limit exceeded for api_key: key (sk-...1234). Limit type: requests. Current limit: 2, Remaining: 0. Limit resets at: 2026-01-10 12:01:30 UTC');
  expect(code(at(start + 90_000))).toBe('ok');
});

test('a refused request takes nothing from any limit', () => {
  const { limiter, book } = limiterOf();
  const scopes = [key({ requestsPerMinute: 10, tokensPerMinute: 10_000 }), limitScope('team', 't', 't', { maxParallelRequests: 1 })];
  const first = admitted(limiter.admit(ask(scopes)));
  for (let round = 0; round < 20; round++) expect(code(limiter.admit(ask(scopes)))).toBe('rate_limited');
  expect(book.find('key:hash:requests_per_minute')?.used).toBe(1);
  first.settle(cost(0));
  expect(book.find('key:hash:tokens_per_minute')).toMatchObject({ used: 16, held: 0 });
  expect(code(limiter.admit(ask(scopes)))).toBe('ok');
});

test('limits of tokens hold an estimate and book what was used', () => {
  const { limiter } = limiterOf();
  const scope = key({ tokensPerMinute: 150 });
  const first = admitted(limiter.admit(ask([scope], { tokens: 100 })));
  const second = admitted(limiter.admit(ask([scope], { tokens: 100 })));
  expect(code(limiter.admit(ask([scope], { tokens: 1 })))).toBe('rate_limited');
  first.settle({ ...cost(0), inputTokens: 20, outputTokens: 0 });
  second.settle({ ...cost(0), inputTokens: 20, outputTokens: 10 });
  expect(code(limiter.admit(ask([scope])))).toBe('ok');
  const output = limiterOf({ countedTokens: 'output' });
  admitted(output.limiter.admit(ask([scope]))).settle({ ...cost(0), inputTokens: 1_000, outputTokens: 149 });
  expect(code(output.limiter.admit(ask([scope])))).toBe('ok');
});

test('settling twice books once', () => {
  const { limiter, book } = limiterOf();
  const scope = key({ maxBudgetUsd: 1, maxParallelRequests: 5 });
  const admission = admitted(limiter.admit(ask([scope])));
  admission.settle(cost(0.2));
  admission.settle(cost(0.2));
  expect(limiter.spentNanoUsd(scope, start)).toBe(0.2 * usd);
  expect(book.find('key:hash:max_parallel_requests')?.held).toBe(0);
});

test('a window of a budget ends when the database says, and then as its duration says', () => {
  const { limiter } = limiterOf();
  const scope = key({ maxBudgetUsd: 1, budgetDuration: '1d', budgetResetAtMs: start + 3_600_000, spentNanoUsd: 1 * usd });
  expect(code(limiter.admit(ask([scope])))).toBe('budget_exceeded');
  expect(code(limiter.admit(ask([scope], { nowMs: start + 3_600_000 })))).toBe('ok');
  const [state] = limiter.explain(ask([scope], { nowMs: start + 3_600_000 }));
  expect(state).toMatchObject({ used: 0, resetsAt: '2026-01-11T00:00:00.000Z' });
  // A window that was over already when the key was loaded.
  const late = limiterOf().limiter;
  expect(code(late.admit(ask([key({ maxBudgetUsd: 1, budgetDuration: '1d', budgetResetAtMs: start - 1, spentNanoUsd: 5 * usd })])))).toBe('ok');
});

test('a key that is loaded again goes on from what is known, and takes what others spent', () => {
  const { limiter } = limiterOf();
  const loaded = (spentUsd: number): LimitScope => key({ maxBudgetUsd: 10, budgetDuration: '30d', budgetResetAtMs: Date.UTC(2026, 1, 1), spentNanoUsd: spentUsd * usd });
  const first = loaded(1);
  admitted(limiter.admit(ask([first]))).settle(cost(2));
  const behind = loaded(1.5);
  limiter.admit(ask([behind]));
  expect(limiter.spentNanoUsd(behind, start)).toBe(3 * usd);
  const ahead = loaded(7);
  limiter.admit(ask([ahead]));
  expect(limiter.spentNanoUsd(ahead, start)).toBe(7 * usd);
  limiter.setSpent('key', 'hash', 0);
  expect(limiter.spentNanoUsd(ahead, start)).toBe(0);
});

test('a temporary increase ends', () => {
  const { limiter } = limiterOf();
  const scope = key({ maxBudgetUsd: 1, temporaryIncreaseUsd: 1, temporaryIncreaseUntilMs: start + 1_000, spentNanoUsd: 1.5 * usd });
  expect(code(limiter.admit(ask([scope])))).toBe('ok');
  expect(code(limiter.admit(ask([scope], { nowMs: start + 1_000 })))).toBe('budget_exceeded');
});

test('budgets and limits of single models, also by pattern', () => {
  const { limiter } = limiterOf();
  const scope = key({ modelBudgets: { 'gpt': { maxBudgetUsd: 1, budgetDuration: '1d' }, 'claude-*': { maxBudgetUsd: 0, budgetDuration: null } }, modelRequestsPerMinute: { fast: 1 } });
  admitted(limiter.admit(ask([scope], { price: priced(0.1) }))).settle(cost(1));
  expect(code(limiter.admit(ask([scope])))).toBe('budget_exceeded');
  expect(code(limiter.admit(ask([scope], { model: 'openai/gpt' })))).toBe('budget_exceeded');
  expect(code(limiter.admit(ask([scope], { model: 'claude-haiku' })))).toBe('budget_exceeded');
  expect(code(limiter.admit(ask([scope], { model: 'other' })))).toBe('ok');
  expect([1, 2].map(() => code(limiter.admit(ask([scope], { model: 'fast' }))))).toEqual(['ok', 'rate_limited']);
});

test('models without a known price: held, passed over or refused', () => {
  const unknown = { price: { kind: 'unknown' } as const };
  const scope = key({ maxBudgetUsd: 0.1 });
  const holding = limiterOf().limiter;
  expect([1, 2, 3].map(() => code(holding.admit(ask([scope], unknown))))).toEqual(['ok', 'ok', 'budget_reserved']);
  const allowing = limiterOf({ unknownPrice: { policy: 'allow' } }).limiter;
  expect(code(allowing.admit(ask([key({ maxBudgetUsd: 0 })], unknown)))).toBe('ok');
  const denying = limiterOf({ unknownPrice: { policy: 'deny' } }).limiter;
  expect(code(denying.admit(ask([scope], unknown)))).toBe('price_unknown');
  expect(code(denying.admit(ask([key({ requestsPerMinute: 5 })], unknown)))).toBe('ok');
});

test('rules in shadow mode refuse nothing, and are told of', async () => {
  const { limiter, events } = limiterOf();
  const scope = key({ maxBudgetUsd: 0, requestsPerMinute: 1 }, { shadow: true });
  expect([1, 2, 3].map(() => code(limiter.admit(ask([scope]))))).toEqual(['ok', 'ok', 'ok']);
  await new Promise((resolve) => setImmediate(resolve));
  expect(events.map((event) => event.type === 'limit_refused' && [event.rule, event.shadow])).toEqual([['max_budget', true], ['requests_per_minute', true]]);
  expect(limiter.announcer.refusals.get('key max_budget shadow')).toBe(3);
  const byKind = limiterOf({ shadowKinds: new Set(['key']) }).limiter;
  expect(code(byKind.admit(ask([key({ maxBudgetUsd: 0 })])))).toBe('ok');
});

test('thresholds of budgets are told once in each window', async () => {
  const { limiter, events } = limiterOf();
  const scope = key({ maxBudgetUsd: 1, softBudgetUsd: 0.5, budgetDuration: '1d', budgetResetAtMs: Date.UTC(2026, 0, 11) });
  for (const spent of [0.4, 0.2, 0.2, 0.06, 0.04, 0.04, 0.06]) admitted(limiter.admit(ask([scope], { price: priced(0.001) }))).settle(cost(spent));
  await new Promise((resolve) => setImmediate(resolve));
  expect(events.map((event) => event.type === 'budget_threshold' && [event.percent, event.spentUsd])).toEqual([[null, 0.6], [85, 0.86], [100, 1]]);
});

test('priorities: shares hold once the group is half used', () => {
  const { limiter } = limiterOf({
    priorities: { shares: new Map([['prod', 0.75], ['dev', 0.25]]), defaultShare: 0.1, saturation: 0.5 }, groups: new Map([['gpt', { requestsPerMinute: 20, tokensPerMinute: null }]]),
  });
  const dev = [key({}, { priority: 'dev' })];
  const prod = [limitScope('key', 'p', 'p', {}, { priority: 'prod' })];
  const take = (scopes: readonly LimitScope[], most: number): number => Array.from({ length: most }, () => limiter.admit(ask(scopes))).filter((result) => result.ok).length;
  // Half of it is free for all; then dev has more than its five and gets nothing, prod gets the rest.
  expect(take(dev, 50)).toBe(10);
  expect(take(prod, 50)).toBe(10);
});

test('a deployment’s own budget is checked when it is picked, and given back when it fails', () => {
  const { limiter, book } = limiterOf();
  const provider = limitScope('provider', 'openai', 'openai', { maxBudgetUsd: 0.1 });
  const forecast = { price: priced(0.05), tokens: 10 };
  const open = [1, 2, 3].map(() => admitted(limiter.admit(ask([], { mayExtend: true }))));
  const taken = open.map((admission) => admission.extend([provider], forecast, start) as Result<Extension | null>);
  expect(taken.map((result) => result.ok)).toEqual([true, true, false]);
  const [first] = taken;
  if (first?.ok && first.value) open[0]?.withdraw(first.value);
  expect(open[2]?.extend([provider], forecast, start)).toMatchObject({ ok: true });
  for (const admission of open) admission.settle(cost(0.05));
  expect(limiter.isSpent(provider, start)).toBe(true);
  expect(limiter.spentNanoUsd(provider, start)).toBe(0.1 * usd);
  expect(book.heldInAll()).toBe(0);
});

test('a fallback from a free model to one that costs meets the budgets after all', () => {
  const { limiter, book } = limiterOf();
  const spent = [key({ maxBudgetUsd: 1, spentNanoUsd: 1 * usd })];
  const admission = admitted(limiter.admit(ask(spent, { price: { kind: 'free' } })));
  expect(admission.withoutBudgets).toBe(true);
  expect(admission.extend([], { price: priced(0.05), tokens: 10 }, start)).toMatchObject({ ok: false, fault: { code: 'budget_exceeded' } });
  admission.settle(cost(0));
  const rich = key({ maxBudgetUsd: 5, spentNanoUsd: 1 * usd });
  const other = limiterOf();
  const going = admitted(other.limiter.admit(ask([rich], { price: { kind: 'free' } })));
  expect(going.extend([], { price: priced(0.05), tokens: 10 }, start)).toMatchObject({ ok: true });
  going.settle(cost(0.07));
  expect(other.limiter.spentNanoUsd(rich, start)).toBe(1_070_000_000);
  expect(book.heldInAll() + other.book.heldInAll()).toBe(0);
});

test('headers show the scopes with the least left', () => {
  const { limiter } = limiterOf();
  const headers = new ReplyHeaders();
  admitted(limiter.admit(ask([key({ requestsPerMinute: 10, tokensPerMinute: 1_000, maxBudgetUsd: 2, spentNanoUsd: 0.5 * usd }), limitScope('team', 't', 't', { requestsPerMinute: 5 })]))).writeHeaders(headers);
  expect(Object.fromEntries(headers)).toEqual({
    'x-litellm-key-max-budget': '2.0', 'x-litellm-key-spend': '0.5', 'x-litellm-key-rpm-limit': '10', 'x-litellm-key-tpm-limit': '1000',
    'x-ratelimit-api_key-limit-requests': '10', 'x-ratelimit-api_key-remaining-requests': '9', 'x-ratelimit-api_key-limit-tokens': '1000', 'x-ratelimit-api_key-remaining-tokens': '900',
    'x-ratelimit-team-limit-requests': '5', 'x-ratelimit-team-remaining-requests': '4',
    'x-ratelimit-limit-requests': '5', 'x-ratelimit-remaining-requests': '4', 'x-ratelimit-reset-requests': '60s',
    'x-ratelimit-limit-tokens': '1000', 'x-ratelimit-remaining-tokens': '900', 'x-ratelimit-reset-tokens': '60s',
  });
});

test('unused counters make room, those in use stay', () => {
  const bus = new EventBus();
  const book = new CounterBook(100);
  const limiter = new MemoryLimiter(book, settings, new Announcer(bus));
  const busy = limitScope('key', 'busy', 'busy', { maxParallelRequests: 1 });
  admitted(limiter.admit(ask([busy])));
  for (let index = 0; index < 1_000; index++) limiter.admit(ask([limitScope('key', `k${index}`, 'k', { requestsPerMinute: 1 })]));
  expect(book.size).toBeLessThanOrEqual(100);
  expect(code(limiter.admit(ask([busy])))).toBe('rate_limited');
});

test('budgets that stay never start anew, but those of providers do', () => {
  const { limiter } = limiterOf({ budgetsStay: true });
  const later = start + 40 * 86_400_000;
  for (const kind of ['key', 'team', 'end_user'] as const) {
    const scope = limitScope(kind, 'stays', 'stays', { maxBudgetUsd: 1, budgetDuration: '30d', budgetResetAtMs: start - 1, spentNanoUsd: 0.9 * usd });
    admitted(limiter.admit(ask([scope]))).settle(cost(0.1));
    expect(code(limiter.admit(ask([scope], { nowMs: later })))).toBe('budget_exceeded');
  }
  const provider = limitScope('provider', 'openai', 'openai', { maxBudgetUsd: 1, budgetDuration: '1d' });
  admitted(limiter.admit(ask([provider]))).settle(cost(1));
  expect(code(limiter.admit(ask([provider], { nowMs: later })))).toBe('ok');
});
