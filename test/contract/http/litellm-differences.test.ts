// What LiteLLM Proxy 1.106.2 answered to requests that clients and its dashboard send, with expectations written down from its answers.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { json, ScriptedProvider, stream, type SeenCall } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let gateway: LocalGateway;
const answer = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'x', choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } };
const messages = [{ role: 'user', content: 'hi' }];

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const entry = (name: string, model: string, more = ''): string => `  - { model_name: ${name}, litellm_params: { model: ${model}, api_key: sk-own, api_base: "${provider.url}/v1"${more} } }`;
  gateway = localGateway(`
model_list:
${[entry('good', 'openai/gpt-4o-mini'), entry('priced', 'openai/own', ', input_cost_per_token: 0.000001, output_cost_per_token: 0.000002'), entry('base', 'openai/llama-base'), entry('bad', 'openai/bad'), entry('long', 'openai/long'), entry('rude', 'openai/rude')].join('\n')}
  - { model_name: claude, litellm_params: { model: anthropic/claude-sonnet-4-5, api_key: sk-own, api_base: "${provider.url}" } }
router_settings: { num_retries: 0, model_group_alias: { other: good }, fallbacks: [{ other: [priced] }] }
`);
});
afterAll(() => provider.stop());
afterEach(() => provider.clear());

const post = async (path: string, body: object): Promise<[number, unknown]> => {
  const response = await gateway.post(path, body);
  return [response.status, await response.json()];
};
const get = async (path: string): Promise<[number, unknown]> => {
  const response = await gateway.fetch(path);
  return [response.status, await response.json()];
};
const sent = (): SeenCall => provider.calls.at(-1) ?? (() => {
  throw new Error('The provider was not called.');
})();

describe('what a request may not choose', () => {
  const refused = (name: string): [number, unknown] => [401, { error: { message: expect.stringContaining(`Rejected Request: ${name} is not allowed`), type: 'auth_error', param: 'None', code: '401' } }];
  for (const name of ['api_base', 'base_url', 'user_config', 'model_list', 'aws_role_name', 'vertex_credentials', 'azure_ad_token', 'langfuse_host', 'input_cost_per_token', 'cache_read_input_token_cost']) {
    test(name, async () => {
      expect(await post('/v1/chat/completions', { model: 'good', messages, [name]: 'http://127.0.0.1:1' })).toEqual(refused(name));
      expect(provider.calls).toEqual([]);
    });
  }

  test('nor inside metadata, extra_body or a fallback, on any route', async () => {
    for (const more of [{ metadata: { api_base: 'x' } }, { litellm_metadata: { langfuse_host: 'x' } }, { extra_body: { api_base: 'x' } }, { fallbacks: [{ model: 'priced', api_base: 'x' }] }]) {
      expect((await post('/v1/chat/completions', { model: 'good', messages, ...more }))[0]).toBe(401);
    }
    expect(await post('/v1/embeddings', { model: 'good', input: 'x', api_base: 'x' })).toEqual(refused('api_base'));
    expect(await post('/v1/messages', { model: 'claude', max_tokens: 5, messages, api_base: 'x' })).toMatchObject([401, { type: 'error', error: { type: 'authentication_error' } }]);
    expect(provider.calls).toEqual([]);
  });

  test('with allow_client_side_credentials a key of its own is used, at the deployment\'s own address only', async () => {
    provider.fallback = json(answer);
    const open = localGateway(`
model_list: [{ model_name: m, litellm_params: { model: openai/x, api_key: sk-own, api_base: "${provider.url}/v1" } }]
general_settings: { allow_client_side_credentials: true }
`);
    expect((await open.post('/v1/chat/completions', { model: 'm', messages, api_key: 'sk-of-the-caller' })).status).toBe(200);
    expect(sent().headers['authorization']).toBe('Bearer sk-of-the-caller');
    expect((await open.post('/v1/chat/completions', { model: 'm', messages, api_key: 'sk-of-the-caller', api_base: 'http://127.0.0.1:1' })).status).toBe(400);
    expect(provider.calls).toHaveLength(1);
  });
});

