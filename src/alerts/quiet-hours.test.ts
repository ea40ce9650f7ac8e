import { expect, test } from 'bun:test';
import { quietForMs, readQuietHours } from './quiet-hours.ts';

const at = (text: string): number => Date.parse(text);
const minuteMs = 60_000;

test('quiet hours over midnight, in their own time zone', () => {
  const quiet = readQuietHours('22:00-07:00', 'Asia/Shanghai');
  expect(quietForMs(quiet, at('2026-03-01T13:59:00Z'))).toBe(0);
  expect(quietForMs(quiet, at('2026-03-01T14:00:00Z'))).toBe(9 * 60 * minuteMs);
  expect(quietForMs(quiet, at('2026-03-01T22:59:30Z'))).toBe(30_000);
  expect(quietForMs(quiet, at('2026-03-01T23:00:00Z'))).toBe(0);
});

test('quiet hours within a day; none; the same twice is never', () => {
  const quiet = readQuietHours('12:30-13:30', 'UTC');
  expect(quietForMs(quiet, at('2026-03-01T13:00:00Z'))).toBe(30 * minuteMs);
  expect(quietForMs(quiet, at('2026-03-01T13:30:00Z'))).toBe(0);
  expect(quietForMs(null, 0)).toBe(0);
  expect(quietForMs(readQuietHours('08:00-08:00', 'UTC'), at('2026-03-01T08:00:00Z'))).toBe(0);
});

test('what is no such text is refused', () => {
  for (const text of ['', '22-07', '24:00-07:00', '22:00-07:60', 'night']) expect(readQuietHours(text, 'UTC')).toBeNull();
  expect(readQuietHours('22:00-07:00', 'Mars/Olympus')).toBeNull();
});
