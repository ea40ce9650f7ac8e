// Connections to providers: kept for the next request, never mixed up, and given up when the caller does.
import { afterAll, beforeAll, beforeEach, expect, spyOn, test } from 'bun:test';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { clientOf, configOf, providerOf } from '../../support/dialects.ts';
import { json, ScriptedProvider, stream } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

const chat = clientOf('openai-chat');
const source = providerOf('deepseek');
const answer = JSON.parse(source.answer) as Record<string, unknown>;
const named = (text: string): Record<string, unknown> => ({ ...answer, choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }] });

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(configOf([{ name: '*', model: 'deepseek/*', base: `${provider.url}/v1` }], { router_settings: { num_retries: 0 } }));
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

const ask = (model: string, headers: Record<string, string> = {}): Promise<Response> => local.post(chat.path(model, false), chat.body(model, false), headers);
const textOf = async (response: Response): Promise<string> => {
  const body = (await response.json()) as { choices?: { message: { content: string } }[] };
  return body.choices?.[0]?.message.content ?? `status ${response.status}`;
};
const responseOf = (body: unknown): string => {
  const text = JSON.stringify(body);
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
};

test('a second answer on a kept connection never reaches another request', async () => {
  const poison = responseOf(named('poison'));
  // What comes wholly after the next request was sent cannot be told from its answer; whatever begins before can.
  for (const split of [1, 20, poison.length - 5, poison.length]) {
    provider.on('evil', async (line) => {
      await line.raw(responseOf(named('evil')) + poison.slice(0, split));
      await Bun.sleep(20);
      await line.raw(poison.slice(split));
    });
    provider.on('good', async (line) => {
      await Bun.sleep(40);
      await line.raw(responseOf(named('good')));
    });
    expect(await textOf(await ask('evil'))).toBe('evil');
    const answers = await Promise.all([1, 2, 3].map(async () => textOf(await ask('good'))));
    expect(answers, `split at ${split}`).toEqual(['good', 'good', 'good']);
  }
});

