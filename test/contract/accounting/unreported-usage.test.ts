// Providers that do not count, or count what cannot be true: their answers are not free, and nothing that they say gives money back or
// uses up a budget for ever.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { json, ScriptedProvider, stream } from '../../support/provider.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { responsesFrames } from '../../support/dialects.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
let store: Store;
let gateway: LocalGateway;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
  store = await newStore();
  const prices = { input_cost_per_token: 0.001, output_cost_per_token: 0.01 };
  const model = (name: string, provided: string, base: string, extra: object = prices): object => ({ model_name: name, litellm_params: { model: provided, api_base: base, api_key: 'sk-provider-1', ...extra } });
  gateway = localGateway(JSON.stringify({
    model_list: [
      model('m', 'deepseek/m', `${provider.url}/v1`), model('cl', 'anthropic/cl', provider.url), model('ge', 'gemini/ge', `${provider.url}/v1beta`), model('emb', 'openai/emb', `${provider.url}/v1`), model('keeper', 'azure/keeper', provider.url, { ...prices, api_version: 'v1' }),
      model('ears', 'openai/ears', `${provider.url}/v1`, { input_cost_per_second: 0.01 }),
    ],
    router_settings: { num_retries: 0 },
  }), { store });
});
beforeEach(() => {
  provider.clear();
  gateway.records.length = 0;
});
afterAll(() => provider.stop());

