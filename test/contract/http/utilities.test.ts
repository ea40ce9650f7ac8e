// What tells about models without calling them, as LiteLLM tells it. The shapes were compared with LiteLLM Proxy 1.106.2 on the same questions.
import { expect, test } from 'bun:test';
import { localGateway } from '../../support/gateway.ts';

const gateway = localGateway(`
model_list:
  - { model_name: chat, litellm_params: { model: openai/gpt-4o, api_key: sk-real-key-1, rpm: 5 }, model_info: { id: chat-1 } }
  - { model_name: claude, litellm_params: { model: anthropic/claude-sonnet-4-5, api_key: k } }
  - { model_name: perplexing, litellm_params: { model: mistral/mistral-large-latest, api_key: k } }
  - { model_name: "openrouter/*", litellm_params: { model: "openrouter/*", api_base: "http://127.0.0.1:9/v1", api_key: sk-real-key-2 } }
  - { model_name: vectors, litellm_params: { model: voyage/voyage-3, api_key: k } }
router_settings: { model_group_alias: { other: chat }, fallbacks: [{ chat: [claude] }], context_window_fallbacks: [{ chat: [perplexing] }] }
litellm_settings: { public_model_groups: [chat] }
`, { environment: { OR_SITE_URL: 'https://example.test' } });
const get = async (path: string): Promise<[number, Record<string, never>]> => {
  const response = await gateway.fetch(path);
  return [response.status, await response.json() as Record<string, never>];
};
const post = async (path: string, body: unknown): Promise<[number, Record<string, never>]> => {
  const response = await gateway.post(path, body);
  return [response.status, await response.json() as Record<string, never>];
};

test('the parameters of a model are those that its provider is sent', async () => {
  const params = async (model: string): Promise<string[]> => (await get(`/utils/supported_openai_params?model=${model}`))[1]['supported_openai_params'] as unknown as string[];
  const [chat, claude, mistral] = await Promise.all([params('chat'), params('claude'), params('perplexing')]);
  expect(chat).toContain('logit_bias');
  expect(chat).not.toContain('reasoning_effort');
  for (const name of ['frequency_penalty', 'logit_bias', 'seed', 'n', 'logprobs']) expect(claude).not.toContain(name);
  for (const name of ['max_tokens', 'temperature', 'tools', 'tool_choice', 'response_format', 'reasoning_effort', 'stop', 'stream', 'user']) expect(claude).toContain(name);
  expect(mistral).not.toContain('logit_bias');
  expect(mistral).toContain('tools');
  expect(await params('vectors')).toEqual([]);
  // A model that is not served here is known by its provider.
  expect(await params('groq/llama-3.3-70b-versatile')).not.toContain('logit_bias');
  expect(await get('/utils/supported_openai_params?model=nope')).toEqual([400, { detail: { error: 'Could not map model=nope' } } as never]);
  expect(await get('/utils/supported_openai_params')).toMatchObject([422, { detail: [{ type: 'missing', loc: ['query', 'model'], msg: 'Field required' }] }]);
});

test('what the price map knows of a model', async () => {
  const [status, told] = await get('/utils/model_info?model=gpt-4o');
  expect([status, told]).toMatchObject([200, { model: 'gpt-4o', custom_llm_provider: 'openai', model_info: { key: 'gpt-4o', litellm_provider: 'openai', mode: 'chat', max_input_tokens: 128_000, supports_vision: true } }]);
  expect(await get('/utils/model_info?model=claude-sonnet-4-5&custom_llm_provider=anthropic')).toMatchObject([200, { model_info: { litellm_provider: 'anthropic' } }]);
  expect(await get('/utils/model_info?model=nope')).toEqual([404, { detail: { error: 'model=nope, custom_llm_provider=None is not in the model cost map' } } as never]);
  expect((await get('/utils/model_info'))[0]).toBe(422);
});

test('model groups: aliases too, no patterns, unknown prices are null', async () => {
  const [, { data }] = await get('/model_group/info');
  const groups = data as unknown as Record<string, unknown>[];
  expect(groups.map((group) => group['model_group'])).toEqual(['other', 'chat', 'claude', 'perplexing', 'vectors']);
  expect(groups[1]).toMatchObject({ providers: ['openai'], rpm: 5, itpm: null, otpm: null, input_cost_per_pixel: null, supports_url_context: false, supports_fast_mode: false, supported_reasoning_efforts: null, is_public_model_group: true, health_status: null, health_response_time: null, health_checked_at: null });
  expect(groups[2]).toMatchObject({ is_public_model_group: false });
  expect((await get('/model_group/info?model_group=nope'))[1]).toEqual({ data: [] } as never);
});

