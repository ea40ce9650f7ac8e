import { expect, test } from 'bun:test';
import { accessWindow, blockingWindow } from './access-windows.ts';

const at = (time: string): number => Date.parse(`2026-01-15T${time}:00Z`);
const day = accessWindow({ start: '09:00', end: '17:00', timezone: 'Europe/Berlin', teamIds: ['red'] });
const night = accessWindow({ start: '22:00', end: '6:00', timezone: 'UTC', teamIds: ['blue'] });

test('a deployment is reserved within its hours, by the clock of its time zone', () => {
  // Berlin is an hour ahead of UTC in winter.
  for (const [time, isReserved] of [['07:59', false], ['08:00', true], ['15:59', true], ['16:00', false]] as const) expect([time, blockingWindow([day], 'other', at(time)) !== null]).toEqual([time, isReserved]);
  for (const [time, isReserved] of [['21:59', false], ['22:00', true], ['23:59', true], ['00:00', true], ['05:59', true], ['06:00', false]] as const) expect([time, blockingWindow([night], null, at(time)) !== null]).toEqual([time, isReserved]);
});

test('its teams get in, and so does everybody when one of several reservations is theirs', () => {
  expect(blockingWindow([day], 'red', at('10:00'))).toBeNull();
  expect(blockingWindow([day, accessWindow({ start: '00:00', end: '23:59', timezone: 'UTC', teamIds: ['blue'] })], 'blue', at('10:00'))).toBeNull();
  expect(blockingWindow([day], null, at('10:00'))?.shownEnd).toBe('17:00 Europe/Berlin');
});
