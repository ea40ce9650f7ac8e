// The server on real sockets. What attackers send is tested on the whole program (test/contract/security/transport.test.ts).
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { listen, type HttpServer } from './listen.ts';
import { Reply, ReplyHeaders, type AnyReply } from '../reply.ts';
import type { ByteSink, ByteSource } from '../byte-source.ts';
import type { IncomingRequest } from '../incoming.ts';

let server: HttpServer;
const left: string[] = [];
const answers: Record<string, (request: IncomingRequest) => AnyReply | Promise<AnyReply>> = {
  '/plain': () => new Reply(200, ReplyHeaders.of({ 'x-a': 'b' }), 'hello'),
  '/platform': () => new Response('from the platform', { headers: { 'set-cookie': 'a=b' } }),
  '/none': () => new Reply(204, new ReplyHeaders(), null),
  '/echo': async (request) => {
    const read = await request.read(1_000_000, 5_000);
    return new Reply(read.kind === 'bytes' ? 200 : 413, new ReplyHeaders(), read.kind === 'bytes' ? read.bytes : read.kind);
  },
  '/heads': async (request) => {
    const read = await request.read(1_000_000, 5_000);
    const headers: string[] = [];
    request.headers.forEach((value, name) => void headers.push(`${name}=${value}`));
    return new Reply(200, new ReplyHeaders(), `${read.kind === 'bytes' ? read.bytes.toString() : read.kind} ${request.headers.get('content-length')} ${headers.join(' ')};`);
  },
  '/unread': () => new Reply(401, new ReplyHeaders(), 'no'),
  '/broken': () => new Reply(200, new ReplyHeaders(), sourceOf((sink) => {
    sink.write(Buffer.from('half'));
    setTimeout(() => sink.fail(new Error('broke')), 20);
  })),
  '/parts': () => new Reply(200, new ReplyHeaders(), sourceOf((sink) => {
    for (const part of ['one', 'two', 'three']) sink.write(Buffer.from(part));
    sink.end();
  })),
};

function sourceOf(start: (sink: ByteSink) => void): ByteSource {
  return { start, resume() {}, cancel: () => void left.push('cancelled'), letGo() {} };
}

beforeAll(() => {
  server = listen({
    hostname: '127.0.0.1', port: 0, idleTimeoutMs: 60_000,
    answer: (request) => answers[request.target]?.(request) ?? new Reply(404, new ReplyHeaders(), null),
  });
});
afterAll(() => server.destroy());

/** Sends pieces one after another, and gives all that came until nothing came for a while or the connection ended. */
async function talk(...pieces: (string | Buffer)[]): Promise<{ text: string; closed: boolean }> {
  const socket: Socket = connect(server.port, '127.0.0.1');
  let text = '';
  let closed = false;
  socket.on('data', (data) => {
    text += data.toString('latin1');
  }).on('close', () => {
    closed = true;
  }).on('error', () => undefined);
  for (const piece of pieces) {
    socket.write(piece);
    await Bun.sleep(15);
  }
  for (let quiet = 0, seen = text; quiet < 8 && !closed; quiet++) {
    await Bun.sleep(15);
    if (text !== seen) quiet = 0;
    seen = text;
  }
  socket.destroy();
  return { text, closed };
}
const bodyOf = (text: string): string => text.slice(text.indexOf('\r\n\r\n') + 4);
const get = (path: string, more = '', version = '1.1'): string => `GET ${path} HTTP/${version}\r\nhost: a\r\n${more}\r\n`;

test('a connection carries request after request, however they are cut', async () => {
  const { text, closed } = await talk(...[...(get('/plain') + get('/plain')).matchAll(/.{1,7}/gs)].map(([piece]) => piece));
  expect(text.match(/HTTP\/1.1 200 OK/g)).toHaveLength(2);
  expect(text).toContain('x-a: b\r\n');
  expect(closed).toBe(false);
});

