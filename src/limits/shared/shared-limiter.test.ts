// Three limiters with counters of their own share a real Redis, as three instances would.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { Announcer } from '../announcer.ts';
import { connectRedis, type SharedRedis } from '../../store/redis/connect.ts';
import { CounterBook } from '../counter.ts';
import { EventBus, type GatewayEvent } from '../../observe/events.ts';
import { limitScope, type LimitScope, type ScopeKind } from '../scope.ts';
import { MemoryLimiter, type LimiterSettings } from '../memory-limiter.ts';
import { redisInstalled, startRedis, type TestRedis } from '../../../test/support/redis.ts';
import { SharedLimiter, SharedState, type SharedOptions } from './shared-limiter.ts';
import { utcMidnight } from '../budget-window.ts';
import type { Admission, LimitRequest, PriceForecast } from '../limiter.ts';
import type { Result } from '../../canonical/fault.ts';

const usd = 1e9;
const settings: LimiterSettings = {
  clock: utcMidnight, rateWindowMs: 60_000, always: [], priorities: null, groups: new Map(), modelDefaults: new Map(), keyParallelRequests: null, shadowKinds: new Set(),
  unknownPrice: { policy: 'allow' }, countedTokens: 'total', budgetStatus: 422,
};

interface Instance {
  limiter: SharedLimiter;
  book: CounterBook;
  redis: SharedRedis;
  events: GatewayEvent[];
}

let server: TestRedis;
let instances: Instance[] = [];
beforeAll(async () => {
  if (!redisInstalled) return;
  server = await startRedis();
  instances = await Promise.all([1, 2, 3].map(() => instanceOf(server.port)));
});
afterAll(async () => {
  for (const instance of instances) closed(instance);
  await server?.stop();
});

// A busy machine must not make a test of counting one of time: only where Redis is frozen on purpose is its budget short.
async function instanceOf(port: number, options: Partial<SharedOptions> = {}, timeoutMs = 10_000): Promise<Instance> {
  const redis = connectRedis({ url: `redis://127.0.0.1:${port}`, shown: 'test', clusterNodes: [], sentinel: null }, { longestPauseMs: 50, connectTimeoutMs: timeoutMs, timeoutMs });
  await redis.ready();
  const bus = new EventBus();
  const events: GatewayEvent[] = [];
  bus.listen((event) => events.push(event));
  const book = new CounterBook(1_000);
  const local = new MemoryLimiter(book, settings, new Announcer(bus));
  return { redis, book, events, limiter: new SharedLimiter(local, redis, new SharedState(), { failClosedBudgets: false, failClosedRates: false, ...options }, bus) };
}

function closed({ limiter, redis }: Instance): void {
  limiter.close();
  redis.close();
}

const ask = (scopes: readonly LimitScope[], price: PriceForecast = { kind: 'priced', holdNanoUsd: 0.05 * usd }): LimitRequest => ({
  model: 'gpt', group: 'gpt', scopes, extra: [], mayExtend: false, refusals: null, nowMs: Date.now(), forecast: () => ({ price, tokens: 16 }),
});
const cost = (costUsd: number): Parameters<Admission['settle']>[0] => ({ costNanoUsd: Math.round(costUsd * usd), inputTokens: 11, outputTokens: 5, nowMs: Date.now() });
const admissions = (results: readonly Result<Admission | null>[]): Admission[] => results.flatMap((result) => (result.ok && result.value ? [result.value] : []));
const stored = async (counter: string, field: string): Promise<number> => {
  const reply = await instances[0]?.redis.run('HGET', [`{weir}:limit:${counter}`, field]);
  return reply?.ok ? Number(reply.value ?? 0) : Number.NaN;
};
const held = async (counter: string): Promise<number> => {
  const reply = await instances[0]?.redis.run('ZCARD', [`{weir}:limit:${counter}:held`]);
  return reply?.ok ? Number(reply.value) : Number.NaN;
};
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    if (await condition()) return;
    await Bun.sleep(20);
  }
  expect('in time').toBe('too late');
};

