import { expect, test } from 'bun:test';
import { createSealer, isSealed } from './sealer.ts';

test('a sealed text opens in its place only, with its key only, unchanged only', () => {
  const sealer = createSealer('salt-one');
  const sealed = sealer.seal('sk-secret', 'model:a:api_key');
  expect([isSealed(sealed), sealed.includes('sk-secret'), sealer.open(sealed, 'model:a:api_key')]).toEqual([true, false, 'sk-secret']);
  expect(sealer.open(sealed, 'model:b:api_key')).toBeNull();
  expect(createSealer('salt-two').open(sealed, 'model:a:api_key')).toBeNull();
  expect(sealer.open(`${sealed.slice(0, -6)}AAAAAA`, 'model:a:api_key')).toBeNull();
  expect(sealer.open('weir1:', 'x')).toBeNull();
  expect(sealer.seal('sk-secret', 'x')).not.toBe(sealer.seal('sk-secret', 'x'));
});

test('after a change of the key the earlier one still opens, and new texts carry the new id', () => {
  const before = createSealer('salt-one').seal('v', 'c');
  const after = createSealer('salt-two', ['salt-one']);
  expect([after.open(before, 'c'), after.seal('v', 'c').startsWith(`weir1:${after.keyId}:`), before.startsWith(`weir1:${after.keyId}:`)]).toEqual(['v', true, false]);
});
