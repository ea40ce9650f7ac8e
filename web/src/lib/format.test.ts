import { expect, test } from 'bun:test';
import { formatCost, formatCount, formatSpan, tokensPerSecond } from './format.ts';
import { newId } from './new-id.ts';

test('costs keep the digits that matter', () => {
  expect([0.00042, 0.012345, 1.5, 0].map((cost) => formatCost(cost, 'en'))).toEqual(['$0.00042', '$0.0123', '$1.50', '$0.00']);
});

test('counts and spans follow the language', () => {
  expect(formatCount(12345, 'en')).toBe('12,345');
  expect([340, 1234, 75_400].map((span) => formatSpan(span, 'en'))).toEqual(['340 ms', '1.2 sec', '75 sec']);
  expect(formatSpan(1234, 'zh-CN')).toBe('1.2秒');
});

test('speed is only told when it says something', () => {
  expect(tokensPerSecond(101, 500, 1500)).toBe(100);
  expect(tokensPerSecond(100, 500, 510)).toBeNull();
  expect(tokensPerSecond(100, null, 1500)).toBeNull();
  expect(tokensPerSecond(1, 0, 1000)).toBeNull();
});

test('ids are UUIDs', () => {
  expect(newId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
