// OAuth 2 access tokens as keys: an authorization server is asked over a real socket, by introspection or as the bearer; what it says of the user, the team and the role holds, and nothing
// can be managed by such a token.
import { afterAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
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
const servers: ReturnType<typeof Bun.serve>[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop(true);
});

interface Rig {
  chat(token: string, model?: string): Promise<[number, string]>;
  call(token: string, path: string, body?: JsonObject): Promise<number>;
  asked: Request[];
  store: Store;
}

/** A gateway beside an authorization server that answers so. */
async function rig(answer: (request: Request, form: URLSearchParams) => Response | Promise<Response>, path: string, environment: Record<string, string> = {}): Promise<Rig> {
  const asked: Request[] = [];
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: async (request) => {
    asked.push(request);
    return await answer(request, new URLSearchParams(await request.text()));
  } });
  servers.push(server);
  const store = await newStore();
  await store.db.insertInto('teams').values([{ team_id: 'red', blocked: 0, fields: JSON.stringify({ models: ['one'] }), ...times }, { team_id: 'shut', blocked: 1, fields: '{}', ...times }]).execute();
  const gateway: LocalGateway = localGateway(config, { store, environment: { OAUTH_TOKEN_INFO_ENDPOINT: `http://127.0.0.1:${server.port}${path}`, ...environment }, fetch: () => Promise.resolve(Response.json(answerOf)) });
  return {
    asked, store,
    async chat(token, model = 'one') {
      const response = await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }] }, { authorization: `Bearer ${token}` });
      return [response.status, await response.text()];
    },
    async call(token, target, body) {
      return (await gateway.fetch(target, { method: body ? 'POST' : 'GET', headers: { authorization: `Bearer ${token}` }, ...(body && { body: JSON.stringify(body) }) })).status;
    },
  };
}

const client = { OAUTH_CLIENT_ID: 'weir', OAUTH_CLIENT_SECRET: 's3cret' };

test('tokens are introspected with the credentials of the gateway, and only those that are active work', async () => {
  const { chat, call, asked } = await rig((_request, form) => Response.json(form.get('token') === 'good' ? { active: true, sub: 'ann', team_id: 'red' } : form.get('token') === 'silent' ? { sub: 'ann' } : { active: false }), '/introspect', client);
  expect((await chat('good'))[0]).toBe(200);
  expect((await chat('good', 'two'))[0]).toBe(403);
  expect([asked.length, asked[0]?.method, asked[0]?.headers.get('authorization')]).toEqual([1, 'POST', `Basic ${Buffer.from('weir:s3cret').toString('base64')}`]);
  const [status, text] = await chat('stale');
  expect(status).toBe(401);
  expect(text).not.toContain('stale');
  expect((await chat('silent'))[0]).toBe(401);
  expect([await call('good', '/v1/models'), await call('good', '/key/generate', {}), await call('good', '/key/list')]).toEqual([200, 401, 200]);
});

test('an address that tells a bearer who it is: fields by their own names, roles that manage nothing, teams that are blocked or unknown', async () => {
  const people: Record<string, JsonObject> = { boss: { id: 'boss', rights: 'proxy_admin' }, shut: { id: 'x', group: 'shut' }, lost: { id: 'x', group: 'nowhere' }, odd: { id: 'x', rights: 'emperor' } };
  const { chat, call, asked } = await rig((request) => {
    const person = people[request.headers.get('authorization')?.slice('Bearer '.length) ?? ''];
    return person ? Response.json(person) : new Response('no', { status: 401 });
  }, '/me', { OAUTH_USER_ID_FIELD_NAME: 'id', OAUTH_USER_ROLE_FIELD_NAME: 'rights', OAUTH_USER_TEAM_ID_FIELD_NAME: 'group' });
  expect([(await chat('boss'))[0], (await chat('odd'))[0], (await chat('shut'))[0], (await chat('lost'))[0], (await chat('nobody'))[0]]).toEqual([200, 200, 401, 401, 401]);
  expect([await call('boss', '/key/generate', {}), await call('boss', '/config/list?config_type=general_settings'), await call('boss', '/user/new', {})]).toEqual([403, 403, 403]);
  const before = asked.length;
  for (let round = 0; round < 3; round++) await chat('nobody');
  expect(asked.length).toBe(before);
});

test('virtual keys and the master key are not sent anywhere; a server that is away is 503; one token is asked about once at a time', async () => {
  let away = false;
  const { chat, asked, store } = await rig(async () => {
    await Bun.sleep(20);
    return away ? new Response('', { status: 503 }) : Response.json({ sub: 'ann' });
  }, '/me');
  const key = await storeKey(store, 'own', {});
  expect([(await chat(key))[0], (await chat('sk-wrong-0123456789'))[0], asked.length]).toEqual([200, 401, 0]);
  const all = await Promise.all(Array.from({ length: 10 }, () => chat('same')));
  expect([all.map(([status]) => status), asked.length]).toEqual([Array.from({ length: 10 }, () => 200), 1]);
  away = true;
  expect((await chat('another'))[0]).toBe(503);
  expect((await chat('same'))[0]).toBe(200);
  const flood = await Promise.all(Array.from({ length: 200 }, (_, index) => chat(`made-up-${index}`)));
  expect(flood.every(([status]) => status === 503)).toBe(true);
  expect(asked.length).toBeLessThanOrEqual(2 + 64);
});

test('a token that ends sooner than it is remembered ends then', async () => {
  let exp = Math.floor(Date.now() / 1000) - 1;
  const { chat } = await rig(() => Response.json({ active: true, sub: 'ann', exp }), '/introspect', client);
  expect((await chat('old'))[0]).toBe(401);
  exp = Math.floor(Date.now() / 1000) + 600;
  expect((await chat('new'))[0]).toBe(200);
});