test('an answer with both lengths, two lengths or a malformed head is refused or ends its connection', async () => {
  const heads = [
    'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: 5x\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-5\r\nhello\r\n', 'HTTP/1.1 200 OK\r\n: x\r\n\r\n',
    'HTTP/9.9 200 OK\r\n\r\n', 'HTTP/1.1 abc OK\r\n\r\n', 'ICY 200 OK\r\n\r\n', 'HTTP/1.1 101 Switching\r\n\r\n', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}`,
    `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(5_000)}\r\n`,
  ];
  for (const head of heads) {
    provider.on('odd', (line) => line.raw(head));
    expect((await ask('odd', { 'x-litellm-timeout': '2' })).status, head.slice(0, 60)).toBe(500);
  }
  provider.on('odd', json(named('fine')));
  expect(await textOf(await ask('odd'))).toBe('fine');
});

test('early hints before the answer are skipped', async () => {
  provider.on('hints', (line) => line.raw(`HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${responseOf(named('real'))}`));
  expect(await textOf(await ask('hints'))).toBe('real');
});

test('a kept connection that was closed in the meantime costs nobody an answer', async () => {
  provider.on('closing', async (line) => {
    await line.raw(responseOf(named('once')));
    await Bun.sleep(1);
    line.fin();
  });
  for (let round = 0; round < 20; round++) {
    expect(await textOf(await ask('closing'))).toBe('once');
    await Bun.sleep(round % 4);
  }
});

test('connections are used again', async () => {
  provider.on('again', json(named('again')));
  await ask('again').then(textOf);
  const before = provider.open;
  for (let round = 0; round < 10; round++) await ask('again').then(textOf);
  expect(provider.open).toBeLessThanOrEqual(before);
});

test('a server that does not take the call is given up at the time-out, and when the client leaves', async () => {
  const connecting = spyOn(Bun, 'connect').mockImplementation((() => new Promise(() => undefined)) as never);
  try {
    const unreachable = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: 'http://127.0.0.9:9/v1' }], { router_settings: { num_retries: 0 } }));
    expect((await unreachable.post(chat.path('m', false), chat.body('m', false), { 'x-litellm-timeout': '0.1' })).status).toBe(408);
    const leaving = new AbortController();
    const left = unreachable.post(chat.path('m', false), chat.body('m', false), {}, leaving.signal);
    setTimeout(() => leaving.abort(), 20);
    expect((await left).status).toBe(499);
  } finally {
    connecting.mockRestore();
  }
});

test.each(['http', 'https'])('an address that takes no connection is given up at the connect time-out, and another one is tried (%s)', async (scheme) => {
  // A program that is stopped while nobody has taken its few connections: the system lets further ones wait for ever.
  const child = Bun.spawn([process.execPath, '--no-env-file', '-e', "const s = require('node:net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))"], { stdin: 'ignore', stdout: 'pipe', stderr: 'inherit', env: { ...process.env, BUN_BE_BUN: '1' } });
  const { value } = await child.stdout.getReader().read();
  const port = Number(new TextDecoder().decode(value));
  child.kill('SIGSTOP');
  const waiting: Socket[] = [];
  try {
    for (let taken = true; taken && waiting.length < 2_000;) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      waiting.push(socket);
      taken = await Promise.race([once(socket, 'connect').then(() => true), Bun.sleep(300).then(() => false)]);
    }
    provider.on('m', json(named('other')));
    const models = [{ name: 'm', model: 'openai/m', base: `${scheme}://127.0.0.1:${port}/v1`, extra: { connect_timeout: 0.4, order: 1 } }, { name: 'm', model: 'deepseek/m', base: `${provider.url}/v1`, extra: { order: 2 } }];
    const both = localGateway(configOf(models));
    const response = await both.post(chat.path('m', false), chat.body('m', false));
    expect([response.status, await textOf(response)]).toEqual([200, 'other']);
    expect(both.records.at(-1)?.attempts.map(({ failure }) => failure)).toEqual(['upstream_timeout', null]);
  } finally {
    for (const socket of waiting) socket.destroy();
    child.kill('SIGKILL');
    await child.exited;
  }
});

test('a refused connection is LiteLLM’s 500 Connection error, without the address', async () => {
  const nobody = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: 'http://127.0.0.1:9/v1' }], { router_settings: { num_retries: 0 } }));
  const response = await nobody.post(chat.path('m', false), chat.body('m', false));
  const text = await response.text();
  expect(response.status).toBe(500);
  expect(chat.errorMessage(JSON.parse(text), 500)).toContain('Connection error');
  expect(text).not.toContain('127.0.0.1');
});

test('300 requests upstream at the same time', async () => {
  let waiting = 0;
  const { promise: all, resolve } = Promise.withResolvers<void>();
  provider.on('many', async (line) => {
    if (++waiting === 300) resolve();
    await all;
    await line.reply(200, JSON.stringify(named('together')));
  });
  const answers = await Promise.all(Array.from({ length: 300 }, async () => textOf(await ask('many'))));
  expect(new Set(answers)).toEqual(new Set(['together']));
}, 20_000);

test('large bodies reach the provider whole, also when it reads slowly', async () => {
  provider.on('large', (line, call) => line.reply(200, JSON.stringify(named(String(call.body.length)))));
  const content = 'ä"\\'.repeat(1_000_000);
  const response = await local.post(chat.path('large', false), { model: 'large', messages: [{ role: 'user', content }] });
  expect(Number(await textOf(response))).toBeGreaterThan(4_000_000);
  expect(provider.calls[0]?.body.includes(JSON.stringify(content))).toBe(true);
}, 20_000);

test('a stream whose end and last chunk come apart leaves nothing behind', async () => {
  provider.on('apart', stream(source.frames, 2));
  for (let round = 0; round < 5; round++) expect(await (await local.post(chat.path('apart', true), chat.body('apart', true))).text()).toContain('[DONE]');
  expect(local.gateway.inFlight()).toBe(0);
});
