// `./start.sh` as a stranger types it: keys are made, the demo model answers, and Ctrl-C breaks no answer.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { freePort, projectRoot } from '../support/gateway.ts';

// A copy of the project of its own, so that its .env is not ours; packages are shared.
const folder = mkdtempSync(`${tmpdir()}/weir-start-`);
const running: { kill(signal: NodeJS.Signals): void; exited: Promise<number> }[] = [];

beforeAll(() => {
  for (const name of ['bin', 'src', 'scripts', 'config', 'start.sh', 'package.json', 'client', 'web']) cpSync(`${projectRoot}${name}`, `${folder}/${name}`, { recursive: true, filter: (path) => !path.includes('node_modules') });
  symlinkSync(`${projectRoot}node_modules`, `${folder}/node_modules`);
});
afterAll(async () => {
  for (const child of running) child.kill('SIGTERM');
  await Promise.all(running.map((child) => child.exited));
  rmSync(folder, { recursive: true, force: true });
});

async function start(...flags: string[]) {
  const port = await freePort();
  const child = Bun.spawn([`${folder}/start.sh`, '--no-web', '--port', String(port), ...flags], {
    cwd: tmpdir(), env: { PATH: process.env['PATH'] ?? '', HOME: folder }, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe',
  });
  running.push(child);
  let output = '';
  const collect = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const chunk of stream) output += Buffer.from(chunk).toString();
  };
  void collect(child.stdout);
  void collect(child.stderr);
  const url = `http://127.0.0.1:${port}`;
  const up = async (): Promise<void> => {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await Bun.sleep(50)) {
      if (child.exitCode !== null) throw new Error(output);
      if (output.includes('ANTHROPIC_MODEL')) return;
    }
    throw new Error(`did not come up:\n${output}`);
  };
  return { child, url, port, up, output: () => output };
}

const keyOf = (): string => /LITELLM_MASTER_KEY=(\S+)/.exec(readFileSync(`${folder}/.env`, 'utf8'))?.[1] ?? '';
const ask = (url: string, body: object, key = keyOf()) => fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify({ model: 'deepseek', messages: [{ role: 'user', content: 'Hello' }], ...body }) });

test('makes the missing lines of .env, keeps the others, and answers with the demo model', async () => {
  writeFileSync(`${folder}/.env`, '# mine\nOTHER="a b"');
  const first = await start();
  await first.up();
  expect(readFileSync(`${folder}/.env`, 'utf8')).toMatch(/^# mine\nOTHER="a b"\nLITELLM_MASTER_KEY=sk-[0-9a-f]{48}\nLITELLM_PROXY_URL=.+\nOR_APP_NAME=Weir\nOR_SITE_URL=http/);
  expect(statSync(`${folder}/.env`).mode & 0o777).toBe(0o600);
  expect(first.output()).toContain('/v1/chat/completions');
  expect(first.output()).toContain('ANTHROPIC_AUTH_TOKEN');
  const answer = (await (await ask(first.url, {})).json()) as { choices: { message: { content: string } }[] };
  expect(answer.choices[0]?.message.content).toContain('demo model');
  expect((await ask(first.url, { model: 'openrouter/deepseek/deepseek-chat-v3-0324' })).status).toBe(200);
  expect((await ask(first.url, {}, 'sk-wrong')).status).toBe(401);
  first.child.kill('SIGINT');
  expect(await first.child.exited).toBe(0);

  const key = keyOf();
  const second = await start();
  await second.up();
  expect(keyOf()).toBe(key);

  const stream = await ask(second.url, { stream: true });
  const reading = stream.text();
  await Bun.sleep(200);
  second.child.kill('SIGINT');
  expect(await reading).toEndWith('data: [DONE]\n\n');
  expect(await second.child.exited).toBe(0);
});

test('a port that is taken, a wrong configuration and a wrong flag end with a reason', async () => {
  const holder = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const taken = await start('--port', String(holder.port));
  expect(await taken.child.exited).toBe(1);
  expect(taken.output()).toContain('is taken');
  holder.stop(true);

  writeFileSync(`${folder}/wrong.yaml`, 'model_list:\n  - model_name: a\n    litellm_params: {model: openai/a, api_key: "${KEY}"}\n');
  const wrong = await start('--config', `${folder}/wrong.yaml`);
  expect(await wrong.child.exited).toBe(1);
  expect(wrong.output()).toMatch(/wrong\.yaml:3:\d+: error: .*os\.environ\/KEY/);

  const flag = await start('--prot', '1');
  expect(await flag.child.exited).toBe(2);
});

test('when the gateway is killed the script ends too', async () => {
  const started = await start();
  await started.up();
  const pid = Bun.spawnSync(['sh', '-c', `ps -eo pid,args | grep "[-]-port ${started.port} --host" | grep main.ts | awk '{print $1}' | tail -n 1`]).stdout.toString().trim();
  process.kill(Number(pid), 'SIGKILL');
  expect(await started.child.exited).not.toBe(0);
});
