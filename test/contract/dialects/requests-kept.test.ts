// Requests that cross dialects: results of tools with pictures and failures in every pair, long conversations with what Google wants back
// through clients that know nothing of it, the members of one provider from every dialect, and what `strict` names.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { configOf } from '../../support/dialects.ts';
import { dialectOf } from '../../../src/dialects/registry.ts';
import { entriesOf, playScript, refusals } from '../../support/model/index.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { target } from './recorded.ts';
import type { DialectName } from '../../../src/canonical/dialect-name.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const png = 'iVBORw0KGgo=';
const names = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini'] as const satisfies readonly DialectName[];
const targets: readonly DialectName[] = [...names, 'bedrock-converse'];

function written(from: DialectName, body: JsonObject, to: DialectName): { sent: string; dropped: string[] } {
  const request = dialectOf(from).readRequest(body, 'm', false);
  if (!request.ok) throw new Error(request.fault.message);
  const result = dialectOf(to).writeRequest(request.value, { ...target, model: to === 'bedrock-converse' ? 'anthropic.claude-sonnet-4-5' : target.model, dropParams: true });
  if (!result.ok) throw new Error(result.fault.message);
  return { sent: JSON.stringify(result.value.body), dropped: result.value.dropped };
}

/** Two calls at once, and their results: one with words and a picture, one that failed. */
const results: Readonly<Record<(typeof names)[number], JsonObject>> = {
  'openai-chat': {
    messages: [
      { role: 'user', content: 'hi' }, { role: 'assistant', content: null, tool_calls: ['a', 'b'].map((id) => ({ id: `call_${id}`, type: 'function', function: { name: 'look', arguments: '{}' } })) },
      { role: 'tool', tool_call_id: 'call_a', content: [{ type: 'text', text: 'SEEN' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } }] },
      { role: 'tool', tool_call_id: 'call_b', content: 'Error: NO SUCH CITY' },
    ],
  },
  'openai-responses': {
    input: [
      { role: 'user', content: 'hi' }, ...['a', 'b'].map((id) => ({ type: 'function_call', call_id: `call_${id}`, name: 'look', arguments: '{}' })),
      { type: 'function_call_output', call_id: 'call_a', output: [{ type: 'input_text', text: 'SEEN' }, { type: 'input_image', image_url: `data:image/png;base64,${png}` }] },
      { type: 'function_call_output', call_id: 'call_b', output: 'Error: NO SUCH CITY' },
    ],
  },
  'anthropic-messages': {
    max_tokens: 64,
    messages: [
      { role: 'user', content: 'hi' }, { role: 'assistant', content: ['a', 'b'].map((id) => ({ type: 'tool_use', id: `call_${id}`, name: 'look', input: {} })) },
      { role: 'user', content: [
        { type: 'tool_result', tool_use_id: 'call_a', content: [{ type: 'text', text: 'SEEN' }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }] },
        { type: 'tool_result', tool_use_id: 'call_b', is_error: true, content: 'NO SUCH CITY' },
      ] },
    ],
  },
  gemini: {
    contents: [
      { role: 'user', parts: [{ text: 'hi' }] }, { role: 'model', parts: ['a', 'b'].map((id) => ({ functionCall: { id: `call_${id}`, name: 'look', args: {} } })) },
      { role: 'user', parts: [
        { functionResponse: { id: 'call_a', name: 'look', response: { output: 'SEEN' }, parts: [{ inlineData: { mimeType: 'image/png', data: png } }] } },
        { functionResponse: { id: 'call_b', name: 'look', response: { error: 'NO SUCH CITY' } } },
      ] },
    ],
  },
};

