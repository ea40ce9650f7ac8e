import fc from 'fast-check';
import { expect, test } from 'bun:test';
import { fault, fail, ok, type FaultCode, type Result } from '../canonical/fault.ts';
import { ModelGroups } from './model-groups.ts';
import { Pool, type CooldownSettings } from './pool.ts';
import { Router, type RouterSettings } from './router.ts';
import { Affinity } from './affinity.ts';
import { Hedging, type HedgeSettings } from './hedging.ts';
import { newTrail, type RoutingRequest } from './trail.ts';
import { PriorityQueue } from './priority-queue.ts';
import { Picker } from './picker.ts';
import { strategies } from './strategies.ts';
import type { Deployment, Target } from './deployment.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

const deployment = (id: string, group: string, more: Partial<Deployment> = {}): Deployment => ({
  id, group, model: `provider-${id}`, fullName: `openai/${id}`, requestsPerMinute: null, tokensPerMinute: null, maxParallelRequests: null, weight: null, order: null,
  tags: [], tagRegex: [], accessWindows: [], maxRetries: null, price: null, cooldownMs: null, region: null, maxInputTokens: null, supports: null, blocked: false, info: {}, ...more,
} as Deployment);

interface Setup {
  settings?: Partial<RouterSettings>;
  cooldown?: Partial<CooldownSettings>;
  random?: () => number;
  hedging?: HedgeSettings;
  unhealthy?: readonly string[];
  realSleep?: boolean;
}

function routerOf(deployments: Deployment[], setup: Setup = {}) {
  let nowMs = 60_000;
  const slept: number[] = [];
  const around = {
    nowMs: () => nowMs, random: setup.random ?? (() => 0),
    sleep: async (milliseconds: number) => {
      if (setup.realSleep) return Bun.sleep(milliseconds);
      slept.push(milliseconds);
      nowMs += milliseconds;
    },
  };
  const pool = new Pool({ disabled: false, cooldownMs: 5_000, allowedFails: null, allowedFailsByCode: new Map(), ...setup.cooldown }, around.nowMs);
  const settings: RouterSettings = {
    strategy: 'simple-shuffle', lowestLatencyBuffer: 0, strategyByGroup: new Map(), affinityByGroup: new Map(), defaultPriority: null, tagFilteringByGroup: new Map(), tagPrefix: '', affinity: false, preCallChecks: false, maxAttempts: 32, totalTimeoutMs: 6_000_000, numRetries: 2, retriesByCode: new Map(), groupRetries: new Map(), retryAfterMs: 0, fallbacks: new Map(), contextWindowFallbacks: new Map(),
    contentPolicyFallbacks: new Map(), defaultFallbacks: [], maxFallbacks: 5, tagFiltering: false, tagMatchAny: true, ...setup.settings,
  };
  const affinity = new Affinity(around.nowMs);
  const picker = new Picker(settings, { pool, affinity, nowMs: around.nowMs, random: around.random, isHealthy: ({ id }) => !(setup.unhealthy ?? []).includes(id) });
  const router = new Router({ groups: new ModelGroups(deployments, new Map()), pool, picker, hedging: setup.hedging ? new Hedging(setup.hedging, around.nowMs) : null, around, queue: new PriorityQueue(around) }, settings);
  return { router, pool, slept, advance: (milliseconds: number) => { nowMs += milliseconds; } };
}

const plainRequest = (): RoutingRequest => ({
  model: 'm', insteadOf: null, numRetries: null, fallbacks: null, fallbacksDisabled: false, pretended: null, mayFallBackTo: null, tags: [], teamId: null, userAgent: null, priority: null, only: null, region: null, awaited: 'whole', account: null, affordable: null, promptBytes: 100,
  needs: () => ({ inputTokens: 10, abilities: [] }), session: () => null, signal: new AbortController().signal,
});

async function run(router: Router, answer: (target: Target) => FaultCode | 'ok', request: Partial<RoutingRequest> = {}) {
  const calls: string[] = [];
  const trail = newTrail();
  const asked: RoutingRequest = { ...plainRequest(), ...request };
  const result: Result<string> = await router.run(asked, trail, async (target) => {
    calls.push(target.deployment.id);
    const outcome = answer(target);
    return outcome === 'ok' ? ok(target.model) : fail(fault(outcome, 'failed'));
  });
  if (result.ok) router.release(deployment(calls.at(-1) ?? '', 'm'), 0);
  return { calls, trail, code: result.ok ? 'ok' : result.fault.code };
}

