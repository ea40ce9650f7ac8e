import { expect, test } from 'bun:test';
import { PriorityQueue } from './priority-queue.ts';

const never = new AbortController().signal;

test('the lowest number goes first, among equals the one that came first', async () => {
  let nowMs = 0;
  const queue = new PriorityQueue({ nowMs: () => nowMs, sleep: async () => {
    nowMs += 1;
    await new Promise((resolve) => void setImmediate(resolve));
  } });
  let free = 0;
  const order: string[] = [];
  const ask = (name: string, priority: number): Promise<string | null> => queue.wait('m', priority, 100_000, never, () => {
    if (free === 0) return null;
    free--;
    order.push(name);
    return name;
  });
  const all = Promise.all([ask('late', 5), ask('first', 1), ask('second', 1), ask('urgent', 0)]);
  expect(queue.size).toBe(4);
  for (let round = 0; round < 400 && order.length < 4; round++) {
    free = 1;
    await new Promise((resolve) => void setImmediate(resolve));
  }
  await all;
  expect(order).toEqual(['urgent', 'first', 'second', 'late']);
  expect(queue.size).toBe(0);
});

test('who waits too long, or has left, gets nothing', async () => {
  let nowMs = 0;
  const queue = new PriorityQueue({ nowMs: () => nowMs, sleep: async (milliseconds) => {
    nowMs += milliseconds;
  } });
  expect(await queue.wait('m', 1, 500, never, () => null)).toBeNull();
  expect(nowMs).toBeLessThanOrEqual(500);
  expect(await queue.wait('m', 1, 100_000, AbortSignal.abort(), () => 'x')).toBeNull();
  expect(queue.size).toBe(0);
});
