// What claims of tokens make of a caller: several teams, scopes, roles, end users, the provider's userinfo; and that keys of any public-key algorithm
// count, also after the provider has changed them, while nothing that a stranger can make does.
import { afterAll, expect, test } from 'bun:test';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { LedgerEntry } from '../../../src/accounting/ledger/entry.ts';

closeStoresAfterAll();
const times = { created_at_ms: 1, updated_at_ms: 1 };
const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const servers: { stop(force: boolean): Promise<void> }[] = [];
afterAll(async () => {
  for (const server of servers) await server.stop(true);
});

interface Provider {
  url: string;
  /** The keys that are published. */
  keys: JsonObject[];
  userinfo: (token: string) => Response;
  asked: { keys: number; userinfo: number };
}

function provider(): Provider {
  const made: Provider = { url: '', keys: [], userinfo: () => new Response('', { status: 401 }), asked: { keys: 0, userinfo: 0 } };
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch(request) {
    if (new URL(request.url).pathname === '/userinfo') {
      made.asked.userinfo++;
      return made.userinfo((request.headers.get('authorization') ?? '').replace('Bearer ', ''));
    }
    made.asked.keys++;
    return Response.json({ keys: made.keys });
  } });
  servers.push(server);
  made.url = `http://127.0.0.1:${server.port}`;
  return made;
}

async function keyPair(alg: string, kid: string): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey; jwk: JsonObject }> {
  const pair = await generateKeyPair(alg, { extractable: true });
  return { ...pair, jwk: { ...await exportJWK(pair.publicKey) as JsonObject, kid, alg, use: 'sig' } };
}

const signed = (key: CryptoKey, alg: string, claims: JsonObject, kid = 'k'): Promise<string> =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg, kid }).setAudience('weir').setIssuer('https://idp.test').setIssuedAt().setExpirationTime('5m').sign(key);

interface Rig {
  gateway: LocalGateway;
  idp: Provider;
  entries: LedgerEntry[];
  token(claims: JsonObject): Promise<string>;
  chat(bearer: string, model?: string, headers?: Record<string, string>): Promise<[status: number, type: string]>;
  get(bearer: string, path: string): Promise<number>;
}

async function rig(jwt: string, more = '', environment: Record<string, string> = {}): Promise<Rig> {
  const idp = provider();
  const pair = await keyPair('ES256', 'k');
  idp.keys = [pair.jwk];
  const store = await newStore();
  await store.db.insertInto('teams').values([
    { team_id: 'red', team_alias: 'Red', blocked: 0, fields: JSON.stringify({ models: ['one'] }), ...times, created_at_ms: 1 }, { team_id: 'blue', team_alias: 'Blue', blocked: 0, fields: JSON.stringify({ models: ['two'] }), ...times, created_at_ms: 2 },
    { team_id: 'shut', team_alias: 'Shut', blocked: 1, fields: '{}', ...times, created_at_ms: 3 },
  ]).execute();
  await store.db.insertInto('users').values({ user_id: 'ann', user_role: 'internal_user', ...times }).execute();
  await store.db.insertInto('team_members').values({ team_id: 'blue', user_id: 'ann', role: 'user', ...times }).execute();
  const entries: LedgerEntry[] = [];
  const gateway = localGateway(`
model_list:
  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: two, litellm_params: { model: openai/two, api_key: k, api_base: http://127.0.0.1:9/v1 } }
general_settings:
  enable_jwt_auth: true
  litellm_jwtauth: ${jwt.replaceAll('IDP', idp.url)}
${more}`, {
    store, environment: { JWT_PUBLIC_KEY_URL: `${idp.url}/jwks`, JWT_AUDIENCE: 'weir', JWT_ISSUER: 'https://idp.test', ...environment }, fetch: () => Promise.resolve(Response.json(answerOf)),
    ledger: { add: (entry) => void entries.push(entry), flush: () => Promise.resolve(), close: () => Promise.resolve(), state: () => ({ waitingBytes: 0, lost: 0, rejected: 0, awaySinceMs: null }) },
  });
  return {
    gateway, idp, entries, token: (claims) => signed(pair.privateKey, 'ES256', claims),
    async chat(bearer, model = 'one', headers = {}) {
      const response = await gateway.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }] }, { authorization: `Bearer ${bearer}`, ...headers });
      const body = await response.json() as { error?: { type: string } };
      return [response.status, body.error?.type ?? ''];
    },
    get: async (bearer, path) => (await gateway.fetch(path, { headers: { authorization: `Bearer ${bearer}` } })).status,
  };
}