test('a retry goes to a deployment that was not tried, at once', async () => {
  const { router, slept } = routerOf([deployment('a', 'm'), deployment('b', 'm')]);
  const result = await run(router, ({ deployment: { id } }) => (id === 'a' ? 'upstream_failed' : 'ok'));
  expect(result).toMatchObject({ calls: ['a', 'b'], code: 'ok' });
  expect(slept).toEqual([]);
});

test('a single deployment is retried twice with growing waits, and a 400 never', async () => {
  const { router, slept } = routerOf([deployment('a', 'm')], { random: () => 0.999 });
  expect((await run(router, () => 'upstream_failed')).calls).toHaveLength(3);
  expect(slept.map(Math.round)).toEqual([500, 999]);
  expect((await run(router, () => 'upstream_bad_request')).calls).toHaveLength(1);
  expect((await run(router, () => 'upstream_failed', { numRetries: 0 })).calls).toHaveLength(1);
});

test('retries and fallbacks share one budget', async () => {
  const { router } = routerOf([deployment('a', 'm'), deployment('f', 'fallback')], { settings: { fallbacks: new Map([['m', ['fallback']]]) } });
  const failing = await run(router, () => 'upstream_failed');
  expect(failing.calls).toEqual(['a', 'a', 'a', 'f']);
  expect(failing.trail).toMatchObject({ retries: 2, fallbacks: 1, group: 'fallback' });
});

test('a too long prompt and a refused one have fallbacks of their own', async () => {
  const groups = [deployment('a', 'm'), deployment('long', 'long'), deployment('lax', 'lax'), deployment('any', 'any')];
  const settings = { fallbacks: new Map([['m', ['any']]]), contextWindowFallbacks: new Map([['m', ['long']]]), contentPolicyFallbacks: new Map([['m', ['lax']]]) };
  const first = (code: FaultCode) => ({ deployment: { id } }: Target) => (id === 'a' ? code : 'ok');
  expect((await run(routerOf(groups, { settings }).router, first('upstream_context_window'))).calls).toEqual(['a', 'long']);
  expect((await run(routerOf(groups, { settings }).router, first('upstream_content_policy'))).calls).toEqual(['a', 'lax']);
  expect((await run(routerOf(groups, { settings }).router, first('upstream_bad_request'))).calls).toEqual(['a', 'any']);
  expect((await run(routerOf(groups, { settings }).router, first('upstream_bad_request'), { fallbacksDisabled: true })).code).toBe('upstream_bad_request');
});

test('an unknown model is refused, but a fallback that the caller names is tried', async () => {
  const { router } = routerOf([deployment('a', 'm')]);
  expect((await run(router, () => 'ok', { model: 'nope' })).code).toBe('model_unknown');
  expect((await run(router, () => 'ok', { model: 'nope', fallbacks: ['m'] })).calls).toEqual(['a']);
});

test('fallbacks in a circle end', async () => {
  const fallbacks = new Map([['m', ['n']], ['n', ['m']]]);
  const { router } = routerOf([deployment('a', 'm'), deployment('b', 'n')], { settings: { fallbacks, numRetries: 0 } });
  expect((await run(router, () => 'upstream_failed')).calls).toEqual(['a', 'b']);
});

test('a deployment cools after a 429 when it has a healthy peer, and the last one does not', async () => {
  const { router, advance } = routerOf([deployment('a', 'm'), deployment('b', 'm')]);
  await run(router, ({ deployment: { id } }) => (id === 'a' ? 'upstream_rate_limited' : 'ok'));
  expect((await run(router, () => 'ok')).calls).toEqual(['b']);
  expect((await run(router, () => 'upstream_rate_limited', { numRetries: 0 })).code).toBe('upstream_rate_limited');
  expect((await run(router, () => 'ok')).calls).toEqual(['b']);
  advance(5_001);
  expect((await run(router, () => 'ok')).calls).toEqual(['a']);
});

test('allowed_fails cools even the last one, and says when to come back', async () => {
  const { router } = routerOf([deployment('a', 'm')], { cooldown: { allowedFails: 0 }, settings: { numRetries: 0 } });
  expect((await run(router, () => 'upstream_failed')).code).toBe('upstream_failed');
  expect((await run(router, () => 'ok')).code).toBe('deployments_cooling');
});

