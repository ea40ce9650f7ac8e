// Who is let in, from where, to which route, and what every answer's head says.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { clientDialects, configOf, providerDialects, providerKey } from '../../support/dialects.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

const answer = JSON.parse(providerDialects[0]?.answer ?? '{}') as Record<string, unknown>;
const chat = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const models = (): Parameters<typeof configOf>[0] => [{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }];

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(configOf(models()));
});
beforeEach(() => {
  provider.clear();
  provider.on('m', json(answer));
});
afterAll(() => provider.stop());

const errorOf = async (response: Response): Promise<Record<string, unknown>> => ((await response.json()) as { error: Record<string, unknown> }).error;

test('one slash too many leads to the path that is meant, for those who may go there', async () => {
  const moved = await local.post('/v1/chat/completions/?a=1', chat);
  expect([moved.status, moved.headers.get('location')]).toEqual([307, '/v1/chat/completions?a=1']);
  expect((await local.post('/v1/chat/completions/', chat, { authorization: 'none' })).status).toBe(401);
  expect((await local.fetch('/nowhere/')).status).toBe(404);
  expect((await local.fetch('//')).status).toBe(404);
});

describe('keys', () => {
  test('in the query of Gemini’s routes, as Google’s examples send it, and of no other', async () => {
    const ask = (path: string, body: unknown): Promise<Response> => local.post(path, body, { authorization: 'none' });
    const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];
    expect((await ask(`/v1beta/models/m:generateContent?key=${masterKey}`, { contents })).status).toBe(200);
    expect((await ask('/v1beta/models/m:generateContent?key=sk-wrong', { contents })).status).toBe(401);
    expect((await ask(`/v1/chat/completions?key=${masterKey}`, chat)).status).toBe(401);
    expect(JSON.stringify([local.records, local.errors])).not.toContain(masterKey);
    expect(JSON.stringify(provider.calls.map(({ path }) => path))).not.toContain(masterKey);
  });

  const headers = ['authorization', 'x-api-key', 'api-key', 'x-litellm-api-key', 'x-goog-api-key'] as const;

  test.each(headers)('the key is taken from %s', async (name) => {
    const given = { [name]: name === 'authorization' ? `Bearer ${masterKey}` : masterKey };
    for (const dialect of clientDialects) expect((await local.post(dialect.path('m', false), dialect.body('m', false), given)).status).toBe(200);
    expect((await local.fetch('/v1/models', { headers: given })).status).toBe(200);
  });

  test.each(headers)('a wrong key in %s is 401 and reaches nobody', async (name) => {
    for (const wrong of ['sk-wrong-00000000', `${masterKey}x`, masterKey.slice(0, -1), masterKey.toUpperCase()]) {
      for (const dialect of clientDialects) {
        const response = await local.post(dialect.path('m', false), dialect.body('m', false), { [name]: name === 'authorization' ? `Bearer ${wrong}` : wrong });
        expect(response.status).toBe(401);
        const text = await response.text();
        expect(text).not.toContain(wrong);
        expect(dialect.errorMessage(JSON.parse(text), 401), text).toContain('Authentication Error');
      }
    }
    expect(provider.calls).toHaveLength(0);
  });

  test('no key is LiteLLM’s 401, in the dialect of the route', async () => {
    const none = { authorization: 'none' };
    expect(await errorOf(await local.post('/v1/chat/completions', chat, none)))
      .toEqual({ message: 'Authentication Error, No api key passed in.', type: 'auth_error', param: 'None', code: '401' });
    const messages = await local.post('/v1/messages', {}, none);
    expect(messages.status).toBe(401);
    expect(await messages.json()).toMatchObject({ type: 'error', error: { type: 'authentication_error', message: 'Authentication Error, No api key passed in.' } });
    const gemini = await local.post('/v1beta/models/m:generateContent', {}, none);
    expect(await gemini.json()).toMatchObject({ error: { code: 401, status: 'UNAUTHENTICATED' } });
    for (const empty of ['', 'Bearer', 'Bearer ', 'Basic ']) expect((await local.post('/v1/chat/completions', chat, { authorization: empty })).status).toBe(401);
  });

  test('a bare key in Authorization is malformed, as LiteLLM says it', async () => {
    const error = await errorOf(await local.post('/v1/chat/completions', chat, { authorization: masterKey }));
    expect(error['message']).toBe("Authentication Error, Malformed API Key passed in. Ensure Key has 'Bearer ' prefix.");
  });

  test('two keys are no key: a wrong Authorization is not healed by a right x-api-key', async () => {
    expect((await local.post('/v1/chat/completions', chat, { 'authorization': 'Bearer sk-wrong', 'x-api-key': masterKey })).status).toBe(401);
    const headers = new Headers([['authorization', 'Bearer sk-wrong'], ['authorization', `Bearer ${masterKey}`]]);
    expect((await local.fetch('/v1/models', { headers })).status).toBe(401);
  });

  test('the key is looked at before the body', async () => {
    expect((await local.post('/v1/chat/completions', '{broken', { authorization: 'Bearer sk-wrong' })).status).toBe(401);
    expect((await local.post('/v1/messages', 'x'.repeat(80_000_000), { authorization: 'none' })).status).toBe(401);
  });

  test('a variable that is not set for api_key fails that deployment alone, and says which', async () => {
    const gateway = localGateway(configOf([
      ...models(), { name: 'unset', model: 'deepseek/unset', base: `${provider.url}/v1`, extra: { api_key: 'os.environ/NOT_SET_ANYWHERE' } },
    ]));
    for (const dialect of clientDialects) {
      const response = await gateway.post(dialect.path('unset', true), dialect.body('unset', true));
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(dialect.errorMessage(JSON.parse(text), 500)).toContain('NOT_SET_ANYWHERE');
    }
    expect(provider.calls).toHaveLength(0);
    expect((await gateway.post('/v1/chat/completions', chat)).status).toBe(200);
  });
});