describe('fallbacks of a request', () => {
  const failing = (): void => {
    provider.fallback = (line, call) => (call.model === 'gpt-4o-mini' ? json(answer) : call.model === 'long' ? json({ error: { message: "This model's maximum context length is 4096 tokens.", code: 'context_length_exceeded' } }, 400)
      : call.model === 'rude' ? json({ error: { message: 'content_policy_violation', code: 'content_policy_violation' } }, 400) : json({ error: { message: 'broken' } }, 500))(line, call);
  };

  test('by the model that failed, and for one cause', async () => {
    failing();
    expect((await post('/v1/chat/completions', { model: 'bad', messages, fallbacks: [{ bad: ['good'] }] }))[0]).toBe(200);
    expect((await post('/v1/chat/completions', { model: 'bad', messages, fallbacks: [{ another: ['good'] }] }))[0]).toBe(500);
    expect((await post('/v1/chat/completions', { model: 'long', messages, context_window_fallbacks: [{ long: ['good'] }] }))[0]).toBe(200);
    expect((await post('/v1/chat/completions', { model: 'rude', messages, content_policy_fallbacks: [{ rude: ['good'] }] }))[0]).toBe(200);
    expect((await post('/v1/chat/completions', { model: 'bad', messages, context_window_fallbacks: [{ bad: ['good'] }] }))[0]).toBe(500);
  });

  test('one that nothing serves leaves the failure before it', async () => {
    failing();
    expect(await post('/v1/chat/completions', { model: 'bad', messages, fallbacks: ['nope'] })).toMatchObject([500, { error: { message: expect.stringContaining('broken'), code: '500' } }]);
  });

  test('the header names the alias that was asked for', async () => {
    failing();
    const response = await gateway.post('/v1/chat/completions', { model: 'other', messages });
    expect([response.status, response.headers.get('x-litellm-model-group')]).toEqual([200, 'other']);
  });
});

describe('members of odd kinds', () => {
  test('a `stream` that is no boolean asks for none', async () => {
    provider.fallback = json(answer);
    for (const stream of ['true', 'false', 1, null]) {
      expect((await post('/v1/chat/completions', { model: 'good', messages, stream }))[0]).toBe(200);
      expect(sent().json).not.toHaveProperty('stream');
    }
  });

  test('a recording that is not there is asked for as LiteLLM\'s framework does', async () => {
    expect(await post('/v1/audio/transcriptions', { model: 'good' })).toEqual([422, { detail: [{ type: 'missing', loc: ['body', 'file'], msg: 'Field required', input: null }] }]);
  });

  test('counting needs messages', async () => {
    expect(await post('/v1/messages/count_tokens', { model: 'good', messages: [] })).toEqual([400, { type: 'error', error: { type: 'invalid_request_error', message: 'messages parameter is required' } }]);
    // A system prompt counts as a turn of its own.
    expect(await post('/v1/messages/count_tokens', { model: 'good', messages, system: 'be nice' })).toEqual([200, { input_tokens: 14, litellm_count_source: 'local_estimate' }]);
  });
});

test('a legacy prompt for a model that is not known to chat goes to its server as it is', async () => {
  provider.fallback = (line, call) => json(call.path.endsWith('/chat/completions') ? answer : { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'llama-base', choices: [{ text: 'once', index: 0, logprobs: null, finish_reason: 'stop' }] })(line, call);
  expect(await post('/v1/completions', { model: 'base', prompt: 'a' })).toMatchObject([200, { id: 'cmpl-1', choices: [{ text: 'once' }], model: 'base' }]);
  expect([sent().path, sent().json['prompt']]).toEqual(['/v1/completions', 'a']);
  await post('/v1/completions', { model: 'good', prompt: 'a' });
  expect(sent().path).toBe('/v1/chat/completions');
});

