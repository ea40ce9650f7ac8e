// A form reads the same however it is cut. The oracle looks at all bytes at once.
import { describe, expect, test } from 'bun:test';
import fc from 'fast-check';
import { readPartHead } from './part-head.ts';
import { FormReader, type FormProblem, type ReadForm } from './form-reader.ts';

const boundary = 'b';

interface Place {
  name: string;
  filename: string | null;
  start: number;
  end: number;
  valueStart: number;
  valueEnd: number;
}

/** Reads a form that is all there; null when the bytes are none. */
function oracle(bytes: Buffer): { parts: Place[]; close: number } | null {
  const text = bytes.toString('latin1');
  const parts: Place[] = [];
  let start = text.indexOf(`--${boundary}`);
  if (start === -1 || (start > 0 && text[start - 1] !== '\n')) return null;
  for (;;) {
    const after = start + boundary.length + 2;
    if (text.startsWith('--', after)) return { parts, close: start };
    const head = text.indexOf('\r\n\r\n', after);
    if (head === -1) return null;
    const delimiter = new RegExp(`\r\n--${boundary}(?=[\r \t]|--)`, 'g');
    delimiter.lastIndex = head + 2;
    const next = delimiter.exec(text)?.index;
    if (next === undefined) return null;
    const told = readPartHead(bytes.toString('utf8', after, head));
    if (!told || (told.name === 'model' && parts.some(({ name }) => name === 'model'))) return null;
    parts.push({ name: told.name, filename: told.filename, start, end: next + 2, valueStart: head + 4, valueEnd: Math.max(head + 4, next) });
    start = next + 2;
  }
}

function read(pieces: readonly Buffer[], digests = false): ReadForm | FormProblem {
  const reader = new FormReader(boundary, digests);
  for (const piece of pieces) reader.take(piece);
  return reader.finish();
}

/** The bytes, cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((from, index) => bytes.subarray(from, at[index] ?? bytes.length));
}

const sha256 = (bytes: Buffer): string => new Bun.CryptoHasher('sha256').update(bytes).digest('hex');

// Pieces of forms, whole and broken, so that what looks like a delimiter stands everywhere.
const scrap = fc.constantFrom(
  '--b', '--b\r\n', '\r\n--b\r\n', '\r\n--b--\r\n', '\r\n--b--', '\r\n--bb', '\r\n--b-', '\r\n--b \r\n', '\r\n', '\r\n\r\n', '\r', '\n', '-', '--', 'x', '', 'Content-Disposition: form-data; name="model"',
  'Content-Disposition: form-data; name="model"\r\n\r\nears', '\r\n--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n', 'ü', '\u0000',
);
const field = (name: string, value: string): string => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (value: string): string => `--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\nContent-Type: audio/wav\r\n\r\n${value}\r\n`;
const scraps = fc.array(scrap, { maxLength: 12 }).map((list) => list.join(''));
const form = fc.array(fc.oneof(scraps.map((value) => field('x', value)), scraps.map(file)), { maxLength: 5 }).map((parts) => `${parts.join('')}--b--`);
const bytesOf = fc.oneof(scraps, form, fc.tuple(scraps, form, scraps).map((three) => three.join(''))).map((text) => Buffer.from(text));

describe('however it is cut', () => {
  test('a form, or what is none, reads as the same bytes do at once', () => {
    fc.assert(fc.property(bytesOf, fc.array(fc.nat(), { maxLength: 40 }), (bytes, places) => {
      const expected = oracle(bytes);
      const found = read(cut(bytes, places), true);
      if (!expected) return expect(found).toBe('invalid');
      if (typeof found === 'string') throw new Error(found);
      expect(found.close).toBe(expected.close);
      expect(found.parts).toMatchObject(expected.parts);
      for (const { filename, valueStart, valueEnd, text, digest } of found.parts) {
        const value = bytes.subarray(valueStart, valueEnd);
        expect([text, digest]).toEqual(filename === null ? [value.toString('utf8'), null] : [null, sha256(value)]);
      }
    }), { numRuns: 3_000 });
  });

  test('at every single byte, and into single bytes', () => {
    const bytes = Buffer.from(`before\r\n${field('model', 'ears')}${file('\r\n--bb\r\n--b-x\r\r\n--')}${field('empty', '')}--b--\r\nbehind`);
    const whole = read([bytes], true);
    expect(whole).toMatchObject({ parts: [{ name: 'model', text: 'ears' }, { name: 'file', filename: 'a', mediaType: 'audio/wav', text: null }, { name: 'empty', text: '' }] });
    for (let at = 0; at <= bytes.length; at++) expect(read([bytes.subarray(0, at), bytes.subarray(at)], true)).toEqual(whole);
    expect(read([...bytes].map((byte) => Buffer.from([byte])), true)).toEqual(whole);
  });

  test('no begin of a form is one', () => {
    const bytes = Buffer.from(`${field('model', 'ears')}${file('sound')}--b--`);
    for (let end = 0; end < bytes.length; end++) expect(read([bytes.subarray(0, end)])).toBe('invalid');
    expect(read([bytes])).toMatchObject({ close: bytes.length - 5 });
  });
});

describe('bounds', () => {
  test('a thousand parts are a form, one more is none, and is refused at once', () => {
    const parts = (count: number): Buffer => Buffer.from(field('a', 'b').repeat(count));
    expect(read([parts(1_000), Buffer.from('--b--')])).toMatchObject({ parts: { length: 1_000 } });
    const reader = new FormReader(boundary, false);
    expect(reader.take(parts(1_000))).toBe(true);
    expect(reader.take(Buffer.from(field('a', 'b')))).toBe(false);
  });

  test('texts above 64 KB only pass; names and texts together are kept up to 512 KB', () => {
    const long = 'x'.repeat(65_537);
    expect(read([Buffer.from(`${field('prompt', long)}${field('model', 'ears')}--b--`)])).toMatchObject({ parts: [{ text: null, valueEnd: 54 + 65_537 }, { text: 'ears' }] });
    expect(read([Buffer.from(`${field('prompt', 'x'.repeat(65_536)).repeat(7)}--b--`)])).toMatchObject({ parts: { length: 7 } });
    expect(read([Buffer.from(`${field('prompt', 'x'.repeat(65_536)).repeat(9)}--b--`)])).toBe('too-large');
    expect(read([Buffer.from(`${field('n'.repeat(10_000), '').repeat(60)}--b--`)])).toBe('too-large');
  });

  test('what does not begin, or a head that does not end, is refused before it fills memory', () => {
    for (const begin of ['', '--b\r\nx: ']) {
      const reader = new FormReader(boundary, false);
      reader.take(Buffer.from(begin));
      let taken = 0;
      while (reader.take(Buffer.alloc(4_096, 'x')) && taken < 1_000) taken++;
      expect(taken).toBeLessThan(20);
    }
  });
});
