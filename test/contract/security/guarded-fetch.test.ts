// S09: what an address in a request may lead to. Real servers on loopback; what the guard believes about names is the test's.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { converseEvents, eventStream } from '../../support/aws.ts';
import { createServer as createTls } from 'node:tls';
import { guardedFetch, type GuardOptions } from '../../../src/http/guarded-fetch.ts';
import { json, ScriptedProvider, type Play, type SeenCall } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const pdf = Buffer.from('%PDF-1.4\n%%EOF');
const megabyte = 1024 * 1024;

let server: ScriptedProvider;
let provider: ScriptedProvider;
let local: LocalGateway;
let closed: LocalGateway;
let plays: Map<string, Play>;

const bytes = (body: Buffer, type: string, headers: Record<string, string> = {}): Play => (line) => line.reply(200, body, { 'content-type': type, ...headers });

beforeAll(async () => {
  server = await ScriptedProvider.start();
  provider = await ScriptedProvider.start();
  const config = (hosts: readonly string[]): string => JSON.stringify({
    model_list: [['converse', 'bedrock/amazon.nova-pro-v1:0'], ['invoke', 'bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0']].map(([name, model]) => ({
      model_name: name, litellm_params: { model, aws_bedrock_runtime_endpoint: provider.url, aws_access_key_id: 'AKIDEXAMPLE', aws_secret_access_key: 'secret-of-the-test' },
    })),
    litellm_settings: { user_url_allowed_hosts: hosts }, router_settings: { num_retries: 2 },
  });
  local = localGateway(config([`127.0.0.1:${server.port}`]));
  closed = localGateway(config([]));
});
beforeEach(() => {
  server.clear();
  provider.clear();
  plays = new Map();
  server.fallback = (line, call) => (plays.get(call.path) ?? json({}, 404))(line, call);
  provider.fallback = (line, call) => (call.path.endsWith('invoke')
    ? json({ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 1 } })(line, call)
    : json({ output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } }, stopReason: 'end_turn', usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } })(line, call));
});
afterAll(async () => {
  await server.stop();
  await provider.stop();
});

const only = (): SeenCall => {
  const [call] = provider.calls;
  if (!call) throw new Error('no call');
  return call;
};

describe('pictures and documents by address, for Amazon Bedrock', () => {
  const picture = (): string => `${server.url}/a.png?signature=secret`;
  const clients: readonly (readonly [string, (model: string) => [string, Record<string, unknown>]])[] = [
    ['chat', (model) => ['/v1/chat/completions', { model, messages: [{ role: 'user', content: [{ type: 'text', text: 'What?' }, { type: 'image_url', image_url: { url: picture() } }] }] }]],
    ['Responses', (model) => ['/v1/responses', { model, input: [{ role: 'user', content: [{ type: 'input_text', text: 'What?' }, { type: 'input_image', image_url: picture() }] }] }]],
    ['Anthropic', (model) => ['/v1/messages', { model, max_tokens: 9, messages: [{ role: 'user', content: [{ type: 'text', text: 'What?' }, { type: 'image', source: { type: 'url', url: picture() } }] }] }]],
    ['Gemini', (model) => [`/v1beta/models/${model}:generateContent`, { contents: [{ role: 'user', parts: [{ text: 'What?' }, { fileData: { mimeType: 'image/png', fileUri: picture() } }] }] }]],
  ];

  test.each(clients)('from a client of %s', async (_name, request) => {
    plays.set('/a.png?signature=secret', bytes(png, 'application/octet-stream'));
    const response = await local.post(...request('converse'));
    expect(response.status, await response.clone().text()).toBe(200);
    expect(only().json).toMatchObject({ messages: [{ content: [{ text: 'What?' }, { image: { format: 'png', source: { bytes: png.toString('base64') } } }] }] });
    expect(response.headers.get('x-weir-dropped')).toBeNull();
    // Nothing of anybody goes along.
    expect(Object.keys(server.calls[0]?.headers ?? {}).toSorted()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });

  test('where Anthropic’s own bytes pass to Claude, too', async () => {
    plays.set('/a.png?signature=secret', bytes(png, 'image/png'));
    const anthropic = clients[2]?.[1]('invoke');
    if (!anthropic) throw new Error('no client');
    expect((await local.post(...anthropic)).status).toBe(200);
    expect(only().json).toMatchObject({ messages: [{ content: [{ type: 'text' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png.toString('base64') } }] }] });
  });

  test('documents, streams and retries: each is fetched once', async () => {
    plays.set('/d', bytes(pdf, 'application/pdf; charset=binary'));
    let tries = 0;
    provider.fallback = (line, call) => (++tries === 1 ? json({ message: 'later' }, 503)(line, call)
      : eventStream(converseEvents(['{"messageStart":{"role":"assistant"}}', '{"contentBlockDelta":{"contentBlockIndex":0,"delta":{"text":"Hi"}}}', '{"contentBlockStop":{"contentBlockIndex":0}}', '{"messageStop":{"stopReason":"end_turn"}}', '{"metadata":{"usage":{"inputTokens":1,"outputTokens":1,"totalTokens":2}}}']))(line, call));
    const content = [{ type: 'input_file', filename: 'd.pdf', file_url: `${server.url}/d` }, { type: 'input_file', file_url: `${server.url}/d` }];
    const response = await local.post('/v1/responses', { model: 'converse', stream: true, input: [{ role: 'user', content }] });
    expect(await response.text()).toContain('response.completed');
    expect(server.calls).toHaveLength(1);
    expect(provider.calls.at(-1)?.json).toMatchObject({ messages: [{ content: [{ document: { format: 'pdf', source: { bytes: pdf.toString('base64') } } }, { document: { format: 'pdf' } }, {}] }] });
  });

  test('what cannot be fetched is the caller’s mistake, told without what stands in the query; the provider is not asked', async () => {
    plays.set('/a.png?signature=secret', bytes(Buffer.from('<html>'), 'text/plain-ish'));
    const [path, body] = clients[0]?.[1]('converse') ?? ['', {}];
    for (const gateway of [local, closed]) {
      const response = await gateway.post(path, body);
      const text = await response.text();
      expect(response.status).toBe(400);
      expect(text).toContain('/a.png');
      expect(text).not.toContain('secret');
    }
    expect((await closed.post(path, body).then((response) => response.text()))).toContain('its port is not one of the web');
    const inside = { model: 'converse', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://169.254.169.254/latest/meta-data/' } }] }] };
    expect((await local.post('/v1/chat/completions', inside).then((response) => response.text()))).toContain('does not lead to the public internet');
    expect(server.calls).toHaveLength(1);
    expect(provider.calls).toEqual([]);
  });

  test('other providers are given the address', async () => {
    const gateway = localGateway(JSON.stringify({ model_list: [{ model_name: 'm', litellm_params: { model: 'deepseek/m', api_key: 'k', api_base: provider.url } }] }));
    provider.on('m', json({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }] }));
    await gateway.post(...(clients[2]?.[1]('m') ?? ['', {}]));
    expect(JSON.stringify(only().json)).toContain('signature=secret');
    expect(server.calls).toEqual([]);
  });
});

