// Reset instants in thirty-one time zones, checked against the wall clock that Intl shows, not against the code's own arithmetic.
import { expect, test } from 'bun:test';
import { isBudgetDuration, utcMidnight, windowEndMs } from './budget-window.ts';

const zones = [
  'UTC', 'America/New_York', 'America/Los_Angeles', 'America/Chicago', 'America/Denver', 'America/St_Johns', 'America/Sao_Paulo', 'America/Santiago', 'America/Asuncion',
  'America/Havana', 'Atlantic/Azores', 'Europe/London', 'Europe/Berlin', 'Europe/Athens', 'Europe/Moscow', 'Europe/Istanbul', 'Africa/Cairo', 'Africa/Casablanca', 'Africa/Lagos',
  'Asia/Beirut', 'Asia/Tehran', 'Asia/Kolkata', 'Asia/Kathmandu', 'Asia/Shanghai', 'Asia/Tokyo', 'Australia/Adelaide', 'Australia/Sydney', 'Australia/Lord_Howe', 'Pacific/Auckland',
  'Pacific/Chatham', 'Pacific/Kiritimati',
];
const hourMs = 3_600_000;

interface Wall {
  day: string;
  dayOfMonth: number;
  weekday: string;
  minuteOfDay: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
function wall(zone: string, ms: number): Wall {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    formats.set(zone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(ms).map((part) => [part.type, part.value]));
  return {
    day: `${parts['year']}-${parts['month']}-${parts['day']}`, dayOfMonth: Number(parts['day']), weekday: parts['weekday'] ?? '',
    minuteOfDay: Number(parts['hour']) * 60 + Number(parts['minute']),
  };
}

// The first instant of its local day: a second earlier it is another day.
const startsDay = (zone: string, ms: number): boolean => wall(zone, ms).day !== wall(zone, ms - 1_000).day;

/** Instants over two years, near every change of the clocks and on ordinary days. */
const instants = Array.from({ length: 92 }, (_, index) => Date.UTC(2026, 0, 1) + index * 8 * 24 * hourMs + (index % 24) * hourMs + 1_234_567);

for (const zone of zones) {
  test(`${zone}: windows end at local midnight, on Mondays, on the first of the month`, () => {
    const clock = { timeZone: zone, resetMinuteOfDay: 0 };
    for (const now of instants) {
      for (const [duration, longestMs] of [['1d', 25.1], ['24h', 25.1], ['7d', 7 * 24 + 1.1], ['30d', 31 * 24 + 1.1], ['1mo', 31 * 24 + 1.1]] as const) {
        const end = windowEndMs(duration, now, clock);
        expect(startsDay(zone, end)).toBe(true);
        expect(end).toBeGreaterThan(now);
        expect(end - now).toBeLessThanOrEqual(longestMs * hourMs);
        if (duration === '7d') expect(wall(zone, end).weekday).toBe('Mon');
        if (duration === '30d' || duration === '1mo') expect(wall(zone, end).dayOfMonth).toBe(1);
        if (duration === '1d') expect(wall(zone, end).day).not.toBe(wall(zone, now).day);
        // Looking again just before the end gives the same end; at the end the next window has begun.
        expect(windowEndMs(duration, end - 1, clock, end)).toBe(end);
        expect(windowEndMs(duration, end, clock, end)).toBeGreaterThan(end);
      }
    }
  });

  test(`${zone}: windows at a time of day`, () => {
    const clock = { timeZone: zone, resetMinuteOfDay: 12 * 60 };
    for (const now of instants) {
      const end = windowEndMs('1d', now, clock);
      expect(wall(zone, end).minuteOfDay).toBe(720);
      expect(end - now).toBeLessThanOrEqual(25.1 * hourMs);
    }
  });
}

test('a day is as long as it is when the clocks change', () => {
  const newYork = { timeZone: 'America/New_York', resetMinuteOfDay: 0 };
  const springStart = windowEndMs('1d', Date.UTC(2026, 2, 7, 12), newYork);
  expect(windowEndMs('1d', springStart, newYork) - springStart).toBe(23 * hourMs);
  const autumnStart = windowEndMs('1d', Date.UTC(2026, 9, 31, 12), newYork);
  expect(windowEndMs('1d', autumnStart, newYork) - autumnStart).toBe(25 * hourMs);
  // Clocks go forward at midnight in Cairo and Beirut: the day starts at one.
  const cairo = windowEndMs('1d', Date.UTC(2026, 3, 23, 12), { timeZone: 'Africa/Cairo', resetMinuteOfDay: 0 });
  expect(new Date(cairo).toISOString()).toBe('2026-04-23T22:00:00.000Z');
});

test('a budget of 24 hours in Shanghai covers 24 hours', () => {
  const shanghai = { timeZone: 'Asia/Shanghai', resetMinuteOfDay: 0 };
  const first = windowEndMs('24h', Date.UTC(2026, 5, 1, 3), shanghai);
  expect(new Date(first).toISOString()).toBe('2026-06-01T16:00:00.000Z');
  expect(windowEndMs('24h', first, shanghai, first) - first).toBe(24 * hourMs);
});

test('other lengths follow from the window before, whoever counts and whenever', () => {
  const start = Date.UTC(2026, 0, 10, 15, 30);
  const first = windowEndMs('3d', start, utcMidnight);
  expect(new Date(first).toISOString()).toBe('2026-01-13T00:00:00.000Z');
  for (const later of [first, first + 5 * hourMs, first + 71 * hourMs]) expect(windowEndMs('3d', later, utcMidnight, first)).toBe(first + 72 * hourMs);
  expect(windowEndMs('3d', first + 400 * hourMs, utcMidnight, first)).toBe(first + 432 * hourMs);
  expect(new Date(windowEndMs('6h', start, utcMidnight)).toISOString()).toBe('2026-01-10T18:00:00.000Z');
  expect(new Date(windowEndMs('5h', Date.UTC(2026, 0, 10, 22), utcMidnight)).toISOString()).toBe('2026-01-11T00:00:00.000Z');
  expect(new Date(windowEndMs('15m', start + 1, utcMidnight)).toISOString()).toBe('2026-01-10T15:45:00.000Z');
  expect(new Date(windowEndMs('30s', start, utcMidnight)).toISOString()).toBe('2026-01-10T15:30:30.000Z');
  expect(new Date(windowEndMs('2w', start, utcMidnight)).toISOString()).toBe('2026-01-24T00:00:00.000Z');
  expect(new Date(windowEndMs('2mo', start, utcMidnight)).toISOString()).toBe('2026-03-01T00:00:00.000Z');
  expect(new Date(windowEndMs('48h', start, utcMidnight)).toISOString()).toBe('2026-01-12T00:00:00.000Z');
  expect(new Date(windowEndMs('monthly', start, utcMidnight)).toISOString()).toBe('2026-02-01T00:00:00.000Z');
  expect(new Date(windowEndMs('what', start, utcMidnight)).toISOString()).toBe('2026-01-11T00:00:00.000Z');
});

test('durations are told from other texts', () => {
  for (const text of ['1d', '30d', '1mo', '24h', '90s', 'weekly', ' Daily ']) expect(isBudgetDuration(text)).toBe(true);
  for (const text of ['', '0d', '1y', 'd', '-1d', '1d2']) expect(isBudgetDuration(text)).toBe(false);
});