test('lists of models: kinds of fallbacks, owners, unknown ids', async () => {
  const fallbacks = async (type: string): Promise<unknown> => {
    const [, { data }] = await get(`/v1/models?include_metadata=true${type}`);
    return (data as unknown as { id: string; metadata: { fallbacks: string[] } }[]).find(({ id }) => id === 'chat')?.metadata.fallbacks;
  };
  expect([await fallbacks(''), await fallbacks('&fallback_type=context_window'), await fallbacks('&fallback_type=content_policy')]).toEqual([['claude'], ['perplexing'], []]);
  expect(await get('/v1/models?include_metadata=true&fallback_type=x')).toEqual([400, { detail: "Invalid fallback_type. Must be one of: ['general', 'context_window', 'content_policy']" } as never]);
  expect(await get('/v1/models?only_model_access_groups=true')).toEqual([200, { data: [], object: 'list' } as never]);
  expect((await get('/v1/models/claude'))[1]).toMatchObject({ id: 'claude', owned_by: 'anthropic' });
  expect(await get('/model/info?litellm_model_id=nope')).toEqual([400, { detail: { error: 'Model id = nope not found on litellm proxy' } } as never]);
  expect((await get('/public/agent_hub'))[1]).toEqual([] as never);
});

test('counting tokens: what is missing is named, a text alone has no turns', async () => {
  expect(await post('/utils/token_counter', { model: 'chat', prompt: 'hello world how are you' })).toMatchObject([200, {
    total_tokens: 5, request_model: 'chat', model_used: 'gpt-4o', count_source: 'local_estimate', original_response: null, error: false, error_message: null, status_code: null,
  }]);
  expect(await post('/utils/token_counter', { model: 'chat', messages: [{ role: 'user', content: 'hello world how are you' }] })).toMatchObject([200, { total_tokens: 12 }]);
  expect(await post('/utils/token_counter', { model: 'chat' })).toEqual([400, { detail: 'prompt or messages or contents must be provided' } as never]);
  expect(await post('/utils/token_counter', { messages: [] })).toMatchObject([422, { detail: [{ loc: ['body', 'model'] }] }]);
  expect(await post('/utils/token_counter', { model: 'chat', messages: 'x' })).toMatchObject([422, { detail: [{ type: 'list_type', loc: ['body', 'messages'] }] }]);
  expect(await post('/v1/messages/count_tokens', { messages: [] })).toMatchObject([400, { type: 'error', error: { message: 'model parameter is required' } }]);
  expect((await post('/v1beta/models/chat:countTokens', { contents: [{ parts: [{ text: 'hi' }] }] }))[1]).toMatchObject({ promptTokensDetails: [], litellm_count_source: 'local_estimate' });
});

test('a request as its provider would get it: of this gateway\'s models, and at the provider itself; no key is shown', async () => {
  const show = async (type: string, body: object): Promise<Record<string, never>> => (await post('/utils/transform_request', { call_type: type, request_body: body }))[1];
  const messages = [{ role: 'user', content: 'hi' }];
  expect(await show('completion', { model: 'chat', messages })).toMatchObject({ raw_request_api_base: 'https://api.openai.com/v1/chat/completions', raw_request_body: { model: 'gpt-4o', messages }, raw_request_headers: { Authorization: 'Be****ey' }, error: null });
  // As in LiteLLM, `provider/model` is the provider's, though a pattern would serve it.
  const openrouter = await show('acompletion', { model: 'openrouter/deepseek/deepseek-chat', messages });
  expect(await show('completion', { model: 'openrouter/x', messages })).toMatchObject({ raw_request_body: { model: 'x' }, raw_request_headers: { 'X-Title': 'liteLLM' } });
  expect(await show('completion', { model: 'openrouter/auto', messages })).toMatchObject({ raw_request_body: { model: 'openrouter/auto' } });
  expect(openrouter).toMatchObject({ raw_request_api_base: 'https://openrouter.ai/api/v1/chat/completions', raw_request_body: { model: 'deepseek/deepseek-chat', messages, usage: { include: true } }, raw_request_headers: { 'HTTP-Referer': 'https://example.test', 'Content-Type': 'application/json', 'Authorization': 'Be****ey' } });
  expect(await show('completion', { model: 'anthropic/claude-sonnet-4-5', messages })).toMatchObject({ raw_request_api_base: 'https://api.anthropic.com/v1/messages', raw_request_headers: { 'x-api-key': 'my****ey', 'anthropic-version': '2023-06-01' } });
  expect(await show('embedding', { model: 'openai/text-embedding-3-small', input: 'x' })).toMatchObject({ raw_request_api_base: 'https://api.openai.com/v1/embeddings', raw_request_body: { model: 'text-embedding-3-small', input: 'x' } });
  expect(JSON.stringify([await show('completion', { model: 'chat', messages }), openrouter])).not.toContain('sk-real');
  expect((await post('/utils/transform_request', { call_type: 'nope', request_body: {} }))[0]).toBe(422);
  expect((await post('/utils/transform_request', { request_body: {} }))[0]).toBe(422);
  expect(await post('/utils/transform_request', { call_type: 'completion', request_body: { model: 'chat', messages, api_base: 'http://127.0.0.1:1' } })).toMatchObject([400, { detail: { error: 'Rejected Request: api_base is not allowed in request body.' } }]);
});
