import { expect, test } from 'bun:test';
import { candidatesOf } from './candidates.ts';
import { Pool } from './pool.ts';
import type { Deployment } from './deployment.ts';
import type { RoutingRequest } from './trail.ts';

const deployment = (id: string, more: Partial<Deployment> = {}): Deployment => ({
  id, group: 'm', tags: [], accessWindows: [], order: null, region: null, maxInputTokens: null, supports: null, blocked: false, requestsPerMinute: null, tokensPerMinute: null, maxParallelRequests: null, ...more,
} as Deployment);

function among(deployments: Deployment[], request: Partial<RoutingRequest>, settings: { preCallChecks?: boolean } = {}) {
  const pool = new Pool({ disabled: false, cooldownMs: 5_000, allowedFails: null, allowedFailsByCode: new Map() }, () => 0);
  const asked = { model: 'm', tags: [], only: null, region: null, account: null, needs: () => ({ inputTokens: 10, abilities: [] }), ...request } as unknown as RoutingRequest;
  const found = candidatesOf({ name: 'm', deployments, captured: null }, asked, new Set(), { tagFiltering: false, tagFilteringByGroup: new Map(), tagMatchAny: true, tagPrefix: '', preCallChecks: settings.preCallChecks ?? false }, { pool, nowMs: 0, isHealthy: () => true });
  return found.ok ? { open: found.value.open.map(({ id }) => id), excluded: Object.fromEntries([...found.value.excluded].map(([{ id }, reason]) => [id, reason])) } : found.fault.code;
}

test('a region is a wish that is kept', () => {
  const list = [deployment('a', { region: 'eu-west-1' }), deployment('b', { region: 'us-east-1' }), deployment('c')];
  expect(among(list, { region: 'eu' })).toEqual({ open: ['a'], excluded: { b: 'region', c: 'region' } });
  expect(among([deployment('v', { region: 'europe-west4' })], { region: 'eu' })).toMatchObject({ open: ['v'] });
  expect(among(list, { region: 'ap' })).toBe('region_not_served');
});

test('pre-call checks leave out too small windows, and models that cannot do it while another can', () => {
  const list = [deployment('small', { maxInputTokens: 100, supports: new Set(['vision']) }), deployment('blind', { maxInputTokens: 9_000, supports: new Set() }), deployment('seeing', { supports: new Set(['vision']) })];
  const image = { needs: () => ({ inputTokens: 500, abilities: ['vision'] }) };
  expect(among(list, image)).toMatchObject({ open: ['small', 'blind', 'seeing'] });
  expect(among(list, image, { preCallChecks: true })).toEqual({ open: ['seeing'], excluded: { small: 'context-window', blind: 'ability' } });
  expect(among([list[1] ?? deployment('x')], image, { preCallChecks: true })).toMatchObject({ open: ['blind'] });
  expect(among([list[0] ?? deployment('x')], image, { preCallChecks: true })).toBe('upstream_context_window');
});

test('a blocked deployment is never taken', () => {
  expect(among([deployment('a', { blocked: true }), deployment('b')], {})).toEqual({ open: ['b'], excluded: { a: 'blocked' } });
});
