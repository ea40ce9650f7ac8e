// Answers of the Responses API after they were given: fetched, listed, forgotten, gone on from; kept here, or at the provider that keeps them.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { json, ScriptedProvider, stream, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

// Azure's row has no address of its own, so its answers are kept there also at a test's address.
const config = (base: string): string => `
model_list:
  - {model_name: chatty, litellm_params: {model: deepseek/chatty, api_key: sk-provider-1, api_base: ${base}}}
  - {model_name: native, litellm_params: {model: openai/native, api_key: sk-provider-1, api_base: ${base}/v1}}
  - {model_name: keeper, litellm_params: {model: azure/keeper, api_key: az-provider-1, api_base: ${base}, api_version: v1}, model_info: {id: keeper-1}}
  - {model_name: keeper, litellm_params: {model: azure/keeper, api_key: az-provider-2, api_base: ${base}, api_version: v1}, model_info: {id: keeper-2}}
`;
const chat = (content: string): Play => json({ id: 'c', object: 'chat.completion', created: 1, model: 'chatty', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
const item = (text: string): object => ({ type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text, annotations: [] }] });
const answer = (id: string, model: string, text: string): object => ({ id, object: 'response', created_at: 1, status: 'completed', model, output: [item(text)], usage: null, previous_response_id: null });

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(config(provider.url));
});
beforeEach(() => {
  provider.clear();
  local.records.length = 0;
});
afterAll(() => provider.stop());

const create = async (body: Record<string, unknown>): Promise<{ status: number; body: Record<string, unknown> & { id: string } }> => {
  const response = await local.post('/v1/responses', body);
  return { status: response.status, body: await response.json() as Record<string, unknown> & { id: string } };
};
const fetched = async (path: string, method = 'GET'): Promise<{ status: number; body: Record<string, unknown> }> => {
  const response = await local.fetch(path, { method });
  return { status: response.status, body: await response.json() as Record<string, unknown> };
};

describe('kept here', () => {
  test('a conversation goes on over several answers of a chat provider', async () => {
    provider.on('chatty', chat('one'), chat('two'), chat('three'));
    const first = await create({ model: 'chatty', input: 'Say one.' });
    const second = await create({ model: 'chatty', input: [{ role: 'user', content: 'Say two.' }], previous_response_id: first.body.id });
    expect(second.body).toMatchObject({ previous_response_id: first.body.id });
    const third = await create({ model: 'chatty', input: 'Say three.', previous_response_id: second.body.id });
    expect(third.status).toBe(200);
    const messages = provider.calls[2]?.json['messages'];
    expect(messages).toMatchObject([
      { role: 'user', content: 'Say one.' }, { role: 'assistant', content: 'one' }, { role: 'user', content: 'Say two.' }, { role: 'assistant', content: 'two' }, { role: 'user', content: 'Say three.' },
    ]);
  });

  test('after a stream too', async () => {
    const chunk = (delta: object, finish: string | null): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'chatty', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
    provider.on('chatty', stream([chunk({ role: 'assistant', content: 'str' }, null), chunk({ content: 'eam' }, null), chunk({}, 'stop'), 'data: [DONE]\n\n']), chat('on'));
    const response = await local.post('/v1/responses', { model: 'chatty', input: 'Go.', stream: true });
    const id = /"id":"(resp_[^"]+)"/.exec(await response.text())?.[1] ?? '';
    await create({ model: 'chatty', input: 'On.', previous_response_id: id });
    expect(provider.calls[1]?.json['messages']).toMatchObject([{ content: 'Go.' }, { role: 'assistant', content: 'stream' }, { content: 'On.' }]);
    expect((await fetched(`/v1/responses/${id}`)).body).toMatchObject({ id, status: 'completed' });
  });

  test('for servers that speak the API and may keep nothing, and from one model to another', async () => {
    provider.on('native', json(answer('resp_native_1', 'native', 'one')), json(answer('resp_native_2', 'native', 'two')));
    const first = await create({ model: 'native', input: 'a' });
    await create({ model: 'native', input: 'b', previous_response_id: first.body.id });
    expect(provider.calls[1]?.json).toEqual({
      model: 'native',
      input: [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'a' }] }, item('one'), { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'b' }] }],
    });
    provider.on('chatty', chat('two'));
    await create({ model: 'chatty', input: 'c', previous_response_id: first.body.id });
    expect(provider.callsOf('chatty')[0]?.json['messages']).toMatchObject([{ content: 'a' }, { content: 'one' }, { content: 'c' }]);
  });

  test('fetched, listed, not cancelled, forgotten', async () => {
    provider.on('chatty', chat('one'));
    const { body } = await create({ model: 'chatty', input: 'a' });
    for (const base of ['/v1/responses', '/responses', '/openai/v1/responses']) expect(await fetched(`${base}/${body.id}`)).toEqual({ status: 200, body });
    expect((await fetched(`/v1/responses/${body.id}/input_items`)).body).toMatchObject({ object: 'list', has_more: false, data: [{ type: 'message', role: 'user', id: expect.stringMatching(/^msg_/) }] });
    expect((await fetched(`/v1/responses/${body.id}/cancel`, 'POST')).status).toBe(400);
    expect((await fetched(`/v1/responses/${body.id}`, 'DELETE')).body).toEqual({ id: body.id, object: 'response', deleted: true });
    expect((await fetched(`/v1/responses/${body.id}`)).status).toBe(400);
    const gone = await create({ model: 'chatty', input: 'b', previous_response_id: body.id });
    expect(gone).toMatchObject({ status: 400, body: { error: { param: 'previous_response_id' } } });
  });

  test('not with store: false', async () => {
    provider.on('chatty', chat('one'));
    const { body } = await create({ model: 'chatty', input: 'a', store: false });
    expect((await fetched(`/v1/responses/${body.id}`)).status).toBe(400);
  });
});

