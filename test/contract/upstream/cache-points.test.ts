// Marks for the provider's prompt cache that the configuration or a request asks for: where they go on every way to Claude, how many, and when not.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { either } from '../../support/recorded-provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { providerOf } from '../../support/dialects.ts';
import { ScriptedProvider } from '../../support/provider.ts';

let provider: ScriptedProvider;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => {
  provider.clear();
  const [claude, chat] = [providerOf('anthropic'), providerOf('deepseek')];
  provider.on('claude-sonnet-4-5', either(claude.answer, claude.frames)).on('anthropic/claude-sonnet-4.5', either(chat.answer, chat.frames)).on('gpt-x', either(chat.answer, chat.frames));
});
afterAll(() => provider.stop());

const points = [{ location: 'message', role: 'system' }, { location: 'message', index: -1 }];
const gateway = (params: object, settings: object = {}): LocalGateway => localGateway(JSON.stringify({
  model_list: [
    ['claude', 'anthropic/claude-sonnet-4-5', ''], ['routed', 'openrouter/anthropic/claude-sonnet-4.5', '/v1'], ['other', 'openai/gpt-x', '/v1'], ['any/*', 'anthropic/*', ''],
  ].map(([name, model, path]) => ({ model_name: name, litellm_params: { model, api_key: 'k', api_base: `${provider.url}${path}`, ...params } })),
  router_settings: { num_retries: 0 }, litellm_settings: settings,
}));
const mark = { type: 'ephemeral' };
const text = (words: string, marked: object | null = null): object => ({ type: 'text', text: words, ...(marked && { cache_control: marked }) });
const chat = { messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'One?' }, { role: 'assistant', content: 'Two.' }, { role: 'user', content: [text('a'), text('b')] }] };
const messages = { max_tokens: 9, system: 'Be brief.', messages: [{ role: 'user', content: 'One?' }, { role: 'assistant', content: 'Two.' }, { role: 'user', content: [text('a'), text('b')] }] };
async function sent(local: LocalGateway, path: string, body: object): Promise<Record<string, unknown>> {
  provider.calls.length = 0;
  const response = await local.post(path, body);
  expect(response.status, await response.clone().text()).toBe(200);
  return provider.calls[0]?.json ?? {};
}
const marksIn = (body: object): number => JSON.stringify(body).split('"cache_control"').length - 1;

describe.each([
  ['Chat Completions to Claude', '/v1/chat/completions', { model: 'claude', ...chat }],
  ['Messages to Claude', '/v1/messages', { model: 'claude', ...messages }],
  ['Responses to Claude', '/v1/responses', { model: 'claude', instructions: 'Be brief.', input: [{ role: 'user', content: 'One?' }, { role: 'assistant', content: 'Two.' }, { role: 'user', content: [{ type: 'input_text', text: 'a' }, { type: 'input_text', text: 'b' }] }] }],
])('%s', (_name, path, body) => {
  const marked = { system: [text('Be brief.', mark)], messages: [expect.anything(), expect.anything(), { role: 'user', content: [text('a'), text('b', mark)] }] };

  test('the deployment’s points are marked, and nothing else', async () => {
    const got = await sent(gateway({ cache_control_injection_points: points }), path, body);
    expect(got).toMatchObject(marked);
    expect(marksIn(got)).toBe(2);
    expect(got['cache_control_injection_points']).toBeUndefined();
  });

  test('a request’s own points go before the deployment’s', async () => {
    const got = await sent(gateway({ cache_control_injection_points: points }), path, { ...body, cache_control_injection_points: [{ location: 'message', role: 'user', control: { type: 'ephemeral', ttl: '1h' } }] });
    expect(marksIn(got)).toBe(2);
    expect(JSON.stringify(got)).toContain('"cache_control":{"type":"ephemeral","ttl":"1h"}');
    expect(JSON.stringify(got['system'])).not.toContain('cache_control');
  });

  test('the usual points, where the client marks nothing', async () => {
    const local = gateway({}, { enable_anthropic_prompt_caching: true, anthropic_prompt_caching_ttl: '1h' });
    const got = await sent(local, path, body);
    expect(marksIn(got)).toBe(2);
    expect(got['system']).toEqual([text('Be brief.', { type: 'ephemeral', ttl: '1h' })]);
    expect(marksIn(await sent(gateway({}), path, body))).toBe(0);
  });
});

test('a client that marks its own prompt is left alone by the usual points, and never gets more than four', async () => {
  const own = { model: 'claude', ...messages, messages: [{ role: 'user', content: [text('a', mark)] }, { role: 'assistant', content: 'Two.' }, { role: 'user', content: [text('b', mark), text('c', mark)] }, { role: 'assistant', content: 'x' }, { role: 'user', content: 'y' }] };
  expect(marksIn(await sent(gateway({}, { enable_anthropic_prompt_caching: true }), '/v1/messages', own))).toBe(3);
  const got = await sent(gateway({ cache_control_injection_points: [{ location: 'message', role: 'system' }, { location: 'message', role: 'user' }] }), '/v1/messages', own);
  expect(marksIn(got)).toBe(4);
  expect(got['system']).toEqual([text('Be brief.', mark)]);
});

test('OpenRouter passes marks to Claude; where nobody takes them, none are set and the bytes stay', async () => {
  const local = gateway({ cache_control_injection_points: points });
  expect(await sent(local, '/v1/chat/completions', { model: 'routed', ...chat })).toMatchObject({ messages: [{ role: 'system', content: [text('Be brief.', mark)] }, { role: 'user', content: 'One?' }, {}, { role: 'user', content: [text('a'), text('b', mark)] }] });
  expect(await sent(local, '/v1/chat/completions', { model: 'other', ...chat })).toEqual({ model: 'gpt-x', ...chat });
});

test('behind the tools, at a place from the begin, and not where there is nothing to mark', async () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }, { type: 'function', function: { name: 'g', parameters: { type: 'object', properties: {} } } }];
  const local = gateway({ cache_control_injection_points: [{ location: 'tool_config' }, { location: 'message', index: '1' }, { location: 'message', index: 99 }, { location: 'nowhere' }] });
  const got = await sent(local, '/v1/chat/completions', { model: 'claude', ...chat, tools });
  expect(got['tools']).toMatchObject([{ name: 'f' }, { name: 'g', cache_control: mark }]);
  expect(got['messages']).toMatchObject([{ content: [text('One?', mark)] }, {}, {}]);
  expect(marksIn(got)).toBe(2);
  expect(marksIn(await sent(gateway({ cache_control_injection_points: points }), '/v1/messages', { model: 'claude', max_tokens: 9, messages: [{ role: 'user', content: 'y' }, { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm.', signature: 's' }] }] }))).toBe(0);
});

test('under a pattern the usual points are Claude’s only', async () => {
  const local = gateway({}, { enable_anthropic_prompt_caching: true });
  expect(marksIn(await sent(local, '/v1/messages', { ...messages, model: 'any/claude-sonnet-4-5' }))).toBe(2);
});
