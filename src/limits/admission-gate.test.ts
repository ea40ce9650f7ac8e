// Who goes into a process that is full, and who waits.
import { AdmissionGate } from './admission-gate.ts';
import { Cancellation } from '../lib/cancellation.ts';
import { expect, test } from 'bun:test';

const settings = { most: 1, mostWaiting: 2, waitMs: 60_000 };
const staying = new Cancellation();

test('who came first goes in first; beyond those who wait nobody does', async () => {
  const gate = new AdmissionGate();
  const [a, b, c, d] = [{}, {}, {}, {}];
  expect(gate.enter(a, staying, settings)).toBe(true);
  const order: string[] = [];
  const second = Promise.resolve(gate.enter(b, staying, settings)).then((entered) => order.push(`b ${entered}`));
  const third = Promise.resolve(gate.enter(c, staying, settings)).then((entered) => order.push(`c ${entered}`));
  expect(gate.enter(d, staying, settings)).toBe(false);
  expect(gate.counts()).toEqual({ inside: 1, waiting: 2 });
  gate.leave(d);
  gate.leave(a);
  await second;
  gate.leave(a);
  expect([order, gate.counts()]).toEqual([['b true'], { inside: 1, waiting: 1 }]);
  gate.leave(b);
  await third;
  gate.leave(c);
  expect([order, gate.counts()]).toEqual([['b true', 'c true'], { inside: 0, waiting: 0 }]);
});

test('who leaves or has waited too long takes no place', async () => {
  const gate = new AdmissionGate();
  gate.enter({}, staying, settings);
  const client = new Cancellation();
  const leaving = gate.enter({}, client, settings);
  client.abort();
  expect(await leaving).toBe(false);
  expect(await gate.enter({}, staying, { ...settings, waitMs: 1 })).toBe(false);
  expect(gate.enter({}, client, settings)).toBe(false);
  expect(gate.counts()).toEqual({ inside: 1, waiting: 0 });
});
