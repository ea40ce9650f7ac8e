// Tokens of an identity provider as keys: only its own signature, audience, issuer and time count, and claims say who is calling.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey } from 'jose';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const times = { created_at_ms: 1, updated_at_ms: 1 };
let privateKey: CryptoKey;
let published: JsonObject[] = [];
let server: ReturnType<typeof Bun.serve>;
let asked = 0;
let store: Store;
let gateway: LocalGateway;

async function newKey(id: string): Promise<{ privateKey: CryptoKey; jwk: JsonObject }> {
  const pair = await generateKeyPair('ES256', { extractable: true });
  return { privateKey: pair.privateKey, jwk: { ...await exportJWK(pair.publicKey) as JsonObject, kid: id, alg: 'ES256', use: 'sig' } };
}

const config = `
model_list:
  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: two, litellm_params: { model: openai/two, api_key: k, api_base: http://127.0.0.1:9/v1 } }
general_settings:
  enable_jwt_auth: true
  litellm_jwtauth:
    user_id_jwt_field: sub
    user_email_jwt_field: email
    team_id_jwt_field: groups.team
    user_id_upsert: true
    roles_jwt_field: realm_access.roles
    jwt_litellm_role_map: [{ jwt_role: boss, litellm_role: proxy_admin_viewer }]
`;

beforeAll(async () => {
  const made = await newKey('first');
  privateKey = made.privateKey;
  published = [made.jwk];
  server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => {
    asked++;
    return Response.json({ keys: published });
  } });
  store = await newStore();
  await store.db.insertInto('teams').values([{ team_id: 'red', blocked: 0, ...times, fields: JSON.stringify({ models: ['one'] }) }, { team_id: 'shut', blocked: 1, ...times, fields: '{}' }]).execute();
  const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
  gateway = localGateway(config, {
    store, environment: { JWT_PUBLIC_KEY_URL: `http://127.0.0.1:${server.port}/jwks`, JWT_AUDIENCE: 'weir', JWT_ISSUER: 'https://idp.test' }, fetch: () => Promise.resolve(Response.json(answerOf)),
  });
});
afterAll(async () => await server.stop(true));

interface Options { audience?: string; issuer?: string; expires?: string | number; key?: CryptoKey; kid?: string }
const token = (claims: JsonObject, { audience = 'weir', issuer = 'https://idp.test', expires = '5m', key = privateKey, kid = 'first' }: Options = {}): Promise<string> =>
  new SignJWT({ sub: 'ann', ...claims }).setProtectedHeader({ alg: 'ES256', kid }).setAudience(audience).setIssuer(issuer).setIssuedAt().setExpirationTime(expires).sign(key);

async function chat(bearer: string, model = 'one'): Promise<number> {
  const response = await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }] }, { authorization: `Bearer ${bearer}` });
  const text = await response.text();
  expect(text).not.toContain(bearer.slice(-20));
  return response.status;
}
const look = (bearer: string, path: string): Promise<Response> => gateway.fetch(path, { headers: { authorization: `Bearer ${bearer}` } });

test('a good token calls models; the user is made, and the provider is asked for its keys once', async () => {
  expect(await chat(await token({ email: 'ann@b.co' }))).toBe(200);
  expect(await chat(await token({ email: 'ann@b.co', jti: 'another' }))).toBe(200);
  expect(asked).toBe(1);
  expect(await store.db.selectFrom('users').select(['user_id', 'user_email', 'user_role']).execute()).toEqual([{ user_id: 'ann', user_email: 'ann@b.co', user_role: 'internal_user' }]);
  expect(gateway.records.at(-1)?.callerName).toBe('ann@b.co');
});

test('a wrong signature, audience, issuer or time, no signature and a shared secret are 401', async () => {
  const stranger = await newKey('first');
  const hmac = new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'HS256', kid: 'first' }).setAudience('weir').setIssuer('https://idp.test').setExpirationTime('5m');
  const wrong = [
    await token({}, { key: stranger.privateKey }), await token({}, { audience: 'other' }), await token({}, { issuer: 'https://evil.test' }), await token({}, { expires: 1_000 }),
    new UnsecuredJWT({ sub: 'ann' }).setAudience('weir').setIssuer('https://idp.test').setExpirationTime('5m').encode(),
    await hmac.sign(new TextEncoder().encode(JSON.stringify(published[0]))), `${(await token({})).slice(0, -4)}AAAA`,
    await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'ES256', kid: 'first' }).setAudience('weir').setIssuer('https://idp.test').sign(privateKey),
  ];
  for (const [index, bearer] of wrong.entries()) expect([index, await chat(bearer)]).toEqual([index, 401]);
});

test('the team of the token decides on models; one that does not exist or is blocked is refused', async () => {
  const red = await token({ groups: { team: 'red' } });
  expect([await chat(red), await chat(red, 'two')]).toEqual([200, 403]);
  expect([await chat(await token({ groups: { team: 'none' } })), await chat(await token({ groups: { team: 'shut' } }))]).toEqual([401, 401]);
});

test('a scope makes an administrator, for management only; a mapped role does what it may; everybody else manages nothing', async () => {
  const admin = await token({ sub: 'boss', scope: 'openid litellm_proxy_admin' });
  expect([(await look(admin, '/budget/list')).status, await chat(admin)]).toEqual([200, 403]);
  const viewer = await token({ sub: 'eye', realm_access: { roles: ['boss'] } });
  expect([(await look(viewer, '/budget/list')).status, (await gateway.post('/budget/new', {}, { authorization: `Bearer ${viewer}` })).status]).toEqual([200, 403]);
  expect((await look(await token({}), '/budget/list')).status).toBe(401);
});

test('a blocked user is out at once, though the token is good', async () => {
  const bearer = await token({ sub: 'zoe' });
  expect(await chat(bearer)).toBe(200);
  expect((await gateway.post('/user/update', { user_id: 'zoe', blocked: true })).status).toBe(200);
  expect(await chat(bearer)).toBe(401);
});
