// Settings that change what goes to a provider or comes back from it: headers of the client, names that stand for models, sizes, pings,
// reasoning as text, keys that a request brings itself.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { json, ScriptedProvider, stream, type SeenCall } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { hashOf, storeKey } from '../../support/stored-keys.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
afterAll(() => provider.stop());
afterEach(() => provider.clear());

const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hello', reasoning_content: 'because' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const chunk = (delta: object, reason: string | null = null): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
const body = (more: object = {}): object => ({ model: 'm', messages: [{ role: 'user', content: 'hi' }], ...more });
const gatewayOf = (more: string, params = '', options: Parameters<typeof localGateway>[1] = {}): LocalGateway => localGateway(`
model_list: [{ model_name: m, litellm_params: { model: openai/x, api_key: sk-own-of-deployment, api_base: "${provider.url}/v1"${params} } }]
router_settings: { num_retries: 0 }
${more}`, options);
const sent = (): SeenCall => provider.calls.at(-1) ?? (() => {
  throw new Error('The provider was not called.');
})();
const clientHeaders = {
  'x-trace': 't-1', 'X-Custom-Thing': 'c', 'x-api-key-of-mine': 'secret', 'x-auth-token': 'secret', 'x-forwarded-for': '10.0.0.1', 'x-stainless-os': 'Linux', 'x-litellm-tags': 'a', 'cookie': 'secret', 'anthropic-beta': 'b-1',
  'openai-organization': 'org-1', 'traceparent': '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x-goog-user-key': 'secret',
};

test('nothing of the client\'s headers goes on unless it is asked for', async () => {
  provider.fallback = json(answer);
  await gatewayOf('').post('/v1/chat/completions', body(), clientHeaders);
  for (const name of Object.keys(clientHeaders)) expect(sent().headers[name.toLowerCase()], name).toBeUndefined();
});

test('with it, `x-` headers go on for chat and other operations, never a key, and never over the deployment\'s own', async () => {
  const gateway = gatewayOf('general_settings: { forward_client_headers_to_llm_api: true }', ', extra_headers: { X-Custom-Thing: own }');
  provider.fallback = json(answer);
  await gateway.post('/v1/chat/completions', body(), clientHeaders);
  expect(sent().headers).toMatchObject({ 'x-trace': 't-1', 'x-custom-thing': 'own', 'anthropic-beta': 'b-1', 'authorization': 'Bearer sk-own-of-deployment' });
  for (const name of ['x-api-key-of-mine', 'x-auth-token', 'x-forwarded-for', 'x-stainless-os', 'x-litellm-tags', 'cookie', 'openai-organization', 'traceparent', 'x-goog-user-key']) expect(sent().headers[name], name).toBeUndefined();
  provider.fallback = json({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [1] }] });
  await gateway.post('/v1/embeddings', { model: 'm', input: 'x' }, clientHeaders);
  expect(sent()).toMatchObject({ path: '/v1/embeddings', headers: { 'x-trace': 't-1' } });
});

test('organization and trace go on by settings of their own', async () => {
  provider.fallback = json(answer);
  await gatewayOf('general_settings: { forward_openai_org_id: true }\nlitellm_settings: { forward_traceparent_to_llm_provider: true }').post('/v1/chat/completions', body(), clientHeaders);
  expect(sent().headers).toMatchObject({ 'openai-organization': 'org-1', 'traceparent': clientHeaders.traceparent });
  expect(sent().headers['x-trace']).toBeUndefined();
});

test('a provider may be told who calls, by the key\'s hash and never by the key', async () => {
  const store = await newStore();
  const key = await storeKey(store, 'told', { key_alias: 'my key', user_id: 'u-1' });
  provider.fallback = json(answer);
  const response = await gatewayOf('litellm_settings: { add_user_information_to_llm_headers: true }', '', { store }).post('/v1/chat/completions', body({ user: 'end-1' }), { authorization: `Bearer ${key}` });
  expect(response.status).toBe(200);
  expect(sent().headers).toMatchObject({ 'x-litellm-user_api_key_hash': hashOf(key), 'x-litellm-user_api_key_alias': 'my key', 'x-litellm-user_api_key_user_id': 'u-1', 'x-litellm-user_api_key_end_user_id': 'end-1' });
  expect(JSON.stringify(sent().headers)).not.toContain(key);
});

