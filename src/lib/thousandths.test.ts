import { expect, test } from 'bun:test';
import { thousandths } from './thousandths.ts';

test('three digits behind the point, as toFixed writes them', () => {
  for (const value of [0, 0.0004, 0.0006, 0.001, 0.0499, 0.5, 1, 9.9994, 9.9996, 12.034, 999.9999, 86_400_000.25]) expect(thousandths(value)).toBe((Math.round(value * 1000) / 1000).toFixed(3));
  for (const value of [0.25, 17.5, 1234.567]) expect(JSON.parse(thousandths(value))).toBe(value);
});
