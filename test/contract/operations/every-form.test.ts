// Each operation in each provider's form over real sockets: what is sent, what comes back, what it costs, what the log line and the ledger
// say, that limits and budgets hold, and how a failure looks.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { fileBytes, formCases, type FormCase } from '../../support/operation-forms.ts';
import { json, ScriptedProvider, type Play, type SeenCall } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { openLedger, type Ledger } from '../../../src/accounting/ledger/ledger.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
let store: Store;
let ledger: Ledger;
let gateway: LocalGateway;
let url: string;
let stop: () => Promise<unknown>;
let freeKey: string;

const nameOf = (index: number): string => `case-${index}`;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  store = await newStore();
  ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
  const entries = formCases.map((row, index) => `  - { model_name: ${nameOf(index)}, litellm_params: { model: "${row.model}", ${(row.params ?? '').replaceAll('{url}', provider.url)} } }`);
  gateway = localGateway(`model_list:\n${entries.join('\n')}\nrouter_settings: { num_retries: 0, disable_cooldowns: true }\n`, { store, ledger });
  const listening = gateway.listen();
  url = `http://127.0.0.1:${listening.port}`;
  stop = async () => await listening.stop();
  freeKey = await storeKey(store, 'free');
});
afterAll(async () => {
  await stop();
  await ledger.close();
  await provider.stop();
});
beforeEach(() => {
  provider.clear();
  gateway.records.length = 0;
});

function play(answer: Play): void {
  provider.fallback = (line, call) => (call.path === '/token' ? json({ access_token: 't', expires_in: 3600 })(line, call) : answer(line, call));
}
const asked = (): SeenCall[] => provider.calls.filter((call) => call.path !== '/token');
const right = (row: FormCase): Play => (line, call) => (Buffer.isBuffer(row.answer) ? line.reply(200, row.answer, row.answerHeaders) : json(row.answer, 200, row.answerHeaders)(line, call));