test('names that stand for models, and further names for model names', async () => {
  provider.fallback = json(answer);
  const gateway = localGateway(`
model_list: [{ model_name: m, litellm_params: { model: house-model, api_key: k, api_base: "${provider.url}/v1" } }]
litellm_settings: { model_alias_map: { house-model: openai/gpt-test }, model_group_alias_map: { other: m } }
`);
  expect((await gateway.post('/v1/chat/completions', body({ model: 'other' }))).status).toBe(200);
  expect(sent().json['model']).toBe('gpt-test');
});

test('Anthropic\'s clients are served by Chat Completions when that is wanted', async () => {
  provider.fallback = json(answer);
  const ask = async (more: string): Promise<string> => {
    await gatewayOf(more).post('/v1/messages', body({ max_tokens: 5 }));
    return sent().path;
  };
  expect([await ask(''), await ask('litellm_settings: { use_chat_completions_url_for_anthropic_messages: true }')]).toEqual(['/v1/responses', '/v1/chat/completions']);
});

test('an error body tells the request\'s id', async () => {
  const gateway = gatewayOf('general_settings: { include_call_id_in_error_body: true }');
  for (const path of ['/v1/chat/completions', '/v1/messages', '/v1/embeddings']) {
    const response = await gateway.post(path, { model: 'nope', max_tokens: 1, input: 'x', messages: [] }, { 'x-litellm-call-id': 'call-7' });
    expect([path, await response.json()]).toMatchObject([path, { error: { litellm_call_id: 'call-7' } }]);
  }
  expect(await (await gatewayOf('').post('/v1/chat/completions', body({ model: 'nope' }))).json()).not.toHaveProperty('error.litellm_call_id');
});

test('answers and files that are larger than allowed', async () => {
  provider.fallback = json({ ...answer, padding: 'x'.repeat(300_000) });
  expect((await gatewayOf('').post('/v1/chat/completions', body())).status).toBe(200);
  const small = gatewayOf('general_settings: { max_response_size_mb: 0.1 }');
  const refused = await small.post('/v1/chat/completions', body());
  expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining('larger than this gateway reads')]);
  provider.clear();
  const form = (bytes: number): FormData => {
    const data = new FormData();
    data.append('model', 'm');
    data.append('file', new Blob([new Uint8Array(bytes)]), 'a.wav');
    return data;
  };
  const gateway = gatewayOf('', ', max_file_size_mb: 0.01');
  provider.fallback = json({ text: 'hello' });
  expect((await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: form(10_000) })).status).toBe(200);
  const large = await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: form(20_000) });
  expect([large.status, await large.json()]).toMatchObject([400, { error: { message: expect.stringContaining('File size is too large'), code: '400' } }]);
  expect(provider.calls).toHaveLength(1);
});

test('reasoning becomes text between tags, streamed and whole, and only for clients of Chat Completions', async () => {
  const gateway = gatewayOf('', ', merge_reasoning_content_in_choices: true');
  provider.fallback = json(answer);
  expect(await (await gateway.post('/v1/chat/completions', body())).json()).toMatchObject({ choices: [{ message: { content: '<think>because</think>hello' }, finish_reason: 'stop' }] });
  provider.fallback = stream([chunk({ role: 'assistant', content: '' }), chunk({ reasoning_content: 'be' }), chunk({ reasoning_content: 'cause' }), chunk({ content: 'hel' }), chunk({ content: 'lo' }), chunk({}, 'stop'), 'data: [DONE]\n\n']);
  const text = await (await gateway.post('/v1/chat/completions', body({ stream: true }))).text();
  const told = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, data]) => (JSON.parse(data ?? '{}') as { choices: { delta?: { content?: string; reasoning_content?: string } }[] }).choices[0]?.delta);
  expect(told.map((delta) => delta?.content ?? '').join('')).toBe('<think>because</think>hello');
  expect(told.some((delta) => delta?.reasoning_content)).toBe(false);
  expect(text).toEndWith('data: [DONE]\n\n');
});

