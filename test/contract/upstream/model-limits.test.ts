// What one model refuses although its dialect has it. The client goes by the model's name, and the gateway's name tells it nothing:
// what is known to be refused is told otherwise or left out and named, in the client's own dialect as in another one.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { configOf } from '../../support/dialects.ts';
import { json, ScriptedProvider, stream } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { operatorNote } from '../../../src/dialects/system-messages.ts';

const chatAnswer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }] };
const messagesAnswer = { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'Hi' }], stop_reason: 'end_turn', usage: { input_tokens: 1, output_tokens: 1 } };
const responsesAnswer = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'completed', output: [{ type: 'message', id: 'm', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi', annotations: [] }] }] };
const converseAnswer = { output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } }, stopReason: 'end_turn', usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } };

let provider: ScriptedProvider;
let local: LocalGateway;
let dropping: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  provider.fallback = (line, call) => json(call.path.includes('/messages') ? messagesAnswer : call.path.includes('/responses') ? responsesAnswer : call.path.includes('converse') ? converseAnswer : chatAnswer)(line, call);
  const model = (name: string, of: string, base: string, extra: Record<string, unknown> = {}) => ({ name, model: of, base, extra });
  const models = [
    model('haiku', 'anthropic/claude-haiku-4-5', provider.url), model('opus', 'anthropic/claude-opus-4-8', provider.url), model('opus-4-5', 'anthropic/claude-opus-4-5', provider.url), model('opus-4-6', 'anthropic/claude-opus-4-6', provider.url),
    model('fable', 'anthropic/claude-fable-5-1', provider.url), model('old', 'anthropic/claude-3-haiku-20240307', provider.url), model('unknown', 'anthropic/claude-of-tomorrow', provider.url),
    model('gpt', 'openai/gpt-5.5', `${provider.url}/v1`), model('resting', 'openai/gpt-5.4', `${provider.url}/v1`), model('plain', 'openai/gpt-4.1', `${provider.url}/v1`),
    model('any/*', 'anthropic/*', provider.url), model('own', 'custom_openai/gpt-5.5', `${provider.url}/v1`), model('deep', 'deepseek/deepseek-chat', provider.url),
    model('nova', 'bedrock/us.amazon.nova-pro-v1:0', provider.url, { aws_access_key_id: 'AKIAEXAMPLE0000000', aws_secret_access_key: 's', aws_region_name: 'us-east-1', api_key: undefined }),
  ];
  local = localGateway(configOf(models, { router_settings: { num_retries: 0 } }));
  dropping = localGateway(configOf(models, { litellm_settings: { drop_params: true }, router_settings: { num_retries: 0 } }));
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

interface Seen {
  status: number;
  sent: Record<string, unknown>;
  dropped: string;
}

async function ask(path: string, body: Record<string, unknown>, { gateway = local, headers = {} }: { gateway?: LocalGateway; headers?: Record<string, string> } = {}): Promise<Seen> {
  const response = await gateway.post(path, body, headers);
  await response.text();
  return { status: response.status, sent: provider.calls.at(-1)?.json ?? {}, dropped: response.headers.get('x-weir-dropped') ?? '' };
}

const user = { role: 'user', content: 'hi' };
const messages = (model: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}) => ask('/v1/messages', { model, max_tokens: 32_000, messages: [user], ...more }, { headers });
const chat = (model: string, more: Record<string, unknown> = {}, gateway = local) => ask('/v1/chat/completions', { model, messages: [user], ...more }, { gateway });
const google = (model: string, config: Record<string, unknown>) => ask(`/v1beta/models/${model}:generateContent`, { contents: [{ role: 'user', parts: [{ text: 'hi' }] }], generationConfig: config });

const claudeCode = {
  thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' }, context_management: { edits: [{ type: 'clear_thinking_20251015', keep: 'all' }] },
  messages: [user, { role: 'system', content: 'ENVIRONMENT' }],
};

