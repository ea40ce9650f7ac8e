import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDotenv, withDotenv } from './dotenv.ts';

test('the forms of a line', () => {
  const text = [
    '# comment',
    'PLAIN=value # comment',
    ' export SPACED = two words ',
    "SINGLE='$x ${PLAIN} # kept'",
    'DOUBLE="line\\nbreak \\"quoted\\""',
    'LONG="first',
    'second"',
    'DOLLAR=pa$word',
    'REFERENCE=${PLAIN}-${OUTER}-${GONE:-default}',
    'EMPTY=',
    'HASH=a#b',
    'not a line',
    'LAST=1',
  ].join('\r\n');
  expect(parseDotenv(text, { OUTER: 'outer' })).toEqual({
    PLAIN: 'value',
    SPACED: 'two words',
    SINGLE: '$x ${PLAIN} # kept',
    DOUBLE: 'line\nbreak "quoted"',
    LONG: 'first\nsecond',
    DOLLAR: 'pa$word',
    REFERENCE: 'value-outer-default',
    EMPTY: '',
    HASH: 'a#b',
    LAST: '1',
  });
});

test('what is exported wins; without a file nothing changes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-dotenv-'));
  expect(withDotenv(folder, { A: '1' })).toEqual({ A: '1' });
  writeFileSync(join(folder, '.env'), 'A=2\nB=3\n');
  expect(withDotenv(folder, { A: '1', B: undefined })).toEqual({ A: '1', B: '3' });
  rmSync(folder, { recursive: true });
});

test('never throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof parseDotenv(text) === 'object'));
});
