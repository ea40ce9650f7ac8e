// Keys stay where they belong: the provider's key goes to its configured address only, a client's key goes nowhere, and no secret
// comes out in an answer, a header or a log line, whatever a provider echoes. Ids (S08 …) are those of the list of attacks in SECURITY.md.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { clientDialects, configOf, providerDialects, providerKey } from '../../support/dialects.ts';
import { createLogger } from '../../../src/observe/logger.ts';
import { json, ScriptedProvider, stream } from '../../support/provider.ts';
import { localGateway, masterKey, startGateway, type GatewayProcess, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let thief: ScriptedProvider;
let local: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  thief = await ScriptedProvider.start();
  thief.fallback = (line) => line.reply(200, providerDialects[0]?.answer ?? '{}');
  const models = providerDialects.map(({ name, configured, base }) => ({ name, model: configured(name), base: base(provider.url) }));
  local = localGateway(configOf(models, { router_settings: { num_retries: 0 } }));
});
beforeEach(() => {
  provider.clear();
  thief.clear();
  for (const { name, answer } of providerDialects) provider.on(name, json(JSON.parse(answer)));
});
afterAll(async () => {
  await provider.stop();
  await thief.stop();
});

const crossings = clientDialects.flatMap((client) => providerDialects.map((source) => [client.name, source.name, client, source] as const));

describe.each(crossings)('%s to %s', (_client, model, client, source) => {
  test('S08: addresses, keys and headers in a request never redirect the call or its key', async () => {
    const refused = {
      api_base: thief.url, base_url: thief.url, aws_bedrock_runtime_endpoint: thief.url,
      user_config: { model_list: [{ model_name: model, litellm_params: { model: `openai/${model}`, api_base: thief.url } }] },
      litellm_metadata: { api_base: thief.url }, metadata: { api_base: thief.url, headers: { host: thief.url } }, fallbacks: [{ model, api_base: thief.url, api_key: 'x' }],
    };
    for (const [name, value] of Object.entries(refused)) {
      const response = await local.post(client.path(model, false), { ...client.body(model, false), [name]: value });
      expect([name, response.status, await response.text()]).toEqual([name, 401, expect.stringContaining('Rejected Request')]);
    }
    expect([thief.calls.length, provider.calls.length]).toEqual([0, 0]);
    const members = {
      api_key: 'sk-callers-own', extra_headers: { 'authorization': 'Bearer sk-x', 'host': 'thief.test', 'x-evil': '1' }, custom_llm_provider: 'openai', metadata: { headers: { host: thief.url } }, fallbacks: [{ model, api_key: 'x' }],
      api_version: '1', organization: 'org', vertex_location: 'x', region_name: '../x', litellm_credential_name: 'other',
    };
    const headers = { 'x-litellm-api-base': thief.url, 'api-base': thief.url, 'x-forwarded-host': new URL(thief.url).host, 'x-base-url': thief.url };
    await local.post(client.path(model, false), { ...client.body(model, false), ...members }, headers).then((response) => response.text());
    expect(thief.calls).toHaveLength(0);
    expect(provider.calls).toHaveLength(1);
    const [call] = provider.calls;
    expect(Object.values(call?.headers ?? {}).join('\n')).toContain(providerKey);
    expect(call?.headers['host']).toBe(new URL(provider.url).host);
    expect(call?.headers['x-evil']).toBeUndefined();
    const sent = call?.body.toString() ?? '';
    expect(sent).not.toContain('sk-callers-own');
    for (const name of ['api_key', 'extra_headers']) expect(call?.json[name], name).toBeUndefined();
  });

  test('S11: no header of the client’s that could hold a key reaches the provider, by name or by value', async () => {
    const values = { 'x-api-key': 'sk-client-1', 'api-key': 'sk-client-2', 'x-goog-api-key': 'sk-client-3', 'ocp-apim-subscription-key': 'sk-client-4', 'cookie': 'session=sk-client-5', 'proxy-authorization': 'Basic sk-client-6', 'x-custom-secret': 'sk-client-7' };
    const response = await local.post(client.path(model, false), client.body(model, false), { authorization: `Bearer ${masterKey}`, ...values });
    expect(response.status).toBe(200);
    const seen = JSON.stringify(provider.calls[0]?.headers) + (provider.calls[0]?.path ?? '') + (provider.calls[0]?.body.toString() ?? '');
    for (const value of [masterKey, 'sk-client']) expect(seen).not.toContain(value);
  });

  test('S13: cookies, keys and authentication of the provider’s answer are not passed on', async () => {
    const odd = { 'set-cookie': 'a=b', 'authorization': 'Bearer up', 'x-goog-api-key': 'up-key', 'x-secret-thing': 's', 'x-session-token': 't', 'www-authenticate': 'Basic', 'access-control-allow-origin': 'https://evil.test', 'access-control-allow-credentials': 'true', 'x-echo': `Bearer ${providerKey}` };
    for (const play of [json(JSON.parse(source.answer), 200, odd), json(source.error('no'), 400, odd)]) {
      provider.on(model, play);
      const { headers } = await local.post(client.path(model, false), client.body(model, false));
      const names = [...headers.keys()].filter((name) => /cookie|authorization|authenticate|goog-api-key|secret|session-token|access-control/.test(name));
      expect(names).toEqual([]);
      expect(JSON.stringify([...headers])).not.toContain(providerKey);
    }
  });

  test('S14: a provider that echoes its key gives it away to nobody', async () => {
    const echo = `Incorrect API key provided: ${providerKey}. You can find it at https://provider.test.`;
    const event = `${source.name === 'anthropic' ? 'event: error\n' : ''}data: ${JSON.stringify(source.error(echo))}\n\n`;
    const begun = source.frames.slice(0, source.name === 'gemini' ? 1 : 4).join('');
    for (const [streaming, play] of [
      [false, json(source.error(echo), 401)], [false, json(source.error(echo), 200)], [true, json(source.error(echo), 401)], [true, stream([event])], [true, stream([begun + event])],
      [false, (line) => line.reply(500, `<p>${echo}</p>`, { 'content-type': 'text/html' })], [false, json({ detail: echo }, 400)], [false, json({ error: echo }, 400)],
    ] as [boolean, Parameters<ScriptedProvider['on']>[1]][]) {
      provider.on(model, play);
      const response = await local.post(client.path(model, streaming), client.body(model, streaming));
      const text = await response.text();
      expect(text).not.toContain(providerKey);
      expect(text).toContain('Incorrect API key provided');
    }
    expect(JSON.stringify(local.records)).not.toContain(providerKey);
  });

  test('S14: no key stands in an address', () => {
    for (const call of provider.calls) expect(call.path).not.toContain('key=');
  });
});

