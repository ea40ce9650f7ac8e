import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { EventStreamSplitter, writeMessage } from './event-stream.ts';

// The test vectors of the AWS SDKs (smithy, `eventstream-codec`): an empty message, one with a payload, one with a text header.
const empty = Buffer.from('000000100000000005c248eb7d98c8ff', 'hex');
const payloadOnly = Buffer.from('0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936', 'hex');

test('the messages of the AWS SDKs are read and written to the byte', () => {
  expect(new EventStreamSplitter().push(empty)?.[0]?.payload.length).toBe(0);
  expect(new EventStreamSplitter().push(payloadOnly)?.[0]?.payload.toString()).toBe("{'foo':'bar'}");
  expect(writeMessage({}, '')).toEqual(empty);
  expect(writeMessage({}, "{'foo':'bar'}")).toEqual(payloadOnly);
});

test('messages survive any chunks', () => {
  const message = fc.record({ headers: fc.dictionary(fc.stringMatching(/^[a-z:-]{1,20}$/), fc.string({ maxLength: 50 }), { maxKeys: 4 }), payload: fc.uint8Array({ maxLength: 200 }) });
  fc.assert(fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (messages, sizes) => {
    const bytes = Buffer.concat(messages.map(({ headers, payload }) => writeMessage(headers, payload)));
    const splitter = new EventStreamSplitter();
    const read: { headers: Record<string, string>; payload: number[] }[] = [];
    for (let at = 0, turn = 0; at < bytes.length; turn++) {
      const size = sizes[turn % sizes.length] ?? 1;
      for (const { headers, payload } of splitter.push(bytes.subarray(at, at + size)) ?? []) read.push({ headers: Object.fromEntries(headers), payload: [...payload] });
      at += size;
    }
    expect(read).toEqual(messages.map(({ headers, payload }) => ({ headers: { ...headers }, payload: [...payload] })));
    expect(splitter.cut).toBe(false);
  }));
});

test('one changed bit is noticed, a cut is told', () => {
  const bytes = writeMessage({ ':event-type': 'chunk' }, '{"a":1}');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const broken = Buffer.from(bytes);
    broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    const splitter = new EventStreamSplitter();
    const read = splitter.push(broken);
    // A longer length only waits for bytes that never come: then the stream is cut.
    expect(read === null || (read.length === 0 && splitter.cut)).toBe(true);
  }
  for (let length = 1; length < bytes.length; length++) {
    const splitter = new EventStreamSplitter();
    expect(splitter.push(bytes.subarray(0, length))).toEqual([]);
    expect(splitter.cut).toBe(true);
  }
});

test('garbage never throws', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 }), (chunks) => {
    const splitter = new EventStreamSplitter();
    for (const chunk of chunks) if (splitter.push(chunk) === null) return;
  }));
});
