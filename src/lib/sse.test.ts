import * as fc from 'fast-check';
import { expect, test } from 'bun:test';
import { maxFrameBytes } from './bounds.ts';
import { SseSplitter } from './sse.ts';

/** The frames of these bytes, cut into pieces of these lengths, as they are once all has come. */
function framesOf(bytes: Buffer, lengths: readonly number[]): { frames: string[]; rest: string } {
  const splitter = new SseSplitter();
  const frames: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const length = lengths[turn % lengths.length] ?? bytes.length;
    // A chunk belongs to nobody else: what it held may not be changed under a frame that was given away.
    frames.push(...splitter.push(Buffer.from(bytes.subarray(at, at + length))) ?? []);
    at += length;
  }
  return { frames: frames.map(String), rest: String(splitter.rest() ?? '') };
}

test('frames of any size, cut anywhere, come out as they are, and stay so', () => {
  const frame = fc.tuple(fc.constantFrom('data: a', 'event: b\ndata: c', ': d', 'data: \u6c49'), fc.constantFrom(0, 1, 100, 70_000, 200_000), fc.constantFrom('\n\n', '\r\n\r\n', '\n\r\n'))
    .map(([begin, more, end]) => begin + 'x'.repeat(more) + end);
  fc.assert(fc.property(fc.array(frame, { maxLength: 6 }), fc.constantFrom('', 'data: half'), fc.array(fc.constantFrom(1, 2, 7, 1_000, 30_000, 66_000, 150_000), { minLength: 1, maxLength: 5 }), (frames, rest, lengths) => {
    // Single bytes alone would take long for a large frame.
    expect(framesOf(Buffer.from(frames.join('') + rest), [...lengths, 40_000])).toEqual({ frames, rest });
  }), { numRuns: 150 });
});

test('a frame that never ends is given up', () => {
  const splitter = new SseSplitter();
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  let given: Buffer[] | null = [];
  let taken = 0;
  while (given && taken <= 2 * maxFrameBytes) {
    given = splitter.push(chunk);
    taken += chunk.length;
  }
  expect([given, taken - maxFrameBytes]).toEqual([null, chunk.length]);
});