describe('the log', () => {
  let gateway: GatewayProcess;

  beforeAll(async () => {
    gateway = await startGateway(configOf([
      { name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }, { name: 'g', model: 'gemini/g', base: `${provider.url}/v1beta` },
      { name: 'env', model: 'deepseek/env', base: `${provider.url}/v1`, extra: { api_key: 'os.environ/PROVIDER_KEY_IN_ENVIRONMENT' } },
    ], { router_settings: { num_retries: 0 } }), { environment: { PROVIDER_KEY_IN_ENVIRONMENT: 'sk-from-the-environment-77' }, arguments: ['--detailed_debug'] });
  });
  afterAll(() => gateway.stop());

  test('S14, S15: nothing written holds a key, a presented key or, by default, content', async () => {
    const secrets = [providerKey, 'sk-from-the-environment-77', masterKey, 'sk-presented-wrong-123456', 'the content of the prompt', 'X-Secret-Client-Header'];
    provider.on('m', json({ error: { message: `bad key ${providerKey}` } }, 401)).on('env', json({ error: { message: 'bad key sk-from-the-environment-77' } }, 401)).on('g', (line) => line.reset());
    const post = (path: string, model: string, key = masterKey): Promise<Response> => fetch(`${gateway.url}${path}`, {
      method: 'POST', headers: { 'authorization': `Bearer ${key}`, 'x-other': 'X-Secret-Client-Header' },
      body: JSON.stringify({ model, max_tokens: 5, messages: [{ role: 'user', content: 'the content of the prompt' }], input: 'the content of the prompt', contents: [{ parts: [{ text: 'the content of the prompt' }] }] }),
    });
    for (const model of ['m', 'env', 'g', 'nope']) for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/responses', `/v1beta/models/${model}:generateContent`]) await (await post(path, model)).text();
    await post('/v1/chat/completions', 'm', 'sk-presented-wrong-123456');
    await fetch(`${gateway.url}/v1/chat/completions?key=${masterKey}`, { method: 'POST', body: '{}' });
    for (const path of ['/model/info', '/v1/models', '/model_group/info', '/health', '/settings', '/metrics', '/routes', '/health/readiness']) {
      const response = await fetch(`${gateway.url}${path}`, { headers: { authorization: `Bearer ${masterKey}` } });
      const text = await response.text();
      for (const secret of secrets) expect(text.includes(secret), `${path} holds ${secret}`).toBe(false);
    }
    await Bun.sleep(400);
    const output = gateway.output();
    expect(output).toContain('"status":401');
    for (const secret of secrets) expect(output.includes(secret), secret).toBe(false);
  });

  test('a log line stays one line, whatever a client names its model', () => {
    const written: string[] = [];
    expect(typeof createLogger).toBe('function');
    for (const line of gateway.output().split('\n')) if (line.startsWith('{')) written.push(JSON.stringify(JSON.parse(line)));
    expect(written.length).toBeGreaterThan(3);
  });
});