function send(row: FormCase, index: number, key: string): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` };
  if (row.file === undefined) return fetch(url + row.path, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ model: nameOf(index), ...row.body }) });
  const form = new FormData();
  for (const [name, value] of Object.entries({ model: nameOf(index), ...row.body })) form.append(name, String(value));
  form.append(row.file, new Blob([fileBytes], { type: 'audio/wav' }), 'a.wav');
  return fetch(url + row.path, { method: 'POST', headers, body: form });
}

async function sentForm(call: SeenCall): Promise<FormData> {
  return await new Response(new Uint8Array(call.body), { headers: { 'content-type': call.headers['content-type'] ?? '' } }).formData() as FormData;
}

async function checkSent(row: FormCase, call: SeenCall): Promise<void> {
  expect(call.path).toBe(row.sentPath);
  if (row.header) expect(call.headers[row.header[0]]).toBe(row.header[1]);
  if (row.sent === 'file') {
    expect(call.body.equals(fileBytes)).toBe(true);
    expect(call.headers['content-type']).toBe('audio/wav');
    return;
  }
  expect(call.json).toMatchObject(row.sent);
  if (row.file === undefined) return;
  const form = await sentForm(call);
  for (const [name, value] of Object.entries(row.sentForm ?? {})) expect([name, form.get(name)]).toEqual([name, value]);
  const file = form.get(row.file);
  expect(file instanceof Blob && Buffer.from(await file.arrayBuffer()).equals(fileBytes)).toBe(true);
}

describe.each(formCases.map((row, index): [string, FormCase, number] => [`${row.path} at ${row.model}`, row, index]))('%s', (_title, row, index) => {
  test('is sent, answered, priced, logged and written down', async () => {
    play(right(row));
    const response = await send(row, index, freeKey);
    if (typeof row.told === 'string') {
      expect([response.status, response.headers.get('content-type')]).toEqual([200, row.told]);
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(3);
    } else {
      const told = await response.json() as { results?: unknown[] };
      expect([response.status, told]).toMatchObject([200, row.told]);
      if (row.path.endsWith('rerank')) expect(told.results).toHaveLength(1);
    }
    expect(asked()).toHaveLength(1);
    await checkSent(row, asked()[0] as SeenCall);
    expect(gateway.records[0]).toMatchObject({ route: row.path, status: 200, model: nameOf(index), fault: null });
    expect(gateway.records[0]?.costUsd).toBeCloseTo(row.costUsd, 9);
    await ledger.flush();
    const written = await store.db.selectFrom('spend_log').selectAll().where('model_group', '=', nameOf(index)).executeTakeFirstOrThrow();
    expect(written).toMatchObject({ status: 'success', http_status: 200, spend_nano_usd: Math.round(row.costUsd * 1e9), provider: row.model.slice(0, row.model.indexOf('/')) });
  });

  test('is limited and paid like chat: the second request in a minute, or without money, reaches nobody', async () => {
    play(right(row));
    const hurried = await storeKey(store, `hurried-${index}`, { rpm_limit: 1 });
    expect((await send(row, index, hurried)).status).toBe(200);
    const refused = await send(row, index, hurried);
    expect([refused.status, await refused.json()]).toMatchObject([429, { error: { type: 'throttling_error', code: '429' } }]);
    // What the first answer costs is all there is.
    const poor = await storeKey(store, `poor-${index}`, { max_budget: row.costUsd, spend_nano_usd: Math.round(row.costUsd * 1e9) });
    const broke = await send(row, index, poor);
    expect([broke.status, await broke.json()]).toMatchObject([422, { error: { type: 'budget_exceeded', code: '422' } }]);
    expect(asked()).toHaveLength(1);
  });

  test('fails in OpenAI\'s form with the provider\'s status and without its key', async () => {
    play(json({ error: { message: 'sk-of-provider is not allowed' }, message: 'sk-of-provider is not allowed' }, 403));
    const refused = await send(row, index, freeKey);
    const text = await refused.text();
    expect([refused.status, JSON.parse(text)]).toMatchObject([403, { error: { param: null, code: '403' } }]);
    expect(text).not.toContain('sk-of-provider');
    expect(gateway.records[0]).toMatchObject({ status: 403, costUsd: null });
    play((line) => line.reply(200, '<html>', { 'content-type': 'text/html' }));
    const garbage = await send(row, index, freeKey);
    expect(garbage.status).toBeGreaterThanOrEqual(500);
    expect(await garbage.json()).toHaveProperty('error.message');
  });
});

test('a file that Deepgram wants and that is not there is asked for', async () => {
  const index = formCases.findIndex(({ model }) => model.startsWith('deepgram/'));
  const form = new FormData();
  form.append('model', nameOf(index));
  const response = await fetch(`${url}/v1/audio/transcriptions`, { method: 'POST', headers: { authorization: `Bearer ${freeKey}` }, body: form });
  expect([response.status, await response.json()]).toMatchObject([422, { detail: [{ type: 'missing', loc: ['body', 'file'], msg: 'Field required' }] }]);
});

test('a voice stays in its segment of the path, and Gemini\'s sound is a file that players know', async () => {
  const eleven = formCases.findIndex(({ model }) => model.startsWith('elevenlabs/eleven'));
  const row = formCases[eleven];
  if (!row) throw new Error('no case');
  play(right(row));
  await send({ ...row, body: { input: 'x', voice: '../../v1/user?x=' } }, eleven, freeKey);
  expect(asked()[0]?.path).toBe('/v1/text-to-speech/%2F%2Fv1%2Fuser%3Fx%3D');
  const speaking = formCases.findIndex(({ model }) => model.includes('tts') && model.startsWith('gemini/'));
  const gemini = formCases[speaking];
  if (!gemini) throw new Error('no case');
  play(right(gemini));
  const wave = Buffer.from(await (await send(gemini, speaking, freeKey)).arrayBuffer());
  expect([wave.toString('latin1', 0, 4), wave.toString('latin1', 8, 16), wave.readUInt32LE(24), wave.subarray(44)]).toEqual(['RIFF', 'WAVEfmt ', 24_000, Buffer.from([0, 1, 2])]);
  const bare = await send({ ...gemini, body: { ...gemini.body, response_format: 'pcm' } }, speaking, freeKey);
  expect([bare.headers.get('content-type'), Buffer.from(await bare.arrayBuffer())]).toEqual(['audio/pcm', Buffer.from([0, 1, 2])]);
});
