// What a client can send wrong, and the status and body that each dialect's clients are told. Nothing of it reaches the provider.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { brotliCompressSync, gzipSync, zstdCompressSync, deflateSync } from 'node:zlib';
import { clientDialects, clientOf, configOf, providerDialects, type ClientDialect } from '../../support/dialects.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

const chatAnswer = JSON.parse(providerDialects[0]?.answer ?? '{}') as Record<string, unknown>;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }], { general_settings: { max_request_size_mb: 1 } }));
});
beforeEach(() => {
  provider.clear();
  provider.on('m', json(chatAnswer));
});
afterAll(() => provider.stop());

const send = (dialect: ClientDialect, body: string | Uint8Array, headers: Record<string, string> = {}): Promise<Response> =>
  local.post(dialect.path('m', false), body, headers);

/** The refusal's message, after its status, its shape and that the provider heard nothing were checked. */
async function refused(dialect: ClientDialect, response: Response, status: number): Promise<string> {
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(response.headers.get('x-litellm-call-id')).toBeTruthy();
  const message = dialect.errorMessage(JSON.parse(text), status);
  expect(message, text).not.toBeNull();
  expect(provider.calls).toHaveLength(0);
  return message ?? '';
}

describe.each(clientDialects.map((dialect) => [dialect.name, dialect] as const))('%s', (_name, dialect) => {
  const good = dialect.body('m', false);
  const without = (name: string): string => JSON.stringify(Object.fromEntries(Object.entries(good).filter(([key]) => key !== name)));

  test.each([
    ['cut short', '{"model": "m", "messages": ['],
    ['a word', 'hello'],
    ['an unquoted key', '{model: "m"}'],
    ['a trailing comma', `${JSON.stringify(good).slice(0, -1)},}`],
    ['something after the object', `${JSON.stringify(good)} x`],
    ['a second object', `${JSON.stringify(good)}{}`],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '1'],
    ['a string', '"text"'],
    ['bytes that are no UTF-8', new Uint8Array([0xff, 0xfe, 0x00, 0x7b])],
    ['form fields', 'model=m&messages=hi'],
    ['white space', '   \n  '],
  ])('%s as body is refused as no JSON object', async (_what, body) => {
    expect(await refused(dialect, await send(dialect, body), 400)).toContain('Invalid JSON payload');
  });

  test('an empty body lacks the required member', async () => {
    expect(await refused(dialect, await send(dialect, ''), 400)).toContain(dialect.required);
  });

  test('a missing, null or wrongly typed required member is named', async () => {
    expect(await refused(dialect, await send(dialect, without(dialect.required)), 400)).toContain(`'${dialect.required}'`);
    for (const value of [null, 5, true]) {
      expect(await refused(dialect, await send(dialect, JSON.stringify({ ...good, [dialect.required]: value })), 400)).toContain(`'${dialect.required}'`);
    }
  });

  test('values that are no JSON inside a member are refused, by the provider where bytes pass', async () => {
    const invalid = { message: 'We could not parse the JSON body of your request.', type: 'invalid_request_error', param: null, code: null };
    provider.on('m', json({ error: invalid }, 400)).on('', json({ error: invalid }, 400));
    for (const value of ['{"a":tru, ]}', 'undefined', '"a\u0001"', '01', '[1,]']) {
      const response = await send(dialect, JSON.stringify({ ...good, extra: '@' }).replace('"@"', value));
      const text = await response.text();
      expect(response.status, `${value} ${text}`).toBe(400);
      expect(dialect.errorMessage(JSON.parse(text), 400)).toMatch(/JSON/);
      if (dialect.name !== 'openai-chat') expect(provider.calls).toHaveLength(0);
      provider.calls.length = 0;
    }
  });

  test('a body over the limit is refused, declared or not', async () => {
    const large = JSON.stringify({ ...good, padding: 'x'.repeat(1_100_000) });
    expect(await refused(dialect, await send(dialect, large, { 'content-length': String(large.length) }), 413)).toContain('too large');
    const pieces = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < large.length; at += 65_536) controller.enqueue(Buffer.from(large.slice(at, at + 65_536)));
        controller.close();
      },
    });
    const response = await local.fetch(dialect.path('m', false), { method: 'POST', body: pieces });
    expect(await refused(dialect, response, 413)).toContain('too large');
  });

  test.each([['gzip', gzipSync], ['br', brotliCompressSync], ['zstd', zstdCompressSync], ['deflate', deflateSync]] as const)('a body packed with %s is read', async (encoding, pack) => {
    const response = await send(dialect, pack(JSON.stringify(good)), { 'content-encoding': encoding });
    expect(response.status).toBe(200);
    expect(provider.calls).toHaveLength(1);
    expect(provider.calls[0]?.headers['content-encoding']).toBeUndefined();
  });

  test('a broken or unknown packing is refused', async () => {
    const packed = gzipSync(JSON.stringify(good));
    await refused(dialect, await send(dialect, packed.subarray(0, packed.length - 12), { 'content-encoding': 'gzip' }), 400);
    await refused(dialect, await send(dialect, JSON.stringify(good), { 'content-encoding': 'gzip' }), 400);
    await refused(dialect, await send(dialect, JSON.stringify(good), { 'content-encoding': 'lzma' }), 415);
    await refused(dialect, await send(dialect, packed, { 'content-encoding': 'gzip, gzip' }), 415);
  });

  test('a small body that unpacks to a large one is refused', async () => {
    for (const [encoding, pack] of [['gzip', gzipSync], ['br', brotliCompressSync], ['zstd', zstdCompressSync]] as const) {
      const bomb = pack(Buffer.alloc(8 * 1024 * 1024, 0x20));
      expect(bomb.length).toBeLessThan(100_000);
      await refused(dialect, await send(dialect, bomb, { 'content-encoding': encoding }), 413);
    }
  });

  test('JSON is read as JSON whatever its content type says', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', '']) {
      expect((await send(dialect, JSON.stringify(good), { 'content-type': type })).status).toBe(200);
    }
  });

  test('a byte order mark before the body does no harm', async () => {
    const response = await send(dialect, `\u{feff}${JSON.stringify(good)}`);
    expect(response.status).toBe(200);
    expect(provider.calls[0]?.body[0]).toBe(0x7b);
  });

  test('nesting without end is answered', async () => {
    const depth = 200_000;
    const deep = JSON.stringify({ ...good, extra: '@' }).replace('"@"', `${'['.repeat(depth)}${']'.repeat(depth)}`);
    const response = await send(dialect, deep);
    const text = await response.text();
    expect([200, 400]).toContain(response.status);
    if (response.status === 400) expect(dialect.errorMessage(JSON.parse(text), 400)).not.toBeNull();
    expect((await send(dialect, JSON.stringify(good))).status).toBe(200);
  });

  test('an unknown model is told by name, at bounded length', async () => {
    const unknown = await local.post(dialect.path('nope', false), { ...good, ...('model' in good && { model: 'nope' }) });
    expect(await refused(dialect, unknown, 400)).toContain('model=nope');
    const slashes = '/'.repeat(100_000);
    const response = dialect.name === 'gemini'
      ? await local.post(`/v1beta/models/${slashes}:generateContent`, good)
      : await local.post(dialect.path('', false), { ...good, model: slashes });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(text.length).toBeLessThan(2_000);
  });
});