test('every public-key algorithm counts; a token of one algorithm under the key of another does not', async () => {
  const { idp, chat } = await rig('{ user_id_jwt_field: sub }');
  const pairs = await Promise.all(['RS256', 'RS512', 'PS256', 'PS384', 'ES256', 'ES384', 'EdDSA'].map(async (alg) => ({ alg, ...await keyPair(alg, alg) })));
  idp.keys = pairs.map(({ jwk }) => jwk);
  for (const { alg, privateKey } of pairs) expect([alg, ...await chat(await signed(privateKey, alg, { sub: 'ann' }, alg))]).toEqual([alg, 200, '']);
  const [rsa] = pairs;
  if (!rsa) throw new Error('no key');
  // The provider's public key as a shared secret, and a key that the token brings itself.
  const secret = new TextEncoder().encode(await exportSPKI(rsa.publicKey));
  const confused = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'HS256', kid: 'RS256' }).setAudience('weir').setIssuer('https://idp.test').setExpirationTime('5m').sign(secret);
  const own = await keyPair('RS256', 'mine');
  const brought = await new SignJWT({ sub: 'ann' }).setProtectedHeader({ alg: 'RS256', kid: 'mine', jwk: own.jwk, jku: 'https://evil.test/jwks', x5u: 'https://evil.test/x' }).setAudience('weir').setIssuer('https://idp.test').setExpirationTime('5m').sign(own.privateKey);
  const [header = '', payload = '', signature = ''] = (await signed(rsa.privateKey, 'RS256', { sub: 'ann' }, 'RS256')).split('.');
  const grown = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(payload, 'base64url').toString()) as JsonObject, scope: 'litellm_proxy_admin' })).toString('base64url');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  for (const bearer of [confused, brought, `${header}.${grown}.${signature}`, `${none}.${payload}.`, `${none}.${payload}.${signature}`]) expect((await chat(bearer))[0]).toBe(401);
});

test('key ids that the provider does not know are refused, and do not make it be asked again and again', async () => {
  const { idp, chat } = await rig('{ user_id_jwt_field: sub }');
  const next = await keyPair('ES256', 'next');
  expect((await chat(await signed(next.privateKey, 'ES256', { sub: 'ann' }, 'next')))[0]).toBe(401);
  const before = idp.asked.keys;
  for (let tried = 0; tried < 20; tried++) await chat(await signed(next.privateKey, 'ES256', { sub: `u${tried}` }, `unknown-${tried}`));
  expect(idp.asked.keys).toBe(before);
});

test('tokens of people in many groups are long, and count all the same, up to a bound', async () => {
  const { token, chat, get } = await rig('{ user_id_jwt_field: sub, team_ids_jwt_field: groups }');
  const groups = Array.from({ length: 150 }, (_, index) => `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`);
  const long = await token({ sub: 'ann', groups: [...groups, 'red'] });
  expect([long.length > 7_000, await chat(long)]).toEqual([true, [200, '']]);
  expect(await get(await token({ sub: 'ann', groups: [...groups, ...groups, ...groups, 'red'] }), '/v1/models')).toBe(401);
});

test('S19: tokens that begin alike are told apart', async () => {
  const { token, chat, entries } = await rig('{ user_id_jwt_field: sub, user_id_upsert: true }');
  // The same header and, for most of their length, the same claims.
  const [ann, bob] = [await token({ aud2: 'x'.repeat(400), sub: 'ann' }), await token({ aud2: 'x'.repeat(400), sub: 'bob' })];
  expect(ann.slice(0, 400)).toBe(bob.slice(0, 400));
  for (const bearer of [ann, bob, ann]) expect((await chat(bearer))[0]).toBe(200);
  expect(entries.map((entry) => entry.user_id)).toEqual(['ann', 'bob', 'ann']);
  const [, , signature = ''] = bob.split('.');
  expect((await chat(`${ann.slice(0, ann.lastIndexOf('.'))}.${signature}`))[0]).toBe(401);
});

test('several teams: the first that may call the model, or the one that the header names; never one that the token does not', async () => {
  const { token, chat, entries } = await rig('{ user_id_jwt_field: sub, team_ids_jwt_field: groups }');
  const both = await token({ sub: 'ann', groups: ['nowhere', 'red', 'blue'] });
  expect([await chat(both, 'one'), await chat(both, 'two')]).toEqual([[200, ''], [200, '']]);
  expect(entries.map((entry) => entry.team_id)).toEqual(['red', 'blue']);
  expect(await chat(both, 'two', { 'x-litellm-team-id': 'red' })).toEqual([403, 'team_model_access_denied']);
  expect(await chat(both, 'two', { 'x-litellm-team-id': 'Blue' })).toEqual([200, '']);
  expect((await chat(both, 'two', { 'x-litellm-team-id': 'shut' }))[0]).toBe(403);
  const red = await token({ sub: 'ann', groups: ['shut', 'red'] });
  expect([(await chat(red, 'one'))[0], (await chat(red, 'one', { 'x-litellm-team-id': 'blue' }))[0], (await chat(red, 'one', { 'x-litellm-team-id': 'shut' }))[0]]).toEqual([200, 403, 401]);
  expect((await chat(await token({ sub: 'ann', groups: ['nowhere'] })))[0]).toBe(401);
});

