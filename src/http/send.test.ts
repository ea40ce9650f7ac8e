import { afterAll, beforeAll, expect, test } from 'bun:test';
import { createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { HttpError } from './connection.ts';
import { ReaderSource, webStreamOf } from './byte-source.ts';
import { ResponseParser } from './response-parser.ts';
import { send } from './send.ts';
import type { HttpHeaders } from './headers.ts';
import { asBuffer, type ProviderRequest } from './provider-response.ts';

// What the server answers to a request, by its path. The socket is the test's.
const answers = new Map<string, (socket: Socket, request: string) => void>();
let server: Server;
let base = '';
const sockets = new Set<Socket>();
let connections = 0;

beforeAll(async () => {
  server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (end === -1 || text.length < end + 4 + length) return;
      const request = text;
      text = '';
      answers.get(/^\S+ (\S+)/.exec(request)?.[1] ?? '')?.(socket, request);
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

const request = (more: Partial<ProviderRequest> = {}): ProviderRequest => ({ method: 'POST', headers: { authorization: 'Bearer k' }, body: [Buffer.from('{"a"'), Buffer.from(':1}')], signal: new AbortController().signal, ...more });
const whole = async (path: string, more: Partial<ProviderRequest> = {}) => {
  const response = await send(base + path, request(more));
  return { status: response.status, text: asBuffer(await response.arrayBuffer()).toString(), response };
};
const kindOf = (promise: Promise<unknown>) => promise.then(() => 'fine', (error: unknown) => (error instanceof HttpError ? error.kind : String(error)));

test('sends head and pieces, reads an answer with a length, and uses the connection again', async () => {
  let seen = '';
  answers.set('/plain', (socket, text) => {
    seen = text;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Request-Id: r1\r\n\r\nhello');
  });
  const first = await whole('/plain');
  expect(first).toMatchObject({ status: 200, text: 'hello' });
  expect(first.response.headers.get('x-request-id')).toBe('r1');
  expect(seen).toStartWith('POST /plain HTTP/1.1\r\nhost: 127.0.0.1');
  expect(seen).toEndWith('content-length: 7\r\n\r\n{"a":1}');
  const before = connections;
  await whole('/plain');
  expect(connections).toBe(before);
});

test('chunks, and a body that ends with the connection', async () => {
  answers.set('/chunked', (socket) => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n6\r\n world\r\n0\r\ntrailer: t\r\n\r\n'));
  answers.set('/close', (socket) => socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end'));
  expect((await whole('/chunked')).text).toBe('hello world');
  expect((await whole('/close')).text).toBe('until the end');
});

test('a stream arrives part by part, and breaks where it breaks', async () => {
  answers.set('/stream', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n');
    setTimeout(() => socket.destroy(), 30);
  });
  const response = await send(`${base}/stream`, request());
  const reader = response.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('one');
  expect(await kindOf(reader?.read() ?? Promise.resolve())).toBe('closed');
});

test('an early end, garbage and a refused connection are told apart', async () => {
  answers.set('/early', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nshort'));
  answers.set('/garbage', (socket) => socket.end('SSH-2.0-OpenSSH\r\n\r\n'));
  expect(await kindOf(whole('/early'))).toBe('closed');
  expect(await kindOf(whole('/garbage'))).toBe('protocol');
  expect(await kindOf(send('http://127.0.0.1:1/x', request()))).toBe('connect');
});

test('an abort closes the connection at once, and nothing is sent after it', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  answers.set('/slow', (socket) => socket.on('close', resolve));
  const controller = new AbortController();
  const waiting = kindOf(send(`${base}/slow`, request({ signal: controller.signal })));
  await Bun.sleep(30);
  controller.abort();
  expect(await waiting).toBe('aborted');
  await closed;
});

test('an answer that nobody asked for never reaches the next request', async () => {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  answers.set('/twice', (socket) => {
    socket.on('close', () => resolve());
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\none');
    setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil'), 10);
  });
  answers.set('/good', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood'));
  expect((await whole('/twice')).text).toBe('one');
  await closed;
  expect((await whole('/good')).text).toBe('good');
});

test('a connection that the server closed while it was idle costs no request', async () => {
  answers.set('/leave', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    setTimeout(() => socket.destroy(), 5);
  });
  for (let index = 0; index < 5; index++) {
    expect((await whole('/leave')).text).toBe('ok');
    await Bun.sleep(6);
  }
});

test('a request that a server kept for a while is not sent again behind its sender’s back, however many connections are free', async () => {
  let asked = 0;
  answers.set('/warm', (socket) => setTimeout(() => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'), 30));
  answers.set('/worked', (socket) => {
    asked++;
    setTimeout(() => socket.destroy(), 300);
  });
  await Promise.all([whole('/warm'), whole('/warm'), whole('/warm')]);
  expect(await kindOf(whole('/worked'))).toBe('closed');
  expect(asked).toBe(1);
  // One that was closed at once may have been closed before the request came: it is tried on a new connection, once.
  answers.set('/slammed', (socket) => {
    asked++;
    socket.destroy();
  });
  await Promise.all([whole('/warm'), whole('/warm'), whole('/warm')]);
  expect(await kindOf(whole('/slammed'))).toBe('closed');
  expect(asked).toBe(3);
  // Whoever says that it goes on has the request.
  answers.set('/hints', (socket) => {
    asked++;
    socket.end('HTTP/1.1 103 Early Hints\r\n\r\n');
  });
  await whole('/warm');
  expect(await kindOf(whole('/hints'))).toBe('closed');
  expect(asked).toBe(4);
});

test('what stands behind an answer takes its connection along', async () => {
  const extra = 'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil';
  answers.set('/good', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood'));
  for (const [path, head, body] of [['/extra', 'content-length: 3', 'one'], ['/extra-chunk', 'transfer-encoding: chunked', '3\r\none\r\n0\r\n\r\n']] as const) {
    answers.set(path, (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`);
      setTimeout(() => socket.write(body + extra), 20);
    });
    const response = await send(base + path, request());
    const before = connections;
    // The next request leaves at the very moment at which the answer before it ends.
    const { promise: next, resolve } = Promise.withResolvers<{ text: string }>();
    const goOn = (): void => void whole('/good', { signal: AbortSignal.timeout(2_000) }).then(resolve, (error: unknown) => resolve({ text: String(error) }));
    response.source?.().start({ write: () => true, end: goOn, fail: goOn });
    expect((await next).text).toBe('good');
    expect(connections).toBe(before + 1);
  }
});

test('codings that only end like chunks, and a begin without end, are no answers', async () => {
  for (const [path, head] of [['/x', 'transfer-encoding: xchunked'], ['/gz', 'transfer-encoding: gzip, chunked'], ['/twice', 'transfer-encoding: chunked\r\ntransfer-encoding: chunked']]) {
    answers.set(String(path), (socket) => socket.end(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n3\r\none\r\n0\r\n\r\n`));
    expect(await kindOf(whole(String(path)))).toBe('protocol');
  }
  answers.set('/interim', (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\n'.repeat(50)));
  expect(await kindOf(whole('/interim', { signal: AbortSignal.timeout(5_000) }))).toBe('protocol');
});

test('a header with a line break is refused', async () => {
  expect(await kindOf(send(`${base}/plain`, request({ headers: { 'x-a': 'b\r\nx-evil: 1' } })))).toBe('protocol');
});

test('a flood is held back while nobody reads', async () => {
  let written = 0;
  answers.set('/flood', (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${256 * 1024 * 1024}\r\n\r\n`);
    const part = Buffer.alloc(1024 * 1024, 'x');
    const more = (): void => {
      while (written < 256 * 1024 * 1024 && socket.write(part)) written += part.length;
    };
    socket.on('drain', more);
    more();
  });
  const controller = new AbortController();
  const response = await send(`${base}/flood`, request({ signal: controller.signal }));
  await Bun.sleep(300);
  expect(written).toBeLessThan(64 * 1024 * 1024);
  expect((await response.body?.getReader().read())?.value?.length).toBeGreaterThan(0);
  controller.abort();
});

test('an answer whose reader had no room for the last part leaves a connection that answers again', async () => {
  answers.set('/at-once', (socket) => socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n4\r\nlast\r\n0\r\n\r\n'));
  answers.set('/after', (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nafter'));
  answers.set('/head', (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
    setTimeout(() => socket.write('3\r\none\r\n4\r\nlast\r\n0\r\n\r\n'), 10);
  });
  for (const path of ['/at-once', '/head']) {
    const response = await send(base + path, request());
    const before = connections;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    // Full after every part; it asks for more only later.
    response.source?.().start({ write: () => false, end: resolve, fail: () => resolve() });
    await ended;
    expect((await whole('/after', { signal: AbortSignal.timeout(5_000) })).text).toBe('after');
    expect(connections).toBe(before);
  }
});

test('several reads that wait at once all get their part', async () => {
  for (const wire of ['own', 'platform'] as const) {
    answers.set('/parts', (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const parts = ['1\r\na\r\n', '1\r\nb\r\n', '1\r\nc\r\n', '0\r\n\r\n'];
      const more = (): void => {
        const part = parts.shift();
        if (part === undefined) return;
        socket.write(part);
        setTimeout(more, 5);
      };
      more();
    });
    const response = await send(`${base}/parts`, request());
    const source = wire === 'own' ? response.source?.() : response.body && new ReaderSource(response.body.getReader());
    if (!source) throw new Error('no source');
    const reader = webStreamOf(source).getReader();
    const reads = await Promise.all(Array.from({ length: 4 }, () => reader.read()));
    // Parts that arrived together are one.
    expect(reads.map(({ done, value }) => (done ? '.' : Buffer.from(value ?? []).toString())).join('')).toMatch(/^abc\.+$/);
  }
});

test('a packed answer is unpacked', async () => {
  const packed = Bun.gzipSync(Buffer.from('{"packed":true}'));
  answers.set('/gzip', (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${packed.length}\r\n\r\n`);
    socket.write(packed);
  });
  expect((await whole('/gzip')).text).toBe('{"packed":true}');
});

test('of a packed answer no more is unpacked than is taken, and one that is cut off is not whole', async () => {
  const bomb = gzipSync(Buffer.alloc(768 * 1024 * 1024), { level: 1 });
  answers.set('/bomb', (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  });
  const before = process.memoryUsage.rss();
  const reader = (await send(`${base}/bomb`, request())).body?.getReader();
  expect((await reader?.read())?.value?.length).toBeGreaterThan(0);
  await Bun.sleep(300);
  expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
  await reader?.cancel();
  for (const end of [(socket: Socket) => socket.destroy(), (socket: Socket) => socket.end()]) {
    answers.set('/cut', (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n`);
      socket.write(bomb.subarray(0, 100));
      setTimeout(() => end(socket), 20);
    });
    const response = await send(`${base}/cut`, request());
    await Bun.sleep(50);
    expect(await Promise.resolve(response.arrayBuffer()).then(() => 'whole', () => 'cut')).toBe('cut');
  }
}, 20_000);

test('any cut of a response into pieces reads the same', () => {
  const bytes = Buffer.from('HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nset-cookie: a\r\n\r\n10\r\n0123456789abcdef\r\n3;e\r\n\r\n!\r\n0\r\n\r\n');
  fc.assert(fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
    let text = '';
    let status = 0;
    let headers: HttpHeaders | null = null;
    let ended: boolean | null = null;
    const parser = new ResponseParser({
      onHead: (code, given) => {
        status = code;
        headers = given;
      },
      onBody: (part) => {
        text += part.toString();
      },
      onEnd: (reusable) => {
        ended = reusable;
      },
    });
    const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
    for (let index = 1; index < places.length; index++) expect(parser.push(bytes.subarray(places[index - 1], places[index]))).toBeNull();
    expect([text, status, String(ended)]).toEqual(['0123456789abcdef\r\n!', 200, 'true']);
    expect(headers).not.toBeNull();
  }));
});