describe('Claude Code behind a name that it does not know', () => {
  test('a model with all that it sends gets its bytes', async () => {
    const { sent, dropped } = await messages('opus', claudeCode);
    expect(sent).toMatchObject(claudeCode);
    expect(dropped).toBe('');
  });

  test('a model that thinks by a budget gets one, and the system message between the turns as the user’s', async () => {
    for (const model of ['haiku', 'any/claude-haiku-4-5']) {
      const { sent, dropped } = await messages(model, { ...claudeCode, temperature: 0 });
      expect(sent).toMatchObject({ thinking: { type: 'enabled', budget_tokens: 4096 }, context_management: claudeCode.context_management });
      expect(Object.keys(sent)).not.toContain('output_config');
      expect(Object.keys(sent)).not.toContain('temperature');
      expect(sent['messages']).toEqual([user, { role: 'user', content: [{ type: 'text', text: operatorNote }, { type: 'text', text: 'ENVIRONMENT' }] }]);
      expect(dropped).toBe('temperature');
    }
  });

  test('results of tools stay first, and a tool loop without thoughts does not begin to think', async () => {
    const loop = [user, { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'look', input: {} }] }, { role: 'system', content: 'LATER' }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'SEEN' }] }];
    const { sent, dropped } = await messages('haiku', { ...claudeCode, messages: loop });
    expect(Object.keys(sent).toSorted()).toEqual(['max_tokens', 'messages', 'model', 'stream']);
    expect((sent['messages'] as { role: string; content: unknown }[]).map(({ role, content }) => `${role} ${JSON.stringify(content).includes('SEEN')}`)).toEqual(['user false', 'assistant false', 'user true', 'user false']);
    expect(dropped).toBe('thinking');
  });

  test('a model that knows effort but no adaptive thinking keeps the effort', async () => {
    const { sent } = await messages('opus-4-5', claudeCode);
    expect(sent['output_config']).toEqual({ effort: 'high' });
    expect(Object.keys(sent)).not.toContain('thinking');
    expect((await messages('opus-4-5', { ...claudeCode, output_config: { effort: 'max' } })).sent['thinking']).toEqual({ type: 'enabled', budget_tokens: 16_384 });
  });

  test('a model that does not think is not asked to', async () => {
    const { sent, dropped } = await messages('old', claudeCode);
    expect(Object.keys(sent).toSorted()).toEqual(['max_tokens', 'messages', 'model', 'stream']);
    expect(dropped).toBe('thinking');
  });

  test('of a model that nobody knows nothing is changed', async () => {
    expect((await messages('unknown', claudeCode)).sent).toMatchObject(claudeCode);
  });
});

describe('older words for newer models', () => {
  test('a budget becomes effort', async () => {
    const { sent } = await messages('opus', { thinking: { type: 'enabled', budget_tokens: 5000 } });
    expect(sent).toMatchObject({ thinking: { type: 'adaptive' }, output_config: { effort: 'high' } });
  });

  test('thinking that cannot be switched off is not told to be', async () => {
    expect(Object.keys((await messages('fable', { thinking: { type: 'disabled' } })).sent)).not.toContain('thinking');
  });

  test('a tool that cannot be demanded is offered', async () => {
    const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } } }];
    const { sent, dropped } = await chat('fable', { tools, tool_choice: 'required' });
    expect(sent['tool_choice']).toEqual({ type: 'auto' });
    expect(dropped).toBe('tool_choice');
  });
});

describe('sampling', () => {
  test('Gemini’s usual numbers: of two only one is sent to Claude, and the usual temperature is none', async () => {
    const usual = await google('haiku', { temperature: 1, topP: 0.95 });
    expect([usual.sent['temperature'], usual.sent['top_p'], usual.dropped]).toEqual([undefined, 0.95, '']);
    const cold = await google('haiku', { temperature: 0.2, topP: 0.95 });
    expect([cold.sent['temperature'], cold.sent['top_p'], cold.dropped]).toEqual([0.2, undefined, 'top_p']);
    const both = await google('old', { temperature: 0.2, topP: 0.95 });
    expect([both.sent['temperature'], both.sent['top_p']]).toEqual([0.2, 0.95]);
  });

  test('a model without sampling is told none of it; clients of Chat Completions are refused unless parameters may be dropped', async () => {
    const { sent, dropped } = await google('opus', { temperature: 0.2, topP: 0.9, topK: 5 });
    expect([sent['temperature'], sent['top_p'], sent['top_k'], dropped]).toEqual([undefined, undefined, undefined, 'temperature, top_p, top_k']);
    expect((await chat('opus', { temperature: 0.2 })).status).toBe(400);
    expect(await chat('opus', { temperature: 1 })).toMatchObject({ status: 200, dropped: '' });
    expect(await chat('opus', { temperature: 0.2 }, dropping)).toMatchObject({ status: 200, dropped: 'temperature' });
  });

  test('OpenAI’s reasoning models sample only while they do not think', async () => {
    const thinking = await messages('gpt', { temperature: 0.2, stop_sequences: ['X'] });
    expect([thinking.sent['temperature'], thinking.dropped]).toEqual([undefined, 'stop, temperature']);
    expect((await messages('resting', { temperature: 0.2 })).sent['temperature']).toBe(0.2);
    expect((await messages('resting', { temperature: 0.2, output_config: { effort: 'low' } })).sent['temperature']).toBeUndefined();
    expect((await google('gpt', { temperature: 0.2, topP: 0.9 })).dropped).toBe('temperature, top_p');
  });

  test('in its own dialect a body passes, unless parameters may be dropped; the output limit has the newer name', async () => {
    const passed = await chat('gpt', { temperature: 0.2, max_tokens: 50 });
    expect(passed.sent).toMatchObject({ temperature: 0.2, max_completion_tokens: 50 });
    expect(Object.keys(passed.sent)).not.toContain('max_tokens');
    const left = await chat('gpt', { temperature: 0.2, top_p: 0.5, presence_penalty: 1, stop: ['X'], max_tokens: 50 }, dropping);
    expect(Object.keys(left.sent).toSorted()).toEqual(['max_completion_tokens', 'messages', 'model']);
    expect(left.dropped.split(', ').toSorted()).toEqual(['presence_penalty', 'stop', 'temperature', 'top_p']);
    expect((await chat('gpt', { temperature: 0.2, reasoning_effort: 'none' }, dropping)).sent['temperature']).toBe(0.2);
    expect((await chat('own', { temperature: 0.2, max_tokens: 50 }, dropping)).sent).toMatchObject({ temperature: 0.2, max_tokens: 50 });
  });
});