describe('the guard', () => {
  const never = new AbortController().signal;
  const ask = async (url: string, options: Partial<GuardOptions> = {}, maxBytes = megabyte): Promise<string> => {
    const outcome = await guardedFetch({ allowedHosts: new Set([`127.0.0.1:${server.port}`, `good.example:${server.port}`]), resolve: () => Promise.resolve(['127.0.0.1']), ...options })(url, maxBytes, never);
    return outcome.kind === 'found' ? `${outcome.found.mediaType} ${outcome.found.bytes.length}` : outcome.reason;
  };

  test.each([
    'file:///etc/passwd', 'ftp://127.0.0.1/x', 'gopher://127.0.0.1/', 'data:image/png;base64,AAAA', 'javascript:1', '', 'http://', 'http://user:pw@8.8.8.8/', 'http://8.8.8.8:25/', 'http://8.8.8.8:6379/',
    'http://127.0.0.1/', 'http://localhost/', 'http://0x7f000001/', 'http://2130706433/', 'http://127.1/', 'http://017700000001/', 'http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]/', 'http://[fe80::1]/',
    'http://169.254.169.254/latest/meta-data/', 'http://[fd00:ec2::254]/', 'http://100.100.100.200/', 'http://10.0.0.1/', 'http://192.168.0.1/', 'http://0.0.0.0/', 'http://metadata.example/',
  ])('%s leads nowhere', async (url) => {
    expect(await ask(url, { resolve: (name) => Promise.resolve(name === 'metadata.example' ? ['169.254.169.254'] : ['127.0.0.1']) })).toMatch(/^(it |its )/);
    expect(server.calls).toEqual([]);
  });

  test('a name with one address inside leads nowhere, and one that is not known neither', async () => {
    expect(await ask('http://mixed.example/', { resolve: () => Promise.resolve(['93.184.216.34', '10.0.0.1']) })).toBe('it does not lead to the public internet');
    expect(await ask('http://mixed.example/', { resolve: () => Promise.resolve(['93.184.216.34', '::ffff:10.0.0.1']) })).toBe('it does not lead to the public internet');
    expect(await ask('http://gone.example/', { resolve: () => Promise.reject(new Error('ENOTFOUND')) })).toBe('its name is not known');
  });

  test('redirects are followed, and judged anew', async () => {
    const to = (location: string): Play => (line) => line.reply(302, '', { location });
    plays.set('/a', to('/b')).set('/b', bytes(png, 'image/png')).set('/inside', to('http://169.254.169.254/latest/')).set('/file', to('file:///etc/passwd')).set('/round', to('/round')).set('/none', to('http://[')).set('/other', to(`http://other.example:${server.port}/b`));
    expect(await ask(`${server.url}/a`)).toBe(`image/png ${png.length}`);
    expect(await ask(`${server.url}/inside`)).toBe('it does not lead to the public internet');
    expect(await ask(`${server.url}/file`)).toBe('it is no http or https address');
    expect(await ask(`${server.url}/none`)).toBe('it is no http or https address');
    expect(await ask(`${server.url}/round`)).toBe('it leads on too often');
    expect(await ask(`${server.url}/other`)).toBe('its port is not one of the web');
  });

  test('the name is looked up once, and the connection goes to what was found', async () => {
    let lookups = 0;
    plays.set('/b', bytes(png, 'image/png'));
    expect(await ask(`http://good.example:${server.port}/b`, { resolve: () => Promise.resolve(++lookups === 1 ? ['127.0.0.1'] : ['10.0.0.1']) })).toBe(`image/png ${png.length}`);
    expect(lookups).toBe(1);
    expect(server.calls[0]?.headers['host']).toBe(`good.example:${server.port}`);
  });

  test('too large, packed, broken off, not there, not HTTP', async () => {
    const large = Buffer.alloc(2 * megabyte, 1);
    plays.set('/told', bytes(large, 'image/png')).set('/gzip', bytes(png, 'image/png', { 'content-encoding': 'gzip' }))
      .set('/untold', async (line) => {
        await line.beginStream({ 'content-type': 'image/png' });
        for (let part = 0; part < 64 && !line.gone; part++) await line.chunk(large.subarray(0, 64 * 1024));
      })
      .set('/cut', async (line) => {
        await line.raw('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf');
        line.reset();
      })
      .set('/garbage', (line) => line.raw('SSH-2.0-OpenSSH\r\n\r\n'));
    expect(await ask(`${server.url}/told`)).toBe('it is larger than 1 MB');
    expect(await ask(`${server.url}/untold`)).toBe('it is larger than 1 MB');
    expect(await ask(`${server.url}/gzip`)).toBe('the server packs what it sends');
    expect(await ask(`${server.url}/cut`)).toMatch(/^the server /);
    expect(await ask(`${server.url}/garbage`)).toBe('the server does not answer as it should');
    expect(await ask(`${server.url}/404`)).toBe('the server answered 404');
    expect(await ask('http://127.0.0.1:1/', { allowedHosts: new Set(['127.0.0.1']) })).toBe('the server could not be reached');
  });

  test('whoever leaves waits for nothing', async () => {
    plays.set('/silent', () => undefined);
    const controller = new AbortController();
    const waiting = guardedFetch({ allowedHosts: new Set(['127.0.0.1']) })(`${server.url}/silent`, megabyte, controller.signal);
    const call = await server.call('');
    controller.abort();
    expect((await waiting).kind).toBe('refused');
    await call.closed;
  });
});

