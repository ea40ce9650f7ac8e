// Answers of the Responses API that are made in the background by the gateway: made, looked at, followed, gone on following, cancelled.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import OpenAI from 'openai';
import { BackgroundJobs } from '../../../src/pipeline/background-jobs.ts';
import { Cancellation } from '../../../src/lib/cancellation.ts';
import { framesOf } from '../../support/dialects.ts';
import { json, ScriptedProvider, type Line, type Play } from '../../support/provider.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
let local: LocalGateway;
let listening: ReturnType<LocalGateway['listen']>;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const base = provider.url;
  local = localGateway(`
model_list:
  - {model_name: chatty, litellm_params: {model: deepseek/chatty, api_key: sk-provider-1, api_base: ${base}}}
  - {model_name: native, litellm_params: {model: openai/native, api_key: sk-provider-1, api_base: ${base}/v1}}
  - {model_name: keeper, litellm_params: {model: azure/keeper, api_key: az-provider-1, api_base: ${base}, api_version: v1}}
router_settings: {num_retries: 0}
`);
  listening = local.listen();
});
beforeEach(() => {
  provider.clear();
  local.records.length = 0;
});
afterAll(async () => {
  await listening.stop();
  await provider.stop();
});

type Body = Record<string, unknown> & { id: string };

const create = async (body: Record<string, unknown>): Promise<{ status: number; body: Body }> => {
  const response = await local.post('/v1/responses', { model: 'chatty', input: 'Go.', background: true, ...body });
  return { status: response.status, body: await response.json() as Body };
};
const fetched = async (path: string, method = 'GET'): Promise<{ status: number; body: Body }> => {
  const response = await local.fetch(`/v1/responses/${path}`, { method });
  return { status: response.status, body: await response.json() as Body };
};
async function ended(id: string): Promise<Body> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await Bun.sleep(5)) {
    const { body } = await fetched(id);
    if (body['status'] !== 'queued' && body['status'] !== 'in_progress') return body;
  }
  throw new Error('The response did not end.');
}

