// The Claude Agent SDK with its own command-line program, through the real gateway: to a recorded and a scripted chat provider, where it
// writes a real file, to the demo model, and to a real model.
import { query, type Options, type SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { configOf } from '../../support/dialects.ts';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { formatFrame } from '../../../src/lib/sse.ts';
import { masterKey, startGateway, type GatewayProcess } from '../../support/gateway.ts';
import { playRecordings, recordedConfig } from '../../support/recorded-provider.ts';
import { ScriptedProvider, stream, type Play } from '../../support/provider.ts';
import { oneSentence, startRealModel, type RealModel } from '../../support/real-model.ts';
import { tmpdir } from 'node:os';

let folder = '';
let provider: ScriptedProvider;
let gateway: GatewayProcess;
const real: RealModel | null = await startRealModel();

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/weir-agent-`);
  provider = await ScriptedProvider.start();
  playRecordings(provider);
  const config = JSON.parse(recordedConfig(provider.url)) as { model_list: unknown[] };
  const more = [{ name: 'writer', model: 'openrouter/weir/writer', base: `${provider.url}/v1` }, ...(real ? [{ name: 'local', model: 'openai/smollm2-135m', base: real.url, extra: { use_chat_completions_api: true, ...oneSentence } }] : [])];
  config.model_list.push(...(JSON.parse(configOf(more)) as { model_list: unknown[] }).model_list, { model_name: 'demo', litellm_params: { model: 'demo/weir-demo' } });
  gateway = await startGateway(JSON.stringify(config));
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
  await real?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Only what the program needs, a home of its own, and no traffic but to the gateway. */
const environment = (model: string, token = masterKey): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: `${folder}/.claude`,
  ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_AUTH_TOKEN: token, ANTHROPIC_MODEL: model, ANTHROPIC_SMALL_FAST_MODEL: model,
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', CLAUDE_CODE_MAX_RETRIES: '0',
});

async function ask(prompt: string, model: string, options: Options = {}, token?: string): Promise<SDKMessage[]> {
  const seen: SDKMessage[] = [];
  try {
    for await (const message of query({
      prompt, options: { model, cwd: folder, env: environment(model, token), tools: [], systemPrompt: 'You are brief.', settingSources: [], persistSession: false, ...options },
    })) seen.push(message);
  } catch (error) {
    // The SDK throws after an error result; the result is what counts.
    if (!seen.some((message) => message.type === 'result')) throw error;
  }
  return seen;
}

const resultOf = (messages: SDKMessage[]): { isError: boolean; text: string; outputTokens: number } => {
  const found = messages.find((message) => message.type === 'result');
  if (!found) throw new Error('no result');
  return { isError: found.is_error, text: found.subtype === 'success' ? found.result : JSON.stringify(found), outputTokens: found.usage.output_tokens };
};

const chunk = (delta: Record<string, unknown>, finish: string | null = null): string =>
  formatFrame(JSON.stringify({ id: 'gen-1', object: 'chat.completion.chunk', created: 1, model: 'writer', choices: [{ index: 0, delta, finish_reason: finish }] }));
const usage = formatFrame(JSON.stringify({ id: 'gen-1', object: 'chat.completion.chunk', created: 1, model: 'writer', choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } }));
const done = formatFrame('[DONE]');

describe('scripted providers', () => {
  test('a question from an Anthropic-dialect client to a chat provider and to an Anthropic one', async () => {
    for (const model of ['text', 'claude']) {
      const result = resultOf(await ask('Hello', model));
      expect(result.isError, result.text).toBe(false);
      expect(result.text.length).toBeGreaterThan(5);
      expect(result.outputTokens).toBeGreaterThan(0);
    }
    expect(provider.callsOf('text').at(-1)?.json['messages']).toEqual(expect.arrayContaining([expect.objectContaining({ role: 'system' }), expect.objectContaining({ role: 'user' })]));
    expect(JSON.stringify(provider.calls.map(({ headers }) => headers))).not.toContain(masterKey);
  }, 60_000);

  test('a tool loop writes a real file: call, result, answer', async () => {
    const path = `${folder}/poem.txt`;
    const input = JSON.stringify({ file_path: path, content: 'A weir lets the river through.\n' });
    const calling: Play = stream([
      ': OPENROUTER PROCESSING\n\n', chunk({ role: 'assistant', content: 'I write it.' }),
      chunk({ tool_calls: [{ index: 0, id: 'call_write_1', type: 'function', function: { name: 'Write', arguments: '' } }] }),
      ...(input.match(/.{1,9}/gs) ?? []).map((part) => chunk({ tool_calls: [{ index: 0, function: { arguments: part } }] })),
      chunk({}, 'tool_calls'), usage, done,
    ]);
    provider.on('weir/writer', calling, stream([chunk({ role: 'assistant', content: 'The poem ' }), chunk({ content: 'is written.' }), chunk({}, 'stop'), usage, done]));
    const messages = await ask('Write a poem to poem.txt', 'writer', { tools: ['Write'], permissionMode: 'acceptEdits', allowedTools: ['Write'] });
    const result = resultOf(messages);
    expect(result.isError, result.text).toBe(false);
    expect(result.text).toBe('The poem is written.');
    expect(existsSync(path) && readFileSync(path, 'utf8')).toBe('A weir lets the river through.\n');
    const sent = provider.callsOf('weir/writer').at(-1)?.json['messages'] as { role: string; tool_call_id?: string; tool_calls?: { id: string; function: { name: string; arguments: string } }[] }[];
    const called = sent.findIndex((message) => message.tool_calls !== undefined);
    expect(sent[called]?.tool_calls?.[0]).toMatchObject({ id: 'call_write_1', function: { name: 'Write' } });
    expect(JSON.parse(sent[called]?.tool_calls?.[0]?.function.arguments ?? '')).toEqual(JSON.parse(input));
    expect(sent[called + 1]).toMatchObject({ role: 'tool', tool_call_id: 'call_write_1' });
  }, 60_000);

  test('its usual tools and prompt, some fifty kilobytes, arrive whole', async () => {
    provider.on('weir/writer', stream([chunk({ role: 'assistant', content: 'Understood.' }), chunk({}, 'stop'), usage, done]));
    const result = resultOf(await ask('Hello', 'writer', { tools: { type: 'preset', preset: 'claude_code' }, systemPrompt: { type: 'preset', preset: 'claude_code' } }));
    expect(result.isError, result.text).toBe(false);
    const call = provider.callsOf('weir/writer').at(-1);
    expect(call?.body.length).toBeGreaterThan(20_000);
    expect(Array.isArray(call?.json['tools']) && call.json['tools'].length).toBeGreaterThan(5);
  }, 60_000);

  test.each([['a wrong key', 'text', 'sk-wrong'], ['an unknown model', 'nope', undefined], ['a provider’s refusal', 'err-400', undefined], ['a broken stream', 'cut', undefined]])('%s is an error result, not an empty answer', async (_what, model, token) => {
    const messages = await ask('Hello', model, {}, token);
    const result = resultOf(messages);
    expect(result.isError, result.text).toBe(true);
  }, 60_000);
});

test('the demo model answers it', async () => {
  const result = resultOf(await ask('Hello', 'demo'));
  expect([result.isError, result.text.includes('demo model')]).toEqual([false, true]);
}, 60_000);

describe.skipIf(real === null)('a real model', () => {
  test('answers it', async () => {
    const result = resultOf(await ask('Say hello.', 'local'));
    expect(result.isError, result.text).toBe(false);
    expect(result.text.length).toBeGreaterThan(0);
    expect(result.outputTokens).toBeGreaterThan(0);
  }, 400_000);
});