test('requests per minute are kept, by the calendar minute', async () => {
  const { router, advance } = routerOf([deployment('a', 'm', { requestsPerMinute: 1 })]);
  expect((await run(router, () => 'ok')).code).toBe('ok');
  expect((await run(router, () => 'ok')).code).toBe('deployments_limited');
  advance(60_000);
  expect((await run(router, () => 'ok')).code).toBe('ok');
});

test('weights share the load, order comes before weight', async () => {
  const weighted = [deployment('a', 'm', { weight: 1 }), deployment('b', 'm', { weight: 3 })];
  let step = 0;
  const { router } = routerOf(weighted, { random: () => (step++ % 100) / 100 });
  const calls: string[] = [];
  for (let index = 0; index < 100; index++) calls.push(...(await run(router, () => 'ok')).calls);
  expect(calls.filter((id) => id === 'b')).toHaveLength(75);
  const ordered = routerOf([deployment('a', 'm', { order: 2 }), deployment('b', 'm', { order: 1 })]);
  expect((await run(ordered.router, () => 'ok')).calls).toEqual(['b']);
  expect((await run(ordered.router, ({ deployment: { id } }) => (id === 'b' ? 'upstream_failed' : 'ok'))).calls).toEqual(['b', 'a']);
});

test('tags choose deployments', async () => {
  const { router } = routerOf([deployment('a', 'm', { tags: ['free'] }), deployment('b', 'm', { tags: ['paid'] })], { settings: { tagFiltering: true } });
  expect((await run(router, () => 'ok', { tags: ['paid'] })).calls).toEqual(['b']);
  expect((await run(router, () => 'ok', { tags: ['gold'] })).code).toBe('tags_not_allowed');
});

test('every strategy chooses by its measure', () => {
  const load = { inFlight: ({ id }: Deployment) => (id === 'a' ? 5 : 1), latencyMs: ({ id }: Deployment) => (id === 'a' ? 900 : 100), tokensThisMinute: ({ id }: Deployment) => (id === 'a' ? 10 : 2), expectedWaitMs: () => 0, recentRequests: () => 0 };
  const pair = [deployment('a', 'm'), deployment('b', 'm')];
  for (const name of ['least-busy', 'latency-based-routing', 'usage-based-routing-v2'] as const) expect(strategies[name].choose(pair, () => 0.9, load, 'whole')?.id).toBe('b');
});

test('nothing more is tried once the caller has left', async () => {
  const { router } = routerOf([deployment('a', 'm'), deployment('b', 'm')]);
  const controller = new AbortController();
  const result = await run(router, () => {
    controller.abort();
    return 'upstream_failed';
  }, { signal: controller.signal });
  expect(result.calls).toEqual(['a']);
});

test.each(['upstream_authentication', 'upstream_not_found'] as const)('a refused key and an unknown model are worth a try elsewhere, and only there (%s)', async (code) => {
  const pair = routerOf([deployment('a', 'm'), deployment('b', 'm')]);
  expect((await run(pair.router, ({ deployment: { id } }) => (id === 'a' ? code : 'ok'))).calls).toEqual(['a', 'b']);
  const single = routerOf([deployment('a', 'm')]);
  expect((await run(single.router, () => code)).calls).toEqual(['a']);
});

test('a deployment whose provider does not know the model rests at once, while another one can answer', async () => {
  const { router, pool } = routerOf([deployment('a', 'm'), deployment('b', 'm')]);
  expect((await run(router, ({ deployment: { id } }) => (id === 'a' ? 'upstream_not_found' : 'ok'))).calls).toEqual(['a', 'b']);
  expect(pool.isCooling(deployment('a', 'm'))).toBe(true);
  const single = routerOf([deployment('a', 'm')]);
  await run(single.router, () => 'upstream_not_found');
  expect(single.pool.isCooling(deployment('a', 'm'))).toBe(false);
});

test('when nobody is left, the caller hears what the provider said', async () => {
  const { router } = routerOf([deployment('a', 'm')], { cooldown: { allowedFails: 0 } });
  expect((await run(router, () => 'upstream_failed')).code).toBe('upstream_failed');
  expect((await run(router, () => 'ok')).code).toBe('deployments_cooling');
});

