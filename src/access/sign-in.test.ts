// Sessions, their cookie, and how guessing is slowed down.
import { createAuthenticator } from './authenticator.ts';
import { expect, test } from 'bun:test';
import { fault, fail, ok } from '../canonical/fault.ts';
import { freeLoginFailures, sessionIdleMs, sessionTtlMs } from '../lib/bounds.ts';
import { LoginThrottle } from './login-throttle.ts';
import { openCaller } from './caller.ts';
import { Sessions, masterDigestOf } from './sessions.ts';
import { SignIn } from './sign-in.ts';
import { withSessions } from './session-authenticator.ts';

const masterKey = 'sk-0123456789abcdef0123';
const made = { subject: { kind: 'master', masterDigest: masterDigestOf(masterKey) }, name: 'admin', email: null, method: 'key' } as const;
const page = (token: string, headers: Record<string, string> = {}): Headers => new Headers({ 'cookie': `other=1; weir_session=${token}`, 'x-weir-session': '1', ...headers });

test('a session ends by itself, by idleness, and by signing out', async () => {
  let now = 0;
  const sessions = new Sessions(null, () => now);
  const idle = (await sessions.start(made)).token;
  const used = (await sessions.start(made)).token;
  for (; now < sessionTtlMs; now += sessionIdleMs / 2) expect(await sessions.find(used)).not.toBeNull();
  expect(await sessions.find(used)).toBeNull();
  expect(await sessions.find(idle)).toBeNull();
  const out = (await sessions.start(made)).token;
  await sessions.end(out);
  expect(await sessions.find(out)).toBeNull();
});

test('a cookie counts only with the header, from our own page, and never beside a key', async () => {
  const sessions = new Sessions();
  const authenticator = withSessions(createAuthenticator(masterKey), sessions, masterKey, null);
  const { token } = await sessions.start(made);
  expect((await authenticator.authenticate(page(token))).ok).toBe(true);
  expect((await authenticator.authenticate(page(token, { 'sec-fetch-site': 'same-origin' }))).ok).toBe(true);
  expect((await authenticator.authenticate(page(token, { 'sec-fetch-site': 'cross-site' }))).ok).toBe(false);
  expect((await authenticator.authenticate(page(token, { 'sec-fetch-site': 'same-site' }))).ok).toBe(false);
  expect((await authenticator.authenticate(page(token, { authorization: 'Bearer sk-wrong' }))).ok).toBe(false);
  const bare = page(token);
  bare.delete('x-weir-session');
  expect((await authenticator.authenticate(bare)).ok).toBe(false);
  expect((await authenticator.authenticate(page(`${token.slice(0, 42)}${token.endsWith('A') ? 'B' : 'A'}`))).ok).toBe(false);
});

test('another master key ends the sessions of the one before', async () => {
  const sessions = new Sessions();
  const { token } = await sessions.start(made);
  expect((await withSessions(createAuthenticator('sk-another-key-0123'), sessions, 'sk-another-key-0123', null).authenticate(page(token))).ok).toBe(false);
});

test('failures make the next try wait, twice as long each time, for the name and for the address', async () => {
  let now = 0;
  const throttle = new LoginThrottle(() => now);
  const signIn = new SignIn({ authenticator: { authenticate: () => fail(fault('unknown_key', '')) }, masterKey, operator: { username: 'admin', password: 'right' }, accounts: null }, throttle);
  const attempt = async (password: string, address = '10.0.0.1'): Promise<string> => {
    const result = await signIn.check({ kind: 'password', username: 'admin', password }, address);
    return result.ok ? 'ok' : `${result.fault.code} ${result.fault.retryAfterSeconds ?? ''}`.trim();
  };
  for (let count = 0; count < freeLoginFailures; count++) expect(await attempt('wrong')).toBe('login_failed');
  expect(await attempt('right')).toBe('login_throttled 2');
  expect(await attempt('right', '10.0.0.2')).toBe('login_throttled 2');
  now += 2_000;
  expect(await attempt('wrong')).toBe('login_failed');
  expect(await attempt('right')).toBe('login_throttled 4');
  now += 4_000;
  expect(await attempt('right')).toBe('ok');
  expect(await attempt('wrong')).toBe('login_failed');
  expect(await attempt('right')).toBe('ok');
});

test('accounts are asked when it is not the operator, and the master key is the password where none is set', async () => {
  const account = { ...made, name: 'ann' };
  const signIn = new SignIn({
    authenticator: { authenticate: () => ok(openCaller) }, masterKey,
    operator: { username: 'admin', password: null }, accounts: { verify: async (name, password) => name === 'ann' && password === 'pw' ? account : null },
  });
  expect((await signIn.check({ kind: 'password', username: 'admin', password: masterKey }, 'a')).ok).toBe(true);
  expect(await signIn.check({ kind: 'password', username: 'ann', password: 'pw' }, 'a')).toEqual({ ok: true, value: account });
  expect((await signIn.check({ kind: 'password', username: 'ann', password: 'no' }, 'a')).ok).toBe(false);
});