test('pings of a silent stream come after the pause of the deployment, or of a request that may say it', async () => {
  const quiet: Parameters<typeof stream>[0] = [chunk({ role: 'assistant', content: 'a' }), chunk({ content: 'b' }, 'stop'), 'data: [DONE]\n\n'];
  const pings = async (params: string, more: object = {}): Promise<boolean> => {
    provider.fallback = stream(quiet, 700);
    const text = await (await gatewayOf('', params).post('/v1/chat/completions', body({ stream: true, ...more }))).text();
    expect(sent().json['keepalive_seconds']).toBeUndefined();
    return /^: /m.test(text);
  };
  expect(await Promise.all([pings(''), pings(', keepalive_seconds: 0.2'), pings('', { keepalive_seconds: 0.2 }), pings(', allow_client_keepalive_override: true', { keepalive_seconds: 0.2 })])).toEqual([false, true, false, true]);
});

test('a request\'s own key is used where the deployment allows it, its own address where the pattern does, and never the deployment\'s key there', async () => {
  const other = await ScriptedProvider.start();
  other.fallback = json(answer);
  provider.fallback = json(answer);
  const gateway = gatewayOf('', `, configurable_clientside_auth_params: [api_key, { api_base: "${other.url}" }]`);
  await gateway.post('/v1/chat/completions', body({ api_key: 'sk-of-the-caller' }));
  expect([sent().headers['authorization'], sent().json['api_key']]).toEqual(['Bearer sk-of-the-caller', undefined]);
  await gateway.post('/v1/chat/completions', body());
  expect(sent().headers['authorization']).toBe('Bearer sk-own-of-deployment');
  expect((await gateway.post('/v1/chat/completions', body({ api_key: 'sk-of-the-caller', api_base: `${other.url}/v1` }))).status).toBe(200);
  expect(other.calls.map(({ path, headers }) => [path, headers['authorization']])).toEqual([['/v1/chat/completions', 'Bearer sk-of-the-caller']]);
  const refusals: object[] = [
    { api_base: `${other.url}/v1` }, { api_key: 'k', api_base: 'http://127.0.0.1:1' }, { api_key: 'k', api_base: `${other.url}0/v1` }, { api_key: 'k', api_base: `${other.url}@evil.test/` }, { api_key: 'k', base_url: 'http://evil.test' },
  ];
  for (const more of refusals) {
    const refused = await gateway.post('/v1/chat/completions', body(more));
    expect([more, refused.status, await refused.text()]).toEqual([more, 400, expect.stringContaining('Rejected Request')]);
  }
  expect(other.calls).toHaveLength(1);
  // Where nothing is allowed, what a request brings is left out, as ever.
  await gatewayOf('').post('/v1/chat/completions', body({ api_key: 'sk-of-the-caller', api_base: other.url }));
  expect([sent().headers['authorization'], other.calls.length]).toEqual(['Bearer sk-own-of-deployment', 1]);
  provider.fallback = json({ error: { message: 'Incorrect API key provided: sk-of-the-caller' } }, 401);
  expect(await (await gateway.post('/v1/chat/completions', body({ api_key: 'sk-of-the-caller' }))).text()).not.toContain('sk-of-the-caller');
  await other.stop();
});