describe('allowed_ips', () => {
  const withAddresses = (settings: Record<string, unknown>): LocalGateway => localGateway(configOf(models(), { general_settings: settings }));
  const statusFrom = async (gateway: LocalGateway, address: string, headers: Record<string, string> = {}): Promise<number> =>
    (await gateway.fetch('/v1/models', { address, headers })).status;

  test('IPv4, IPv6 and networks, mapped addresses included', async () => {
    const gateway = withAddresses({ allowed_ips: ['192.0.2.7', '10.20.0.0/16', '2001:db8::5', '2001:db8:aa::/48'] });
    for (const address of ['192.0.2.7', '::ffff:192.0.2.7', '10.20.255.1', '2001:db8::5', '2001:0db8:0:0:0:0:0:5', '2001:db8:aa:1::9']) expect(await statusFrom(gateway, address), address).toBe(200);
    for (const address of ['192.0.2.8', '10.21.0.1', '2001:db8::6', '2001:db8:ab::1', '::ffff:192.0.2.8', '127.0.0.1', '::1', '']) expect(await statusFrom(gateway, address), address).toBe(403);
  });

  test('X-Forwarded-For does nothing without use_x_forwarded_for', async () => {
    const gateway = withAddresses({ allowed_ips: ['192.0.2.7'] });
    expect(await statusFrom(gateway, '198.51.100.1', { 'x-forwarded-for': '192.0.2.7' })).toBe(403);
  });

  test('X-Forwarded-For is believed from trusted proxies only, from the right', async () => {
    const gateway = withAddresses({ allowed_ips: ['192.0.2.7'], use_x_forwarded_for: true, trusted_proxy_ranges: ['10.0.0.0/8'] });
    expect(await statusFrom(gateway, '10.0.0.1', { 'x-forwarded-for': '192.0.2.7' })).toBe(200);
    expect(await statusFrom(gateway, '10.0.0.1', { 'x-forwarded-for': '192.0.2.7, 10.0.0.9' })).toBe(200);
    expect(await statusFrom(gateway, '198.51.100.1', { 'x-forwarded-for': '192.0.2.7' })).toBe(403);
    expect(await statusFrom(gateway, '10.0.0.1', { 'x-forwarded-for': '192.0.2.7, 198.51.100.1' })).toBe(403);
    expect(await statusFrom(gateway, '10.0.0.1', { 'x-forwarded-for': '192.0.2.7, junk' })).toBe(403);
    expect(await statusFrom(gateway, '10.0.0.1')).toBe(403);
  });

  test('the refusal has the dialect’s form and comes before the key', async () => {
    const gateway = withAddresses({ allowed_ips: ['192.0.2.7'] });
    for (const dialect of clientDialects) {
      const response = await gateway.fetch(dialect.path('m', false), { method: 'POST', address: '198.51.100.1', body: '{}', headers: { authorization: 'none' } });
      expect(response.status).toBe(403);
      const text = await response.text();
      if (dialect.name === 'anthropic-messages') expect(dialect.errorMessage(JSON.parse(text), 403), text).toContain('not allowed');
      expect(text).toContain('Access forbidden');
    }
  });
});

