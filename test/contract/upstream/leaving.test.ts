// What happens at the edges of a call's life, in the real program: clients that leave, clients that do not read, signals, and the end.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { clientDialects, clientOf, configOf, providerOf, type ClientDialect } from '../../support/dialects.ts';
import { connect, type Socket } from 'node:net';
import { json, ScriptedProvider, silence, stream, type Play } from '../../support/provider.ts';
import { masterKey, startGateway, type GatewayProcess } from '../../support/gateway.ts';
import { once } from 'node:events';

let provider: ScriptedProvider;
let gateway: GatewayProcess;

const chat = clientOf('openai-chat');
const source = providerOf('deepseek');
const answer = JSON.parse(source.answer) as Record<string, unknown>;

const config = (): string => configOf([{ name: '*', model: 'deepseek/*', base: `${provider.url}/v1` }, { name: 'single', model: 'deepseek/single', base: `${provider.url}/v1` }]);

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  gateway = await startGateway(config());
});
beforeEach(() => provider.clear());
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
});

/** Sends a request by hand. */
async function call(dialect: ClientDialect, model: string, streaming: boolean, port = gateway.port): Promise<Socket> {
  const body = JSON.stringify(dialect.body(model, streaming));
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(`POST ${dialect.path(model, streaming)} HTTP/1.1\r\nhost: weir.test\r\nauthorization: Bearer ${masterKey}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  return socket;
}

/** Milliseconds from now, when the client leaves, until the provider notices. */
async function noticedMs(model: string, leave: () => void): Promise<number> {
  const seen = await provider.call(model);
  // The answer's begin, where there is one, is under way to the client.
  await Bun.sleep(30);
  expect(seen.isClosed()).toBe(false);
  const leftMs = performance.now();
  leave();
  const closedMs = await Promise.race([seen.closed, Bun.sleep(3_000).then(() => Number.POSITIVE_INFINITY)]);
  return closedMs - leftMs;
}

const begun = (frames: number): Play => async (line) => {
  await line.beginStream();
  await line.chunk(source.frames.slice(0, frames).join(''));
};
const half: Play = async (line) => {
  await line.head(200, { 'content-type': 'application/json', 'content-length': String(source.answer.length) });
  await line.raw(source.answer.slice(0, 100));
};
const moments: readonly [string, boolean, Play][] = [
  ['a plain call without an answer yet', false, silence],
  ['a plain call inside its answer', false, half],
  ['a stream without an answer yet', true, silence],
  ['a stream that has only its head', true, begun(0)],
  ['a stream before its first content', true, begun(1)],
  ['a stream in its middle', true, begun(4)],
];

describe.each(moments)('a client that leaves %s', (_what, streaming, play) => {
  test.each(clientDialects.map((dialect) => [dialect.name, dialect] as const))('by FIN or RST ends the call at the provider within 100 ms, in %s', async (_name, dialect) => {
    for (const leave of ['destroy', 'resetAndDestroy'] as const) {
      provider.clear();
      provider.on('m', play);
      const socket = await call(dialect, 'm', streaming);
      expect(await noticedMs('m', () => socket[leave]())).toBeLessThan(100);
    }
  });
});

test('a client that leaves between two tries causes no second one', async () => {
  provider.on('single', json(source.error('busy'), 503, { 'retry-after': '1' }));
  const socket = await call(chat, 'single', false);
  await provider.call('single');
  await Bun.sleep(50);
  socket.destroy();
  await Bun.sleep(1_300);
  expect(provider.callsOf('single')).toHaveLength(1);
});

test('an SDK’s abort signal ends the call too', async () => {
  provider.on('m', begun(4));
  const leaving = new AbortController();
  const response = await fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST', signal: leaving.signal, headers: { authorization: `Bearer ${masterKey}` }, body: JSON.stringify(chat.body('m', true)),
  });
  await response.body?.getReader().read();
  expect(await noticedMs('m', () => leaving.abort())).toBeLessThan(100);
});

test('streams that were left are counted as such, and none stays open', async () => {
  await Bun.sleep(300);
  const metrics = await fetch(`${gateway.url}/metrics`, { headers: { authorization: `Bearer ${masterKey}` } }).then((response) => response.text());
  expect(/^weir_open_streams(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1]).toBe('0');
  expect(gateway.output()).toContain('"status":499');
});

test('a reader that stands still stops a flooding provider, and memory does not grow', async () => {
  let sentBytes = 0;
  const content = JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'x', choices: [{ index: 0, delta: { content: 'x'.repeat(4_000) } }] });
  const piece = `data: ${content}\n\n`.repeat(16);
  provider.on('flood', async (line) => {
    await line.beginStream();
    for (; sentBytes < 400_000_000 && !line.gone; sentBytes += piece.length) await line.chunk(piece);
  });
  const before = await gateway.residentBytes();
  const sockets = await Promise.all(clientDialects.map((dialect) => call(dialect, 'flood', true)));
  for (const socket of sockets) socket.pause();
  await Bun.sleep(1_500);
  const grown = (await gateway.residentBytes()) - before;
  expect(sentBytes).toBeLessThan(200_000_000);
  expect(grown).toBeLessThan(120_000_000);
  const alive = await fetch(`${gateway.url}/health/liveliness`, { signal: AbortSignal.timeout(1_000) });
  expect(alive.status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await Promise.all(provider.callsOf('flood').map((seen) => seen.closed));
}, 20_000);

test('a reader that starts again gets everything', async () => {
  const content = (index: number): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: `${index} ${'x'.repeat(2_000)}` } }] })}\n\n`;
  const count = 5_000;
  provider.on('much', async (line) => {
    await line.beginStream();
    for (let index = 0; index < count; index++) await line.chunk(content(index));
    await line.chunk('data: [DONE]\n\n');
    await line.end();
  });
  const socket = await call(chat, 'much', true);
  socket.pause();
  await Bun.sleep(400);
  let text = '';
  socket.on('data', (bytes) => {
    text += String(bytes);
    if (text.includes('[DONE]')) socket.destroy();
  });
  socket.resume();
  await once(socket, 'close');
  expect([...text.matchAll(/"content":"(\d+) /g)].map((found) => Number(found[1]))).toEqual(Array.from({ length: count }, (_, index) => index));
}, 20_000);

describe('signals', () => {
  const started = async (): Promise<GatewayProcess> => startGateway(config());

  test('SIGTERM lets running answers end, takes no new ones, and ends with 0', async () => {
    const other = await started();
    const slow = source.frames.flatMap((frame) => [frame]);
    provider.on('slow', stream(slow, 60)).on('plain', async (line) => {
      await Bun.sleep(400);
      await line.reply(200, source.answer);
    });
    const headers = { authorization: `Bearer ${masterKey}` };
    const ask = (model: string, streaming: boolean): Promise<string> =>
      fetch(`${other.url}/v1/chat/completions`, { method: 'POST', headers, body: JSON.stringify(chat.body(model, streaming)) }).then((response) => response.text());
    const streamed = ask('slow', true);
    const plain = ask('plain', false);
    await provider.call('slow');
    await provider.call('plain');
    other.signal('SIGTERM');
    await Bun.sleep(100);
    expect(await ask('plain', false).then(() => 'answered', () => 'refused')).toBe('refused');
    expect(chat.looksFinished(await streamed)).toBe(true);
    expect(JSON.parse(await plain)).toMatchObject({ object: 'chat.completion' });
    expect(await other.exited).toBe(0);
    expect(other.output()).toContain('stopped');
  }, 20_000);

  test('SIGTERM does not cut an answer that its reader is still taking', async () => {
    const other = await started();
    const large = JSON.stringify({ ...answer, padding: 'x'.repeat(30_000_000) });
    provider.on('large', (line) => line.reply(200, large));
    const socket = await call(chat, 'large', false, other.port);
    let received = 0;
    socket.on('data', (bytes) => {
      received += bytes.length;
    });
    await once(socket, 'data');
    socket.pause();
    await Bun.sleep(300);
    other.signal('SIGTERM');
    await Bun.sleep(600);
    socket.resume();
    await Promise.race([once(socket, 'close'), other.exited]);
    await Bun.sleep(50);
    expect(received).toBeGreaterThan(large.length);
    socket.destroy();
    expect(await other.exited).toBe(0);
  }, 20_000);

  test('an idle kept connection does not hold up the end', async () => {
    const other = await started();
    const socket = connect(other.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('GET /health/liveliness HTTP/1.1\r\nhost: a\r\n\r\n');
    await once(socket, 'data');
    const startedMs = performance.now();
    other.signal('SIGTERM');
    expect(await other.exited).toBe(0);
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  }, 20_000);

  test('a second signal ends it at once', async () => {
    const other = await started();
    provider.on('never', silence);
    const socket = await call(chat, 'never', false, other.port);
    await provider.call('never');
    other.signal('SIGINT');
    await Bun.sleep(100);
    other.signal('SIGINT');
    expect(await other.exited).toBe(130);
    socket.destroy();
  }, 20_000);

  test('kill -9 leaves no process, and the port is free again', async () => {
    const other = await started();
    provider.on('never', begun(4));
    const socket = await call(chat, 'never', true, other.port);
    const seen = await provider.call('never');
    const children = (await Bun.file(`/proc/${other.pid}/task/${other.pid}/children`).text()).trim();
    expect(children).toBe('');
    other.signal('SIGKILL');
    await other.exited;
    await seen.closed;
    socket.destroy();
    const again = Bun.serve({ port: other.port, hostname: '127.0.0.1', fetch: () => new Response('') });
    await again.stop(true);
  }, 20_000);
});

test('after all this the program still answers', async () => {
  provider.on('m', json(answer));
  const response = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${masterKey}` }, body: JSON.stringify(chat.body('m', false)) });
  expect(response.status).toBe(200);
  expect(gateway.output()).not.toMatch(/"level":"error"|unhandled|Error:/i);
});