const kinds: readonly ScopeKind[] = ['global', 'organization', 'team', 'project', 'team_member', 'user', 'key', 'end_user', 'tag', 'provider', 'model', 'deployment'];
for (const kind of kinds) {
  test.skipIf(!redisInstalled)(`${kind}: 200 requests of $0.05 over three instances on $1.00 settle at no more than $1.00 and one request`, async () => {
    const id = `bound-${kind}`;
    const results = await Promise.all(Array.from({ length: 200 }, (_, index) => instances[index % 3]?.limiter.admit(ask([limitScope(kind, id, id, { maxBudgetUsd: 1 })]))).filter((result) => result !== undefined));
    const open = admissions(results);
    expect(open.length).toBe(20);
    for (const admission of open) admission.settle(cost(0.05));
    await until(async () => (await held(`${kind}:${id}:max_budget`)) === 0);
    expect(await stored(`${kind}:${id}:max_budget`, 'u')).toBe(1 * usd);
    expect(await stored(`${kind}:${id}:max_budget`, 'h')).toBe(0);
    expect(await instances[1]?.limiter.admit(ask([limitScope(kind, id, id, { maxBudgetUsd: 1 })]))).toMatchObject({ ok: false, fault: { code: 'budget_exceeded' } });
  });
}

test.skipIf(!redisInstalled)('60 requests a minute over three instances are 60, and a refused one takes nothing from other limits', async () => {
  const scopes = [limitScope('key', 'rpm', 'rpm', { requestsPerMinute: 60, tokensPerMinute: 1_000_000 }), limitScope('team', 'rpm', 'rpm', { requestsPerMinute: 1_000 })];
  const results = await Promise.all(Array.from({ length: 300 }, (_, index) => instances[index % 3]?.limiter.admit(ask(scopes))).filter((result) => result !== undefined));
  const open = admissions(results);
  expect(open.length).toBe(60);
  expect(await stored('team:rpm:requests_per_minute', 'u')).toBe(60);
  for (const admission of open) admission.settle(cost(0));
  await until(async () => (await stored('key:rpm:tokens_per_minute', 'u')) === 60 * 16);
  expect(await held('key:rpm:tokens_per_minute')).toBe(0);
});

test.skipIf(!redisInstalled)('leases of an instance that died expire, others are renewed', async () => {
  const scope = limitScope('key', 'lease', 'lease', { maxParallelRequests: 2 });
  await Promise.all([1, 2].map((index) => instances[index]?.limiter.admit(ask([scope]))));
  expect(await instances[0]?.limiter.admit(ask([scope]))).toMatchObject({ ok: false, fault: { code: 'rate_limited', retryAfterSeconds: 1 } });
  // As if the lease's life had passed for one of them.
  const members = await instances[0]?.redis.run('ZRANGE', ['{weir}:limit:key:lease:max_parallel_requests:held', '0', '-1']);
  const [first] = members?.ok && Array.isArray(members.value) ? members.value.map(String) : [];
  await instances[0]?.redis.run('ZADD', ['{weir}:limit:key:lease:max_parallel_requests:held', '1', first ?? '']);
  const [third] = admissions([await instances[0]?.limiter.admit(ask([scope])) ?? { ok: true, value: null }]);
  expect(third).toBeDefined();
  third?.settle(cost(0));
});