const chunk = (delta: object, finish: string | null = null): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'chatty', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const usage = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'chatty', choices: [], usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } })}\n\n`;

/** A provider that says the first word, waits until it is told, and says the rest. */
function held(): { play: Play; goOn: () => void; line: Promise<Line> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<Line>();
  const play: Play = async (line) => {
    await line.beginStream();
    await line.chunk(chunk({ role: 'assistant', content: 'one ' }));
    begun.resolve(line);
    await promise;
    await line.chunk(chunk({ content: 'two' }) + chunk({}, 'stop') + usage + 'data: [DONE]\n\n');
    await line.end();
  };
  return { play, goOn: resolve, line: begun.promise };
}

const sequences = (text: string): number[] => framesOf(text).map((frame) => Number(frame['sequence_number']));
const outputOf = (body: Body): unknown => (body['output'] as { content: { text: string }[] }[]).map(({ content }) => content.map(({ text }) => text).join('')).join('');

describe('made here', () => {
  test('queued, in progress, completed; and gone on from', async () => {
    const { play, goOn, line } = held();
    provider.on('chatty', play);
    const created = await create({ metadata: { k: 'v' } });
    expect(created).toMatchObject({ status: 200, body: { object: 'response', background: true, output: [], error: null, metadata: { k: 'v' }, model: 'chatty' } });
    expect(['queued', 'in_progress']).toContain(String(created.body['status']));
    await line;
    const unfinished = await create({ previous_response_id: created.body.id });
    expect(unfinished).toMatchObject({ status: 400, body: { error: { param: 'previous_response_id' } } });
    goOn();
    const done = await ended(created.body.id);
    expect(done).toMatchObject({ id: created.body.id, status: 'completed', background: true, usage: { input_tokens: 3, output_tokens: 4 } });
    expect(outputOf(done)).toBe('one two');
    expect(provider.calls[0]?.json).toMatchObject({ stream: true, messages: [{ role: 'user', content: 'Go.' }] });
    expect(provider.calls[0]?.json).not.toHaveProperty('background');
    expect(local.records.findLast((record) => record.status === 200)).toMatchObject({ usage: { inputTokens: 3 } });
    provider.on('chatty', json({ id: 'c', object: 'chat.completion', created: 1, model: 'chatty', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'three' } }] }));
    await create({ previous_response_id: created.body.id, input: 'On.', background: false });
    expect(provider.calls.at(-1)?.json['messages']).toMatchObject([{ content: 'Go.' }, { role: 'assistant', content: 'one two' }, { content: 'On.' }]);
    expect((await fetched(`${created.body.id}/input_items`)).body).toMatchObject({ data: [{ type: 'message', role: 'user' }] });
  });

  test('a reader that left goes on where it was, and one that comes late hears everything', async () => {
    const { play, goOn, line } = held();
    provider.on('chatty', play);
    const response = await local.post('/v1/responses', { model: 'chatty', input: 'Go.', background: true, stream: true });
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    let heard = '';
    while (!heard.includes('one ')) heard += Buffer.from((await reader.read()).value ?? []).toString();
    await reader.cancel();
    const call = await provider.call('chatty');
    await line;
    expect(call.isClosed()).toBe(false);
    const id = /"id":"(resp_[^"]+)"/.exec(heard)?.[1] ?? '';
    const last = Math.max(...sequences(heard));
    const following = local.fetch(`/v1/responses/${id}?stream=true&starting_after=${last}`).then((answer) => answer.text());
    goOn();
    const rest = await following;
    expect(sequences(heard + rest)).toEqual(Array.from({ length: sequences(heard + rest).length }, (_, index) => index));
    expect(rest).toContain('response.completed');
    expect(rest).not.toContain('"delta":"one "');
    const whole = await (await local.fetch(`/v1/responses/${id}?stream=true`)).text();
    expect(whole).toBe(heard + rest);
    // Behind the end only the end is left to say.
    expect(framesOf(await (await local.fetch(`/v1/responses/${id}?stream=true&starting_after=999`)).text()).map((frame) => frame['type'])).toEqual(['response.completed']);
    expect((await local.fetch(`/v1/responses/${id}?stream=true&starting_after=x`)).status).toBe(400);
  });

  test('cancelling ends the provider’s stream; cancelling again shows what it ended as', async () => {
    const { play, line } = held();
    provider.on('chatty', play);
    const { body } = await create({});
    await line;
    const following = local.fetch(`/v1/responses/${body.id}?stream=true`).then((answer) => answer.text());
    const call = await provider.call('chatty');
    expect((await fetched(`${body.id}/cancel`, 'POST')).body).toMatchObject({ id: body.id, status: 'cancelled' });
    await call.closed;
    expect(await following).toContain('response.cancelled');
    expect((await fetched(`${body.id}/cancel`, 'POST'))).toMatchObject({ status: 200, body: { status: 'cancelled' } });
    expect((await fetched(body.id)).body).toMatchObject({ status: 'cancelled' });
    for (let tries = 0; tries < 200 && local.records.length === 0; tries++) await Bun.sleep(5);
    expect(local.records.at(-1)).toMatchObject({ status: 499, fault: 'client_left' });
  });

  test('forgetting one ends it too', async () => {
    const { play, line } = held();
    provider.on('chatty', play);
    const { body } = await create({});
    await line;
    expect((await fetched(body.id, 'DELETE')).body).toEqual({ id: body.id, object: 'response', deleted: true });
    await (await provider.call('chatty')).closed;
    expect((await fetched(body.id)).status).toBe(400);
  });

  test('a provider that breaks off, and one that refuses late, are failures', async () => {
    provider.on('chatty', async (line) => {
      await line.beginStream();
      await line.chunk(chunk({ role: 'assistant', content: 'one ' }));
      line.reset();
    });
    const broken = await ended((await create({})).body.id);
    expect(broken).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    provider.on('chatty', async (line, call) => {
      await Bun.sleep(250);
      await json({ error: { message: 'Slow down.', type: 'rate_limit_error' } }, 429)(line, call);
    });
    const refused = await ended((await create({})).body.id);
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } });
  });

  test('what is refused at once is refused at once', async () => {
    expect(await create({ store: false })).toMatchObject({ status: 400, body: { error: { param: 'background' } } });
    expect((await create({ model: 'nobody' })).status).toBe(400);
    provider.on('chatty', json({ error: { message: 'no', type: 'invalid_request_error' } }, 400));
    expect((await create({})).status).toBe(400);
  });

  test('servers that speak the API but keep nothing', async () => {
    const item = { type: 'message', id: 'msg_1', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text: 'native', annotations: [] }] };
    const answer = { id: 'resp_theirs', object: 'response', created_at: 1, status: 'completed', model: 'native', output: [item], usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 } };
    provider.on('native', async (line) => {
      await line.beginStream();
      await line.chunk(['response.created', 'response.in_progress', 'response.completed'].map((type, index) => `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: index, response: { ...answer, ...(index < 2 && { status: 'in_progress', output: [] }) } })}\n\n`).join(''));
      await line.end();
    });
    const { body } = await create({ model: 'native' });
    expect(await ended(body.id)).toMatchObject({ id: body.id, status: 'completed', background: true, model: 'native', output: [item] });
    expect(body.id).not.toBe('resp_theirs');
  });

  test('the official library polls, follows and cancels', async () => {
    const client = new OpenAI({ baseURL: `${listening.url}/v1`, apiKey: masterKey, maxRetries: 0 });
    const { play, goOn, line } = held();
    provider.on('chatty', play);
    const created = await client.responses.create({ model: 'chatty', input: 'Go.', background: true });
    await line;
    const stream = await client.responses.retrieve(created.id, { stream: true });
    goOn();
    let text = '';
    for await (const event of stream) if (event.type === 'response.output_text.delta') text += event.delta;
    expect(text).toBe('one two');
    expect((await client.responses.retrieve(created.id)).output_text).toBe('one two');
    expect((await client.responses.cancel(created.id)).status).toBe('completed');
  });
});

test('an answer that was not made in the background can be followed too', async () => {
  provider.on('chatty', json({ id: 'c', object: 'chat.completion', created: 1, model: 'chatty', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'one' } }] }));
  const { body } = await create({ background: false });
  const text = await (await local.fetch(`/v1/responses/${body.id}?stream=true`)).text();
  const frames = framesOf(text);
  expect(frames.at(-1)).toMatchObject({ type: 'response.completed', response: { id: body.id, status: 'completed' } });
  const rest = framesOf(await (await local.fetch(`/v1/responses/${body.id}?stream=true&starting_after=2`)).text());
  expect(rest).toEqual(frames.slice(3));
});

test('a provider that keeps its answers makes them itself', async () => {
  provider.on('keeper', json({ id: 'resp_kept', object: 'response', created_at: 1, status: 'queued', background: true, model: 'keeper', output: [] }));
  expect((await create({ model: 'keeper' })).body).toMatchObject({ id: 'resp_kept', status: 'queued' });
  expect(provider.calls[0]?.json).toMatchObject({ background: true });
});

test('jobs are bounded in number and in time', async () => {
  const jobs = new BackgroundJobs(1, 20);
  const work = new Cancellation();
  const start = { id: 'resp_1', tenant: 't', model: 'm', previous: null, input: Buffer.from('"x"'), response: {}, work };
  const job = jobs.begin(start, () => undefined);
  expect(jobs.begin({ ...start, id: 'resp_2' }, () => undefined)).toBeNull();
  for (let tries = 0; tries < 200 && job?.finished === false; tries++) await Bun.sleep(5);
  expect(job?.response).toMatchObject({ status: 'failed' });
  expect(work.aborted).toBe(true);
  expect(jobs.get('other', 'resp_1')).toBeNull();
  expect(jobs.begin({ ...start, id: 'resp_2' }, () => undefined)).not.toBeNull();
});