test('the usage chunk that a client asks for tells the cost where the price is known', async () => {
  const chunk = (fields: object): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'own', ...fields })}\n\n`;
  provider.fallback = stream([chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }] }), chunk({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 } }), 'data: [DONE]\n\n']);
  const text = await (await gateway.post('/v1/chat/completions', { model: 'priced', messages, stream: true, stream_options: { include_usage: true } })).text();
  expect(text).toContain('"cost":0.000021');
  const silent = await (await gateway.post('/v1/chat/completions', { model: 'priced', messages, stream: true })).text();
  expect(silent).not.toContain('"cost"');
});

test('Responses on Claude have the members that LiteLLM writes, and errors name no parameter', async () => {
  const usage = { input_tokens: 11, output_tokens: 5, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  provider.fallback = json({ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [{ type: 'text', text: 'hello' }, { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} }], stop_reason: 'tool_use', stop_sequence: null, usage });
  const tools = [{ type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }];
  expect(await post('/v1/responses', { model: 'claude', input: 'hi', tools })).toMatchObject([200, {
    output: [{ type: 'message', phase: null }, { type: 'function_call', id: 'fc_toolu_1', call_id: 'toolu_1', caller: null, namespace: null }], parallel_tool_calls: false,
    tools: [{ name: 'f', description: null, allowed_callers: null, defer_loading: null, output_schema: null }],
    usage: {
      input_tokens_details: { audio_tokens: null, cached_tokens: 0, cached_tokens_details: null, image_tokens: null, text_tokens: 11, video_tokens: null, cache_write_tokens: 0 },
      output_tokens_details: { audio_tokens: null, reasoning_tokens: 0, text_tokens: 5 }, total_tokens: 16,
    },
  }]);
  provider.fallback = json({ error: { message: 'Invalid temperature', type: 'invalid_request_error', param: 'temperature', code: null } }, 400);
  expect(await post('/v1/responses', { model: 'bad', input: 'hi' })).toMatchObject([400, { error: { param: null, type: 'invalid_request_error', code: '400' } }]);
});

describe('what tools and dashboards ask first', () => {
  test('health of one model or deployment; none is not well', async () => {
    provider.fallback = json(answer);
    expect(await get('/health?model=nope')).toEqual([503, { healthy_endpoints: [], unhealthy_endpoints: [], healthy_count: 0, unhealthy_count: 0 }]);
    const [, info] = await get('/model/info') as [number, { data: { model_name: string; model_info: { id: string } }[] }];
    const id = info.data.find(({ model_name: name }) => name === 'priced')?.model_info.id ?? '';
    expect(await get(`/health?model_id=${id}`)).toMatchObject([200, { healthy_count: 1, unhealthy_count: 0, healthy_endpoints: [{ model_id: id }] }]);
    expect(await get('/health/services')).toMatchObject([422, { detail: [{ type: 'missing', loc: ['query', 'service'] }] }]);
  });

  test('a description of the routes', async () => {
    const [status, described] = await get('/openapi.json') as [number, { openapi: string; paths: Record<string, Record<string, object>> }];
    expect([status, described.openapi, Object.keys(described.paths['/v1/chat/completions'] ?? {}), Object.keys(described.paths['/v1/models/{model}'] ?? {})]).toEqual([200, '3.1.0', ['post'], ['get']]);
    const page = await gateway.fetch('/redoc');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('what is empty here, the licence, the pictures, what Claude Code tells of itself', async () => {
    for (const [path, body] of [
      ['/v1/agents', []], ['/public/mcp_hub', []], ['/vector_store/list', { object: 'list', data: [], total_count: 0, current_page: 1, total_pages: 0 }], ['/policies/list', { policies: [], total_count: 0 }],
      ['/v1/mcp/access_groups', { access_groups: [] }], ['/get_logo_url', { logo_url: '' }], ['/health/shared-status', { shared_health_check_enabled: false, message: 'Shared health check is not enabled' }],
      ['/health/license', { has_license: false, license_type: 'community', expiration_date: null, allowed_features: [], limits: { max_users: null, max_teams: null } }],
    ] as const) expect([path, ...await get(path)]).toEqual([path, 200, body]);
    const icon = await gateway.fetch('/get_favicon');
    expect([icon.status, icon.headers.get('content-type'), [...(await icon.bytes()).subarray(0, 4)]]).toEqual([200, 'image/x-icon', [0, 0, 1, 0]]);
    expect(await post('/api/event_logging/batch', {})).toEqual([200, { status: 'ok' }]);
    expect(await get('/get/config/callbacks')).toMatchObject([200, { status: 'success', alerts: [{ name: 'email', variables: { SMTP_PORT: '587' } }, {}], router_settings: { fallbacks: [{ other: ['priced'] }], model_group_alias: { other: 'good' } } }]);
    expect(((await get('/cursor/models'))[1] as { data: { id: string }[] }).data.map(({ id }) => id)).toContain('good');
  });

  test('management without a database: what is missing first, then the refusal in the form of the route', async () => {
    expect(await get('/config/list')).toEqual([422, { detail: [{ type: 'missing', loc: ['query', 'config_type'], msg: 'Field required', input: null }] }]);
    expect(await post('/team/member_add', {})).toMatchObject([422, { detail: [{ loc: ['body', 'member'] }, { loc: ['body', 'team_id'] }] }]);
    expect(await get('/config/list?config_type=general_settings')).toMatchObject([400, { detail: { error: expect.any(String) } }]);
    expect(await get('/team/info?team_id=t')).toMatchObject([500, { error: { type: 'auth_error', param: 'None', code: '500' } }]);
    expect(await get('/credentials')).toEqual([200, { success: true, credentials: [] }]);
    expect((await get('/user/available_roles'))[0]).toBe(200);
  });
});

describe('shapes that nobody can read, and boxes', () => {
  test('turns that are no objects and tools that are no list are refused at once', async () => {
    const refused = [400, { error: { message: expect.stringContaining('Invalid request format'), type: 'invalid_request_error', code: '400' } }] as unknown as [number, object];
    for (const more of [{ messages: ['hi'] }, { messages: [null] }, { messages, tools: 'x' }]) expect(await post('/v1/chat/completions', { model: 'good', ...more })).toMatchObject(refused);
    expect(provider.calls).toEqual([]);
  });

  test('members of `extra_body` reach the provider as its own, and are judged like all others', async () => {
    provider.fallback = json(answer);
    await post('/v1/chat/completions', { model: 'good', messages, temperature: 0.5, extra_body: { foo: 1, temperature: 0.7 } });
    expect(sent().json).toEqual({ model: 'gpt-4o-mini', messages, temperature: 0.7, foo: 1 });
    expect(await post('/v1/chat/completions', { model: 'good', messages, extra_body: { model: 'nope' } })).toMatchObject([400, { error: { message: expect.stringContaining('nope') } }]);
    expect((await post('/v1/chat/completions', { model: 'good', messages, extra_body: { base_url: 'http://127.0.0.1:1' } }))[0]).toBe(401);
  });
});

test('a model with a slash in the path of an engine or a deployment', async () => {
  provider.fallback = json(answer);
  const wild = localGateway(`model_list: [{ model_name: "o/*", litellm_params: { model: "openai/*", api_key: k, api_base: "${provider.url}/v1" } }]`);
  for (const path of ['/engines/o/x/chat/completions', '/openai/deployments/o/x/chat/completions']) expect([path, (await wild.post(path, { messages })).status, sent().model]).toEqual([path, 200, 'x']);
});

test('Gemini\'s clients get Anthropic\'s own count for Claude', async () => {
  provider.fallback = json({ input_tokens: 42 });
  expect(await post('/v1beta/models/claude:countTokens', { contents: [{ role: 'user', parts: [{ text: 'hi' }] }], systemInstruction: { parts: [{ text: 's' }] }, generationConfig: { temperature: 0.1 } }))
    .toEqual([200, { totalTokens: 42, promptTokensDetails: [], litellm_count_source: 'provider' }]);
  expect([sent().path, Object.keys(sent().json).toSorted()]).toEqual(['/v1/messages/count_tokens', ['messages', 'model', 'system']]);
});

test('usage of legacy completions by Claude has its details', async () => {
  provider.fallback = json({ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [{ type: 'text', text: 'hello' }], stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: 11, output_tokens: 5 } });
  expect(await post('/v1/completions', { model: 'claude', prompt: 'x' })).toMatchObject([200, { usage: {
    completion_tokens_details: { text_tokens: 5, reasoning_tokens: 0, image_tokens: null }, prompt_tokens_details: { text_tokens: 11, cache_write_tokens: 0, cache_creation_tokens: 0, cached_tokens: 0 },
    cache_creation_input_tokens: 0, cache_read_input_tokens: 0, iterations: null, inference_geo: null, speed: null, service_tier: null,
  } }]);
});

test('a page leads to signing in where there is no identity provider', async () => {
  for (const path of ['/sso/key/generate', '/fallback/login']) {
    const page = await gateway.fetch(path, { headers: { authorization: 'none' } });
    expect([path, page.status, page.headers.get('content-type'), (await page.text()).includes('/ui/')]).toEqual([path, 200, 'text/html; charset=utf-8', true]);
  }
  expect((await gateway.fetch('/ui', { redirect: 'manual' })).status).toBe(307);
});

describe('failures that are asked for, where that is allowed', () => {
  const open = (): LocalGateway => localGateway(`