test.skipIf(!redisInstalled)('without Redis each instance counts alone, and what it counted is booked when Redis is back', async () => {
  const other = await startRedis();
  const [one, two] = await Promise.all([instanceOf(other.port, {}, 500), instanceOf(other.port, {}, 500)]);
  const scope = (): LimitScope => limitScope('key', 'away', 'away', { maxBudgetUsd: 10, requestsPerMinute: 100 });
  const [before] = admissions([await one.limiter.admit(ask([scope()]))]);
  other.freeze();
  const local = admissions(await Promise.all(Array.from({ length: 20 }, async (_, index) => (index % 2 === 0 ? one : two).limiter.admit(ask([scope()])))));
  expect(local.length).toBe(20);
  before?.settle(cost(1));
  for (const admission of local) admission.settle(cost(0.1));
  await until(() => !one.redis.healthy && !two.redis.healthy);
  const [more] = admissions([await one.limiter.admit(ask([scope()]))]);
  more?.settle(cost(0.5));
  expect(one.limiter.counts().shared).toBe(false);
  other.thaw();
  await until(() => one.redis.healthy && two.redis.healthy && one.limiter.state.journal.size + two.limiter.state.journal.size === 0);
  const read = async (field: string): Promise<number> => {
    const reply = await one.redis.run('HGET', ['{weir}:limit:key:away:max_budget', field]);
    return reply.ok ? Number(reply.value) : Number.NaN;
  };
  await until(async () => (await read('u')) === 3.5 * usd && (await read('h')) === 0);
  const counted = await one.redis.run('HGET', ['{weir}:limit:key:away:requests_per_minute', 'u']);
  expect(counted.ok && Number(counted.value)).toBe(22);
  expect(one.events.filter((event) => event.type === 'shared_counters').map((event) => event.type === 'shared_counters' && event.state)).toEqual(['lost', 'back']);
  for (const instance of [one, two]) {
    expect(instance.book.heldInAll()).toBe(0);
    closed(instance);
  }
  await other.stop();
}, 30_000);

test.skipIf(!redisInstalled)('closed enforcement refuses while Redis is away', async () => {
  const gone = await instanceOf(1, { failClosedBudgets: true }, 100);
  expect(await gone.limiter.admit(ask([limitScope('key', 'c', 'c', { maxBudgetUsd: 1 })]))).toMatchObject({ ok: false, fault: { code: 'limits_unavailable' } });
  expect(await gone.limiter.admit(ask([limitScope('key', 'c', 'c', { requestsPerMinute: 1 })]))).toMatchObject({ ok: true });
  expect(await gone.limiter.admit(ask([limitScope('key', 'c', 'c', { maxBudgetUsd: 1 })], { kind: 'free' }))).toMatchObject({ ok: true });
  closed(gone);
});

test.skipIf(!redisInstalled)('windows start anew for all, what the database knew is the start, and explain asks Redis', async () => {
  const now = Date.now();
  const scope = (spentUsd: number): LimitScope => limitScope('team', 'window', 'window', { maxBudgetUsd: 5, budgetDuration: '30d', budgetResetAtMs: now + 3_000, spentNanoUsd: spentUsd * usd });
  const [first] = admissions([await instances[0]?.limiter.admit(ask([scope(4)])) ?? { ok: true, value: null }]);
  first?.settle(cost(1));
  await until(async () => (await stored('team:window:max_budget', 'u')) === 5 * usd);
  const [state] = await instances[1]?.limiter.explain(ask([scope(4)])) ?? [];
  expect(state).toMatchObject({ used: 5, limit: 5, refuses: true });
  await Bun.sleep(Math.max(0, now + 3_050 - Date.now()));
  expect(await instances[2]?.limiter.admit(ask([scope(4)]))).toMatchObject({ ok: true });
  expect(await stored('team:window:max_budget', 'u')).toBe(0);
  instances[0]?.limiter.setSpent('team', 'window', 2 * usd);
  await until(async () => (await stored('team:window:max_budget', 'u')) === 2 * usd);
});

test.skipIf(!redisInstalled)('a key that has used up its budget and is slowed by that is so on every instance', async () => {
  const scopes = [limitScope('key', 'slowed', 'slowed', { maxBudgetUsd: 0.1, requestsPerMinute: 10, throttledShare: 0.2 })];
  let spentUsd = 0;
  const admit = async (index: number): Promise<boolean> => {
    const [admission] = admissions([await (instances[index]?.limiter.admit(ask(scopes, { kind: 'priced', holdNanoUsd: 0 })) ?? Promise.reject(new Error('No instance.')))]);
    if (!admission) return false;
    admission.settle(cost(0.1));
    spentUsd += 0.1;
    await until(async () => await stored('key:slowed:max_budget', 'u') === Math.round(spentUsd * usd));
    return true;
  };
  expect([await admit(0), await admit(1), await admit(2), await admit(0)]).toEqual([true, true, false, false]);
});
