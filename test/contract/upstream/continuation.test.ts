// Streams that break off in their middle and are gone on with by another call.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { clientDialects, clientOf } from '../../support/dialects.ts';
import { formatFrame } from '../../../src/lib/sse.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { ScriptedProvider, stream, type Play } from '../../support/provider.ts';

let provider: ScriptedProvider;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

const event = (type: string, more: object): string => formatFrame(JSON.stringify({ type, ...more }), type);
const usage = (input: number, output: number) => ({ input_tokens: input, output_tokens: output });
const begin = [
  event('message_start', { message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude', content: [], stop_reason: null, stop_sequence: null, usage: usage(10, 1) } }),
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
];
const say = (text: string): string => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
const end = [event('content_block_stop', { index: 0 }), event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 4 } }), event('message_stop', {})];
const breaks = (...frames: string[]): Play => async (line) => {
  await line.beginStream();
  await line.chunk(frames.join(''));
  await Bun.sleep(20);
  line.reset();
};
const rest = (...texts: string[]): Play => stream([...begin, ...texts.map(say), ...end]);

const gateway = (on: boolean, supports = true): LocalGateway => localGateway(JSON.stringify({
  model_list: ['a', 'b'].map((name, index) => ({
    model_name: 'm', litellm_params: { model: `anthropic/${name}`, api_key: 'k', api_base: provider.url, order: index + 1 }, model_info: { supports_assistant_prefill: supports },
  })),
  router_settings: { continue_streams: on, num_retries: 0 },
}));
const texts = (dialectText: string): string => [...dialectText.matchAll(/^data: (\{.*\})$/gm)].map(([, data = '']) => {
  const frame = JSON.parse(data) as { choices?: { delta?: { content?: string } }[]; delta?: { text?: string } | string };
  if (typeof frame.delta === 'string') return frame.delta;
  return frame.choices?.[0]?.delta?.content ?? frame.delta?.text ?? '';
}).join('');

describe.each(clientDialects.filter(({ name }) => name !== 'gemini').map((dialect) => [dialect.name, dialect] as const))('%s', (_name, dialect) => {
  test('is one answer for the client', async () => {
    const local = gateway(true);
    provider.on('a', breaks(...begin, say('The answer '), say('is ')), rest('forty', '-two.')).on('b', rest('forty', '-two.'));
    const response = await local.post(dialect.path('m', true), dialect.body('m', true));
    const whole = await response.text();
    expect(dialect.looksFinished(whole)).toBe(true);
    expect(texts(whole).startsWith('The answer is forty-two.')).toBe(true);
    const again = provider.calls[1]?.json['messages'] as { role: string; content: unknown }[];
    expect(again.at(-1)?.role).toBe('assistant');
    expect(JSON.stringify(again.at(-1)?.content)).toContain('The answer is"');
    for (const deadline = Date.now() + 2_000; local.records.length === 0 && Date.now() < deadline;) await Bun.sleep(5);
    expect(local.records[0]).toMatchObject({ fault: null, status: 200, attempts: [{ failure: null }, { failure: null }] });
    expect(local.records[0]?.usage.outputTokens).toBeGreaterThan(4);
  });
});

const chat = clientOf('openai-chat');
const ask = async (local: LocalGateway): Promise<string> => (await local.post(chat.path('m', true), chat.body('m', true))).text();

test('nothing is gone on with when it is off or the model cannot, and a second call that breaks off is the last', async () => {
  const cut = breaks(...begin, say('half'));
  provider.on('a', cut).on('b', cut);
  for (const [local, told] of [[gateway(false), 'half'], [gateway(true, false), 'half'], [gateway(true), 'halfhalf']] as const) {
    const whole = await ask(local);
    expect([chat.looksFinished(whole), texts(whole)]).toEqual([false, told]);
  }
  expect(provider.calls).toHaveLength(4);
});

test('a tool call is not gone on with', async () => {
  const tool = event('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } });
  provider.on('a', breaks(...begin, say('half'), tool)).on('b', rest('never'));
  expect(chat.looksFinished(await ask(gateway(true)))).toBe(false);
  expect(provider.calls).toHaveLength(1);
});