model_list:
  - { model_name: m, litellm_params: { model: openai/m, api_key: k, api_base: "${provider.url}/v1" } }
  - { model_name: n, litellm_params: { model: openai/n, api_key: k, api_base: "${provider.url}/v1" } }
router_settings: { num_retries: 0, allowed_fails: 0 }
litellm_settings: { default_fallbacks: [n] }
general_settings: { dangerously_allow_mock_testing_request_params: true }
`);
  const asked = async (more: object): Promise<[number, unknown, unknown[]]> => {
    provider.clear();
    provider.fallback = json(answer);
    const response = await open().post('/v1/chat/completions', { model: 'm', messages, ...more });
    return [response.status, await response.json(), provider.calls.map(({ model }) => model)];
  };

  test('each is told as its kind, and falls back as its kind', async () => {
    const alone = { disable_fallbacks: true };
    expect(await asked({ mock_timeout: true, ...alone })).toMatchObject([408, { error: { message: expect.stringContaining('mock timeout'), type: 'invalid_request_error', code: '408' } }, []]);
    expect(await asked({ mock_testing_rate_limit_error: true, ...alone })).toMatchObject([429, { error: { type: 'throttling_error', code: '429' } }, []]);
    expect(await asked({ mock_testing_fallbacks: true, ...alone })).toMatchObject([500, { error: { type: 'internal_server_error', code: '500' } }, []]);
    expect(await asked({ mock_testing_context_fallbacks: true, ...alone })).toMatchObject([400, { error: { message: expect.stringContaining('ContextWindowExceededError') } }, []]);
    for (const member of ['mock_testing_fallbacks', 'mock_testing_context_fallbacks', 'mock_testing_content_policy_fallbacks']) expect([member, ...await asked({ [member]: true })]).toMatchObject([member, 200, {}, ['n']]);
  });

  test('says nothing against the deployment', async () => {
    provider.clear();
    provider.fallback = json(answer);
    const gateway = open();
    const ask = async (more: object): Promise<number> => (await gateway.post('/v1/chat/completions', { model: 'm', messages, disable_fallbacks: true, ...more })).status;
    expect([await ask({ mock_testing_rate_limit_error: true }), await ask({ mock_testing_fallbacks: true }), await ask({})]).toEqual([429, 500, 200]);
  });

  test('a model that nothing serves is told twice where there are default fallbacks', async () => {
    const [status, body] = await asked({ model: 'nope' });
    expect([status, body]).toMatchObject([400, { error: { type: 'invalid_request_error', param: null, provider_specific_fields: { error: expect.stringContaining('Invalid model name passed in model=nope') } } }]);
  });
});