test('the last healthy deployment is not cooled, however often it fails', async () => {
  const { router } = routerOf([deployment('a', 'm'), deployment('b', 'm')], { settings: { numRetries: 0 } });
  for (let round = 0; round < 60; round++) await run(router, () => 'upstream_rate_limited');
  const { calls, code } = await run(router, () => 'upstream_rate_limited');
  expect([calls.length, code]).toEqual([1, 'upstream_rate_limited']);
});

test('retries are counted over all groups of a request, and the wall clock ends them', async () => {
  const deployments = [deployment('a', 'm'), deployment('b', 'n')];
  const { router } = routerOf(deployments, { settings: { fallbacks: new Map([['m', ['n']]]) } });
  expect((await run(router, () => 'upstream_failed')).calls).toEqual(['a', 'a', 'a', 'b']);
  const short = routerOf(deployments, { settings: { fallbacks: new Map([['m', ['n']]]), numRetries: 20, totalTimeoutMs: 2_000 }, random: () => 0.999 });
  expect((await run(short.router, () => 'upstream_failed')).calls.length).toBeLessThan(7);
  expect(short.slept.reduce((sum, each) => sum + each, 0)).toBeLessThan(2_000);
});

test('attempts never exceed the budget, whatever fails and whatever is configured', async () => {
  await fc.assert(fc.asyncProperty(
    fc.record({
      groups: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      numRetries: fc.integer({ min: 0, max: 6 }), maxAttempts: fc.integer({ min: 1, max: 12 }), maxFallbacks: fc.integer({ min: 0, max: 5 }),
      allowedFails: fc.option(fc.integer({ min: 0, max: 3 })), policy: fc.option(fc.integer({ min: 0, max: 9 })), totalTimeoutMs: fc.integer({ min: 1, max: 60_000 }),
      outcomes: fc.infiniteStream(fc.constantFrom<FaultCode>('upstream_failed', 'upstream_rate_limited', 'upstream_timeout', 'upstream_bad_request', 'upstream_authentication', 'upstream_connection', 'upstream_context_window')),
      chances: fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
    }),
    async ({ groups, numRetries, maxAttempts, maxFallbacks, allowedFails, policy, totalTimeoutMs, outcomes, chances }) => {
      const deployments = groups.flatMap((size, group) => Array.from({ length: size }, (_unused, index) => deployment(`${group}-${index}`, `g${group}`)));
      const names = groups.map((_size, group) => `g${group}`);
      const { router, slept } = routerOf(deployments, {
        settings: {
          numRetries, maxAttempts, maxFallbacks, totalTimeoutMs, strategy: 'peak-ewma', affinity: true, fallbacks: new Map([['*', names]]),
          retriesByCode: policy === null ? new Map() : new Map([['upstream_failed', policy]]),
        },
        cooldown: { allowedFails }, random: () => chances.next().value,
      });
      const { calls, trail } = await run(router, () => outcomes.next().value, { model: 'g0', session: () => ({ key: 's', follows: true }) });
      const retries = Math.max(numRetries, policy ?? 0);
      const firstOnes = Math.min(names.length, maxFallbacks + 1);
      expect(calls.length).toBeLessThanOrEqual(Math.min(maxAttempts, retries + firstOnes));
      expect(trail.attempts.length).toBe(calls.length);
      expect(trail.retries).toBeLessThanOrEqual(retries);
      expect(slept.reduce((sum, each) => sum + each, 0)).toBeLessThan(totalTimeoutMs);
    },
  ), { numRuns: 300 });
});

test('a late stream gets a second deployment, and the slower call is broken off', async () => {
  const hedging = { quantile: 0.95, maxShare: 1, leastMs: 1, sameDeployment: true };
  const { router, pool } = routerOf([deployment('a', 'm'), deployment('b', 'm')], { hedging, realSleep: true });
  const asked: RoutingRequest = { ...plainRequest(), awaited: 'first-token' };
  const cancelled: string[] = [];
  const discarded: string[] = [];
  const answerAfter = (slow: string | null) => async ({ deployment: { id } }: Target, cancel: CancelSignal | null): Promise<Result<string>> => {
    cancel?.addEventListener('abort', () => cancelled.push(id));
    if (id === slow) await Bun.sleep(60);
    return ok(id);
  };
  for (let round = 0; round < 32; round++) await router.run(asked, newTrail(), answerAfter(null));
  const trail = newTrail();
  const result = await router.run(asked, trail, answerAfter('a'), (value) => discarded.push(value));
  expect(result).toEqual({ ok: true, value: 'b' });
  expect([trail.hedges, trail.answeredBy?.id, cancelled]).toEqual([1, 'b', ['a']]);
  await Bun.sleep(80);
  expect(discarded).toEqual(['a']);
  expect(trail.attempts).toMatchObject([{ deploymentId: 'a', abandoned: true, failure: null }, { deploymentId: 'b', hedge: true, failure: null }]);
  expect(pool.history(deployment('a', 'm')).failures).toBe(0);
});

