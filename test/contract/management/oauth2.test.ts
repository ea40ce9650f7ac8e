// OAuth 2 tokens as keys (`enable_oauth2_auth`): the server that issued them is asked whose they are.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const times = { created_at_ms: 1, updated_at_ms: 1 };
const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const config = `
model_list:
  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: two, litellm_params: { model: openai/two, api_key: k, api_base: http://127.0.0.1:9/v1 } }
general_settings:
  enable_oauth2_auth: true
`;
const tokens: Record<string, JsonObject | number> = {
  ann: { active: true, sub: 'ann', team_id: 'red' }, boss: { active: true, sub: 'boss', role: 'proxy_admin' }, old: { active: false, sub: 'ann' }, lost: { active: true, sub: 'ann', team_id: 'nowhere' },
  late: { active: true, sub: 'ann', exp: 1 }, shut: { active: true, sub: 'eve' }, broken: 503,
};
let asked: { token: string; method: string; authorization: string | null }[] = [];
let server: ReturnType<typeof Bun.serve>;
let store: Store;

beforeAll(async () => {
  server = Bun.serve({
    port: 0, hostname: '127.0.0.1',
    async fetch(request) {
      const authorization = request.headers.get('authorization');
      const token = request.method === 'POST' ? new URLSearchParams(await request.text()).get('token') ?? '' : (authorization ?? '').replace('Bearer ', '');
      asked.push({ token, method: request.method, authorization });
      const found = tokens[token];
      return typeof found === 'object' ? Response.json(found) : new Response('no', { status: found ?? 401 });
    },
  });
  store = await newStore();
  await store.db.insertInto('teams').values({ team_id: 'red', blocked: 0, ...times, fields: JSON.stringify({ models: ['one'] }) }).execute();
  await store.db.insertInto('users').values({ user_id: 'eve', user_role: 'internal_user', blocked: 1, ...times }).execute();
});
afterAll(async () => await server.stop(true));

const gatewayWith = (environment: Record<string, string>): LocalGateway => localGateway(config, { store, environment, fetch: () => Promise.resolve(Response.json(answerOf)) });
const chat = async (gateway: LocalGateway, token: string, model = 'one'): Promise<number> => {
  const response = await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }] }, { authorization: `Bearer ${token}` });
  await response.text();
  return response.status;
};

test('a server that introspects: only active tokens, with the models of their team; asked once for a while', async () => {
  asked = [];
  const gateway = gatewayWith({ OAUTH_TOKEN_INFO_ENDPOINT: `http://127.0.0.1:${server.port}/introspect`, OAUTH_CLIENT_ID: 'weir', OAUTH_CLIENT_SECRET: 'secret' });
  expect([await chat(gateway, 'ann'), await chat(gateway, 'ann'), await chat(gateway, 'ann', 'two')]).toEqual([200, 200, 403]);
  expect(asked).toEqual([{ token: 'ann', method: 'POST', authorization: `Basic ${Buffer.from('weir:secret').toString('base64')}` }]);
  expect([await chat(gateway, 'old'), await chat(gateway, 'lost'), await chat(gateway, 'late'), await chat(gateway, 'shut'), await chat(gateway, 'broken')]).toEqual([401, 401, 401, 401, 503]);
  expect([await chat(gateway, 'stranger'), await chat(gateway, 'stranger')]).toEqual([401, 401]);
  expect(asked.filter(({ token }) => token === 'stranger')).toHaveLength(1);
});

test('another endpoint is asked with the token itself; keys go on, and the server never sees them', async () => {
  asked = [];
  const gateway = gatewayWith({ OAUTH_TOKEN_INFO_ENDPOINT: `http://127.0.0.1:${server.port}/tokeninfo` });
  expect([await chat(gateway, 'ann'), await chat(gateway, masterKey), await chat(gateway, await storeKey(store, 'plain')), await chat(gateway, 'sk-wrong-0123456789')]).toEqual([200, 200, 200, 401]);
  expect(asked).toEqual([{ token: 'ann', method: 'GET', authorization: 'Bearer ann' }]);
});

test('whoever comes by a token administers nothing, whatever its role says', async () => {
  const gateway = gatewayWith({ OAUTH_TOKEN_INFO_ENDPOINT: `http://127.0.0.1:${server.port}/introspect`, OAUTH_CLIENT_ID: 'weir', OAUTH_CLIENT_SECRET: 'secret' });
  const as = { authorization: 'Bearer boss' };
  expect([await chat(gateway, 'boss', 'two'), (await gateway.fetch('/v1/models', { headers: as })).status]).toEqual([200, 200]);
  for (const [path, body] of [['/key/generate', {}], ['/user/new', {}], ['/team/new', {}]] as const) expect([path, (await gateway.post(path, body, as)).status]).toEqual([path, 403]);
});

test('without its address no token is taken', async () => {
  const gateway = gatewayWith({});
  const response = await gateway.post('/v1/chat/completions', { model: 'one', messages: [] }, { authorization: 'Bearer ann' });
  expect([response.status, (await response.text()).includes('OAUTH_TOKEN_INFO_ENDPOINT')]).toEqual([401, true]);
});

test('made-up tokens are no flood of questions, and bearers whom nobody names are not one and the same', async () => {
  tokens['nameless-1'] = { active: true };
  tokens['nameless-2'] = { active: true };
  const gateway = gatewayWith({ OAUTH_TOKEN_INFO_ENDPOINT: `http://127.0.0.1:${server.port}/introspect`, OAUTH_CLIENT_ID: 'weir', OAUTH_CLIENT_SECRET: 'secret' });
  asked = [];
  const flood = await Promise.all(Array.from({ length: 200 }, (_, index) => chat(gateway, `made-up-${index}`)));
  expect([flood.filter((status) => status === 401).length, flood.filter((status) => status === 503).length]).toEqual([asked.length, 200 - asked.length]);
  expect(asked.length).toBeLessThan(200);
  expect([await chat(gateway, 'nameless-1'), await chat(gateway, 'nameless-2')]).toEqual([200, 200]);
  const [first, second] = gateway.records.slice(-2);
  expect(new Set([first?.caller, second?.caller]).size).toBe(2);
});