describe('what the price map knows of a model', () => {
  test('one that does not think is not asked to, and is asked for no more than it writes', async () => {
    const { sent, dropped } = await messages('plain', { max_tokens: 64_000, thinking: { type: 'adaptive' }, output_config: { effort: 'high' } });
    expect([sent['reasoning'], sent['max_output_tokens'], dropped]).toEqual([undefined, 32_768, 'reasoning_effort']);
  });

  test('effort in words that the model takes, from clients that do not know it', async () => {
    const effort = async (model: string, given: string) => ((await messages(model, { output_config: { effort: given } })).sent['reasoning'] as { effort: string }).effort;
    expect([await effort('gpt', 'max'), await effort('gpt', 'low'), await effort('resting', 'minimal')]).toEqual(['xhigh', 'low', 'low']);
    expect((await ask('/v1/responses', { model: 'opus', input: 'hi', reasoning: { effort: 'minimal' } })).sent).toMatchObject({ output_config: { effort: 'low' } });
    expect((await chat('opus-4-6', { reasoning_effort: 'xhigh' })).sent).toMatchObject({ output_config: { effort: 'high' } });
  });

  test('words of Anthropic’s betas are for Anthropic’s models only', async () => {
    const { sent, dropped } = await messages('nova', { output_config: { effort: 'high' } }, { 'anthropic-beta': 'effort-2025-11-24' });
    expect(JSON.stringify(sent)).not.toContain('beta');
    expect(dropped).toContain('anthropic-beta:effort-2025-11-24');
  });
});

test('a later system message does not go to the system prompt, which the provider keeps cached', async () => {
  const body = { messages: [{ role: 'system', content: 'FIRST' }, user, { role: 'assistant', content: 'a' }, { role: 'developer', content: 'LATER' }, user] };
  const taken = await chat('opus', body);
  expect(taken.sent).toMatchObject({ system: [{ type: 'text', text: 'FIRST' }], messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }, { role: 'system', content: [{ type: 'text', text: 'LATER' }] }] });
  const told = await chat('haiku', body);
  expect(told.sent).toMatchObject({ system: [{ type: 'text', text: 'FIRST' }], messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user', content: [{ type: 'text', text: operatorNote }, { type: 'text', text: 'LATER' }, { type: 'text', text: 'hi' }] }] });
});

test('a provider without schemas is asked by a tool, by chat’s own clients too, plain and streamed', async () => {
  const format = { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object', properties: { CITY: { type: 'string' } } } } };
  const call = (args: string) => [{ index: 0, id: 'call_1', type: 'function', function: { name: 'json_tool_call', arguments: args } }];
  provider.on('deepseek-chat', json({ ...chatAnswer, choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls: call('{"CITY":"Bern"}') } }] }));
  const plain = await local.post('/v1/chat/completions', { model: 'deep', messages: [user], response_format: format });
  expect(await plain.json()).toMatchObject({ choices: [{ finish_reason: 'stop', message: { content: '{"CITY":"Bern"}' } }] });
  expect(provider.calls.at(-1)?.json).toMatchObject({ tools: [{ function: { name: 'json_tool_call' } }], tool_choice: { function: { name: 'json_tool_call' } } });
  const chunk = (delta: object, reason: string | null): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`;
  provider.on('deepseek-chat', stream([chunk({ role: 'assistant', tool_calls: call('{"CITY":') }, null), chunk({ tool_calls: [{ index: 0, function: { arguments: '"Bern"}' } }] }, null), chunk({}, 'tool_calls'), 'data: [DONE]\n\n']));
  const text = await (await local.post('/v1/chat/completions', { model: 'deep', messages: [user], response_format: format, stream: true })).text();
  const pieces = [...text.matchAll(/"content":"((?:[^"\\]|\\.)*)"/g)].map(([, piece]) => JSON.parse(`"${piece ?? ''}"`) as string);
  expect(pieces.join('')).toBe('{"CITY":"Bern"}');
  expect(text).toContain('"finish_reason":"stop"');
  expect(text).not.toContain('json_tool_call');
});
