import { expect, test } from 'bun:test';
import { ExchangeWatch } from './exchange-watch.ts';
import { refusedRecord, type ExchangeRecord } from '../observe/exchange-record.ts';
import { Report } from './report.ts';
import { SlidingCount } from './sliding-count.ts';
import type { NewAlert } from './alert.ts';

const thresholds = { slowMs: 1_000, minorOutage: 3, majorOutage: 6, outageWindowMs: 60_000, errorRate: 0.5, errorRateRequests: 10, errorRateWindowMs: 60_000, reportEveryMs: 0 };

function setUp(coolingSeconds = 0): { watch: ExchangeWatch; raised: NewAlert[]; clock: { nowMs: number }; kinds: () => string[] } {
  const raised: NewAlert[] = [];
  const clock = { nowMs: 1_000_000 };
  const watch = new ExchangeWatch({ raise: (alert) => void raised.push(alert) }, thresholds, (id) => ({ name: `name of ${id}`, provider: 'openai', coolingSeconds }), () => clock.nowMs);
  return { watch, raised, clock, kinds: () => raised.map(({ kind, resolved }) => `${kind}${resolved ? ' over' : ''}`) };
}

const record = (change: Partial<ExchangeRecord>): ExchangeRecord => ({ ...refusedRecord('r', '/v1/chat/completions', 200, '127.0.0.1', '', 10), fault: null, model: 'm', group: 'm', ...change });
const failure = (deploymentId: string, code = 'upstream_failed'): ExchangeRecord => record({ status: 500, fault: code, attempts: [{ deploymentId, durationMs: 1, failure: code }] });
const success = (deploymentId: string): ExchangeRecord => record({ attempts: [{ deploymentId, durationMs: 1, failure: null }] });

test('a slow answer and a failing group are told; what the client did wrong is not', () => {
  const { watch, kinds } = setUp();
  watch.exchange(record({ totalMs: 1_001 }));
  watch.exchange(record({ status: 400, fault: 'parameter_invalid' }));
  watch.exchange(record({ status: 499, fault: 'client_left' }));
  expect(kinds()).toEqual(['llm_too_slow']);
  watch.exchange(record({ status: 429, fault: 'deployments_cooling' }));
  expect(kinds()).toEqual(['llm_too_slow', 'llm_exceptions']);
});

test('an outage is minor, then major, and over with the first answer; a wrong key is none', () => {
  const { watch, raised } = setUp();
  for (let call = 0; call < 9; call++) watch.exchange(failure('d', 'upstream_authentication'));
  for (let call = 0; call < 6; call++) watch.exchange(failure('d'));
  watch.exchange(success('d'));
  expect(raised.filter(({ kind }) => kind === 'outage_alerts').map(({ severity, resolved }) => `${severity} ${resolved ?? false}`)).toEqual(['warning false', 'critical false', 'undefined true', 'undefined true']);
});

test('failures that lie apart are no outage', () => {
  const { watch, clock, kinds } = setUp();
  for (let call = 0; call < 6; call++) {
    watch.exchange(failure('d'));
    clock.nowMs += 40_000;
  }
  expect(kinds()).not.toContain('outage_alerts');
});

test('two deployments of a provider that are down are an outage of the provider', () => {
  const { watch, raised } = setUp();
  for (const id of ['a', 'b']) for (let call = 0; call < 3; call++) watch.exchange(failure(id));
  expect(raised.find(({ kind }) => kind === 'region_outage_alerts')?.subject).toBe('openai');
});

test('a deployment that cools down is told', () => {
  const { watch, raised } = setUp(5);
  watch.exchange(failure('d', 'upstream_rate_limited'));
  expect(raised.find(({ kind }) => kind === 'cooldown_deployment')?.title).toBe('name of d cools down for 5 s');
});

test('a high share of errors is told once, and when it is over', () => {
  const { watch, clock, kinds } = setUp();
  for (let call = 0; call < 5; call++) watch.exchange(success('d'));
  for (let call = 0; call < 9; call++) watch.exchange(failure('d', 'upstream_authentication'));
  clock.nowMs += 120_000;
  watch.exchange(success('d'));
  expect(kinds().filter((kind) => kind.startsWith('error_rate'))).toEqual(['error_rate', 'error_rate over']);
});

test('a sliding count forgets slice by slice', () => {
  const count = new SlidingCount(12_000);
  for (let at = 0; at < 12_000; at += 1_000) count.add(at);
  expect([count.count(11_999), count.count(12_000), count.count(17_500), count.count(40_000)]).toEqual([12, 11, 6, 0]);
});

test('a report sums up and begins anew', () => {
  const raised: NewAlert[] = [];
  const report = new Report();
  report.add(record({ costUsd: 0.25, totalMs: 2_000 }));
  report.add(record({ status: 500, fault: 'upstream_failed', group: 'n' }));
  report.tell({ raise: (alert) => void raised.push(alert) }, 0);
  report.tell({ raise: (alert) => void raised.push(alert) }, 0);
  expect(raised.map(({ title }) => title)).toEqual(['2 requests for $0.2500 since the last report']);
  expect(Object.fromEntries(raised[0]?.facts ?? [])).toMatchObject({ failed: '1', 'most failures': 'n (1)', 'most expensive': 'm ($0.2500)' });
});
