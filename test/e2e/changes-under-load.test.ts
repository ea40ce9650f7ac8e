// The configuration changes again and again while requests are under way, plain and streamed: none fails, and each ends with what it began with.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { configOf } from '../support/dialects.ts';
import { freePort, masterKey, projectRoot } from '../support/gateway.ts';
import { json, ScriptedProvider, stream } from '../support/provider.ts';

const changes = 15;
let provider: ScriptedProvider;
let child: Bun.Subprocess<'ignore', 'pipe', 'pipe'>;
let folder: string;
let url: string;
let output = '';

const chunk = (content: string, finish: string | null = null): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'whole' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
/** The same model, another list around it each time. */
const config = (number: number): string => configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }, { name: `of-change-${number}`, model: 'deepseek/m', base: `${provider.url}/v1` }], { router_settings: { num_retries: 0 } });

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  provider.fallback = (line, call) => (call.json['stream'] === true ? stream([chunk('a'), chunk('b'), chunk('c'), chunk('', 'stop'), 'data: [DONE]\n\n'], 5)(line, call) : json(answer)(line, call));
  folder = mkdtempSync(`${tmpdir()}/weir-changes-`);
  writeFileSync(`${folder}/config.yaml`, config(0));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  child = Bun.spawn([`${projectRoot}bin/weir`, '--config', `${folder}/config.yaml`, '--port', String(port), '--host', '127.0.0.1'], {
    cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder, LITELLM_MASTER_KEY: masterKey }, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe',
  });
  void (async () => {
    for await (const part of child.stdout) output += Buffer.from(part).toString();
  })();
  for (const deadline = Date.now() + 15_000; Date.now() < deadline && !await fetch(`${url}/health/liveliness`).then(({ ok }) => ok, () => false);) await Bun.sleep(20);
});
afterAll(async () => {
  child.kill('SIGKILL');
  await child.exited;
  rmSync(folder, { recursive: true, force: true });
  await provider.stop();
});

const ask = async (streaming: boolean): Promise<string> => {
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${masterKey}` }, body: JSON.stringify({ model: 'm', stream: streaming, messages: [{ role: 'user', content: 'hi' }] }) });
  const text = await response.text();
  return response.status === 200 && (streaming ? text.endsWith('data: [DONE]\n\n') : text.includes('whole')) ? 'fine' : `${response.status} ${text.slice(-200)}`;
};
const models = async (): Promise<string> => (await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${masterKey}` } })).text();

test('no request fails', async () => {
  let over = false;
  const outcomes: string[] = [];
  const client = async (streaming: boolean): Promise<void> => {
    while (!over) outcomes.push(await ask(streaming).catch((error: unknown) => String(error)));
  };
  const clients = [false, false, false, true, true, true].map((streaming) => client(streaming));
  for (let number = 1; number <= changes; number++) {
    writeFileSync(`${folder}/config.yaml`, config(number));
    for (const deadline = Date.now() + 10_000; Date.now() < deadline && !(await models()).includes(`of-change-${number}"`);) await Bun.sleep(1);
    expect(await models()).toContain(`of-change-${number}"`);
  }
  over = true;
  await Promise.all(clients);
  expect(outcomes.filter((outcome) => outcome !== 'fine')).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(changes);
  expect(output).not.toMatch(/"level":"error"/);
}, 60_000);
