import { expect, test } from 'bun:test';
import fc from 'fast-check';
import { FanOut } from './fan-out.ts';
import type { ByteSink, ByteSource } from './byte-source.ts';

/** A source that a test feeds, with what was asked of it. */
function fed(): { source: ByteSource; sink: () => ByteSink; asked: string[] } {
  const asked: string[] = [];
  let sink: ByteSink | null = null;
  return {
    asked,
    sink: () => {
      if (!sink) throw new Error('nobody reads');
      return sink;
    },
    source: {
      start(given) {
        sink = given;
        asked.push('start');
      },
      resume: () => void asked.push('resume'), cancel: () => void asked.push('cancel'), letGo: () => void asked.push('cancel'),
    },
  };
}

/** A sink that has room for so many parts until it is resumed. */
function reading(source: ByteSource | null, room = Infinity): { text: () => string; ended: () => boolean; resume: (more: number) => void } {
  let [text, left, ended] = ['', room, false];
  source?.start({
    write(part) {
      text += part.toString('utf8');
      return --left > 0;
    },
    end: () => {
      ended = true;
    },
    fail: (error) => {
      text += `!${error.message}`;
    },
  });
  return {
    text: () => text, ended: () => ended,
    resume: (more) => {
      left = more;
      source?.resume();
    },
  };
}

test('every reader gets all of it, whenever it joins and however slowly it reads', () => {
  fc.assert(fc.property(
    fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 12 }), fc.array(fc.record({ at: fc.nat(12), room: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 4 }),
    (parts, joins) => {
      const { source, sink } = fed();
      const fanOut = new FanOut(source, 1_000_000);
      const readers = [reading(fanOut.join())];
      for (let index = 0; index <= 12; index++) {
        for (const { room } of joins.filter(({ at }) => at === index)) readers.push(reading(fanOut.join(), room));
        const part = parts[index];
        if (part !== undefined) sink().write(Buffer.from(part));
      }
      sink().end();
      for (let round = 0; round < 12; round++) for (const reader of readers) reader.resume(1);
      for (const reader of readers) expect([reader.text(), reader.ended()]).toEqual([parts.join(''), true]);
    },
  ));
});

test('the source goes at the pace of the fastest; whoever is too far behind is cut, and nobody joins after the beginning is gone', () => {
  const { source, sink } = fed();
  const fanOut = new FanOut(source, 10);
  const fast = reading(fanOut.join());
  const slow = reading(fanOut.join(), 1);
  expect(sink().write(Buffer.from('12345'))).toBe(true);
  expect(sink().write(Buffer.from('67890'))).toBe(true);
  expect(sink().write(Buffer.from('abcde'))).toBe(true);
  expect(fanOut.join()).toBeNull();
  expect(sink().write(Buffer.from('fghij'))).toBe(true);
  expect(slow.text()).toBe('12345!this reader of a shared stream was too slow');
  sink().end();
  expect([fast.text(), fast.ended()]).toEqual(['1234567890abcdefghij', true]);
});

test('a source whose readers are all full waits, and one without readers is cancelled', () => {
  const { source, sink, asked } = fed();
  const fanOut = new FanOut(source, 100);
  const [one, other] = [fanOut.join(), fanOut.join()];
  const reader = reading(one, 1);
  reading(other, 1);
  expect(sink().write(Buffer.from('x'))).toBe(false);
  reader.resume(1);
  expect(asked).toEqual(['start', 'resume']);
  one?.cancel();
  expect(asked).toEqual(['start', 'resume']);
  other?.cancel();
  expect(asked).toEqual(['start', 'resume', 'cancel']);
  expect(fanOut.join()).toBeNull();
});