describe('over TLS', () => {
  const folder = mkdtempSync(`${tmpdir()}/weir-guard-`);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('the certificate must be that of the name, although the connection goes to its address', async () => {
    const made = Bun.spawnSync(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${folder}/key.pem`, '-out', `${folder}/cert.pem`, '-days', '2', '-subj', '/CN=files.example', '-addext', 'subjectAltName=DNS:files.example']);
    expect(made.exitCode).toBe(0);
    const cert = readFileSync(`${folder}/cert.pem`, 'utf8');
    const tls = createTls({ cert, key: readFileSync(`${folder}/key.pem`) }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.end(`HTTP/1.1 200 OK\r\ncontent-type: image/png\r\ncontent-length: ${png.length}\r\n\r\n${png.toString('latin1')}`, 'latin1'));
    });
    tls.on('tlsClientError', () => undefined);
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    const address = tls.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ask = async (name: string, authorities?: string): Promise<string> => {
      const fetch = guardedFetch({ allowedHosts: new Set([name]), resolve: () => Promise.resolve(['127.0.0.1']), ...(authorities !== undefined && { authorities }) });
      const outcome = await fetch(`https://${name}:${port}/`, megabyte, new AbortController().signal);
      return outcome.kind === 'found' ? `${outcome.found.bytes.equals(png)}` : outcome.reason;
    };
    expect(await ask('files.example', cert)).toBe('true');
    expect(await ask('other.example', cert)).toBe('the server could not be reached');
    expect(await ask('files.example')).toBe('the server could not be reached');
    tls.close();
  });
});