describe('kept at the provider', () => {
  test('going on leads back to the deployment that answered, with the body as it came', async () => {
    provider.on('keeper', json(answer('resp_kept', 'keeper', 'one')));
    await create({ model: 'keeper', input: 'a' });
    const key = provider.calls[0]?.headers['api-key'];
    for (let turn = 0; turn < 8; turn++) await create({ model: 'keeper', input: 'b', previous_response_id: 'resp_kept' });
    expect(new Set(provider.calls.map((call) => call.headers['api-key']))).toEqual(new Set([key]));
    expect(provider.calls[8]?.json).toEqual({ model: 'keeper', input: 'b', previous_response_id: 'resp_kept' });
  });

  test('its routes are asked there', async () => {
    provider.on('keeper', json(answer('resp_kept', 'keeper', 'one')));
    await create({ model: 'keeper', input: 'a' });
    provider.fallback = json(answer('resp_kept', 'keeper', 'one'));
    expect((await fetched('/v1/responses/resp_kept?include=x')).body).toMatchObject({ id: 'resp_kept', model: 'keeper' });
    await fetched('/v1/responses/resp_kept/input_items');
    await fetched('/v1/responses/resp_kept/cancel', 'POST');
    await fetched('/v1/responses/resp_kept', 'DELETE');
    expect(provider.calls.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /openai/v1/responses/resp_kept?include=x', 'GET /openai/v1/responses/resp_kept/input_items', 'POST /openai/v1/responses/resp_kept/cancel', 'DELETE /openai/v1/responses/resp_kept',
    ]);
    expect((await fetched('/v1/responses/resp_kept')).status).toBe(400);
  });

  test('compact and input_tokens: by the provider where it can', async () => {
    provider.on('keeper', json({ object: 'response.input_tokens', input_tokens: 7 }));
    const counted = await local.post('/v1/responses/input_tokens', { model: 'keeper', input: 'a' });
    expect(await counted.json()).toMatchObject({ input_tokens: 7 });
    const estimated = await local.post('/v1/responses/input_tokens', { model: 'chatty', input: 'a few words' });
    expect(await estimated.json()).toMatchObject({ object: 'response.input_tokens', input_tokens: expect.any(Number) });
    provider.on('keeper', json({ id: 'c', object: 'response.compaction', output: [], usage: { input_tokens: 5, output_tokens: 2, total_tokens: 7 } }));
    expect((await local.post('/v1/responses/compact', { model: 'keeper', input: 'a' })).status).toBe(200);
    expect(provider.calls.map(({ path }) => path)).toEqual(['/openai/v1/responses/input_tokens', '/openai/v1/responses/compact']);
  });

  test('compact: elsewhere the model writes a summary that the next request goes on from', async () => {
    provider.on('chatty', chat('They counted to two.'), chat('three'));
    const input = [{ role: 'user', content: 'Count.' }, { role: 'assistant', content: 'one, two' }];
    const response = await local.post('/v1/responses/compact', { model: 'chatty', input, tools: [{ type: 'function', name: 'f', parameters: {} }] });
    const compacted = await response.json() as { object: string; output: Record<string, unknown>[] };
    expect(structuredClone(compacted)).toMatchObject({ object: 'response.compaction', output: [input[0], { type: 'compaction', id: expect.stringMatching(/^cmp_/), encrypted_content: expect.any(String) }], usage: { input_tokens: 1 } });
    expect(provider.calls[0]?.json).toMatchObject({ messages: [input[0], input[1], { role: 'user', content: expect.stringContaining('Summarize') }] });
    expect(provider.calls[0]?.json).not.toHaveProperty('tools');
    expect((await create({ model: 'chatty', input: [...compacted.output, { role: 'user', content: 'On.' }] })).status).toBe(200);
    expect(provider.calls[1]?.json['messages']).toMatchObject([{ content: 'Count.' }, { role: 'user', content: expect.stringContaining('They counted to two.') }, { content: 'On.' }]);
  });

  test('a Responses body at the chat address is answered as chat (Cursor)', async () => {
    provider.on('chatty', chat('hello'));
    const response = await local.post('/v1/chat/completions', {
      model: 'chatty', instructions: 'Be brief.', input: [{ role: 'user', content: [{ type: 'input_text', text: 'Hi' }] }], max_output_tokens: 50, reasoning: { effort: 'low' }, user: 'u',
      tools: [{ type: 'function', name: 'look', parameters: { type: 'object' } }],
    });
    expect(await response.json()).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'hello' } }] });
    expect(provider.calls[0]?.json).toMatchObject({ messages: [{ content: 'Be brief.' }, { role: 'user', content: 'Hi' }], tools: [{ type: 'function', function: { name: 'look' } }], user: 'u' });
    for (const member of ['input', 'instructions', 'reasoning', 'max_output_tokens']) expect(provider.calls[0]?.json).not.toHaveProperty(member);
  });
});