/** Where each dialect tells a result, and how it tells a failure. */
const shapes: Readonly<Partial<Record<DialectName, { results: RegExp; failure: RegExp }>>> = {
  'openai-chat': { results: /"role":"tool"/g, failure: /"content":"Error: NO SUCH CITY"/ },
  'openai-responses': { results: /"type":"function_call_output"/g, failure: /"output":"Error: NO SUCH CITY"/ },
  'anthropic-messages': { results: /"type":"tool_result"/g, failure: /NO SUCH CITY[^}]*\}?\]?,?"is_error":true|"is_error":true[^}]*NO SUCH CITY|Error: NO SUCH CITY/ },
  gemini: { results: /"functionResponse"/g, failure: /"error":"NO SUCH CITY"|"output":"Error: NO SUCH CITY"/ },
  'bedrock-converse': { results: /"toolResult"/g, failure: /"status":"error"|Error: NO SUCH CITY/ },
};

describe.each(names)('results of tools from %s', (from) => {
  test.each(targets.filter((to) => to !== from))('to %s', (to) => {
    const { sent, dropped } = written(from, results[from], to);
    const shape = shapes[to];
    expect(sent.match(shape?.results ?? /$^/g), sent).toHaveLength(2);
    expect(sent).toMatch(shape?.failure ?? /$^/);
    expect(sent).toContain('SEEN');
    expect(sent).toContain(png);
    expect(dropped).toEqual([]);
  });
});

test('Google’s `toolConfig` does not take the place of Amazon’s', () => {
  const body: JsonObject = {
    contents: [{ role: 'user', parts: [{ text: 'hi' }] }], tools: [{ functionDeclarations: [{ name: 'look', description: 'LOOKS', parametersJsonSchema: { type: 'object', properties: {} } }] }],
    toolConfig: { functionCallingConfig: { mode: 'AUTO' }, retrievalConfig: { languageCode: 'de' } },
  };
  const { sent, dropped } = written('gemini', body, 'bedrock-converse');
  expect(sent).toContain('LOOKS');
  expect(dropped).toEqual(['toolConfig']);
});

let provider: ScriptedProvider;
let local: LocalGateway;
const rounds = 9;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(configOf([
    ...entriesOf('long', provider.url), { name: 'router', model: 'openrouter/acme/model', base: `${provider.url}/v1` }, { name: 'claude', model: 'anthropic/claude', base: provider.url },
    { name: 'chat', model: 'deepseek/chat', base: `${provider.url}/v1` },
  ], { router_settings: { num_retries: 0 } }));
});
beforeEach(() => {
  provider.clear();
  refusals.length = 0;
});
afterAll(() => provider.stop());

type Message = Record<string, unknown>;
const listAt = (value: unknown, member: string): Message[] => ((value as Message | undefined)?.[member] as Message[] | undefined) ?? [];

/** A client that keeps of an answer only what its dialect's first version had. Gives the words of the last answer. */
type PlainClient = (model: string, stream: boolean) => Promise<string>;

const tools = ['alpha', 'beta', 'gamma'];

const openAi: PlainClient = async (model, stream) => {
  const messages: Message[] = [{ role: 'user', content: 'go' }];
  for (let turn = 0; turn <= rounds; turn++) {
    const body = { model, messages, stream, tools: tools.map((name) => ({ type: 'function', function: { name, parameters: { type: 'object', properties: {} } } })) };
    const response = await local.post('/v1/chat/completions', body);
    const { content, calls } = stream ? streamedChat(await response.text()) : wholeChat(await response.json());
    if (calls.length === 0) return content;
    messages.push({ role: 'assistant', content: null, tool_calls: calls });
    messages.push(...calls.map((call) => ({ role: 'tool', tool_call_id: call['id'], content: 'done' })));
  }
  return 'too many turns';
};

function wholeChat(body: unknown): { content: string; calls: Message[] } {
  const message = listAt(body, 'choices')[0]?.['message'];
  const calls = listAt(message, 'tool_calls').map(({ id, type, function: call }) => ({ id, type, function: call }));
  return { content: String((message as Message | undefined)?.['content'] ?? JSON.stringify(body)), calls };
}