test('kinds of requests may have their model set, whatever they ask for', async () => {
  const model = (name: string): string => `{ model_name: ${name}, litellm_params: { model: openai/${name}-x, api_key: k, api_base: "${provider.url}/v1" } }`;
  const gateway = localGateway(`
model_list: [${['chat', 'vectors', 'pictures', 'judge'].map(model).join(', ')}]
general_settings: { completion_model: chat, embedding_model: vectors, image_generation_model: pictures, moderation_model: judge }
`);
  provider.fallback = json(answer);
  const told = await (await gateway.post('/v1/chat/completions', body({ model: 'whatever' }))).json() as { model: string };
  expect([told.model, sent().json['model']]).toEqual(['chat', 'chat-x']);
  await gateway.post('/v1/messages', { max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] });
  expect(sent().model).toBe('chat-x');
  provider.fallback = json({ object: 'list', data: [], results: [] });
  await gateway.post('/v1/embeddings', { model: 'chat', input: 'x' });
  await gateway.post('/v1/images/generations', { prompt: 'x' });
  await gateway.post('/v1/moderations', { input: 'x' });
  expect(provider.calls.slice(-3).map((call) => call.model)).toEqual(['vectors-x', 'pictures-x', 'judge-x']);
});

test('a provider\'s own routes use the key and the address of a deployment that says so', async () => {
  const gateway = localGateway(`
model_list:
  - { model_name: a, litellm_params: { model: anthropic/claude-x, api_key: sk-not-this, api_base: "${provider.url}" } }
  - { model_name: b, litellm_params: { model: anthropic/claude-y, api_key: sk-of-pass-through, api_base: "${provider.url}", use_in_pass_through: true } }
`, { environment: { ANTHROPIC_API_KEY: 'sk-of-environment' } });
  provider.fallback = json({ data: [] });
  expect((await gateway.fetch('/anthropic/v1/models')).status).toBe(200);
  expect([sent().path, sent().headers['x-api-key']]).toEqual(['/v1/models', 'sk-of-pass-through']);
});

test('a model may be called at another gateway', async () => {
  provider.fallback = json(answer);
  const gateway = localGateway('model_list: [{ model_name: m, litellm_params: { model: gemini/gemini-2.5-pro, use_litellm_proxy: true } }]', { environment: { LITELLM_PROXY_API_BASE: `${provider.url}/v1`, LITELLM_PROXY_API_KEY: 'sk-of-the-other' } });
  expect((await gateway.post('/v1/chat/completions', body())).status).toBe(200);
  expect([sent().path, sent().headers['authorization'], sent().json['model']]).toEqual(['/v1/chat/completions', 'Bearer sk-of-the-other', 'gemini/gemini-2.5-pro']);
});

test('under a pattern OpenRouter\'s own models keep their whole name, all others lose the prefix', async () => {
  provider.fallback = json(answer);
  const gateway = localGateway(`model_list: [{ model_name: "openrouter/*", litellm_params: { model: "openrouter/*", api_key: k, api_base: "${provider.url}/v1" } }]`, { environment: { OR_SITE_URL: 'https://me.example' } });
  for (const [asked, told] of [['openrouter/auto', 'openrouter/auto'], ['openrouter/deepseek/deepseek-chat', 'deepseek/deepseek-chat'], ['openrouter/x', 'x']]) {
    await gateway.post('/v1/chat/completions', { ...body(), model: asked });
    expect(sent()).toMatchObject({ model: told, headers: { 'http-referer': 'https://me.example', 'x-title': 'liteLLM' } });
  }
});

test('chat streams end with their usage where the configuration wants it, unless the request does not', async () => {
  provider.fallback = stream([chunk({ content: 'hello' }), chunk({}, 'stop'), `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } })}\n\n`, 'data: [DONE]\n\n']);
  const told = async (general: string, more: object = {}): Promise<boolean> => (await (await gatewayOf(general).post('/v1/chat/completions', body({ stream: true, ...more }))).text()).includes('"usage":{');
  expect(await told('')).toBe(false);
  expect(await told('general_settings: { always_include_stream_usage: true }')).toBe(true);
  expect(await told('general_settings: { always_include_stream_usage: true }', { stream_options: { include_usage: false } })).toBe(false);
});

