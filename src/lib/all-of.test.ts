import { expect, test } from 'bun:test';
import { allOf } from './all-of.ts';

test('it waits for all, and tells of the first that failed', async () => {
  const slow = Promise.withResolvers<void>();
  let over = false;
  const waiting = allOf([Promise.resolve(), slow.promise, Promise.reject(new Error('second'))]).finally(() => {
    over = true;
  });
  await Bun.sleep(1);
  expect(over).toBe(false);
  slow.reject(new Error('first'));
  await expect(waiting).rejects.toThrow('first');
  await allOf([]);
});
