import { expect, test } from 'bun:test';
import { JsonBody } from '../lib/json-body.ts';
import { KnownBodies } from './known-bodies.ts';

const bodyOf = (text: string): JsonBody => {
  const body = JsonBody.read(Buffer.from(text));
  if (!body) throw new Error('no JSON object');
  return body;
};
const asker = { tenant: 'a', name: 'openai-chat', model: 'm', insteadOf: null };

test('a kept body is found by its bytes, as a body of its own', () => {
  const known = new KnownBodies();
  const body = bodyOf('{"model":"m","n":1}');
  known.keep(body);
  const found = known.find(Buffer.from('{"model":"m","n":1}'));
  expect(found?.get('n')).toBe(1);
  expect(found).not.toBe(body);
  expect(found?.object()).not.toBe(body.object());
  for (const other of ['{"model":"m","n":2}', '{"model":"m","n":1} ', '{}']) expect(known.find(Buffer.from(other))).toBeNull();
});

test('two bodies with one checksum are two bodies', () => {
  const [one, other] = collision();
  expect(Bun.hash.crc32(one)).toBe(Bun.hash.crc32(other));
  const known = new KnownBodies();
  known.keep(bodyOf(one.toString('latin1')));
  expect(known.find(one)?.get('a')).toBeString();
  expect(known.find(other)).toBeNull();
  known.keep(bodyOf(other.toString('latin1')));
  expect(known.find(other)?.get('a')).toBeString();
  expect(known.find(one)).toBeNull();
});

test('a key is made once for each asker', () => {
  const known = new KnownBodies();
  const body = bodyOf('{"model":"m"}');
  let made = 0;
  const make = (): string => `key ${++made}`;
  expect(known.keyOf(body, asker, make)).toBe('key 1');
  expect(known.keyOf(body, asker, make)).toBe('key 2');
  known.keep(body);
  const again = known.find(body.bytes) ?? body;
  expect(known.keyOf(again, asker, make)).toBe('key 3');
  expect(known.keyOf(again, { ...asker }, make)).toBe('key 3');
  const others = [{ tenant: 'b' }, { name: 'anthropic-messages' }, { model: 'o' }, { insteadOf: 'p' }].map((change) => known.keyOf(again, { ...asker, ...change }, make));
  expect(new Set(['key 3', ...others]).size).toBe(5);
});

test('entries and bytes are bounded, the oldest go first', () => {
  const few = new KnownBodies(2);
  const bodies = [1, 2, 3].map((n) => bodyOf(`{"n":${n}}`));
  for (const body of bodies) few.keep(body);
  expect(bodies.map(({ bytes }) => few.find(bytes) !== null)).toEqual([false, true, true]);
  const small = new KnownBodies(10, 100);
  const long = bodyOf(`{"a":"${'x'.repeat(20)}"}`);
  small.keep(long);
  expect(small.find(long.bytes)).toBeNull();
});

/** Two JSON objects with one CRC-32, found by trying: among some hundred thousand there are two. */
function collision(): [Buffer, Buffer] {
  const seen = new Map<number, Buffer>();
  for (let n = 0; ; n++) {
    const bytes = Buffer.from(`{"a":"${Bun.hash.wyhash(String(n)).toString(36)}"}`);
    const earlier = seen.get(Bun.hash.crc32(bytes));
    if (earlier && !earlier.equals(bytes)) return [earlier, bytes];
    seen.set(Bun.hash.crc32(bytes), bytes);
  }
}
