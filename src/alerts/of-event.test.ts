import { expect, test } from 'bun:test';
import { alertOfEvent } from './of-event.ts';
import { EventBus, type GatewayEvent } from '../observe/events.ts';
import { watchDatabase } from '../observe/database-watch.ts';

const budget = { type: 'budget_threshold', kind: 'key', id: 'hash', name: 'build', model: null, spentUsd: 0.86, budgetUsd: 1, resetsAtMs: null } as const;

test('a budget is told at each threshold, with what LiteLLM’s webhook names', () => {
  const [some, all, soft] = [85, 100, null].map((percent) => alertOfEvent({ ...budget, percent }));
  expect(some).toMatchObject({ kind: 'budget_alerts', severity: 'warning', title: 'build: 85 % of the budget is used', members: { event: 'threshold_crossed', event_group: 'key', spend: 0.86, max_budget: 1, token: 'hash', key_alias: 'build' } });
  expect(all).toMatchObject({ severity: 'critical', title: 'build: the budget is used up', members: { event: 'budget_crossed' } });
  expect(soft?.subject).not.toBe(some?.subject);
});

test('a limit that only counts is not told', () => {
  const event = { type: 'limit_refused', kind: 'team', id: 't', name: 'web', rule: 'requestsPerMinute', model: null, count: 3 } as const;
  expect(alertOfEvent({ ...event, shadow: true })).toBeNull();
  expect(alertOfEvent({ ...event, shadow: false })?.kind).toBe('limit_alerts');
});

test('what is away is told, and that it is back', () => {
  expect(alertOfEvent({ type: 'shared_counters', state: 'lost' })).toMatchObject({ kind: 'service_lost', subject: 'redis' });
  expect(alertOfEvent({ type: 'shared_counters', state: 'back', localMs: 3_000 })).toMatchObject({ resolved: true, title: 'Redis is back after 3 s' });
  expect(alertOfEvent({ type: 'database', state: 'back' })).toMatchObject({ kind: 'db_exceptions', resolved: true });
});

test('a database that goes away and comes back is told once each', async () => {
  const events = new EventBus();
  const told: GatewayEvent[] = [];
  events.listen((event) => void told.push(event));
  const answers = [true, false, false, true, true];
  const stop = watchDatabase({ healthy: () => Promise.resolve(answers.shift() ?? true) }, events, 2);
  while (answers.length > 0) await Bun.sleep(5);
  await Bun.sleep(20);
  stop();
  expect(told).toEqual([{ type: 'database', state: 'lost' }, { type: 'database', state: 'back' }]);
});
