// No recorded stream, cut at any byte, looks like a complete answer to any client. Between two frames nothing changes but what the splitter
// holds, so every byte is tried against the rule for such rests, every boundary through the whole relay to every client; short streams
// are also cut at every byte through the whole relay.
import { describe, expect, test } from 'bun:test';
import { converseEvents, invokeEvents } from '../../support/aws.ts';
import { awsFrames } from '../../../src/upstream/aws-frames.ts';
import { isWholeEvent } from '../../../src/upstream/relay.ts';
import { looksWhole, relayed, streamClients, type Ending } from '../../support/relayed.ts';
import { recorded, type Recorded } from '../../support/recorded-streams.ts';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { decoded } from '../../../src/http/decoded.ts';
import { HttpHeaders } from '../../../src/http/headers.ts';
import { readFileSync } from 'node:fs';
import { sourceOf } from '../../../src/http/provider-response.ts';
import type { DialectName } from '../../../src/canonical/dialect-name.ts';

const shortBytes = 3_000;
const endings: readonly Ending[] = ['end', 'fail'];

const joined = ({ frames }: Recorded, count: number): Buffer => Buffer.concat(frames.slice(0, count));

/** How each dialect tells an error inside a stream. */
const failures: Readonly<Partial<Record<DialectName, string>>> = {
  'openai-chat': 'data: {"error":{"message":"The engine fell over","type":"server_error","param":null,"code":null}}\n\n',
  'openai-responses': 'event: error\ndata: {"type":"error","code":"server_error","message":"The engine fell over"}\n\n',
  'anthropic-messages': 'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"The engine fell over"}}\n\n',
  gemini: 'data: {"error":{"code":500,"message":"The engine fell over","status":"INTERNAL"}}\r\n\r\n',
  'bedrock-converse': 'event: internalServerException\ndata: {"message":"The engine fell over"}\n\n',
};

const named = recorded.map((stream) => [stream.name, stream] as const);

describe.each(named)('%s', (_name, stream) => {
  const { frames, dialect } = stream;
  const whole = joined(stream, frames.length);

  test('is a complete answer as it is', async () => {
    for (const client of streamClients) {
      const heard = await relayed(client, dialect, [whole]);
      expect(heard.end.fault).toBeNull();
      expect(client.looksFinished(heard.text)).toBe(true);
    }
  });

  test('between two frames every byte leaves a rest that is no event, until the event is whole', () => {
    for (const frame of frames) {
      const content = frame.toString('latin1').trimEnd().length;
      for (let length = 1; length < content; length++) if (isWholeEvent(frame.subarray(0, length))) throw new Error(`${length} of ${content} bytes: ${frame.toString('utf8', 0, length)}`);
      expect(isWholeEvent(frame.subarray(0, content))).toBe(true);
    }
  });

  test('cut behind every frame it is a failure for every client', async () => {
    for (const client of streamClients) {
      for (let count = 0; count < frames.length; count++) {
        // What the last frame begins with comes too: a rest that is no event changes nothing.
        const rest = frames[count]?.subarray(0, 5 + (count % 6)) ?? Buffer.alloc(0);
        const problem = looksWhole(client, await relayed(client, dialect, [Buffer.concat([joined(stream, count), rest])], endings[count % 2]));
        if (problem !== null) throw new Error(`${client.name}, ${count} of ${frames.length} frames: ${problem}`);
      }
    }
  });

  test('with an error in place of any frame it is a failure for every client, whatever follows', async () => {
    const failure = Buffer.from(failures[dialect] ?? '');
    for (const client of streamClients) {
      for (let count = 0; count < frames.length; count += count < 12 || count > frames.length - 8 ? 1 : 7) {
        const heard = await relayed(client, dialect, [joined(stream, count), failure, ...frames.slice(count)].map((piece) => Buffer.from(piece)));
        const problem = looksWhole(client, heard) ?? (`${heard.refused?.message ?? ''}${heard.text}`.includes('The engine fell over') ? null : 'the provider’s words are gone');
        if (problem !== null) throw new Error(`${client.name}, ${count} of ${frames.length} frames: ${problem}`);
      }
    }
  });

  if (whole.length <= shortBytes) {
    test('cut at every byte it is a failure for every client', async () => {
      const ends = whole.length - (frames.at(-1)?.length ?? 0) + (frames.at(-1)?.toString('latin1').trimEnd().length ?? 0);
      for (const client of streamClients) {
        for (let length = 0; length < ends; length++) {
          const problem = looksWhole(client, await relayed(client, dialect, [whole.subarray(0, length)]));
          if (problem !== null) throw new Error(`${client.name}, ${length} of ${ends} bytes: ${problem}`);
        }
      }
    });
  }
});

describe('AWS’s binary events, cut at every byte', () => {
  const lines = (name: string): string[] => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8').split('\n').filter((line) => line !== '');

  test.each([
    ['aws-events', converseEvents(lines('amazon-bedrock/composed-reasoning-tools.chunks.txt'))],
    ['aws-chunks', invokeEvents(lines('anthropic/anthropic-text.chunks.txt'))],
  ] as const)('%s', async (framing, messages) => {
    const bytes = Buffer.concat(messages);
    const boundaries = new Set(messages.map((_message, index) => Buffer.concat(messages.slice(0, index)).length));
    for (let length = 0; length < bytes.length; length++) {
      const pieces = [bytes.subarray(0, length)];
      const reader = awsFrames({ read: () => Promise.resolve({ done: pieces.length === 0, value: pieces.pop() }), cancel: () => Promise.resolve() }, framing);
      let broke = false;
      try {
        while (!(await reader.read()).done);
      } catch {
        broke = true;
      }
      // Behind a whole message the events themselves tell that the answer is not whole.
      expect(broke).toBe(!boundaries.has(length));
    }
  });
});

describe('packed streams, cut at every byte', () => {
  const stream = recorded.find(({ name }) => name.startsWith('groq/groq-tool-call'));
  const client = streamClients.find(({ name }) => name === 'anthropic-messages');
  if (!stream || !client) throw new Error('no recording');
  const packers = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync } as const;

  test.each(Object.entries(packers))('%s', async (coding, pack) => {
    const bytes = pack(Buffer.concat(stream.frames));
    let whole = 0;
    for (let length = 0; length <= bytes.length; length++) {
      const pieces = [bytes.subarray(0, length)];
      const reader = { read: () => Promise.resolve({ done: pieces.length === 0, value: pieces.pop() }), cancel: () => Promise.resolve() };
      const headers = HttpHeaders.parse(`HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}`);
      const response = headers && decoded({ status: 200, headers, body: { getReader: () => reader }, arrayBuffer: () => Promise.resolve(Buffer.alloc(0)) });
      const source = response && sourceOf(response);
      if (!source) throw new Error('no source');
      const heard = await relayed(client, stream.dialect, source);
      if (heard.end.fault) expect(looksWhole(client, heard)).toBeNull();
      else whole++;
    }
    // The whole of it, and what lacks no more than the check sum behind the last event.
    expect(whole).toBeGreaterThan(0);
    expect(whole).toBeLessThan(16);
  });
});
