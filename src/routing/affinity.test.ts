import { expect, test } from 'bun:test';
import { Affinity, isUneven } from './affinity.ts';
import { strategies, type LoadView } from './strategies.ts';
import type { Deployment } from './deployment.ts';

const deployment = (id: string, weight: number | null = null): Deployment => ({ id, weight, requestsPerMinute: null, tokensPerMinute: null } as Deployment);
const loadOf = (inFlight: Record<string, number>, latency: Record<string, number> = {}): LoadView => ({
  inFlight: ({ id }) => inFlight[id] ?? 0, latencyMs: ({ id }) => latency[id] ?? null, tokensThisMinute: () => 0,
  expectedWaitMs: ({ id }) => (latency[id] ?? 0) * ((inFlight[id] ?? 0) + 1), recentRequests: ({ id }) => inFlight[id] ?? 0,
});
const [a, b, c] = [deployment('a'), deployment('b'), deployment('c')];
const three = [a, b, c];

test('a session finds its deployment until its time is over, and the least used session is forgotten first', () => {
  let nowMs = 0;
  const affinity = new Affinity(() => nowMs, 2, 1_000);
  affinity.keep('s', 'b');
  affinity.keep('t', 'c');
  expect([affinity.find('s', three)?.id, affinity.find('s', [a]), affinity.find('u', three)]).toEqual(['b', null, null]);
  affinity.keep('s', 'b');
  affinity.keep('u', 'a');
  expect([affinity.find('t', three), affinity.size]).toEqual([null, 2]);
  nowMs = 1_001;
  expect(affinity.find('s', three)).toBeNull();
});

test('a session leaves a deployment that has more than its share of the calls under way', () => {
  expect(isUneven(a, three, loadOf({ a: 3 }))).toBe(false);
  expect(isUneven(a, three, loadOf({ a: 9, b: 1, c: 1 }))).toBe(true);
  expect(isUneven(a, three, loadOf({ a: 9, b: 9, c: 9 }))).toBe(false);
  const weighted = [deployment('a', 3), deployment('b', 1)];
  expect(isUneven(weighted[0] ?? a, weighted, loadOf({ a: 9, b: 3 }))).toBe(false);
});

test('a session leaves a deployment that has become much slower than another', () => {
  expect(isUneven(a, three, loadOf({}, { a: 9_000, b: 1_000 }))).toBe(true);
  expect(isUneven(a, three, loadOf({}, { a: 900, b: 100 }))).toBe(false);
});

test('peak-ewma: the shorter wait wins a draw, equal waits go where fewer requests went', () => {
  const strategy = strategies['peak-ewma'];
  const draws = [0, 0.1];
  const draw = (): number => draws[0] ?? 0;
  expect(strategy.choose([a, b], draw, loadOf({}, { a: 900, b: 100 }), 'first-token')?.id).toBe('b');
  expect(strategy.choose([a, b], draw, loadOf({ a: 2 }, { a: 100, b: 310 }), 'first-token')?.id).toBe('b');
});

test('peak-ewma: configured shares rule until one is much slower', () => {
  const strategy = strategies['peak-ewma'];
  const canary = [deployment('old', 95), deployment('new', 5)];
  let seed = 7;
  const random = (): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const share = (latency: Record<string, number>): number => {
    let taken = 0;
    for (let round = 0; round < 20_000; round++) if (strategy.choose(canary, random, loadOf({}, latency), 'whole')?.id === 'new') taken++;
    return taken / 20_000;
  };
  expect(share({ old: 100, new: 150 })).toBeCloseTo(0.05, 1);
  expect(Math.abs(share({ old: 100, new: 150 }) - 0.05)).toBeLessThan(0.01);
  expect(share({ old: 100, new: 1_000 })).toBeLessThan(0.01);
});
