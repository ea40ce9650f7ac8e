import { expect, test } from 'bun:test';
import { AddressSet, callerAddress, invalidAddress } from './addresses.ts';
import { createAuthenticator } from './authenticator.ts';
import { presentedKey } from './presented-key.ts';

const master = 'sk-test-0123456789abcdef';
const code = (headers: Record<string, string>): string => {
  const result = createAuthenticator(master).authenticate(new Headers(headers));
  if (result instanceof Promise) throw new Error('The master key is known at once.');
  return result.ok ? result.value.kind : result.fault.code;
};

test('the master key is taken from every header that a client may use', () => {
  expect(code({ authorization: `Bearer ${master}` })).toBe('master');
  expect(code({ authorization: `bearer  ${master}` })).toBe('master');
  for (const name of ['x-api-key', 'api-key', 'x-litellm-api-key', 'x-goog-api-key']) expect(code({ [name]: master })).toBe('master');
  expect(code({ 'x-litellm-api-key': `Bearer ${master}` })).toBe('master');
});

test('no key, a malformed key and a wrong key are told apart', () => {
  expect(code({})).toBe('no_key');
  expect(code({ authorization: 'Bearer ' })).toBe('no_key');
  expect(code({ authorization: master })).toBe('malformed_key');
  expect(code({ authorization: 'Bearer sk-wrong' })).toBe('unknown_key');
  expect(code({ authorization: 'Basic dXNlcjpwYXNz' })).toBe('malformed_key');
  expect(code({ authorization: `Bearer ${master}x` })).toBe('unknown_key');
  expect(code({ authorization: `Bearer sk-${'x'.repeat(600)}` })).toBe('malformed_key');
});

test('a refusal never repeats the key', () => {
  const result = createAuthenticator(master).authenticate(new Headers({ authorization: 'Bearer sk-very-secret' }));
  expect(JSON.stringify(result)).not.toContain('very-secret');
  expect(presentedKey(new Headers({ 'api-key': 'k' }))).toEqual({ ok: true, value: 'k' });
});

test('addresses and networks of both families', () => {
  const set = new AddressSet(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1']);
  for (const address of ['10.1.2.3', '::ffff:10.9.9.9', '192.0.2.7', '2001:db8::5', '::1']) expect(set.has(address)).toBe(true);
  for (const address of ['11.0.0.1', '192.0.2.8', '2001:db9::1', 'nonsense', '']) expect(set.has(address)).toBe(false);
  expect(invalidAddress('10.0.0.0/8')).toBeNull();
  for (const entry of ['10.0.0.0/33', '::1/129', 'host', '10.0.0.0/8/8', '1.2.3']) expect(invalidAddress(entry)).not.toBeNull();
});

test('X-Forwarded-For counts only behind trusted proxies, and from the right', () => {
  const trusting = { allowed: null, trustedProxies: new AddressSet(['10.0.0.0/8']) };
  expect(callerAddress('10.0.0.1', '203.0.113.9, 10.0.0.2', trusting)).toBe('203.0.113.9');
  expect(callerAddress('10.0.0.1', '198.51.100.1, 203.0.113.9', trusting)).toBe('203.0.113.9');
  expect(callerAddress('203.0.113.1', '198.51.100.1', trusting)).toBe('203.0.113.1');
  expect(callerAddress('10.0.0.1', 'garbage', trusting)).toBe('10.0.0.1');
  expect(callerAddress('10.0.0.1', '203.0.113.9', { allowed: null, trustedProxies: null })).toBe('10.0.0.1');
});
