// What of a request ends up in the ledger: through the whole gateway, on SQLite.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { hashOf, storeKey } from '../../support/stored-keys.ts';
import { openLedger, type Ledger } from '../../../src/accounting/ledger/ledger.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import type { Row } from '../../../src/store/schema.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
let store: Store;
let ledger: Ledger;
beforeAll(async () => {
  store = await newStore('sqlite');
  ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
});
afterAll(async () => await ledger.close());

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
const chunk = (delta: object, more: object = {}): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`;

async function provider(url: string, init: RequestInit): Promise<Response> {
  const body = JSON.parse(Buffer.from(init.body as Uint8Array).toString('utf8')) as { stream?: boolean; messages: { content: string }[] };
  const [word] = body.messages.map(({ content }) => content);
  if (word === 'fail') return new Response('{"error":{"message":"no"}}', { status: 400, headers: { 'content-type': 'application/json' } });
  if (!body.stream) return Response.json({ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }], usage });
  const start = chunk({ role: 'assistant', content: 'x'.repeat(40) });
  const end = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}\n\ndata: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\ndata: [DONE]\n\n`;
  const frames = word === 'break' || word === 'hold' ? [start] : [start, end];
  void url;
  return new Response(new ReadableStream({
    start(controller) {
      for (const frame of frames) controller.enqueue(new TextEncoder().encode(frame));
      if (word === 'hold') return;
      controller.close();
    },
  }), { headers: { 'content-type': 'text/event-stream' } });
}

const config = `
model_list:
  - model_name: gpt
    litellm_params: { model: openai/gpt-test, api_key: sk-provider, api_base: "http://provider.test/v1", input_cost_per_token: 0.000001, output_cost_per_token: 0.00001 }
    model_info: { id: deployment-1 }
`;
const gatewayOf = (more = ''): LocalGateway => localGateway(`${config}${more}`, { fetch: provider, store, ledger });
const ask = (content: string, more: object = {}): object => ({ model: 'gpt', messages: [{ role: 'user', content }], ...more });

async function lastRow(): Promise<Row<'spend_log'>> {
  await ledger.flush();
  return await store.db.selectFrom('spend_log').selectAll().orderBy('row_id', 'desc').executeTakeFirstOrThrow();
}

test('an answer: tokens, money, times, who and what', async () => {
  const answer = await gatewayOf().post('/v1/chat/completions', ask('hi', { user: 'customer-7', metadata: { tags: ['blue', 'blue'], session_id: 's-1' } }), { 'x-litellm-call-id': 'call-1' });
  expect(answer.status).toBe(200);
  const row = await lastRow();
  expect({ ...row }).toMatchObject({
    request_id: 'call-1', response_id: 'chatcmpl-1', call_type: 'acompletion', api_key: 'litellm_proxy_master_key', user_id: 'default_user_id', end_user: 'customer-7', model: 'openai/gpt-test', model_id: 'deployment-1', model_group: 'gpt',
    provider: 'openai', api_base: 'http://provider.test/v1', spend_nano_usd: 300_000, prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, status: 'success', http_status: 200, cache_hit: 0,
    session_id: 's-1', request_tags: '["blue"]', error_code: null,
  });
  expect(row.started_at_ms).toBeLessThanOrEqual(row.first_byte_at_ms ?? 0);
  expect(row.first_byte_at_ms).toBeLessThanOrEqual(row.ended_at_ms + 1);
});

test('a stream counts what its last frame says', async () => {
  await (await gatewayOf().post('/v1/chat/completions', ask('hi', { stream: true }))).text();
  expect(await lastRow()).toMatchObject({ response_id: 'c', spend_nano_usd: 300_000, status: 'success' });
});

test('a stream that breaks counts what was streamed', async () => {
  await (await gatewayOf().post('/v1/chat/completions', ask('break', { stream: true }))).text();
  const row = await lastRow();
  expect(row).toMatchObject({ status: 'failure', completion_tokens: 10, error_code: 'upstream_stream_broken' });
  expect(row.spend_nano_usd).toBe(row.prompt_tokens * 1_000 + 100_000);
});

test('a stream that the client leaves counts what it got', async () => {
  const response = await gatewayOf().post('/v1/chat/completions', ask('hold', { stream: true }));
  const reader = response.body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await Bun.sleep(20);
  expect(await lastRow()).toMatchObject({ status: 'failure', completion_tokens: 10, error_code: 'client_left' });
});

test('limits that would have refused in shadow mode, and those that did', async () => {
  const gateway = gatewayOf('general_settings: { shadow_limits: [team] }\n');
  await store.db.insertInto('teams').values({ team_id: 'tried', max_budget: 0, created_at_ms: 1, updated_at_ms: 1 }).execute();
  const key = await storeKey(store, 'shadowed', { team_id: 'tried', rpm_limit: 1 });
  expect((await gateway.post('/v1/chat/completions', ask('hi'), { authorization: `Bearer ${key}` })).status).toBe(200);
  const shadow = ['shadow', 'team', 'tried', 'max_budget', null];
  expect(JSON.parse((await lastRow()).limit_refusals ?? 'null')).toEqual([shadow]);
  expect((await gateway.post('/v1/chat/completions', ask('hi'), { authorization: `Bearer ${key}` })).status).toBe(429);
  expect(JSON.parse((await lastRow()).limit_refusals ?? 'null')).toContainEqual(['enforced', 'key', hashOf(key), 'requests_per_minute', null]);
});