const withModel = clientDialects.filter(({ name }) => name !== 'gemini');
describe.each(withModel.map((dialect) => [dialect.name, dialect] as const))('the model of %s', (_name, dialect) => {
  test('a missing or null model is LiteLLM’s model=None', async () => {
    for (const model of [undefined, null]) expect(await refused(dialect, await send(dialect, JSON.stringify({ ...dialect.body('m', false), model })), 400)).toContain('model=None');
  });

  test('a model that is no string is refused', async () => {
    for (const model of [5, ['m'], { name: 'm' }, true]) {
      expect(await refused(dialect, await send(dialect, JSON.stringify({ ...dialect.body('m', false), model })), 400)).toContain("'model' must be a string");
    }
  });

  test('of two models the one that was checked is the one that is sent', async () => {
    const text = JSON.stringify(dialect.body('m', false)).replace('"model":"m"', '"model":"forbidden","model":"m"');
    expect((await send(dialect, text)).status).toBe(200);
    expect(provider.calls[0]?.json['model']).toBe('m');
    expect(provider.calls[0]?.body.toString()).not.toContain('forbidden');
    const escaped = JSON.stringify(dialect.body('m', false)).replace('"model":"m"', String.raw`"model":"m","mod\u0065l":"forbidden"`);
    await send(dialect, escaped).then((response) => response.text());
    expect(provider.calls.filter(({ body }) => body.toString().includes('forbidden'))).toHaveLength(0);
  });
});

test('max_tokens is required in the Messages dialect only, and has to be a number', async () => {
  const messages = clientOf('anthropic-messages');
  const { max_tokens: _left, ...body } = messages.body('m', false);
  expect(await refused(messages, await send(messages, JSON.stringify(body)), 400)).toContain("'max_tokens'");
  expect(await refused(messages, await send(messages, JSON.stringify({ ...body, max_tokens: 'many' })), 400)).toContain("'max_tokens'");
});

test('a body with a million keys is refused in words, in every dialect; one with a few thousand is not', async () => {
  const roomy = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }]));
  const keys = (count: number): string => Array.from({ length: count }, (_, index) => `"k${index}":1`).join(',');
  for (const dialect of clientDialects) {
    const body = JSON.stringify(dialect.body('m', false));
    const text = await (await roomy.post(dialect.path('m', false), body.replace('{', `{${keys(1_000_000)},`))).text();
    expect(dialect.errorMessage(JSON.parse(text), 400)).toContain('more than 5000 members');
    expect(provider.calls).toHaveLength(0);
  }
  const [chat] = clientDialects;
  expect(chat && (await roomy.post(chat.path('m', false), JSON.stringify(chat.body('m', false)).replace('{', `{${keys(4_000)},`))).status).toBe(200);
}, 60_000);

test('messages with members of wrong types are answered, by the provider or by a refusal', async () => {
  const odd: unknown[] = [[null], ['text'], [5], [{}], [{ role: 5, content: 'x' }], [{ role: 'user', content: 5 }], [{ role: 'user', content: [null, 5, {}] }], [[]],
    [{ role: 'assistant', tool_calls: 'x' }], [{ role: 'assistant', tool_calls: [null, {}] }], [{ role: 'tool' }]];
  for (const dialect of clientDialects) {
    for (const value of odd) {
      const response = await send(dialect, JSON.stringify({ ...dialect.body('m', false), [dialect.required]: value, tools: value }));
      const text = await response.text();
      expect([200, 400], `${dialect.name} ${JSON.stringify(value)} ${text}`).toContain(response.status);
    }
  }
  expect(local.errors).toEqual([]);
});