describe('routes', () => {
  test('an unknown route is 404, another method 405 with Allow, as LiteLLM’s web framework says it', async () => {
    const unknown = await local.fetch('/v1/nothing/here');
    expect([unknown.status, await unknown.json()]).toEqual([404, { detail: 'Not Found' }]);
    for (const [method, path] of [['GET', '/v1/chat/completions'], ['DELETE', '/v1/messages'], ['PUT', '/v1/responses'], ['POST', '/health/liveliness'], ['PATCH', '/v1/models']] as const) {
      const response = await local.fetch(path, { method });
      expect([response.status, await response.json()]).toEqual([405, { detail: 'Method Not Allowed' }]);
      expect(response.headers.get('allow')).toMatch(/GET|POST/);
    }
  });

  test('HEAD / says that somebody is there, without a key', async () => {
    const response = await local.fetch('/', { method: 'HEAD', headers: { authorization: 'none' } });
    expect(response.status).toBe(200);
  });

  test.each([
    '/v1/chat/completions', '/chat/completions', '/engines/m/chat/completions', '/openai/deployments/m/chat/completions', '/v1/chat/completions?api-version=2024-10-21',
  ])('chat at %s', async (path) => {
    expect((await local.post(path, path.includes('/m/') ? { messages: chat.messages } : chat)).status).toBe(200);
  });

  test('/v1/messages?beta=true and /v1beta, /v1 and bare Gemini paths', async () => {
    const [, messages, , gemini] = clientDialects;
    expect((await local.post('/v1/messages?beta=true', messages?.body('m', false))).status).toBe(200);
    for (const prefix of ['/v1beta', '/v1', '']) expect((await local.post(`${prefix}/models/m:generateContent`, gemini?.body('m', false))).status).toBe(200);
  });
});

describe('CORS', () => {
  test('a preflight is answered without a key, and allows what browser SDKs send', async () => {
    const response = await local.fetch('/v1/chat/completions', {
      method: 'OPTIONS', headers: { 'authorization': 'none', 'origin': 'https://app.test', 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type,x-stainless-os' },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toContain('POST');
    const allowed = response.headers.get('access-control-allow-headers') ?? '';
    for (const name of ['authorization', 'content-type', 'x-api-key', 'anthropic-version', 'x-stainless-os']) expect(allowed).toContain(name);
    expect(response.headers.get('access-control-allow-credentials')).toBeNull();
  });

  test('answers and errors may be read by pages, never with the browser’s credentials', async () => {
    for (const authorization of [`Bearer ${masterKey}`, 'none']) {
      const response = await local.post('/v1/chat/completions', chat, { authorization, origin: 'https://app.test' });
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(response.headers.get('access-control-allow-credentials')).toBeNull();
    }
    expect((await local.post('/v1/chat/completions', chat)).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('headers of answers', () => {
  const ids = { 'x-litellm-call-id': 'my-own-id.1' };

  test('the client’s x-litellm-call-id comes back, on answers and errors alike; an odd one does not', async () => {
    expect((await local.post('/v1/chat/completions', chat, ids)).headers.get('x-litellm-call-id')).toBe('my-own-id.1');
    expect((await local.post('/v1/chat/completions', { model: 'm' }, ids)).headers.get('x-litellm-call-id')).toBe('my-own-id.1');
    expect((await local.post('/v1/chat/completions', chat, { ...ids, authorization: 'Bearer sk-no' })).headers.get('x-litellm-call-id')).toBe('my-own-id.1');
    expect((await local.fetch('/nowhere', { headers: ids })).headers.get('x-litellm-call-id')).toBe('my-own-id.1');
    for (const odd of ['a b', 'x'.repeat(200), '<script>']) {
      expect((await local.post('/v1/chat/completions', chat, { 'x-litellm-call-id': odd })).headers.get('x-litellm-call-id')).not.toBe(odd);
    }
  });

  test.each(clientDialects.map((dialect) => [dialect.name, dialect] as const))('every x-litellm header on a plain answer in %s', async (_name, dialect) => {
    provider.on('m', json(answer, 200, { 'x-request-id': 'req-1', 'x-ratelimit-remaining-requests': '59', 'openai-processing-ms': '12' }));
    const { headers } = await local.post(dialect.path('m', false), dialect.body('m', false));
    for (const name of [
      'call-id', 'model-id', 'model-api-base', 'model-name', 'model-group', 'version', 'key-spend', 'response-cost-original', 'response-cost-discount-amount',
      'response-cost-margin-amount', 'response-cost-margin-percent', 'response-cost-input', 'response-cost-output', 'response-cost-tool-usage',
      'response-duration-ms', 'overhead-duration-ms', 'callback-duration-ms', 'attempted-retries', 'attempted-fallbacks',
    ]) expect(headers.get(`x-litellm-${name}`), name).toBeTruthy();
    expect(headers.get('x-litellm-model-group')).toBe('m');
    expect(headers.get('x-litellm-attempted-retries')).toBe('0');
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('59');
    expect(headers.get('llm_provider-x-request-id')).toBe('req-1');
    expect(headers.get('llm_provider-openai-processing-ms')).toBe('12');
    expect(JSON.stringify([...headers])).not.toContain(providerKey);
  });

  test('a known price is told, and matches the usage', async () => {
    const priced = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1`, extra: { input_cost_per_token: 0.001, output_cost_per_token: 0.002 } }]));
    const { headers } = await priced.post('/v1/chat/completions', chat);
    const { usage } = answer as { usage: { prompt_tokens: number; completion_tokens: number } };
    expect(Number(headers.get('x-litellm-response-cost'))).toBeCloseTo(usage.prompt_tokens * 0.001 + usage.completion_tokens * 0.002, 10);
  });
});
