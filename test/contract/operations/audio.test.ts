// Forms with files, and answers that are sound: bytes go both ways as they are.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

const config = (base: string): string => `
model_list:
  - {model_name: ears, litellm_params: {model: openai/listen, api_key: sk-provider-1, api_base: ${base}/v1, input_cost_per_second: 0.01}}
  - {model_name: mouth, litellm_params: {model: openai/speak, api_key: sk-provider-1, api_base: ${base}/v1, input_cost_per_character: 0.001}}
  - {model_name: brush, litellm_params: {model: openai/paint, api_key: sk-provider-1, api_base: ${base}/v1}}
router_settings: {num_retries: 1}
`;
// Every byte value, and what looks like the end of a part.
const sound = Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), Buffer.from('\r\n--\r\nContent-Disposition: form-data; name="model"\r\n\r\nother')]);

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  local = localGateway(config(provider.url));
});
beforeEach(() => {
  provider.clear();
  provider.fallback = json({ text: 'hello', duration: 2.5 });
  local.records.length = 0;
});
afterAll(() => provider.stop());

function form(fields: Record<string, string>, file = 'file'): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  data.append(file, new Blob([sound], { type: 'audio/wav' }), 'a "b".wav');
  return data;
}

/** The form that the provider was sent. */
async function sentForm(index = 0): Promise<FormData> {
  const call = provider.calls[index];
  return new Response(new Uint8Array(call?.body ?? []), { headers: { 'content-type': call?.headers['content-type'] ?? '' } }).formData() as Promise<FormData>;
}

describe('forms', () => {
  test.each(['/v1/audio/transcriptions', '/audio/transcriptions', '/v1/audio/translations'])('%s: the file arrives byte by byte, the model under its own name', async (path) => {
    const response = await local.fetch(path, { method: 'POST', body: form({ model: 'ears', language: 'en', num_retries: '0' }) });
    expect(await response.json()).toMatchObject({ text: 'hello', duration: 2.5, words: null });
    const sent = await sentForm();
    expect([sent.get('model'), sent.get('language'), sent.has('num_retries')]).toEqual(['listen', 'en', false]);
    const file = sent.get('file');
    expect(file instanceof Blob && Buffer.from(await file.arrayBuffer()).equals(sound)).toBe(true);
    expect(local.records[0]).toMatchObject({ model: 'ears', costUsd: 0.025 });
  });

  test('the model may stand in the path, and a retry sends the same form again', async () => {
    let count = 0;
    provider.fallback = (line) => (count++ === 0 ? line.reply(503, '{"error":{"message":"busy"}}') : line.reply(200, '{"text":"again"}'));
    const response = await local.fetch('/openai/deployments/ears/audio/transcriptions', { method: 'POST', body: form({}) });
    expect(await response.json()).toMatchObject({ text: 'again' });
    expect((await sentForm(1)).get('model')).toBe('listen');
    expect(provider.calls[0]?.body.equals(provider.calls[1]?.body ?? Buffer.alloc(0))).toBe(true);
  });

  test('text answers pass as text; HTML does not', async () => {
    provider.fallback = (line) => line.reply(200, '1\n00:00 --> 00:01\nhello\n', { 'content-type': 'text/plain' });
    const response = await local.fetch('/v1/audio/transcriptions', { method: 'POST', body: form({ model: 'ears', response_format: 'srt' }) });
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/plain', '1\n00:00 --> 00:01\nhello\n']);
    provider.fallback = (line) => line.reply(200, '<html>', { 'content-type': 'text/html' });
    expect((await local.fetch('/v1/audio/transcriptions', { method: 'POST', body: form({ model: 'ears', num_retries: '0' }) })).status).toBe(500);
  });

  test('images are edited by form', async () => {
    provider.fallback = json({ created: 1, data: [{ url: 'https://x' }] });
    const response = await local.fetch('/v1/images/edits', { method: 'POST', body: form({ model: 'brush', prompt: 'hat' }, 'image') });
    expect(await response.json()).toMatchObject({ data: [{ url: 'https://x', b64_json: null }] });
    expect(provider.calls[0]?.path).toBe('/v1/images/edits');
  });

  test('bad forms are refused before anything is sent', async () => {
    const without = new FormData();
    without.append('model', 'ears');
    expect(await (await local.fetch('/v1/audio/transcriptions', { method: 'POST', body: without })).json()).toMatchObject({ detail: [{ type: 'missing', loc: ['body', 'file'] }] });
    expect((await local.fetch('/v1/audio/transcriptions', { method: 'POST', body: form({}) })).status).toBe(400);
    for (const body of ['', '--b', '--b\r\nno end', 'text']) {
      const response = await local.fetch('/v1/audio/transcriptions', { method: 'POST', body, headers: { 'content-type': 'multipart/form-data; boundary=b' } });
      expect([body, response.status]).toEqual([body, 400]);
    }
    expect(provider.calls).toHaveLength(0);
  });
});

describe('speech', () => {
  test('passes untouched, and costs by the character', async () => {
    provider.on('speak', async (line) => {
      await line.head(200, { 'content-type': 'audio/mpeg', 'transfer-encoding': 'chunked' });
      await line.chunk(sound.subarray(0, 100));
      await Bun.sleep(5);
      await line.chunk(sound.subarray(100));
      await line.end();
    });
    const response = await local.post('/v1/audio/speech', { model: 'mouth', input: 'hello', voice: 'x' });
    expect([response.headers.get('content-type'), response.headers.get('x-litellm-response-cost')]).toEqual(['audio/mpeg', '0.005']);
    expect(Buffer.from(await response.arrayBuffer()).equals(sound)).toBe(true);
    expect(local.records[0]).toMatchObject({ status: 200, costUsd: 0.005, fault: null });
  });

  test('half a sound never looks whole', async () => {
    provider.on('speak', async (line) => {
      await line.head(200, { 'content-type': 'audio/mpeg', 'transfer-encoding': 'chunked' });
      await line.chunk(sound.subarray(0, 100));
      line.reset();
    });
    const response = await local.post('/v1/audio/speech', { model: 'mouth', input: 'hello', voice: 'x' });
    expect(await response.arrayBuffer().then(() => 'whole', () => 'broken')).toBe('broken');
    expect(local.records[0]?.fault).toBe('upstream_stream_broken');
  });

  test('a listener that leaves ends the provider’s connection', async () => {
    provider.on('speak', async (line) => {
      await line.head(200, { 'content-type': 'audio/mpeg', 'transfer-encoding': 'chunked' });
      await line.chunk(sound);
    });
    const leaving = new AbortController();
    const response = await local.post('/v1/audio/speech', { model: 'mouth', input: 'hello', voice: 'x' }, {}, leaving.signal);
    await response.body?.getReader().read();
    leaving.abort();
    await (await provider.call('speak')).closed;
    await Bun.sleep(1);
    expect(local.records[0]).toMatchObject({ fault: 'client_left', status: 499 });
  });
});
