import { describe, expect, test } from 'bun:test';
import { AlertDispatcher, type DispatcherOptions } from './dispatcher.ts';
import { maxAlertQueue } from '../lib/bounds.ts';
import { readQuietHours } from './quiet-hours.ts';
import type { Alert } from './alert.ts';
import type { DeliveryFailure, Place } from './delivery.ts';

/** Waits until what is expected is there; the expectation after it tells when it never came. */
async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 5_000; !done() && Date.now() < deadline;) await Bun.sleep(2);
  // What must not come would be here by now.
  await Bun.sleep(10);
}

function setUp(answers: (DeliveryFailure | null)[] = [], more: Partial<DispatcherOptions> = {}): { dispatcher: AlertDispatcher; told: Alert[]; lost: string[]; clock: { nowMs: number } } {
  const told: Alert[] = [];
  const lost: string[] = [];
  const clock = { nowMs: Date.parse('2026-03-01T03:00:00Z') };
  const place: Place = {
    name: 'test', label: 'Test',
    tell(alert) {
      told.push(alert);
      return Promise.resolve(answers.shift() ?? null);
    },
  };
  const dispatcher = new AlertDispatcher({
    placesOf: () => [place], quiet: () => null, pauseMs: () => 60_000, nowMs: () => clock.nowMs, onLost: (name, kind, reason) => void lost.push(`${name} ${kind} ${reason}`), retryMs: () => 1, ...more,
  });
  return { dispatcher, told, lost, clock };
}

const outage = { kind: 'outage_alerts', subject: 'd1', title: 'Outage' } as const;

describe('the same subject', () => {
  test('is told once within the pause, and another subject at once', async () => {
    const { dispatcher, told, clock } = setUp();
    dispatcher.raise(outage);
    dispatcher.raise(outage);
    dispatcher.raise({ ...outage, subject: 'd2' });
    clock.nowMs += 60_000;
    dispatcher.raise(outage);
    await until(() => told.length >= 3);
    expect(told.map(({ subject }) => subject)).toEqual(['d1', 'd2', 'd1']);
  });

  test('is told to be over only when it was told, and may then be told again', async () => {
    const { dispatcher, told } = setUp();
    dispatcher.raise({ ...outage, resolved: true });
    dispatcher.raise(outage);
    dispatcher.raise({ ...outage, resolved: true });
    dispatcher.raise({ ...outage, resolved: true });
    dispatcher.raise(outage);
    await until(() => told.length >= 3);
    expect(told.map(({ resolved }) => resolved)).toEqual([false, true, false]);
  });
});

test('a place that is away is told again; one that refuses is not; both are reported in the end', async () => {
  const { dispatcher, told, lost } = setUp([{ reason: 'answered 503', again: true }, null]);
  dispatcher.raise(outage);
  await until(() => dispatcher.recent()[0]?.deliveries[0]?.state === 'delivered');
  expect([told.length, dispatcher.recent()[0]?.deliveries[0]?.state]).toEqual([2, 'delivered']);
  const refusing = setUp([{ reason: 'answered 404', again: false }]);
  refusing.dispatcher.raise(outage);
  await until(() => refusing.lost.length > 0);
  expect(refusing.told).toHaveLength(1);
  expect(refusing.lost).toEqual(['test outage_alerts answered 404']);
  const away = setUp(Array.from({ length: 9 }, () => ({ reason: 'answered 503', again: true })));
  away.dispatcher.raise(outage);
  await until(() => away.lost.length > 0);
  expect([away.told.length, away.lost.length, lost.length]).toEqual([5, 1, 0]);
});

test('in quiet hours only what is critical is told at once', async () => {
  const { dispatcher, told } = setUp([], { quiet: () => readQuietHours('00:00-07:00', 'UTC') });
  dispatcher.raise({ ...outage, severity: 'warning' });
  dispatcher.raise({ ...outage, subject: 'd2', severity: 'critical' });
  await until(() => told.length > 0);
  expect(told.map(({ subject }) => subject)).toEqual(['d2']);
  expect(dispatcher.recent().map(({ deliveries }) => deliveries[0]?.state)).toEqual(['delivered', 'waiting']);
  dispatcher.close();
});

test('too many waiting alerts are dropped and counted', async () => {
  const { dispatcher } = setUp([], { quiet: () => readQuietHours('00:00-07:00', 'UTC') });
  for (let index = 0; index < maxAlertQueue + 3; index++) dispatcher.raise({ ...outage, subject: String(index), severity: 'warning' });
  expect(dispatcher.size()).toEqual({ waiting: maxAlertQueue, dropped: 3 });
  dispatcher.close();
});