const words = 'word '.repeat(400);
const plain = (usage: unknown): object => ({
  id: 'x', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: words }, finish_reason: 'stop' }], ...(usage === undefined ? {} : { usage }),
});
const chunk = (delta: object, finish: string | null = null): string => `data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const chat = (model: string, more: object = {}): object => ({ model, max_tokens: 500, messages: [{ role: 'user', content: 'hi '.repeat(300) }], ...more });

/** The cost of the last call, once it is settled. */
async function costOf(response: Response): Promise<number | null> {
  expect([response.status, (await response.text()).length > 0]).toEqual([200, true]);
  for (let turn = 0; turn < 100 && gateway.records.length === 0; turn++) await Bun.sleep(5);
  return gateway.records.shift()?.costUsd ?? null;
}

// 300 words of two letters and 400 of four are about 240 and 500 tokens.
const about = (cost: number | null): void => expect([cost !== null && cost > 3, cost !== null && cost < 8, cost]).toEqual([true, true, cost]);

test.each<[string, unknown]>([
  ['nothing', undefined], ['null', null], ['only zeros', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }], ['less than nothing', { prompt_tokens: -500, completion_tokens: -500, total_tokens: -1_000 }],
  ['text', { prompt_tokens: 'many', completion_tokens: '5' }], ['more than there is', { prompt_tokens: 1e300, completion_tokens: 1e300 }], ['only the sum', { total_tokens: 500 }], ['a list', []],
])('a whole answer whose usage is %s costs about what it should', async (_what, usage) => {
  provider.on('m', json(plain(usage)));
  about(await costOf(await gateway.post('/v1/chat/completions', chat('m'))));
});

test('a cost that a provider claims is never negative', async () => {
  provider.on('m', json(plain({ prompt_tokens: 10, completion_tokens: 10, cost: -5 })));
  expect(await costOf(await gateway.post('/v1/chat/completions', chat('m')))).toBeCloseTo(0.11);
});

test.each(['/v1/chat/completions', '/v1/messages', '/v1/responses'])('a stream that ends without usage is billed by what came, to %s', async (path) => {
  for (const frames of [
    [chunk({ role: 'assistant', content: 'a' }), ...Array.from({ length: 20 }, () => chunk({ content: 'word '.repeat(20) })), chunk({}, 'stop')],
    [chunk({ role: 'assistant', tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'f', arguments: '' } }] }), chunk({ tool_calls: [{ index: 0, function: { arguments: JSON.stringify({ word: words }) } }] }), chunk({}, 'tool_calls')],
    [chunk({ role: 'assistant', reasoning_content: 'a' }), chunk({ reasoning_content: words }), chunk({ content: 'b' }), chunk({}, 'stop')],
    [chunk({ role: 'assistant', content: 'a' }), chunk({ content: '汉字'.repeat(333) }), chunk({}, 'stop')],
  ]) {
    provider.on('m', stream([...frames, 'data: [DONE]\n\n']));
    const body = path === '/v1/responses' ? { model: 'm', input: 'hi '.repeat(300), stream: true } : chat('m', { stream: true });
    about(await costOf(await gateway.post(path, body)));
  }
});

test('whoever leaves a stream before the provider has counted it pays for what came, whatever the beginning said', async () => {
  const listening = gateway.listen();
  const event = (type: string, more: object): string => `event: ${type}\ndata: ${JSON.stringify({ type, ...more })}\n\n`;
  const text = 'word '.repeat(50);
  const provided: Readonly<Record<string, string[]>> = {
    cl: [
      event('message_start', { message: { id: 'x', type: 'message', role: 'assistant', model: 'm', content: [], usage: { input_tokens: 50, output_tokens: 2 } } }), event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      ...Array.from({ length: 40 }, () => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
    ],
    ge: Array.from({ length: 40 }, () => `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts: [{ text }] } }], usageMetadata: { promptTokenCount: 50, candidatesTokenCount: 1 } })}\r\n\r\n`),
  };
  for (const model of ['cl', 'ge']) {
    provider.on(model, async (line) => {
      await line.beginStream();
      for (const frame of provided[model] ?? []) await line.chunk(frame);
    });
    for (const path of ['/v1/messages', '/v1/chat/completions', '/v1/responses']) {
      const leaving = new AbortController();
      const body = JSON.stringify({ model, max_tokens: 5_000, stream: true, messages: [{ role: 'user', content: 'x' }], input: 'x' });
      const response = await fetch(`${listening.url.replace(/\/$/, '')}${path}`, { method: 'POST', headers: { authorization: `Bearer ${masterKey}` }, signal: leaving.signal, body });
      const reader = response.body?.getReader();
      for (let read = 0; read < 10_000;) read += (await reader?.read())?.value?.length ?? Infinity;
      leaving.abort();
      for (let turn = 0; turn < 200 && gateway.records.length === 0; turn++) await Bun.sleep(5);
      const record = gateway.records.shift();
      // 10,000 characters of content at most, and a good part of that in any case.
      expect([path, model, record?.fault, record?.usage.inputTokens, (record?.usage.outputTokens ?? 0) > 500, (record?.usage.outputTokens ?? 0) < 4_000]).toEqual([path, model, 'client_left', 50, true, true]);
    }
  }
  await listening.stop();
});

test('a provider without usage does not make a budget last for ever', async () => {
  provider.on('m', json(plain(undefined)));
  const key = await storeKey(store, 'uncounted', { max_budget: 7 });
  const statuses: number[] = [];
  for (let round = 0; round < 3; round++) statuses.push((await gateway.post('/v1/chat/completions', chat('m'), { authorization: `Bearer ${key}` })).status);
  expect(statuses).toEqual([200, 200, 422]);
});

test('an answer in the background is billed to its key, also where the provider could make it by itself', async () => {
  const key = await storeKey(store, 'behind', { max_budget: 5 });
  const headers = { authorization: `Bearer ${key}` };
  provider.on('keeper', (line, call) => (call.json['background'] === true ? json({ id: 'resp_kept', object: 'response', created_at: 1, status: 'queued', background: true, model: 'keeper', output: [] })(line, call) : stream(responsesFrames)(line, call)));
  const made = await (await gateway.post('/v1/responses', { model: 'keeper', input: 'word', background: true }, headers)).json() as { id: string; status: string };
  for (let turn = 0; turn < 200 && gateway.records.length === 0; turn++) await Bun.sleep(5);
  expect(provider.calls.map(({ json: sent }) => sent['background'])).toEqual([undefined]);
  const record = gateway.records.shift();
  expect([record?.status, (record?.costUsd ?? 0) > 0.1]).toEqual([200, true]);
  const shown = await (await gateway.fetch(`/v1/responses/${made.id}`, { headers })).json() as { status: string };
  expect(shown.status).toBe('completed');
  expect(Number((await gateway.post('/v1/chat/completions', chat('cl'), headers)).headers.get('x-litellm-key-spend'))).toBeGreaterThan(0.1);
});

test('embeddings without usage are billed by what was sent', async () => {
  provider.on('emb', json({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [0.1] }], model: 'word' }));
  const cost = await costOf(await gateway.post('/v1/embeddings', { model: 'emb', input: 'word '.repeat(400) }));
  expect([cost !== null && cost > 0.3, cost !== null && cost < 0.8, cost]).toEqual([true, true, cost]);
});

test('a transcription is billed by the length of the sound, whatever form the answer has', async () => {
  const sound = Buffer.alloc(44 + 3 * 32_000);
  sound.write('RIFF', 0);
  sound.write('WAVEfmt ', 8);
  sound.writeUInt32LE(32_000, 28);
  sound.write('data', 36);
  for (const [format, play] of [
    ['json', json({ text: 'word' })], ['text', (line) => line.reply(200, 'word', { 'content-type': 'text/plain' })], ['verbose_json', json({ text: 'word', duration: 3 })], ['json', json({ text: 'word', usage: { type: 'duration', seconds: 3 } })],
  ] as [string, Parameters<ScriptedProvider['on']>[1]][]) {
    provider.fallback = play;
    const form = new FormData();
    form.set('model', 'ears');
    form.set('response_format', format);
    form.set('file', new File([sound], 'a.wav', { type: 'audio/wav' }));
    const response = await gateway.fetch('/v1/audio/transcriptions', { method: 'POST', body: form });
    expect([format, await costOf(response)]).toEqual([format, 0.03]);
  }
});
