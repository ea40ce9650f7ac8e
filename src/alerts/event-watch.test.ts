import { expect, test } from 'bun:test';
import { eventWatch } from './event-watch.ts';
import { EventBus, type GatewayEvent } from '../observe/events.ts';
import { silentLogger } from '../observe/logger.ts';
import { watchDatabase } from '../observe/database-watch.ts';
import type { NewAlert } from './alert.ts';

const told = (...events: GatewayEvent[]): NewAlert[] => {
  const raised: NewAlert[] = [];
  const watch = eventWatch({ raise: (alert) => void raised.push(alert) }, silentLogger);
  for (const event of events) watch(event);
  return raised;
};
const budget = { type: 'budget_threshold', kind: 'key', id: 'hash', name: 'build', model: null, spentUsd: 0.86, budgetUsd: 1, resetsAtMs: null } as const;

test('a budget is told at each threshold, with what LiteLLM’s webhook names', () => {
  const [some, all, soft] = told({ ...budget, percent: 85 }, { ...budget, percent: 100 }, { ...budget, percent: null });
  expect(some).toMatchObject({ kind: 'budget_alerts', severity: 'warning', title: 'The key build has used 85 % of its budget', members: { event: 'threshold_crossed', spend: 0.86, max_budget: 1, key_alias: 'build' } });
  expect(all).toMatchObject({ severity: 'critical', members: { event: 'budget_crossed' } });
  expect(soft?.subject).not.toBe(some?.subject);
});

test('a limit that only counts is not told', () => {
  const event = { type: 'limit_refused', kind: 'team', id: 't', name: 'web', rule: 'requestsPerMinute', model: null, count: 3 } as const;
  expect(told({ ...event, shadow: true }, { ...event, shadow: false }).map(({ kind }) => kind)).toEqual(['limit_alerts']);
});

test('what is away is told, and that it is back', () => {
  const alerts = told({ type: 'shared_counters', state: 'lost' }, { type: 'shared_counters', state: 'back', localMs: 3_000 }, { type: 'database', state: 'lost' }, { type: 'database', state: 'back' });
  expect(alerts.map(({ kind, resolved }) => [kind, resolved ?? false])).toEqual([['service_lost', false], ['service_lost', true], ['db_exceptions', false], ['db_exceptions', true]]);
});

test('a database that goes away and comes back is told once each', async () => {
  const events = new EventBus();
  const heard: GatewayEvent[] = [];
  events.listen((event) => void heard.push(event));
  const answers = [true, false, false, true, true];
  const stop = watchDatabase({ healthy: () => Promise.resolve(answers.shift() ?? true) }, events, 2);
  while (answers.length > 0) await Bun.sleep(5);
  await Bun.sleep(20);
  stop();
  expect(heard).toEqual([{ type: 'database', state: 'lost' }, { type: 'database', state: 'back' }]);
});