test('HTTP/1.0, connection: close and keep-alive', async () => {
  expect(await talk(get('/plain', '', '1.0'))).toMatchObject({ closed: true });
  expect((await talk(get('/plain', 'connection: keep-alive\r\n', '1.0'))).text).toContain('connection: keep-alive');
  const closing = await talk(get('/plain', 'connection: close\r\n') + get('/plain'));
  expect(closing.closed).toBe(true);
  expect(closing.text.match(/HTTP\/1.1 200/g)).toHaveLength(1);
});

test('HEAD, 204 and answers of the platform', async () => {
  const head = await talk('HEAD /plain HTTP/1.1\r\nhost: a\r\n\r\n');
  expect(head.text).toContain('content-length: 5');
  expect(bodyOf(head.text)).toBe('');
  expect((await talk(get('/none'))).text).not.toContain('content-length');
  const platform = await talk(get('/platform'));
  expect(platform.text).toContain('set-cookie: a=b');
  expect(bodyOf(platform.text)).toBe('11\r\nfrom the platform\r\n0\r\n\r\n');
});

test('bodies with a length and in chunks, whole and in pieces, then the next request', async () => {
  const large = Buffer.alloc(300_000, 'x');
  const sized = await talk(`POST /echo HTTP/1.1\r\nhost: a\r\ncontent-length: ${large.length}\r\n\r\n`, large.subarray(0, 100_000), Buffer.concat([large.subarray(100_000), Buffer.from(get('/plain'))]));
  expect(sized.text).toContain(`content-length: ${large.length}`);
  expect(sized.text.endsWith('hello')).toBe(true);
  const chunked = await talk('POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nab', 'c\r', '\n2\r\nde\r\n0\r\ntrailer: t\r\n', `\r\n${get('/plain')}`);
  expect(bodyOf(chunked.text)).toStartWith('abcde');
  expect(chunked.text.endsWith('hello')).toBe(true);
});

