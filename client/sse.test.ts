import { describe, expect, test } from 'bun:test';
import { readServerSentEvents, type ServerSentEvent } from './sse.ts';

async function read(text: string, cut: number): Promise<ServerSentEvent[]> {
  const bytes = new TextEncoder().encode(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut);
  }
  return Array.fromAsync(readServerSentEvents(chunks()));
}

const cases: { name: string; text: string; events: ServerSentEvent[] }[] = [
  { name: 'LF', text: 'data: a\n\ndata: b\n\n', events: [{ event: 'message', data: 'a' }, { event: 'message', data: 'b' }] },
  { name: 'CRLF', text: 'event: x\r\ndata: a\r\n\r\n', events: [{ event: 'x', data: 'a' }] },
  { name: 'CR', text: 'data: a\r\rdata: b\r\r', events: [{ event: 'message', data: 'a' }, { event: 'message', data: 'b' }] },
  { name: 'mixed line ends', text: 'data: a\r\ndata: b\n\r\n', events: [{ event: 'message', data: 'a\nb' }] },
  { name: 'comments and unknown fields', text: ': ping\n\nid: 7\nretry: 5\ndata:a\n: pong\n\n', events: [{ event: 'message', data: 'a' }] },
  { name: 'a byte order mark', text: '\uFEFFdata: a\n\n', events: [{ event: 'message', data: 'a' }] },
  { name: 'several bytes a character', text: 'data: 水坝 🌊 é\n\n', events: [{ event: 'message', data: '水坝 🌊 é' }] },
  { name: 'a field without a colon', text: 'data\ndata: x\n\n', events: [{ event: 'message', data: '\nx' }] },
  { name: 'only the first space is dropped', text: 'data:  a\n\n', events: [{ event: 'message', data: ' a' }] },
  { name: 'an event that is not closed', text: 'data: a\n\ndata: b\n', events: [{ event: 'message', data: 'a' }] },
];

async function* flood(): AsyncGenerator<Uint8Array> {
  const chunk = new TextEncoder().encode(`data: ${'x'.repeat(4 * 1024 * 1024)}\n`);
  for (let sent = 0; sent < 8; sent += 1) yield chunk;
}

describe('server-sent events', () => {
  for (const { name, text, events } of cases) {
    test(`${name}, whole and cut at every size`, async () => {
      for (const cut of [1, 2, 3, 5, 1000]) expect(await read(text, cut)).toEqual(events);
    });
  }

  test('an endless event is refused', async () => {
    expect(Array.fromAsync(readServerSentEvents(flood()))).rejects.toThrow(RangeError);
  });
});
