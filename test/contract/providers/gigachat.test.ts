// GigaChat's own form of chat, told as OpenAI's. The answers are put together from the examples in its reference.
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test';
import { json, ScriptedProvider, stream } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let gateway: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  gateway = localGateway(`model_list: [{ model_name: giga, litellm_params: { model: gigachat/GigaChat-2, api_base: "${provider.url}", api_key: k } }]`, { environment: { GIGACHAT_AUTH_URL: `${provider.url}/oauth` } });
});
afterAll(() => provider.stop());
afterEach(() => provider.clear());

function play(answer: unknown, frames: readonly string[] = []): void {
  provider.fallback = (line, call) => {
    if (call.path === '/oauth') return json({ access_token: 'tok-1', expires_at: Date.now() + 1_800_000 })(line, call);
    return frames.length > 0 ? stream(frames)(line, call) : json(answer)(line, call);
  };
}
const sent = (): Record<string, unknown> => provider.calls.at(-1)?.json ?? {};
const frame = (data: unknown): string => `data: ${JSON.stringify(data)}\n\n`;
const hi = [{ role: 'user', content: 'hi' }];
const ask = (more: object = {}): Promise<Response> => gateway.post('/v1/chat/completions', { model: 'giga', messages: hi, ...more });
async function read(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}
/** Text, calls and the finish reason of a chat stream. */
async function fold(response: Response): Promise<{ text: string; calls: string; reasons: unknown[]; done: boolean }> {
  const seen = { text: '', calls: '', reasons: [] as unknown[], done: false };
  for (const line of (await response.text()).split('\n')) {
    if (line === 'data: [DONE]') seen.done = true;
    else if (line.startsWith('data: {')) {
      const { choices = [] } = JSON.parse(line.slice(6)) as { choices?: { delta?: { content?: string; tool_calls?: { function?: { name?: string; arguments?: string } }[] }; finish_reason?: unknown }[] };
      for (const { delta, finish_reason: reason } of choices) {
        seen.text += delta?.content ?? '';
        for (const call of delta?.tool_calls ?? []) seen.calls += `${call.function?.name ?? ''}${call.function?.arguments ?? ''}`;
        if (reason) seen.reasons.push(reason);
      }
    }
  }
  return seen;
}

const state = '77d3fb14-457a-46ba-937e-8d856156d003';

test('GigaChat calls functions, one a turn, and gets its state back with them', async () => {
  const usage = { prompt_tokens: 5, completion_tokens: 6, total_tokens: 11, precached_prompt_tokens: 0 };
  const called = { role: 'assistant', content: '', function_call: { name: 'look', arguments: { where: 'ROME' } }, functions_state_id: state };
  play({ choices: [{ index: 0, message: called, finish_reason: 'function_call' }], created: 1, model: 'GigaChat', object: 'chat.completion', usage });
  const tools = [{ type: 'function', function: { name: 'look', description: 'Looks', parameters: { type: 'object' }, strict: true } }];
  const answer = await read(await ask({ tools, tool_choice: 'required', temperature: 0, stop: 'x' }));
  const [choice] = answer['choices'] as { finish_reason: string; message: { tool_calls: { id: string }[] } }[];
  expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: [{ type: 'function', function: { name: 'look', arguments: '{"where":"ROME"}' } }] } });
  expect(sent()).toEqual({ model: 'GigaChat-2', messages: hi, top_p: 0, functions: [{ name: 'look', description: 'Looks', parameters: { type: 'object' } }], function_call: { name: 'look' } });
  const id = choice?.message.tool_calls[0]?.id ?? '';
  const call = (name: string, of: string): object => ({ id: of, type: 'function', function: { name, arguments: '{"where":"ROME"}' } });
  const messages = [...hi, { role: 'assistant', content: null, tool_calls: [call('look', id), call('other', 'call_2')] }, { role: 'tool', tool_call_id: 'call_2', content: '{"a":1}' }, { role: 'tool', tool_call_id: id, content: 'SUNNY' }];
  provider.clear();
  play({ choices: [{ index: 0, message: { role: 'assistant', content: 'Sunny.' }, finish_reason: 'stop' }], created: 1, model: 'GigaChat', usage });
  expect(await read(await ask({ messages }))).toMatchObject({ choices: [{ finish_reason: 'stop', message: { content: 'Sunny.' } }], usage: { prompt_tokens: 5 } });
  const args = { where: 'ROME' };
  expect(sent()['messages']).toEqual([
    ...hi, { role: 'assistant', content: '', function_call: { name: 'look', arguments: args }, functions_state_id: state }, { role: 'function', name: 'look', content: '"SUNNY"' },
    { role: 'assistant', content: '', function_call: { name: 'other', arguments: args } }, { role: 'function', name: 'other', content: '{"a":1}' },
  ]);
});

test('GigaChat’s streams are chunks in every dialect, and a schema is asked for by a function', async () => {
  const chunk = (delta: object, reason?: string): string => frame({ choices: [{ index: 0, delta, ...(reason && { finish_reason: reason }) }], created: 1, model: 'GigaChat', object: 'chat.completion' });
  play(null, [chunk({ role: 'assistant', content: 'I look. ' }), chunk({ content: '', function_call: { name: 'look', arguments: { where: 'ROME' } }, functions_state_id: state }, 'function_call'), 'data: [DONE]\n\n']);
  expect(await fold(await ask({ stream: true }))).toMatchObject({ text: 'I look. ', calls: 'look{"where":"ROME"}', reasons: ['tool_calls'], done: true });
  const messages = await (await gateway.post('/v1/messages', { model: 'giga', max_tokens: 5, stream: true, messages: hi })).text();
  expect(messages).toContain('"stop_reason":"tool_use"');
  play({ choices: [{ index: 0, message: { role: 'assistant', content: '', function_call: { name: 'json_tool_call', arguments: { CITY: 'Bern' } } }, finish_reason: 'function_call' }], created: 1, model: 'GigaChat' });
  const format = { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object', properties: { CITY: { type: 'string' } } } } };
  expect(await read(await ask({ response_format: format }))).toMatchObject({ choices: [{ finish_reason: 'stop', message: { content: '{"CITY":"Bern"}' } }] });
});
