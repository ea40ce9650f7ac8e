import { expect, test } from 'bun:test';
import { differing } from './generate.ts';

test('the pages made from tables equal the tables', () => {
  expect(differing()).toEqual([]);
});