test('a head that is like the one before is read as what it says itself', async () => {
  const post = (length: string, body: string, more = ''): string => `POST /heads HTTP/1.1\r\nhost: a\r\nContent-Length: ${length}\r\nx-a: 1\r\n${more}\r\n${body}`;
  const requests = [post('2', 'ab'), post('2', 'cd'), post('10', '0123456789'), post('1', 'z'), post('2', 'ef', 'x-b: 2\r\n'), post('2', 'gh'), post('02', 'ij')];
  const answers = (await talk(...requests)).text.split('HTTP/1.1 200 OK').slice(1).map((answer) => bodyOf(answer));
  const said = (length: string, more = ''): string => `${length} host=a content-length=${length} x-a=1${more};`;
  expect(answers).toEqual([`ab ${said('2')}`, `cd ${said('2')}`, `0123456789 ${said('10')}`, `z ${said('1')}`, `ef ${said('2', ' x-b=2')}`, `gh ${said('2')}`, `ij ${said('02')}`]);
  // What stands where the length stood is read like any head.
  const smuggled = await talk(post('2', 'ab'), post('2\r\nx-c: 3', 'cd'), post('x', ''));
  expect(smuggled.text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 200', 'HTTP/1.1 400']);
  expect(smuggled.text).toContain('x-c=3');
  const twice = await talk(post('2', 'ab'), post('2\r\ncontent-length: 2', 'cd'));
  expect(twice.text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
});

test('many requests in one packet are answered one after another', async () => {
  const { text } = await talk(get('/plain').repeat(1_500));
  expect(text.match(/hello/g)).toHaveLength(1_500);
});

test('a client that waits for leave to send its body gets it', async () => {
  const { text } = await talk('POST /echo HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 3\r\n\r\n', 'abc');
  expect(text).toStartWith('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK');
  expect((await talk('POST /echo HTTP/1.1\r\nhost: a\r\nexpect: tea\r\ncontent-length: 3\r\n\r\nabc')).text).toStartWith('HTTP/1.1 417');
});

test('a body that nobody reads is passed over when it is short, and ends the connection when it is long', async () => {
  const short = await talk('POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\n\r\n', `abc${get('/plain')}`);
  expect(short.text.endsWith('hello')).toBe(true);
  const long = await talk('POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: 9000000\r\n\r\n', get('/plain'));
  expect(long.text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 401']);
  expect(long.text).toContain('connection: close');
});

test('a request hidden in a body that nobody reads is none, however late it comes', async () => {
  const hidden = get('/plain', 'authorization: somebody\r\n');
  const post = `POST /unread HTTP/1.1\r\nhost: a\r\ncontent-length: ${hidden.length}\r\n\r\n`;
  for (const pieces of [[post, hidden], [post, hidden.slice(0, 5), hidden.slice(5)], [post + hidden], [post + hidden.slice(0, 1), hidden.slice(1)]]) {
    const { text } = await talk(...pieces, get('/parts'));
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 200']);
    expect(text).toContain('three');
  }
});

test('a body that is none, behind the begin of an answer, ends the connection without another answer', async () => {
  answers['/begun'] = () => new Reply(200, new ReplyHeaders(), sourceOf((sink) => void sink.write(Buffer.from('begun'))));
  const { text, closed } = await talk('POST /begun HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n', 'no size\r\n');
  expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200']);
  expect([closed, left.includes('cancelled')]).toEqual([true, true]);
});

test('a client that asks and asks and never reads fills no memory, and gets all its answers once it reads', async () => {
  let asked = 0;
  const large = Buffer.alloc(50_000, 'y');
  answers['/large'] = () => {
    asked++;
    return new Reply(200, new ReplyHeaders(), large);
  };
  const socket = connect(server.port, '127.0.0.1');
  socket.pause();
  socket.write(get('/large').repeat(2_000));
  await Bun.sleep(200);
  expect(asked).toBeLessThan(500);
  let bytes = 0;
  const { promise: all, resolve } = Promise.withResolvers<void>();
  socket.on('data', (data) => {
    bytes += data.length;
    if (bytes > 2_000 * large.length && asked === 2_000) resolve();
  }).resume();
  await all;
  socket.destroy();
});

test('a stream without a body says nothing of chunks', async () => {
  answers['/nothing'] = () => new Reply(204, new ReplyHeaders(), sourceOf((sink) => sink.end()));
  expect((await talk(get('/nothing'))).text).not.toContain('transfer-encoding');
});

test('streams come in chunks; one that breaks never looks whole', async () => {
  expect(bodyOf((await talk(get('/parts'))).text)).toBe('3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n');
  const broken = await talk(get('/broken'));
  expect(broken.closed).toBe(true);
  expect(bodyOf(broken.text)).toBe('4\r\nhalf\r\n');
});

test('a client that takes nothing holds the source back, and its leaving cancels it', async () => {
  let given = 0;
  let resumed = 0;
  let sink: ByteSink | null = null;
  const flood: ByteSource = {
    start(to) {
      sink = to;
      this.resume();
    },
    resume() {
      resumed++;
      while (given < 50_000_000) {
        given += 65_536;
        if (!sink?.write(Buffer.alloc(65_536))) return;
      }
    },
    cancel: () => void left.push('flood'),
    letGo() {},
  };
  answers['/flood'] = () => new Reply(200, new ReplyHeaders(), flood);
  const socket = connect(server.port, '127.0.0.1');
  socket.pause();
  socket.write(get('/flood'));
  await Bun.sleep(200);
  expect(given).toBeLessThan(20_000_000);
  socket.resume();
  await Bun.sleep(300);
  expect(resumed).toBeGreaterThan(1);
  socket.destroy();
  await Bun.sleep(100);
  expect(given >= 50_000_000 || left.includes('flood')).toBe(true);
});
