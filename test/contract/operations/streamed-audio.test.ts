// Answers with sound, and transcripts as they are made, pass at the pace of whoever listens: nothing of them is gathered on the way.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { formBytes, noise, until } from '../../support/upload-client.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { ScriptedProvider } from '../../support/provider.ts';

const megabyte = 1024 * 1024;
let provider: ScriptedProvider;
let local: LocalGateway;
let port: number;
let stop: () => Promise<unknown>;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(`
model_list:
  - {model_name: ears, litellm_params: {model: openai/listen, api_key: sk-1, api_base: ${provider.url}/v1}}
  - {model_name: mouth, litellm_params: {model: openai/speak, api_key: sk-1, api_base: ${provider.url}/v1}}
`);
  const listening = local.listen();
  ({ port } = listening);
  stop = () => listening.stop();
});
beforeEach(() => {
  provider.clear();
  local.records.length = 0;
});
afterAll(async () => {
  await stop();
  await provider.stop();
});

test('events of a transcript arrive one by one while the provider still listens', async () => {
  const more = Promise.withResolvers<void>();
  provider.fallback = async (line) => {
    await line.beginStream();
    await line.chunk('data: {"type":"transcript.text.delta","delta":"Hel"}\n\n');
    await more.promise;
    await line.chunk('data: {"type":"transcript.text.done","text":"Hello","usage":{"type":"tokens","input_tokens":9,"output_tokens":2,"total_tokens":11}}\n\n');
    await line.end();
  };
  const response = await fetch(`http://127.0.0.1:${port}/v1/audio/transcriptions`, {
    method: 'POST', headers: { 'authorization': `Bearer ${masterKey}`, 'content-type': 'multipart/form-data; boundary=b' }, body: formBytes({ model: 'ears', stream: 'true' }, noise(2 * megabyte)),
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('"delta":"Hel"');
  more.resolve();
  let rest = '';
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) rest += Buffer.from(part.value).toString();
  expect(rest).toContain('transcript.text.done');
  expect(local.records[0]).toMatchObject({ status: 200, stream: true, usage: { inputTokens: 9, outputTokens: 2 }, fault: null });
});

test('whoever does not listen holds the speaker up, and gets every byte later', async () => {
  const sound = noise(megabyte);
  const parts = 64;
  let written = 0;
  provider.fallback = async (line) => {
    await line.head(200, { 'content-type': 'audio/mpeg', 'transfer-encoding': 'chunked' });
    for (; written < parts; written++) await line.chunk(sound);
    await line.end();
  };
  const body = JSON.stringify({ model: 'mouth', input: 'hello', voice: 'x' });
  const socket = connect(port, '127.0.0.1');
  socket.write(`POST /v1/audio/speech HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer ${masterKey}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
  socket.pause();
  // The lines' own buffers fill, and then nothing moves any more.
  let before = -1;
  await until(() => written > 0);
  for (; written !== before; await Bun.sleep(150)) before = written;
  expect(written).toBeLessThan(parts / 2);
  let received = 0;
  let whole = false;
  socket.on('data', (bytes: Buffer) => {
    received += bytes.length;
    whole ||= bytes.subarray(-5).toString() === '0\r\n\r\n';
  });
  socket.resume();
  await until(() => socket.closed || whole);
  expect([whole, written, received > parts * megabyte]).toEqual([true, parts, true]);
  socket.destroy();
});