test('fallback_to_db_teams and enforce_team_based_model_access: the teams of the database, or none at all', async () => {
  const stored = await rig('{ user_id_jwt_field: sub, team_ids_jwt_field: groups, fallback_to_db_teams: true, user_id_upsert: true, enforce_team_based_model_access: true }');
  const ann = await stored.token({ sub: 'ann' });
  expect([await stored.chat(ann, 'two'), (await stored.chat(ann, 'one'))[0], (await stored.chat(ann, 'one', { 'x-litellm-team-id': 'red' }))[0]]).toEqual([[200, ''], 403, 403]);
  expect((await stored.chat(await stored.token({ sub: 'new' })))[0]).toBe(403);
});

test('sync_user_role_and_teams: role and teams of the database follow the token, and no further', async () => {
  const { token, chat, gateway } = await rig('{ user_id_jwt_field: sub, team_ids_jwt_field: groups, roles_jwt_field: roles, jwt_litellm_role_map: [{ jwt_role: auditor, litellm_role: proxy_admin_viewer }], sync_user_role_and_teams: true }');
  const person = async (): Promise<unknown> => await (await gateway.fetch('/v2/user/info?user_id=ann')).json();
  expect(await person()).toMatchObject({ user_role: 'internal_user', teams: ['blue'] });
  expect((await chat(await token({ sub: 'ann', groups: ['red', 'nowhere'], roles: ['auditor'] })))[0]).toBe(401);
  expect(await person()).toMatchObject({ user_role: 'proxy_admin_viewer', teams: ['red'] });
  // A word that nobody mapped changes no role.
  await chat(await token({ sub: 'ann', groups: ['red', 'blue'], roles: ['king'] }));
  expect(await person()).toMatchObject({ user_role: 'proxy_admin_viewer', teams: expect.arrayContaining(['red', 'blue']) });
});

test('scope_mappings: the models that scopes give, and no others', async () => {
  const { token, chat } = await rig('{ user_id_jwt_field: sub, enforce_scope_based_access: true, scope_mappings: [{ scope: models.one, models: [one] }, { scope: models.all, models: ["*"] }] }');
  const [none, one, all] = [await token({ sub: 'ann', scope: 'openid' }), await token({ sub: 'ann', scope: 'openid models.one' }), await token({ sub: 'ann', scp: ['models.all'] })];
  expect([(await chat(none))[0], (await chat(one))[0], (await chat(one, 'two'))[0], (await chat(all))[0], (await chat(all, 'two'))[0]]).toEqual([403, 200, 403, 200, 200]);
});

test('enforce_rbac: who is nobody is refused; roles are mapped, and may call what role_permissions say', async () => {
  const { token, chat, get, entries } = await rig(
    '{ enforce_rbac: true, roles_jwt_field: roles, object_id_jwt_field: oid, role_mappings: [{ role: svc, internal_role: team }, { role: person, internal_role: internal_user }, { role: boss, internal_role: proxy_admin }] }',
    '  role_permissions:\n    - { role: internal_user, models: [two], routes: ["/v1/chat/completions", "/v1/models"] }\n    - { role: team, routes: [llm_api_routes] }\n',
  );
  expect((await chat(await token({ sub: 'ann' })))[0]).toBe(403);
  expect((await chat(await token({ sub: 'ann', roles: ['svc'] })))[0]).toBe(403);
  const service = await token({ sub: 'x', roles: ['svc'], oid: 'red' });
  expect([await chat(service, 'one'), (await chat(service, 'two'))[0], await get(service, '/team/info?team_id=red')]).toEqual([[200, ''], 403, 403]);
  const person = await token({ sub: 'x', roles: ['person'], oid: 'ann' });
  expect([(await chat(person, 'one'))[0], await chat(person, 'two'), await get(person, '/v1/models'), await get(person, '/key/list')]).toEqual([403, [200, ''], 200, 403]);
  expect(entries.map(({ user_id: user, team_id: team }) => [user, team]).at(-1)).toEqual(['ann', undefined]);
  const boss = await token({ sub: 'x', roles: ['boss'] });
  expect([await get(boss, '/budget/list'), (await chat(boss))[0]]).toEqual([200, 403]);
});

