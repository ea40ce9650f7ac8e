// A client may not take for ever to send its body.
import { connect } from 'node:net';
import { describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { listen } from '../http/server/listen.ts';
import { readBytes } from './read-body.ts';
import { Reply, ReplyHeaders } from '../http/reply.ts';
import { WebRequest } from '../http/incoming.ts';

describe('a body that does not come', () => {
  test.each([['declared', 'content-length: 1000', 'hello'], ['chunked', 'transfer-encoding: chunked', '5\r\nhello\r\n']])('%s is given up', async (_how, head, part) => {
    const faults: string[] = [];
    const server = listen({
      port: 0, hostname: '127.0.0.1', idleTimeoutMs: 10_000,
      async answer(request) {
        const bytes = await readBytes(request, 10_000, 100);
        if (!bytes.ok) faults.push(bytes.fault.code);
        return new Reply(408, ReplyHeaders.of({ connection: 'close' }), 'late');
      },
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\n${head}\r\n\r\n${part}`);
    // One byte at a time keeps no place.
    const drip = setInterval(() => socket.write(head.includes('chunked') ? '1\r\nx\r\n' : 'x'), 20);
    socket.on('error', () => undefined);
    socket.resume();
    await once(socket, 'close');
    clearInterval(drip);
    expect(faults).toEqual(['body_too_slow']);
    server.destroy();
  });

  test('one that comes in time is whole', async () => {
    const pieces = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const piece of ['a', 'b', 'c']) {
          await Bun.sleep(20);
          controller.enqueue(Buffer.from(piece));
        }
        controller.close();
      },
    });
    const bytes = await readBytes(new WebRequest(new Request('http://a/', { method: 'POST', body: pieces })), 10, 5_000);
    expect(bytes.ok && bytes.value.toString()).toBe('abc');
  });
});