test('requests without a session are refused where every request needs one', async () => {
  provider.fallback = json(answer);
  const gateway = gatewayOf('general_settings: { missing_session_id: reject }');
  const ask = async (more: object = {}, headers: Record<string, string> = {}): Promise<number> => (await gateway.post('/v1/chat/completions', body(more), headers)).status;
  expect(await ask()).toBe(400);
  expect(await ask({}, { 'x-litellm-session-id': 's-1' })).toBe(200);
  expect(await ask({ metadata: { session_id: 's-1' } })).toBe(200);
});

test('a fallback of the configuration is for those who may call its model, where that is wanted', async () => {
  const store = await newStore();
  const [narrow, wide] = [await storeKey(store, 'narrow', { fields: JSON.stringify({ models: ['first'] }) }), await storeKey(store, 'wide', { fields: JSON.stringify({ models: ['first', 'second'] }) })];
  provider.on('down', json({ error: { message: 'down' } }, 500)).on('up', json(answer));
  const gateway = (general: string): LocalGateway => localGateway(`
model_list:
  - { model_name: first, litellm_params: { model: openai/down, api_key: k, api_base: "${provider.url}/v1" } }
  - { model_name: second, litellm_params: { model: openai/up, api_key: k, api_base: "${provider.url}/v1" } }
router_settings: { num_retries: 0, fallbacks: [{ first: [second] }] }
${general}`, { store });
  const ask = async (local: LocalGateway, key: string): Promise<number> => (await local.post('/v1/chat/completions', { ...body(), model: 'first' }, { authorization: `Bearer ${key}` })).status;
  expect(await ask(gateway(''), narrow)).toBe(200);
  const strict = gateway('general_settings: { enforce_fallback_model_access: true }');
  expect(await ask(strict, narrow)).toBe(500);
  expect(await ask(strict, wide)).toBe(200);
});

test('safety settings of Gemini, for requests that bring none', async () => {
  provider.fallback = json({ candidates: [{ content: { role: 'model', parts: [{ text: 'hi' }] }, finishReason: 'STOP' }] });
  const gateway = localGateway(`
model_list: [{ model_name: m, litellm_params: { model: gemini/gemini-2.5-flash, api_key: k, api_base: "${provider.url}/v1beta" } }]
litellm_settings: { vertex_ai_safety_settings: [{ category: HARM_CATEGORY_HARASSMENT, threshold: BLOCK_NONE }] }`);
  await gateway.post('/v1/chat/completions', body());
  expect(sent().json['safetySettings']).toEqual([{ category: 'HARM_CATEGORY_HARASSMENT', threshold: 'BLOCK_NONE' }]);
  await gateway.post('/v1beta/models/m:generateContent', { contents: [{ parts: [{ text: 'hi' }] }], safetySettings: [] });
  expect(sent().json['safetySettings']).toEqual([]);
});

test('models without a system prompt, and those that want turns, get messages like that from every client', async () => {
  provider.fallback = json(answer);
  const gateway = gatewayOf('', ', supports_system_message: false, ensure_alternating_roles: true, assistant_continue_message: { role: assistant, content: Go on. }');
  const wanted = [{ role: 'user', content: 'Be brief. One' }, { role: 'assistant', content: 'Go on.' }, { role: 'user', content: 'Two' }];
  await gateway.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'One' }, { role: 'user', content: 'Two' }] });
  expect(sent().json).toEqual({ model: 'x', messages: wanted });
  await localGateway(`
model_list: [{ model_name: m, litellm_params: { model: deepseek/x, api_key: k, api_base: "${provider.url}/v1", supports_system_message: false } }]`).post('/v1/messages', { model: 'm', max_tokens: 5, system: 'Be brief.', messages: [{ role: 'user', content: 'One' }] });
  expect(sent().json['messages']).toEqual([wanted[0]]);
});
