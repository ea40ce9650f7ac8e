import { expect, test } from 'bun:test';
import { shortId } from './short-id.ts';

test('only hashes are cut: a long name of a model stays whole', () => {
  expect(shortId('a'.repeat(64))).toBe('aaaaaaaaaa');
  const name = 'accounts/fireworks/models/deepseek-v3-0324-a-name-that-goes-on';
  expect(shortId(name)).toBe(name);
});