test('virtual_key_claim_field: a token acts as the key that is registered for its claim, of its issuer, while it is', async () => {
  const { token, chat, gateway, entries } = await rig('{ user_id_jwt_field: sub, virtual_key_claim_field: client.id }');
  const manage = async (path: string, body: JsonObject): Promise<{ status: number; body: JsonObject }> => {
    const response = await gateway.post(path, body);
    return { status: response.status, body: await response.json() as JsonObject };
  };
  const { body: { key } } = await manage('/key/generate', { key_alias: 'service', models: ['two'] });
  const bearer = await token({ sub: 'ann', client: { id: 'svc-1' } });
  expect([(await chat(bearer, 'one'))[0], (await chat(bearer, 'two'))[0]]).toEqual([200, 200]);
  const made = await manage('/jwt/key/mapping/new', { jwt_claim_name: 'client.id', jwt_claim_value: 'svc-1', jwt_issuer: 'https://idp.test', key: String(key) });
  expect(made).toMatchObject({ status: 200, body: { jwt_claim_value: 'svc-1', is_active: true } });
  expect(JSON.stringify(made.body)).not.toContain(new Bun.CryptoHasher('sha256').update(String(key)).digest('hex'));
  expect((await manage('/jwt/key/mapping/new', { jwt_claim_name: 'client.id', jwt_claim_value: 'svc-1', jwt_issuer: 'https://idp.test', key: String(key) })).status).toBe(409);
  expect((await manage('/jwt/key/mapping/new', { jwt_claim_name: 'client.id', jwt_claim_value: 'x', key: 'sk-not-there-0123456789' })).status).toBe(400);
  expect([(await chat(bearer, 'one'))[0], (await chat(bearer, 'two'))[0]]).toEqual([403, 200]);
  expect(entries.at(-1)?.api_key).toBe(new Bun.CryptoHasher('sha256').update(String(key)).digest('hex'));
  // A new text for the key changes nothing for the token; a block does.
  const next = String((await manage(`/key/${String(key)}/regenerate`, {})).body['key']);
  expect((await chat(bearer, 'two'))[0]).toBe(200);
  await manage('/key/block', { key: next });
  expect((await chat(bearer, 'two'))[0]).toBe(401);
  await manage('/jwt/key/mapping/update', { id: String(made.body['id']), is_active: false });
  expect((await chat(bearer, 'one'))[0]).toBe(200);
  expect(await (await gateway.fetch('/jwt/key/mapping/list')).json()).toMatchObject({ total_count: 1, mappings: [{ is_active: false }] });
  expect((await manage('/jwt/key/mapping/delete', { id: String(made.body['id']) })).status).toBe(200);
  expect((await gateway.fetch(`/jwt/key/mapping/info?id=${String(made.body['id'])}`)).status).toBe(404);
  const strict = await rig('{ user_id_jwt_field: sub, virtual_key_claim_field: client, unregistered_jwt_client_behavior: reject }');
  expect((await strict.chat(await strict.token({ sub: 'ann', client: 'unknown' })))[0]).toBe(403);
});

test('end_user_id_jwt_field: the token says for whom it is, and a request cannot say otherwise', async () => {
  const { token, gateway, entries, chat } = await rig('{ user_id_jwt_field: sub, end_user_id_jwt_field: customer.id }');
  const bearer = await token({ sub: 'ann', customer: { id: 'acme' } });
  await gateway.post('/v1/chat/completions', { model: 'one', user: 'other', messages: [{ role: 'user', content: 'hi' }] }, { authorization: `Bearer ${bearer}`, 'x-litellm-end-user-id': 'third' });
  expect(entries.at(-1)?.end_user).toBe('acme');
  await gateway.post('/customer/block', { user_ids: ['acme'] });
  expect((await chat(bearer))[0]).toBe(401);
});

test('oidc_userinfo: the provider says who it is; it is asked once, and what is not the token’s subject is not believed', async () => {
  const { idp, token, chat, entries } = await rig('{ user_id_jwt_field: employee, user_email_jwt_field: email, oidc_userinfo_enabled: true, oidc_userinfo_endpoint: "IDP/userinfo" }');
  idp.userinfo = () => Response.json({ sub: 'subject-1', employee: 'ann', email: 'ann@b.co' });
  const bearer = await token({ sub: 'subject-1' });
  expect([(await chat(bearer))[0], (await chat(bearer))[0], idp.asked.userinfo]).toEqual([200, 200, 1]);
  expect(entries.at(-1)?.user_id).toBe('ann');
  expect((await chat(await token({ sub: 'subject-2' })))[0]).toBe(401);
  idp.userinfo = () => new Response('no', { status: 401 });
  expect((await chat(await token({ sub: 'subject-1', jti: 'b' })))[0]).toBe(401);
  idp.userinfo = () => new Response('busy', { status: 503 });
  expect((await chat(await token({ sub: 'subject-1', jti: 'c' })))[0]).toBe(503);
  // A token that the provider's own keys did not sign is not even asked about.
  const stranger = await keyPair('ES256', 'k');
  const asked = idp.asked.userinfo;
  expect([(await chat(await signed(stranger.privateKey, 'ES256', { sub: 'subject-1' })))[0], idp.asked.userinfo]).toEqual([401, asked]);
});