function streamedChat(text: string): { content: string; calls: Message[] } {
  const calls: { id: unknown; type: string; function: { name: unknown; arguments: string } }[] = [];
  let content = '';
  for (const line of text.split('\n').filter((line) => line.startsWith('data: {'))) {
    const delta = listAt(JSON.parse(line.slice(6)), 'choices')[0]?.['delta'] as Message | undefined;
    content += String(delta?.['content'] ?? '');
    for (const piece of listAt(delta, 'tool_calls')) {
      const given = piece['function'] as Message | undefined;
      const at = Number(piece['index']);
      calls[at] ??= { id: piece['id'], type: 'function', function: { name: given?.['name'], arguments: '' } };
      calls[at].function.arguments += String(given?.['arguments'] ?? '');
    }
  }
  return { content, calls };
}

const anthropic: PlainClient = async (model, stream) => {
  const messages: Message[] = [{ role: 'user', content: 'go' }];
  for (let turn = 0; turn <= rounds; turn++) {
    const body = { model, messages, stream, max_tokens: 64, tools: tools.map((name) => ({ name, input_schema: { type: 'object', properties: {} } })) };
    const response = await local.post('/v1/messages', body);
    const blocks = stream ? streamedBlocks(await response.text()) : listAt(await response.json(), 'content').filter(({ type }) => type === 'text' || type === 'tool_use');
    const calls = blocks.filter(({ type }) => type === 'tool_use');
    if (calls.length === 0) return blocks.map(({ text }) => String(text)).join('');
    messages.push({ role: 'assistant', content: calls.map(({ type, id, name, input }) => ({ type, id, name, input })) });
    messages.push({ role: 'user', content: calls.map(({ id }) => ({ type: 'tool_result', tool_use_id: id, content: 'done' })) });
  }
  return 'too many turns';
};

function streamedBlocks(text: string): Message[] {
  const blocks: Message[] = [];
  for (const line of text.split('\n').filter((line) => line.startsWith('data: {'))) {
    const event = JSON.parse(line.slice(6)) as Message;
    const at = Number(event['index']);
    const delta = event['delta'] as Message | undefined;
    if (event['type'] === 'content_block_start') blocks[at] = { ...(event['content_block'] as Message) };
    const block = blocks[at];
    if (!block || event['type'] !== 'content_block_delta') continue;
    if (delta?.['type'] === 'text_delta') block['text'] = String(block['text'] ?? '') + String(delta['text']);
    if (delta?.['type'] === 'input_json_delta') block['json'] = String(block['json'] ?? '') + String(delta['partial_json']);
  }
  return blocks.filter(({ type }) => type === 'text' || type === 'tool_use').map(({ json: input, ...block }) => (typeof input === 'string' ? { ...block, input: JSON.parse(input) as unknown } : block));
}

describe.each([['OpenAI', openAi], ['Anthropic', anthropic]] as const)('ten turns with several calls at once, through a client of %s that knows no signatures', (_name, client) => {
  test.each(['gemini', 'anthropic-messages', 'openai-responses'].flatMap((upstream) => [[upstream, false], [upstream, true]] as const))('on %s, streaming: %p', async (upstream, stream) => {
    // The model thinks in every turn, so that the strict provider wants its proof back in every turn.
    playScript(provider, 'long', ({ rounds: done }) => (done < rounds
      ? { reasoning: `step ${done}`, calls: tools.slice(0, 1 + (done % tools.length)).map((name) => ({ name, arguments: { step: done } })) } : { text: 'ALL DONE' }));
    expect([await client(`long-on-${upstream}`, stream), refusals]).toEqual(['ALL DONE', []]);
    expect(provider.calls).toHaveLength(rounds + 1);
  });
});

