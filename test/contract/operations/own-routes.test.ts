// Routes of the configuration's own: what goes to their address and what does not, who may call them, and what is written down.
import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { ScriptedProvider, stream } from '../../support/provider.ts';
import { storeKey } from '../../support/stored-keys.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => {
  provider.clear();
  provider.fallback = (line) => line.reply(200, '{"found":["a"]}', { 'content-type': 'application/json', 'set-cookie': 'a=b' });
});
afterAll(() => provider.stop());

const gateway = (options: Parameters<typeof localGateway>[1] = {}): LocalGateway => localGateway(JSON.stringify({
  model_list: [],
  general_settings: {
    pass_through_endpoints: [
      { path: '/my/search', target: `${provider.url}/v2/search?fixed=1`, headers: { Authorization: 'Bearer os.environ/SEARCH_KEY' }, default_query_params: { size: '5', lang: 'en' }, cost_per_request: 0.25, methods: ['post'] },
      { path: '/tree/', target: `${provider.url}/root`, include_subpath: true, forward_headers: true },
      { path: '/open', target: `${provider.url}/open`, auth: false },
      { path: '/gone', target: 'http://127.0.0.1:9/nothing' },
      { path: '/v1/models', target: `${provider.url}/stolen` },
    ],
  },
}), { environment: { SEARCH_KEY: 'sk-search' }, ...options });
const last = () => provider.calls.at(-1);

test('a request passes with the headers of the configuration and without the caller’s key', async () => {
  const local = gateway();
  const response = await local.post('/my/search?lang=de', { q: 'x' }, { 'x-extra': '1', 'cookie': 'c=1' });
  expect([response.status, await response.json(), response.headers.get('set-cookie')]).toEqual([200, { found: ['a'] }, null]);
  expect(last()).toMatchObject({ method: 'POST', path: '/v2/search?fixed=1&lang=de&size=5', json: { q: 'x' }, headers: { 'authorization': 'Bearer sk-search', 'content-type': 'application/json' } });
  expect(JSON.stringify(last()?.headers)).not.toContain(masterKey);
  for (const name of ['x-extra', 'cookie']) expect(last()?.headers[name]).toBeUndefined();
  expect(local.records.at(-1)).toMatchObject({ route: '/my/search', model: '/my/search', status: 200, costUsd: 0.25 });
});

test('methods, paths below, and nothing above', async () => {
  const local = gateway();
  expect((await local.fetch('/my/search')).status).toBe(405);
  expect((await local.fetch('/my/search/below', { method: 'POST' })).status).toBe(404);
  await local.fetch('/tree/a%20b/c?x=1', { method: 'PUT', body: 'raw', headers: { 'authorization': `Bearer ${masterKey}`, 'content-type': 'text/plain', 'x-extra': '1', 'x-api-key': 'k', 'cookie': 'c=1' } });
  expect(last()).toMatchObject({ method: 'PUT', path: '/root/a%20b/c?x=1', headers: { 'content-type': 'text/plain', 'x-extra': '1' } });
  expect(last()?.body.toString()).toBe('raw');
  for (const name of ['authorization', 'x-api-key', 'cookie']) expect(last()?.headers[name]).toBeUndefined();
  const before = provider.calls.length;
  for (const path of ['/tree/..%2f..%2fsecret', '/tree/%2e%2e/secret', '/tree/a/..%5c']) expect((await local.fetch(path)).status).toBe(404);
  expect(provider.calls).toHaveLength(before);
});

test('the gateway’s own routes stay the gateway’s', async () => {
  expect(await (await gateway().fetch('/v1/models')).json()).toMatchObject({ object: 'list' });
  expect(provider.calls).toHaveLength(0);
});

test('a key is needed, unless the configuration opens the route', async () => {
  const local = gateway();
  expect((await local.post('/my/search', {}, { authorization: 'none' })).status).toBe(401);
  expect((await local.post('/my/search', {}, { authorization: 'Bearer sk-wrong' })).status).toBe(401);
  expect((await local.fetch('/open', { headers: { authorization: 'none' } })).status).toBe(200);
});

test('streams pass as they come; answers of all kinds and failures are told', async () => {
  const local = gateway();
  provider.fallback = stream(['data: one\n\n', 'data: two\n\n'], 20);
  const streamed = await local.post('/my/search', {});
  expect([streamed.headers.get('content-type'), await streamed.text()]).toEqual(['text/event-stream', 'data: one\n\ndata: two\n\n']);
  provider.fallback = (line) => line.reply(404, '{"detail":"no"}');
  const refused = await local.post('/my/search', {});
  expect([refused.status, await refused.json()]).toEqual([404, { detail: 'no' }]);
  expect(local.records.at(-1)).toMatchObject({ status: 404, costUsd: null });
  const gone = await local.fetch('/gone');
  expect([gone.status, await gone.text()]).toEqual([502, expect.stringContaining('/gone could not be reached')]);
});

test('what a key spends so counts against its budget', async () => {
  const store = await newStore();
  const key = await storeKey(store, 'spender', { max_budget: 0.4 });
  const local = gateway({ store });
  const ask = async (): Promise<number> => (await local.post('/my/search', {}, { authorization: `Bearer ${key}` })).status;
  expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 422]);
});
