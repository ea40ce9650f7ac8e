// S17: what a client sends beside its question (headers, keys, tokens for tools) is written down nowhere: not in the database, with content kept
// or without, not in log lines, metrics or explanations, not in what an alert tells.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { configOf } from '../../support/dialects.ts';
import { json, ScriptedProvider, stream } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { openLedger, type Ledger } from '../../../src/accounting/ledger/ledger.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import { sql } from 'kysely';
import { storeKey } from '../../support/stored-keys.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
let place: ReturnType<typeof Bun.serve>;
let store: Store;
let ledger: Ledger;
let gateway: LocalGateway;
let key: string;
const told: string[] = [];

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  place = Bun.serve({
    port: 0, hostname: '127.0.0.1', fetch: async (request) => {
      told.push(await request.text());
      return new Response('ok');
    },
  });
  store = await newStore();
  ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
  key = await storeKey(store, 'presented');
  gateway = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }], {
    general_settings: { store_prompts_in_spend_logs: true, alerting: ['webhook'] }, router_settings: { num_retries: 0 }, litellm_settings: { cache: true },
  }), { store, ledger, environment: { WEBHOOK_URL: `http://127.0.0.1:${place.port}/` } });
});
afterAll(async () => {
  await ledger.close();
  await place.stop(true);
  await provider.stop();
});

const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'the answer' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const secret = (name: string): string => `hidden-${name}-5f2c`;
const headerNames = ['x-api-token', 'cookie', 'proxy-authorization', 'x-amz-security-token', 'x-internal-secret', 'x-forwarded-access-token', 'api-key', 'x-goog-api-key', 'x-api-key', 'referer', 'openai-organization'];
const body = {
  model: 'm', messages: [{ role: 'user', content: 'the question' }], metadata: { tags: ['a'], note: 'kept' },
  tools: [{ type: 'mcp', server_label: 's', server_url: 'https://tools.test/', authorization: secret('mcp'), headers: { Authorization: secret('mcp-header') } }, { type: 'function', function: { name: 'f', parameters: { type: 'object', properties: { token_count: { type: 'number' } } } } }],
};
/** Addresses and keys of a request's own are refused; what was refused is written down too. */
const refused = {
  ...body, api_key: secret('body'), extra_headers: { Authorization: secret('extra') }, user_config: { model_list: [{ litellm_params: { api_key: secret('config') } }] }, aws_secret_access_key: secret('aws'), vertex_credentials: secret('vertex'),
};

test('nothing of it is anywhere', async () => {
  // A Response repeats its metadata; elsewhere what is named like a key is one.
  const withKey = { ...body, metadata: { ...body.metadata, api_key: secret('metadata') } };
  const headers = { authorization: `Bearer ${key}`, ...Object.fromEntries(headerNames.map((name) => [name, secret(name)])) };
  const chunk = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content: 'the answer' }, finish_reason: 'stop' }] })}\n\n`;
  for (const [more, play] of [[{}, json(answer)], [{ stream: true }, stream([chunk, 'data: [DONE]\n\n'])], [{ n: 2 }, json({ error: { message: 'no' } }, 500)], [{ n: 3 }, json({ error: { message: 'no' } }, 401)]] as const) {
    provider.on('m', play);
    for (const path of ['/v1/chat/completions', '/v1/responses', '/v1/messages']) await gateway.post(path, { ...(path === '/v1/responses' ? body : withKey), input: 'the question', max_tokens: 5, ...more }, headers).then((response) => response.text());
    await gateway.post('/v1/chat/completions', { ...refused, ...more }, headers).then((response) => response.text());
  }
  await ledger.flush();
  await Bun.sleep(50);
  const tables = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(store.db);
  const rows = await Promise.all(tables.rows.map(async ({ name }) => JSON.stringify((await sql`select * from ${sql.table(name)}`.execute(store.db)).rows)));
  const admin = await Promise.all(['/metrics/', '/spend/logs', '/spend/logs/v2?start_date=2000-01-01&end_date=2100-01-01', '/audit', '/alerts', '/cache/ping'].map(async (path) => (await gateway.fetch(path)).text()));
  const all = [...rows, ...admin, ...told, JSON.stringify([gateway.records, gateway.errors])].join('\n');
  // It looks where things are: what was said is kept here, on purpose.
  for (const kept of ['the question', 'the answer', 'token_count', 'server_label', 'note']) expect([kept, all.includes(kept)]).toEqual([kept, true]);
  expect(all.match(/hidden-[\w-]+/g) ?? []).toEqual([]);
  expect(all).not.toContain(key);
});
