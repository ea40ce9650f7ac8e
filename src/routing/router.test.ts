import { expect, test } from 'bun:test';
import { fault, fail, ok, type FaultCode, type Result } from '../canonical/fault.ts';
import { ModelGroups } from './model-groups.ts';
import { Pool, type CooldownSettings } from './pool.ts';
import { Router, type RouterSettings, type RoutingRequest, type Trail } from './router.ts';
import { strategies } from './strategies.ts';
import type { Deployment, Target } from './deployment.ts';

const deployment = (id: string, group: string, more: Partial<Deployment> = {}): Deployment => ({
  id, group, model: `provider-${id}`, fullName: `openai/${id}`, requestsPerMinute: null, tokensPerMinute: null, maxParallelRequests: null, weight: null, order: null,
  tags: [], maxRetries: null, price: null, ...more,
} as Deployment);

interface Setup {
  settings?: Partial<RouterSettings>;
  cooldown?: Partial<CooldownSettings>;
  random?: () => number;
}

function routerOf(deployments: Deployment[], setup: Setup = {}) {
  let nowMs = 60_000;
  const slept: number[] = [];
  const around = {
    nowMs: () => nowMs, random: setup.random ?? (() => 0),
    sleep: async (milliseconds: number) => {
      slept.push(milliseconds);
      nowMs += milliseconds;
    },
  };
  const pool = new Pool({ disabled: false, cooldownMs: 5_000, allowedFails: null, allowedFailsByCode: new Map(), ...setup.cooldown }, around.nowMs);
  const settings: RouterSettings = {
    strategy: strategies['simple-shuffle'], numRetries: 2, retriesByCode: new Map(), groupRetries: new Map(), retryAfterMs: 0, fallbacks: new Map(), contextWindowFallbacks: new Map(),
    contentPolicyFallbacks: new Map(), defaultFallbacks: [], maxFallbacks: 5, tagFiltering: false, tagMatchAny: true, ...setup.settings,
  };
  const router = new Router(new ModelGroups(deployments, new Map()), pool, settings, around);
  return { router, slept, advance: (milliseconds: number) => { nowMs += milliseconds; } };
}

async function run(router: Router, answer: (target: Target) => FaultCode | 'ok', request: Partial<RoutingRequest> = {}) {
  const calls: string[] = [];
  const trail: Trail = { attempts: [], retries: 0, fallbacks: 0, group: null, groupRetries: 0 };
  const asked: RoutingRequest = { model: 'm', numRetries: null, fallbacks: null, fallbacksDisabled: false, tags: [], signal: new AbortController().signal, ...request };
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
  const load = { inFlight: ({ id }: Deployment) => (id === 'a' ? 5 : 1), latencyMs: ({ id }: Deployment) => (id === 'a' ? 900 : 100), tokensThisMinute: ({ id }: Deployment) => (id === 'a' ? 10 : 2) };
  const pair = [deployment('a', 'm'), deployment('b', 'm')];
  for (const name of ['least-busy', 'latency-based-routing', 'usage-based-routing-v2'] as const) expect(strategies[name](pair, 0.9, load)?.id).toBe('b');
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
