import { expect, test } from 'bun:test';
import { remembered } from './remembered.ts';

test('an answer is worked out once for all who wait, and again when it is old', async () => {
  let now = 1_000;
  let times = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const ask = remembered(500, async () => {
    const mine = ++times;
    await promise;
    return mine;
  }, () => now);
  const waiting = [ask(), ask(), ask()];
  now += 10_000;
  waiting.push(ask());
  resolve();
  expect(await Promise.all(waiting)).toEqual([1, 1, 1, 1]);
  expect(await ask()).toBe(1);
  now += 499;
  expect(await ask()).toBe(1);
  now += 1;
  expect(await ask()).toBe(2);
});

test('a failure is not remembered', async () => {
  let times = 0;
  const ask = remembered(500, async () => {
    if (++times === 1) throw new Error('no');
    return times;
  });
  await expect(ask()).rejects.toThrow('no');
  expect(await ask()).toBe(2);
});
