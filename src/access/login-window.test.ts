// Failed sign-ins, counted as LiteLLM does.
import { expect, test } from 'bun:test';
import { loadConfigText } from '../config/load.ts';
import { LoginWindow, loginWindowSettings } from './login-window.ts';

const settingsOf = (yaml: string) => {
  const loaded = loadConfigText(`general_settings: {${yaml}}\n`, {});
  if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems));
  return { settings: loginWindowSettings(loaded.config.generalSettings), warnings: loaded.warnings };
};

function windowOf(yaml: string): { fail(address: string, name?: string): number; wait(address: string, name?: string): number; window: LoginWindow; pass(ms: number): void } {
  let now = 0;
  const { settings } = settingsOf(yaml);
  if (!settings) throw new Error('No settings.');
  const window = new LoginWindow(settings, () => now);
  return {
    window,
    fail(address, name = 'ann') {
      window.failed(address, name);
      return window.waitMs(address, name);
    },
    wait: (address, name = 'ann') => window.waitMs(address, name),
    pass: (ms) => void (now += ms),
  };
}

test('nothing set: there is no window', () => {
  expect(settingsOf('').settings).toBeNull();
});

test('half the limit holds for a name, the limit for its address, for failed_login_block_seconds', () => {
  const { fail, wait, pass } = windowOf('max_failed_login_attempts_per_source: 4, failed_login_window_seconds: 10, failed_login_block_seconds: 20');
  expect([fail('10.0.0.1'), fail('10.0.0.1'), fail('10.0.0.1')]).toEqual([0, 0, 20_000]);
  expect([wait('10.0.0.1', 'bob'), wait('10.0.0.2')]).toEqual([0, 0]);
  expect([fail('10.0.0.1', 'bob'), fail('10.0.0.1', 'eve'), fail('10.0.0.1', 'joe')]).toEqual([0, 0, 20_000]);
  pass(20_000);
  expect(wait('10.0.0.1')).toBe(0);
});

test('what lies before failed_login_window_seconds is forgotten, and a name that signs in begins anew', () => {
  const { fail, pass, window, wait } = windowOf('max_failed_login_attempts_per_source: 2, failed_login_window_seconds: 10');
  expect(fail('10.0.0.1')).toBe(0);
  pass(10_000);
  expect(fail('10.0.0.1')).toBe(0);
  window.succeeded('10.0.0.1', 'ann');
  expect(fail('10.0.0.1')).toBe(0);
  expect(fail('10.0.0.1')).toBe(300_000);
  expect(wait('10.0.0.2')).toBe(0);
});

test('max_failed_login_attempts_per_source_overrides: the smallest network decides, 0 counts nothing', () => {
  const { fail } = windowOf("max_failed_login_attempts_per_source_overrides: { '10.0.0.0/8': 2, '10.1.0.0/16': 0, '10.1.0.7': 4 }");
  expect([fail('10.2.0.1'), fail('10.2.0.1')]).toEqual([0, 300_000]);
  for (let tries = 0; tries < 20; tries++) expect(fail('10.1.0.1')).toBe(0);
  expect([fail('10.1.0.7'), fail('10.1.0.7'), fail('10.1.0.7')]).toEqual([0, 0, 300_000]);
  expect(settingsOf('max_failed_login_attempts_per_source_overrides: { office: 2 }').warnings.map(({ message }) => message)).toContain('"office" is no address and no network, and is passed over');
});

test('an IPv6 network is one source', () => {
  const { fail, wait } = windowOf('max_failed_login_attempts_per_source: 2');
  expect([fail('2001:db8:0:1::1'), fail('2001:db8:0:1:ffff::2')]).toEqual([0, 300_000]);
  expect([wait('2001:db8:0:1:2:3:4:5'), wait('2001:db8:0:2::1')]).toEqual([300_000, 0]);
});
