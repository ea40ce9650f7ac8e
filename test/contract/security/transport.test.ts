// Requests as no library would send them, by hand on a socket to the real program: hosts, paths, framing, slowness.
// Ids (S02 …) are those of the list of attacks in SECURITY.md.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { clientDialects, clientOf, configOf, providerOf } from '../../support/dialects.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, masterKey, startGateway, type GatewayProcess } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let gateway: GatewayProcess;

const chat = clientOf('openai-chat');
const source = providerOf('deepseek');
const answer = JSON.parse(source.answer) as Record<string, unknown>;
const body = JSON.stringify(chat.body('m', false));

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  gateway = await startGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }]));
});
beforeEach(() => {
  provider.clear();
  provider.on('m', json(answer));
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

/** Sends bytes, and gives what came back until the connection ended or nothing came for a while. */
async function raw(bytes: string | Uint8Array, quietMs = 300): Promise<string> {
  const socket = connect(gateway.port, '127.0.0.1');
  let text = '';
  const { promise, resolve } = Promise.withResolvers<void>();
  let timer = setTimeout(resolve, quietMs + 700);
  socket.on('data', (part) => {
    text += String(part);
    clearTimeout(timer);
    timer = setTimeout(resolve, quietMs);
  });
  socket.on('close', () => resolve());
  socket.on('error', () => resolve());
  socket.write(bytes);
  await promise;
  clearTimeout(timer);
  socket.destroy();
  return text;
}

const statusesOf = (text: string): number[] => [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((found) => Number(found[1]));
const key = `authorization: Bearer ${masterKey}\r\n`;
const post = (path: string, headers: string, payload = body): string =>
  `POST ${path} HTTP/1.1\r\n${headers}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(payload)}\r\n\r\n${payload}`;

describe('S02: the Host header decides nothing', () => {
  test.each([
    'localhost/#@x', 'localhost:4000/#@x', 'localhost/v1/models?', 'a/../b', 'a#b', 'a?b', 'a@b', 'user:pw@localhost', 'a\\b', 'a b', 'localhost:99999999', '[::1', ']', 'a\tb', '<x>', 'a%2fb', '"', 'x'.repeat(300),
  ])('%s is refused', async (host) => {
    for (const path of ['/v1/models', '/health/liveliness', '/settings', '/cache/flushall']) {
      const text = await raw(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 60);
      expect(statusesOf(text), `${host} ${path} ${text.slice(0, 200)}`).toEqual([400]);
    }
  });

  test.each(['localhost', 'localhost:4000', '127.0.0.1', '[::1]:4000', 'weir.example.org', 'my_service', 'EXAMPLE.org'])('%s is fine', async (host) => {
    expect(statusesOf(await raw(`GET /health/liveliness HTTP/1.1\r\nhost: ${host}\r\n\r\n`, 60))).toEqual([200]);
  });
});

describe('paths', () => {
  test.each([
    '/v1/../settings', '/v1/models/../../settings', '/./settings', '//settings', '/settings/', '/settings//', '/%73ettings', '/settings%20', '/settings;x', '/settings%00', '/settings\\', '/health/../settings',
    '/health/liveliness/../../settings', '/health%2f..%2f..%2fsettings', '/health/liveliness/..%2f..%2fsettings', '/public/providers/../../settings', '/SETTINGS', '/settings?a=/health/liveliness', '/settings#/health/liveliness',
    'http://localhost/settings', 'http://evil.test/settings', '/\\settings', '/health/liveliness/%2e%2e/%2e%2e/settings',
  ])('%s gives nothing without a key', async (path) => {
    const [status] = statusesOf(await raw(`GET ${path} HTTP/1.1\r\nhost: a\r\n\r\n`, 60));
    expect([400, 401, 404, 405]).toContain(status ?? 0);
  });

  test.each(['/v1/chat/completions', '//v1/chat/completions', '/v1//chat/completions', '/v1/chat/../chat/completions', '/engines/m/../m/chat/completions', '/V1/chat/completions', '/openai/deployments/m/chat/completions', '/cursor/chat/completions'])(
    'S10: no way to a model without a key: %s', async (path) => {
      const [status] = statusesOf(await raw(post(path, 'host: a\r\n'), 60));
      expect([400, 401, 404, 405]).toContain(status ?? 0);
      expect(provider.calls).toHaveLength(0);
    });

  test('a model’s name in the path never leaves its place', async () => {
    const names = ['..', '../..', '%2e%2e', '..%2f..%2fadmin', 'a/../../b', 'a?x=y', 'a#b', 'a%00b', 'a%0d%0aX-Evil:%201', '%', '%zz', '%ff'];
    const wild = localGateway(configOf([{ name: '*', model: 'gemini/*', base: `${provider.url}/v1beta` }]));
    provider.fallback = json({ candidates: [] });
    for (const name of names) {
      const response = await wild.post(`/v1beta/models/${name}:generateContent`, { contents: [{ parts: [{ text: 'x' }] }] });
      expect([200, 400, 404, 405]).toContain(response.status);
    }
    for (const { path, headers } of provider.calls) {
      expect(path).toMatch(/^\/v1beta\/models\/[^/?#\s]+:generateContent$/);
      expect(headers['x-evil']).toBeUndefined();
    }
  });
});

describe('framing', () => {
  const chunked = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n0\r\n\r\n`;
  const smuggled = `GET /settings HTTP/1.1\r\nhost: a\r\n${key}\r\n`;

  test.each<[string, string]>([
    ['both lengths', `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n${chunked(body)}`],
    ['two lengths', `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}content-length: ${body.length}\r\ncontent-length: 5\r\n\r\n${body}`],
    ['a negative length', `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}content-length: -1\r\n\r\n${body}`],
    ['a length with a sign', `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}content-length: +${body.length}\r\n\r\n${body}`],
    ['an unknown coding', `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}transfer-encoding: xchunked\r\n\r\n${chunked(body)}`],
    ['a bad chunk size', `POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}transfer-encoding: chunked\r\n\r\nZZ\r\n${body}\r\n0\r\n\r\n`],
    ['no HTTP', 'HELO there\r\n\r\n'],
    ['a space before the colon', `GET /v1/models HTTP/1.1\r\nhost : a\r\nauthorization : Bearer ${masterKey}\r\n\r\n`],
    ['no host', `GET /v1/models HTTP/1.1\r\n${key}\r\n`],
  ])('%s is refused, and what follows is not taken for a request', async (_what, request) => {
    const text = await raw(request + smuggled, 80);
    expect(statusesOf(text).filter((status) => status === 200), text.slice(0, 300)).toEqual([]);
    expect(provider.calls).toHaveLength(0);
  });

  test('a huge head is refused', async () => {
    for (const head of [`x-large: ${'y'.repeat(200_000)}\r\n`, 'a: b\r\n'.repeat(50_000)]) {
      const text = await raw(`GET /v1/models HTTP/1.1\r\nhost: a\r\n${key}${head}\r\n`);
      expect(statusesOf(text).includes(200)).toBe(false);
    }
    expect(statusesOf(await raw(`GET /v1/models?${'q'.repeat(200_000)} HTTP/1.1\r\nhost: a\r\n${key}\r\n`)).includes(200)).toBe(false);
  });

  test('a long presented key is refused without being looked at', async () => {
    const text = await raw(`GET /v1/models HTTP/1.1\r\nhost: a\r\nauthorization: Bearer sk-${'x'.repeat(8_000)}\r\n\r\n`, 60);
    expect(statusesOf(text)).toEqual([401]);
    expect(text).not.toContain('xxxx');
  });

  test('pipelined requests are answered in order, each with its own key', async () => {
    const text = await raw(`GET /v1/models HTTP/1.1\r\nhost: a\r\n${key}\r\nGET /v1/models HTTP/1.1\r\nhost: a\r\n\r\nGET /health/liveliness HTTP/1.1\r\nhost: a\r\n\r\n`);
    expect(statusesOf(text)).toEqual([200, 401, 200]);
  });

  test('Expect: 100-continue', async () => {
    const text = await raw(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}expect: 100-continue\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    expect(statusesOf(text).at(-1)).toBe(200);
  });
});

describe('S26: sizes', () => {
  test('a huge body without a key costs no memory', async () => {
    const before = await gateway.residentBytes();
    const socket = connect(gateway.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\n');
    const piece = Buffer.alloc(1024 * 1024, 0x20);
    for (let sent = 0; sent < 200 && !socket.destroyed; sent++) {
      if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), new Promise((resolve) => socket.once('close', resolve))]);
    }
    expect((await gateway.residentBytes()) - before).toBeLessThan(80_000_000);
    socket.destroy();
  }, 20_000);

  test('a body over the limit that is declared is refused before it comes, one that is not when it is over', async () => {
    expect(statusesOf(await raw(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}content-length: 900000000\r\n\r\n{`))).toEqual([413]);
    const before = await gateway.residentBytes();
    const socket = connect(gateway.port, '127.0.0.1');
    const heard: string[] = [];
    socket.on('data', (part) => void heard.push(String(part)));
    socket.on('error', () => undefined);
    socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\n${key}transfer-encoding: chunked\r\n\r\n`);
    const piece = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1024 * 1024, 0x20), Buffer.from('\r\n')]);
    for (let sent = 0; sent < 200 && heard.length === 0 && !socket.destroyed; sent++) {
      if (!socket.write(piece)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), new Promise((resolve) => socket.once('close', resolve))]);
    }
    await Bun.sleep(100);
    expect(statusesOf(heard.join(''))).toEqual([413]);
    expect((await gateway.residentBytes()) - before).toBeLessThan(250_000_000);
    socket.destroy();
  }, 20_000);

  test('many slow connections do not keep others from being answered', async () => {
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connect(gateway.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-le');
      return socket;
    });
    await Bun.sleep(100);
    const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${masterKey}` }, body, signal: AbortSignal.timeout(2_000) });
    expect(response.status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });
});