test('a late stream of a known conversation is asked again where it is known, and elsewhere when many streams are late there', async () => {
  const hedging = { quantile: 0.95, maxShare: 1, leastMs: 1, sameDeployment: true };
  const { router } = routerOf([deployment('a', 'm'), deployment('b', 'm')], { hedging, realSleep: true, settings: { affinity: true, strategy: 'peak-ewma' } });
  const asked: RoutingRequest = { ...plainRequest(), awaited: 'first-token', session: () => ({ key: 's', follows: true }) };
  let slow = false;
  const secondOf = async (): Promise<[string | undefined, string | undefined]> => {
    const trail = newTrail();
    let calls = 0;
    await router.run(asked, trail, async ({ deployment: { id } }, cancel) => {
      if (slow && calls++ === 0) await new Promise<void>((resolve) => void cancel?.addEventListener('abort', () => resolve()));
      return ok(id);
    });
    if (trail.answeredBy) router.release(trail.answeredBy, 0);
    return [trail.attempts[0]?.deploymentId, trail.attempts[1]?.deploymentId];
  };
  for (let round = 0; round < 64; round++) await secondOf();
  slow = true;
  const [home, again] = await secondOf();
  expect(again).toBe(home);
  const seconds: (string | undefined)[] = [];
  for (let round = 0; round < 40; round++) seconds.push((await secondOf())[1]);
  expect(seconds.at(-1)).toBeDefined();
  expect(seconds.at(-1)).not.toBe(home);
});

const hedgeSettings = { quantile: 0.95, maxShare: 0.05, leastMs: 1, sameDeployment: false };
const hedgedCall = { group: 'm', deploymentId: 'a', cost: 1_000, known: false, promptBytes: 4_000 };

test('second calls stop when their share is used up', () => {
  const hedging = new Hedging(hedgeSettings, () => 0);
  let spent = 0;
  for (let round = 0; round < 1_000; round++) {
    hedging.begin(hedgedCall);
    hedging.measured(hedgedCall, 10);
    if (hedging.spend(hedgedCall, 1_000)) spent++;
  }
  expect(spent).toBeGreaterThan(30);
  expect(spent).toBeLessThanOrEqual(50);
});

test('the share goes to the late streams with the cheapest second calls', () => {
  const hedging = new Hedging(hedgeSettings, () => 0);
  const spent = new Map<number, number>();
  for (let round = 0; round < 8_000; round++) {
    hedging.begin(hedgedCall);
    // One stream in twenty is late; what a second call costs goes from a half of the first to eight times as much.
    const second = [500, 1_000, 4_000, 8_000][round / 20 % 4] ?? 0;
    if (round % 20 === 0 && hedging.spend(hedgedCall, second)) spent.set(second, (spent.get(second) ?? 0) + 1);
  }
  const total = [...spent].reduce((sum, [second, times]) => sum + second * times, 0);
  expect(total).toBeLessThanOrEqual(0.05 * 8_000 * 1_000);
  expect(spent.get(500)).toBeGreaterThan(80);
  expect(spent.get(8_000) ?? 0).toBeLessThan(10);
});

test('what is late is known by the kind of stream: known or new, and the size of its prompt', () => {
  const hedging = new Hedging(hedgeSettings, () => 0);
  const long = { ...hedgedCall, promptBytes: 400_000 };
  const known = { ...hedgedCall, known: true };
  for (let round = 0; round < 512; round++) {
    hedging.measured(hedgedCall, round);
    hedging.measured(long, 10_000 + round);
    hedging.measured(known, 5);
  }
  expect([hedging.begin(hedgedCall), hedging.begin(long), hedging.begin(known)]).toEqual([486, 10_486, 5]);
});
