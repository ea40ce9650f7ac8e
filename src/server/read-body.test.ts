// A client may not take for ever to send its body.
import { connect } from 'node:net';
import { describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { readBytes } from './read-body.ts';

describe('a body that does not come', () => {
  test.each([['declared', 'content-length: 1000', 'hello'], ['chunked', 'transfer-encoding: chunked', '5\r\nhello\r\n']])('%s is given up', async (_how, head, part) => {
    const faults: string[] = [];
    const server = Bun.serve({
      port: 0, hostname: '127.0.0.1',
      async fetch(request) {
        const bytes = await readBytes(request, 10_000, 100);
        if (!bytes.ok) faults.push(bytes.fault.code);
        return new Response('late', { status: 408, headers: { connection: 'close' } });
      },
    });
    const socket = connect(server.port ?? 0, '127.0.0.1');
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\n${head}\r\n\r\n${part}`);
    // One byte at a time keeps no place.
    const drip = setInterval(() => socket.write(head.includes('chunked') ? '1\r\nx\r\n' : 'x'), 20);
    socket.on('error', () => undefined);
    socket.resume();
    await once(socket, 'close');
    clearInterval(drip);
    expect(faults).toEqual(['body_too_slow']);
    await server.stop(true);
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
    const bytes = await readBytes(new Request('http://a/', { method: 'POST', body: pieces }), 10, 5_000);
    expect(bytes.ok && bytes.value.toString()).toBe('abc');
  });
});
