import { expect, test } from 'bun:test';
import { csvOf } from './csv.ts';

test('quotes what must be quoted, and makes formulas texts', () => {
  expect(csvOf([['a', 'b,c', 'say "x"', 1.5], ['=1+1', '-2', 'line\nbreak', -3]])).toBe('a,"b,c","say ""x""",1.5\r\n\'=1+1,\'-2,"line\nbreak",-3\r\n');
});
