import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { nestedEndFrom } from './nested-end.ts';

/** The same, byte by byte. */
function plainEnd(bytes: Uint8Array, from: number, startDepth: number): number {
  let depth = startDepth;
  let inString = false;
  for (let at = from; at < bytes.length; at++) {
    const character = String.fromCharCode(bytes[at] ?? 0);
    if (inString) {
      if (character === '\\') at++;
      else if (character === '"') inString = false;
    } else if (character === '"') {
      inString = true;
    } else if (character === '\\') {
      return -1;
    } else if (character === '[' || character === '{') {
      depth++;
    } else if ((character === ']' || character === '}') && --depth === 0) {
      return at + 1;
    }
  }
  return -1;
}

describe('the end of a nested value', () => {
  test('any JSON value, wherever it begins and whatever follows it', () => {
    fc.assert(fc.property(fc.array(fc.jsonValue({ maxDepth: 4 }), { maxLength: 40 }), fc.nat(130), fc.string({ maxLength: 100 }), (value, before, after) => {
      const text = JSON.stringify(value);
      const bytes = Buffer.from(`${'x'.repeat(before)}${text}${after}`);
      expect(nestedEndFrom(bytes, before, 0)).toBe(before + Buffer.byteLength(text));
    }), { numRuns: 500 });
  });

  test('any bytes are read as a plain loop reads them', () => {
    const pieces = ['"', '\\', '\\\\', '\\"', '{', '}', '[', ']', 'a', ',', ':', ' ', '\u007f', 'é'];
    fc.assert(fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 400 }), fc.integer({ min: 1, max: 3 }), (list, depth) => {
      const bytes = Buffer.from(list.join(''));
      expect(nestedEndFrom(bytes, 0, depth)).toBe(plainEnd(bytes, 0, depth));
    }), { numRuns: 2_000 });
  });

  test('strings and escapes go on over the borders of blocks and chunks', () => {
    for (const length of [60, 61, 62, 63, 64, 65, 127, 128, 16_380, 16_381, 16_382, 16_383, 16_384, 16_385, 40_000]) {
      for (const tail of ['\\\\', '\\"', '\\\\\\"', ']}', '\\u005d']) {
        const text = `[{"a":"${'b'.repeat(length)}${tail}"},[]]`;
        expect(nestedEndFrom(Buffer.from(`${text} ]`), 0, 0)).toBe(text.length);
        expect(nestedEndFrom(Buffer.from(text.slice(0, -1)), 0, 0)).toBe(-1);
      }
    }
  });
});
