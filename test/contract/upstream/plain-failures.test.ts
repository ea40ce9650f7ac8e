// What a provider can answer wrong to a plain call, and to a streaming call before the first event: the client is told the status and the
// provider's words, in its own dialect, and never more of it than is good.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { clientDialects, clientOf, configOf, providerDialects, type ClientDialect } from '../../support/dialects.ts';
import { json, ScriptedProvider, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const models = providerDialects.map(({ name, configured, base }) => ({ name, model: configured(name), base: base(provider.url) }));
  local = localGateway(configOf(models, { router_settings: { num_retries: 0 } }));
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

const crossings = clientDialects.flatMap((client) => providerDialects.flatMap((source) =>
  [false, true].map((stream) => [client.name, source.name, stream ? 'a stream' : 'a plain call', client, source, stream] as const)));

async function answered(client: ClientDialect, model: string, stream: boolean, play: Play): Promise<{ status: number; text: string; message: string | null; headers: Headers }> {
  provider.on(model, play);
  const response = await local.post(client.path(model, stream), client.body(model, stream));
  const text = await response.text();
  const message = text.startsWith('{') ? client.errorMessage(JSON.parse(text), response.status) : null;
  return { status: response.status, text, message, headers: response.headers };
}

describe.each(crossings)('%s from %s, %s', (_client, model, _mode, client, source, stream) => {
  test.each([
    [400, 400], [401, 401], [403, 403], [404, 404], [408, 408], [409, 409], [413, 413], [422, 422], [429, 429],
    [500, 500], [502, 502], [503, 503], [529, 529], [418, 418], [402, 402], [507, 507],
  ])('status %d is told as %d, with the provider’s words', async (status, told) => {
    const heard = await answered(client, model, stream, json(source.error('The provider says no'), status));
    expect(heard.status).toBe(told);
    expect(heard.message, heard.text).toContain('The provider says no');
    expect(provider.calls).toHaveLength(1);
  });

  test('an error body that is HTML, text, nothing or cut is told with its status', async () => {
    for (const [body, type] of [['<html><h1>Bad Gateway</h1></html>', 'text/html'], ['upstream connect error', 'text/plain'], ['', 'application/json'], ['{"error":{"mess', 'application/json'], ['[]', 'application/json'], ['null', 'application/json']] as const) {
      const heard = await answered(client, model, stream, (line) => line.reply(502, body, { 'content-type': type }));
      expect(heard.status).toBe(502);
      expect(heard.message, heard.text).not.toBeNull();
    }
  });

  test.each<[string, Play]>([
    ['HTML', (line) => line.reply(200, '<!doctype html><title>Login</title>', { 'content-type': 'text/html' })],
    ['text', (line) => line.reply(200, 'OK', { 'content-type': 'text/plain' })],
    ['cut JSON', (line) => line.reply(200, source.answer.slice(0, source.answer.length >> 1))],
    ['an array', json([])],
    ['null', json(null)],
    ['an empty object', json({})],
    ['an object that is no answer', json({ status: 'ok', choices: null })],
    ['an empty body', (line) => line.reply(200, '')],
    ['204', (line) => line.head(204, {})],
    ['garbage in place of HTTP', async (line) => {
      await line.raw('SSH-2.0-OpenSSH_9.6\r\n');
      line.fin();
    }],
    ['FIN before a word', (line) => line.fin()],
    ['RST before a word', (line) => line.reset()],
    ['FIN inside the body', async (line) => {
      await line.head(200, { 'content-type': 'application/json', 'content-length': String(source.answer.length) });
      await line.raw(source.answer.slice(0, 40));
      line.fin();
    }],
    ['RST inside the body', async (line) => {
      await line.head(200, { 'content-type': 'application/json', 'content-length': String(source.answer.length) });
      await line.raw(source.answer.slice(0, 40));
      await Bun.sleep(5);
      line.reset();
    }],
  ])('%s in place of an answer is 500', async (_what, play) => {
    const heard = await answered(client, model, stream, play);
    expect(heard.status, heard.text).toBe(500);
    expect(heard.message, heard.text).not.toBeNull();
    expect(heard.text).not.toContain('<!doctype');
  });

  test('status 200 with an error inside has the error’s own status', async () => {
    const embedded = source.name === 'anthropic' ? { type: 'error', error: { type: 'rate_limit_error', message: 'slow down' } }
      : source.name === 'gemini' ? { error: { code: 429, message: 'slow down', status: 'RESOURCE_EXHAUSTED' } }
        : { error: { code: 429, message: 'slow down' }, user_id: 'u' };
    const heard = await answered(client, model, stream, json(embedded));
    expect(heard.status, heard.text).toBe(429);
    expect(heard.message).toContain('slow down');
  });

  test('redirects are not followed, and do not tell where they lead', async () => {
    provider.on('elsewhere', json(JSON.parse(source.answer)));
    const heard = await answered(client, model, stream, (line) => line.reply(307, '', { location: `${provider.url}/elsewhere/v1/chat/completions` }));
    expect(heard.status).toBe(502);
    expect(heard.text).not.toContain('elsewhere');
    expect(provider.calls).toHaveLength(1);
  });

  test('a long error is cut', async () => {
    const heard = await answered(client, model, stream, json(source.error('x'.repeat(1_000_000)), 400));
    expect(heard.status).toBe(400);
    expect(heard.text.length).toBeLessThan(20_000);
  });

  test('Retry-After is passed on', async () => {
    const heard = await answered(client, model, stream, json(source.error('slow down'), 429, { 'retry-after': '7' }));
    expect(heard.headers.get('retry-after')).toBe('7');
  });

  if (stream) {
    test('a provider that answers a streaming call whole is told as a stream', async () => {
      const heard = await answered(client, model, true, json(JSON.parse(source.answer)));
      expect(heard.status).toBe(200);
      expect(heard.headers.get('content-type')).toContain('text/event-stream');
      expect(client.looksFinished(heard.text), heard.text).toBe(true);
    });
  }
});

test('an endless answer is not read whole', async () => {
  const chat = clientOf('openai-chat');
  let sent = 0;
  const heard = await answered(chat, 'deepseek', false, async (line) => {
    await line.head(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
    await line.chunk('{"padding":"');
    const piece = Buffer.alloc(1024 * 1024, 0x78);
    for (; sent < 600 && !line.gone; sent++) await line.chunk(piece);
  });
  expect(heard.status).toBe(500);
  expect(sent).toBeLessThan(600);
}, 60_000);

test('an endless error body is not read whole', async () => {
  const chat = clientOf('openai-chat');
  let sent = 0;
  const heard = await answered(chat, 'deepseek', false, async (line) => {
    await line.head(500, { 'content-type': 'text/plain', 'transfer-encoding': 'chunked' });
    const piece = Buffer.alloc(1024 * 1024, 0x78);
    for (; sent < 600 && !line.gone; sent++) await line.chunk(piece);
  });
  expect(heard.status).toBe(500);
  expect(sent).toBeLessThan(100);
}, 60_000);
