import { expect, test } from 'bun:test';
import { suggest } from './suggest.ts';
import { textChecks } from './text-check.ts';
import type { TextCheck } from './text-check.ts';

const table: Readonly<Record<TextCheck, { readonly right: readonly string[]; readonly wrong: readonly string[] }>> = {
  url: { right: ['http://127.0.0.1:1/v1', 'https://a.example'], wrong: ['', 'localhost:1', 'http://', 'ftp://a', 'http:// a'] },
  duration: { right: ['30s', '1mo', '7d'], wrong: ['', 's', '1', '1 day', '-1s'] },
  regexp: { right: ['^a', ''], wrong: ['(', '[a'] },
  network: { right: ['127.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'], wrong: ['', '10.0.0.0/33', '10.0.0', 'a', '::1/129', '1.1.1.1/', '1.1.1.1/8/8', 'fe80::1%eth0'] },
  'time zone': { right: ['UTC', 'Europe/Berlin', 'Asia/Kolkata'], wrong: ['', 'Mars/Olympus', 'Berlin'] },
  'time of day': { right: ['00:00', '6:30', '23:59'], wrong: ['', '24:00', '12', '12:60'] },
  header: { right: ['X-Key'], wrong: ['', 'X Key', 'X:'] },
};

test('texts are checked', () => {
  for (const [name, check] of Object.entries(textChecks)) {
    const { right, wrong } = table[name as TextCheck];
    for (const value of right) expect([name, value, check(value)]).toEqual([name, value, true]);
    for (const value of wrong) expect([name, value, check(value)]).toEqual([name, value, false]);
  }
});

test('near names are suggested, far ones are not', () => {
  const names = ['api_key', 'api_base', 'timeout', 'rpm'];
  expect(['api_kye', 'apikey', 'Timeout', 'time-out', 'rp', 'model', 'temperature'].map((name) => suggest(name, names))).toEqual(['api_key', 'api_key', 'timeout', 'timeout', undefined, undefined, undefined]);
});