const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const response = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'completed', output: [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi', annotations: [] }] }] };
const routing = { provider: { order: ['acme'], allow_fallbacks: false }, models: ['acme/a', 'acme/b'], transforms: ['middle-out'], reasoning: { effort: 'high', exclude: true }, usage: { include: true } };

describe('OpenRouter’s own members', () => {
  test.each([
    ['/v1/chat/completions', { model: 'router', messages: [{ role: 'user', content: 'hi' }] }], ['/v1/messages', { model: 'router', max_tokens: 64, messages: [{ role: 'user', content: 'hi' }] }],
    ['/v1/responses', { model: 'router', input: 'hi' }], ['/v1beta/models/router:generateContent', { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] }],
  ] as const)('from %s', async (path, body) => {
    provider.fallback = (line, call) => json(call.path.includes('/responses') ? response : answer)(line, call);
    const heard = await local.post(path, { ...body, ...routing });
    expect(heard.status, await heard.clone().text()).toBe(200);
    expect(provider.calls.at(-1)?.json).toMatchObject(routing);
    expect(heard.headers.get('x-weir-dropped')).toBeNull();
  });

  test('are nobody else’s', async () => {
    provider.fallback = json(answer);
    const heard = await local.post('/v1/messages', { model: 'chat', max_tokens: 64, messages: [{ role: 'user', content: 'hi' }], ...routing });
    expect(heard.headers.get('x-weir-dropped')).toBe('provider, models, transforms, reasoning, usage');
  });
});

test('strict names what stands deep inside a request', async () => {
  provider.fallback = json({});
  const heard = await local.post('/v1/chat/completions', {
    model: 'claude', strict: true, messages: [{ role: 'user', name: 'ada', content: [{ type: 'text', text: 'hi' }, { type: 'video_url', video_url: { url: 'https://x.example/v' } }] }],
    tools: [{ type: 'function', function: { name: 'look', parameters: { type: 'object', properties: {} } }, odd: 1 }],
  });
  expect(heard.status).toBe(400);
  expect((await heard.json() as { error: { message: string } }).error.message).toContain("['messages[0].name', 'messages[0].content[1]', 'tools[0].odd']");
  expect(provider.calls).toEqual([]);
});

test('Cursor’s tools of both forms in a body of Chat Completions', async () => {
  provider.fallback = json(answer);
  const parameters = { type: 'object', properties: {} };
  const heard = await local.post('/cursor/chat/completions', {
    model: 'chat', messages: [{ role: 'user', content: 'hi' }], tool_choice: { type: 'function', name: 'flat' },
    tools: [{ type: 'function', name: 'flat', parameters, strict: true }, { type: 'function', function: { name: 'nested', parameters } }, { type: 'custom', name: 'free', format: { type: 'text' } }],
  });
  expect(heard.status).toBe(200);
  expect(provider.calls.at(-1)?.json).toEqual({
    model: 'chat', messages: [{ role: 'user', content: 'hi' }], tool_choice: { type: 'function', function: { name: 'flat' } },
    tools: [{ type: 'function', function: { name: 'flat', parameters, strict: true } }, { type: 'function', function: { name: 'nested', parameters } }, { type: 'custom', custom: { name: 'free', format: { type: 'text' } } }],
  });
});

test('Cursor’s bodies, with tools of both forms and freeform ones', async () => {
  provider.fallback = json(answer);
  const heard = await local.post('/v1/chat/completions', {
    model: 'chat', instructions: 'Be brief.', input: [{ role: 'user', content: [{ type: 'input_text', text: 'hi' }] }],
    tools: [
      { type: 'function', name: 'flat', parameters: { type: 'object', properties: {} } }, { type: 'function', function: { name: 'nested', parameters: { type: 'object', properties: {} } } },
      { type: 'custom', name: 'free', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
    ],
  });
  expect(await heard.json()).toMatchObject({ object: 'chat.completion', choices: [{ message: { content: 'Hi' } }] });
  expect(provider.calls.at(-1)?.json).toMatchObject({
    messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'hi' }],
    tools: [{ type: 'function', function: { name: 'flat' } }, { type: 'function', function: { name: 'nested' } }, { type: 'custom', custom: { name: 'free' } }],
  });
});