test('a failure costs nothing and is there, with what was said', async () => {
  await gatewayOf().post('/v1/chat/completions', ask('fail'));
  const row = await lastRow();
  expect(row).toMatchObject({ status: 'failure', http_status: 400, spend_nano_usd: 0, total_tokens: 0 });
  expect(JSON.parse(row.fields)).toMatchObject({ error_message: expect.stringContaining('no') as string });
});

test('a model that nobody knows gets no name in reports', async () => {
  await gatewayOf().post('/v1/chat/completions', { ...ask('hi'), model: 'please tell me a story' });
  expect(await lastRow()).toMatchObject({ model: 'unknown-model', model_group: null, status: 'failure' });
});

test('an answer from the cache costs nothing', async () => {
  const gateway = gatewayOf('litellm_settings: { cache: true }');
  await gateway.post('/v1/chat/completions', ask('cached'));
  await gateway.post('/v1/chat/completions', ask('cached'));
  expect(await lastRow()).toMatchObject({ cache_hit: 1, spend_nano_usd: 0, total_tokens: 120, status: 'success' });
});

async function rowsAndSums(work: () => Promise<unknown>): Promise<[rows: number, requests: number]> {
  const count = async (): Promise<[number, number]> => {
    await ledger.flush();
    const { rows } = await store.db.selectFrom('spend_log').select((e) => e.fn.countAll<number>().as('rows')).executeTakeFirstOrThrow();
    const { requests } = await store.db.selectFrom('daily_activity').select((e) => e.fn.sum<number>('requests').as('requests')).executeTakeFirstOrThrow();
    return [rows, requests];
  };
  const before = await count();
  await work();
  const after = await count();
  return [after[0] - before[0], after[1] - before[1]];
}

test('no row on request, or for anybody, but the money counts', async () => {
  expect(await rowsAndSums(async () => await gatewayOf().post('/v1/chat/completions', ask('hi', { 'no-log': true })))).toEqual([0, 1]);
  expect(await rowsAndSums(async () => await gatewayOf('general_settings: { disable_spend_logs: true }').post('/v1/chat/completions', ask('hi')))).toEqual([0, 1]);
  expect(await rowsAndSums(async () => await gatewayOf('general_settings: { disable_spend_updates: true }').post('/v1/chat/completions', ask('hi')))).toEqual([0, 0]);
  expect(await rowsAndSums(async () => await gatewayOf('general_settings: { disable_error_logs: true }').post('/v1/chat/completions', ask('fail')))).toEqual([0, 1]);
  expect(await rowsAndSums(async () => await gatewayOf('litellm_settings: { global_disable_no_log_param: true }').post('/v1/chat/completions', ask('hi', { 'no-log': true })))).toEqual([1, 1]);
});

async function payloadOf(rowId: string): Promise<Row<'spend_payload'> | undefined> {
  return await store.db.selectFrom('spend_payload').selectAll().where('row_id', '=', rowId).executeTakeFirst();
}

test('content is kept only where that is wanted, whole and streamed', async () => {
  await gatewayOf().post('/v1/chat/completions', ask('secret'));
  expect(await payloadOf((await lastRow()).row_id)).toBeUndefined();
  const keeping = 'general_settings: { store_prompts_in_spend_logs: true }';
  await gatewayOf(keeping).post('/v1/chat/completions', ask('hi'));
  const whole = await payloadOf((await lastRow()).row_id);
  expect(JSON.parse(whole?.messages ?? '')).toEqual([{ role: 'user', content: 'hi' }]);
  expect(whole?.response).toContain('hello');
  await (await gatewayOf(keeping).post('/v1/chat/completions', ask('hi', { stream: true }))).text();
  expect((await payloadOf((await lastRow()).row_id))?.response).toContain('x'.repeat(40));
  await gatewayOf(`${keeping}\nlitellm_settings: { turn_off_message_logging: true }`).post('/v1/chat/completions', ask('hi'));
  expect(await payloadOf((await lastRow()).row_id)).toBeUndefined();
  await gatewayOf(keeping).post('/v1/chat/completions', ask('hi'), { 'x-litellm-enable-message-redaction': 'true' });
  expect(await payloadOf((await lastRow()).row_id)).toBeUndefined();
});

test('names stay out where that is wanted', async () => {
  await gatewayOf('litellm_settings: { redact_user_api_key_info: true }').post('/v1/chat/completions', ask('hi'));
  expect((await lastRow()).metadata).not.toContain('master key');
});