test('S12: a client’s OAuth token goes nowhere, and a configured one only to Anthropic', async () => {
  const response = await local.post('/v1/messages', { model: 'anthropic', max_tokens: 5, messages: [] }, { authorization: `Bearer ${masterKey}`, 'x-api-key': 'sk-ant-oat01-client' });
  expect(response.status).toBe(200);
  expect(JSON.stringify(provider.calls[0]?.headers)).not.toContain('sk-ant-oat');
  for (const base of [provider.url, 'http://api.anthropic.com', 'https://api.anthropic.com.evil.test', 'https://api.anthropic.com@evil.test', 'https://evil.test/api.anthropic.com']) {
    expect(() => localGateway(configOf([{ name: 'm', model: 'anthropic/m', base, extra: { api_key: 'sk-ant-oat01-configured' } }]))).toThrow(/sk-ant-oat/);
  }
});

test('S16: errors name no deployments, keys or addresses', async () => {
  const inside = localGateway(configOf([
    { name: 'm', model: 'deepseek/very-internal-name', base: `${provider.url}/v1` }, { name: 'other-tenant-model', model: 'deepseek/x', base: `${provider.url}/v1` },
  ], { router_settings: { num_retries: 0, allowed_fails: 0, fallbacks: [{ m: ['other-tenant-model'] }] } }));
  provider.on('very-internal-name', (line) => line.reset()).on('x', (line) => line.reset());
  for (let round = 0; round < 2; round++) {
    for (const dialect of clientDialects) {
      for (const model of ['m', 'unknown']) {
        const response = await inside.post(dialect.path(model, false), dialect.body(model, false));
        const text = (await response.text()) + JSON.stringify([...response.headers]);
        for (const internal of ['very-internal-name', 'other-tenant-model', provider.url, '127.0.0.1', providerKey]) expect(text.includes(internal), `${internal} in ${text}`).toBe(false);
      }
    }
  }
});

test('S20: without a master key, or with a known one, the program does not start', async () => {
  const config = configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }]);
  for (const key of ['', 'sk-1234']) expect(startGateway(config, { environment: { LITELLM_MASTER_KEY: key } })).rejects.toThrow(/ended with 1/);
  const open = await startGateway(config, { environment: { LITELLM_MASTER_KEY: 'sk-1234', LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true' } });
  expect((await fetch(`${open.url}/v1/models`, { headers: { authorization: 'Bearer sk-1234' } })).status).toBe(200);
  expect((await fetch(`${open.url}/v1/models`, { headers: { authorization: 'Bearer sk-other' } })).status).toBe(401);
  await open.stop();
});

test('the report’s configuration: any other key is 401, although the file permits requests without a database', async () => {
  const report = await startGateway(`
model_list:
  - model_name: deepseek
    litellm_params:
      model: openrouter/deepseek/deepseek-chat-v3-0324
      api_key: os.environ/OPENROUTER_API_KEY
litellm_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
  allow_requests_on_db_unavailable: true
general_settings:
  allow_requests_on_db_unavailable: true
  database_url: null
  store_model_in_db: false
  disable_spend_logs: true
`, { environment: { OPENROUTER_API_KEY: 'sk-or-test' } });
  for (const key of ['sk-anything', 'anything', `${masterKey} `.repeat(2)]) {
    expect((await fetch(`${report.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } })).status).toBe(401);
  }
  expect((await fetch(`${report.url}/v1/models`, { headers: { authorization: `Bearer ${masterKey}` } })).status).toBe(200);
  await report.stop();
});