describe('odd names and odd heads', () => {
  test('a model’s name of any characters breaks no header, log line or answer', async () => {
    const wild = localGateway(configOf([{ name: '*', model: 'deepseek/*', base: `${provider.url}/v1` }]));
    provider.fallback = json(answer);
    for (const name of ['\ud800', 'a\r\nx-evil: 1', 'a\u0000b', 'ä中文🙂', '"', '\\', '</script>', '__proto__', 'constructor', 'toString', '', ' ', '*', '$&', '${x}']) {
      for (const dialect of clientDialects.filter((candidate) => candidate.name !== 'gemini')) {
        const response = await wild.post(dialect.path(name, false), dialect.body(name, false));
        const text = await response.text();
        expect([200, 400], `${JSON.stringify(name)} ${text}`).toContain(response.status);
        expect(response.headers.get('x-evil')).toBeNull();
      }
    }
    expect(wild.errors).toEqual([]);
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const strict = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }]));
      expect((await strict.post('/v1/chat/completions', chat.body(name, false))).status).toBe(400);
    }
  });

  test('a member called __proto__ pollutes nothing', async () => {
    const local = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }]));
    for (const dialect of clientDialects) {
      const text = JSON.stringify({ ...dialect.body('m', false), x: '@' }).replace('"x":"@"', '"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}');
      await local.post(dialect.path('m', false), text).then((response) => response.text());
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  test('a provider’s head with control characters is refused, not passed on', async () => {
    const local = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }], { router_settings: { num_retries: 0 } }));
    for (const value of ['a\nset-cookie: x=y', 'a\u0000b', 'a\rb', 'ÿþ', '']) {
      provider.on('m', (line) => line.raw(Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-odd: ${value}\r\ncontent-length: ${Buffer.byteLength(source.answer)}\r\n\r\n${source.answer}`)));
      const response = await local.post('/v1/chat/completions', chat.body('m', false));
      expect([200, 500]).toContain(response.status);
      expect(response.headers.get('set-cookie')).toBeNull();
    }
    expect(local.errors).toEqual([]);
  });
});

test('after all this the program still answers, and wrote no error', async () => {
  const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${masterKey}` }, body });
  expect(response.status).toBe(200);
  expect(gateway.output()).not.toMatch(/"level":"error"|unhandled/i);
});
