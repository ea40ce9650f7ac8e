// The main job on a real model: a small one on this machine, behind Weir, for the official clients and the Claude Agent SDK.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { mkdtempSync, rmSync } from 'node:fs';
import { query } from '@anthropic-ai/claude-agent-sdk';
import { parse } from 'yaml';
import { tmpdir } from 'node:os';
import { installLocalModel, startLocalModel } from '../../scripts/start/local-model.ts';
import { masterKey, projectRoot, startGateway, type GatewayProcess } from '../support/gateway.ts';
import { oneSentence } from '../support/real-model.ts';
import type { Child } from '../../scripts/start/child.ts';

// A busy machine may need a while for a real model's answer.
setDefaultTimeout(240_000);
const installMs = 600_000;
let gateway: GatewayProcess;
let model: Child;

describe('a real model', () => {
  beforeAll(async () => {
    const installed = await installLocalModel(projectRoot, (text) => console.log(text));
    if (installed.kind === 'error') throw new Error(installed.message);
    const started = await startLocalModel(projectRoot);
    if (started.kind === 'error') throw new Error(started.message);
    model = started.child;
    const config = parse(await Bun.file(`${projectRoot}config/local.yaml`).text()) as { model_list: { model_name: string; litellm_params: Record<string, unknown> }[] };
    const [local] = config.model_list;
    config.model_list.push({ model_name: 'local-brief', litellm_params: { ...local?.litellm_params, ...oneSentence } });
    gateway = await startGateway(JSON.stringify(config), { environment: { LOCAL_MODEL_URL: started.url } });
  }, installMs);
  afterAll(async () => {
    await gateway?.stop();
    model?.kill();
    await model?.exited;
  });

  const messages = [{ role: 'system' as const, content: 'You answer in one short sentence.' }, { role: 'user' as const, content: 'What is the capital of France?' }];
  const openai = () => new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: masterKey });

  test('answers the OpenAI SDK, whole and streamed', async () => {
    const answer = await openai().chat.completions.create({ model: 'local', messages, max_tokens: 40, temperature: 0 });
    expect(answer.choices[0]?.message.content).toContain('Paris');
    expect(answer.model).toBe('local');
    expect(answer.usage?.completion_tokens).toBeGreaterThan(0);
    let text = '';
    for await (const chunk of await openai().chat.completions.create({ model: 'local', messages, max_tokens: 40, temperature: 0, stream: true })) text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toContain('Paris');
  });

  test('stands in for deepseek, whose provider has no key here', async () => {
    const { data, response } = await openai().chat.completions.create({ model: 'deepseek', messages, max_tokens: 40, temperature: 0 }).withResponse();
    expect(data.choices[0]?.message.content).toContain('Paris');
    expect(response.headers.get('x-litellm-attempted-fallbacks')).toBe('1');
  });

  test('answers the Anthropic SDK, whole and streamed', async () => {
    const anthropic = new Anthropic({ baseURL: gateway.url, authToken: masterKey, apiKey: null });
    const request = { model: 'local', max_tokens: 40, temperature: 0, system: 'You answer in one short sentence.', messages: [{ role: 'user' as const, content: 'What is the capital of France?' }] };
    const answer = await anthropic.messages.create(request);
    expect(answer.content[0]).toMatchObject({ type: 'text' });
    const streamed = await anthropic.messages.stream(request).finalMessage();
    expect(streamed.content[0]?.type === 'text' && streamed.content[0].text.length).toBeGreaterThan(0);
    expect(streamed.usage.output_tokens).toBeGreaterThan(0);
  });

  test('answers the Claude Agent SDK', async () => {
    const home = mkdtempSync(`${tmpdir()}/weir-agent-`);
    const environment = {
      PATH: process.env['PATH'] ?? '', HOME: home, ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_AUTH_TOKEN: masterKey, ANTHROPIC_MODEL: 'local-brief',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', IS_SANDBOX: '1',
    };
    let result = '';
    for await (const message of query({ prompt: 'Say hello in one word.', options: { tools: [], systemPrompt: 'You answer in one short sentence.', maxTurns: 1, cwd: home, env: environment, settingSources: [] } })) {
      if (message.type === 'result') result = message.subtype === 'success' ? message.result : message.subtype;
    }
    rmSync(home, { recursive: true, force: true });
    expect(result.length).toBeGreaterThan(0);
    expect(result).not.toContain('API Error');
  }, 400_000);
});
