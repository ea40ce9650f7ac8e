// The attacks on keys and roles that gateways of this kind have seen; each fails without its defence. S01 and so on number them.
import { beforeEach, describe, expect, test } from 'bun:test';
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
  - { model_name: cheap, litellm_params: { model: openai/cheap, api_key: sk-provider-key-0001, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: dear, litellm_params: { model: openai/dear, api_key: sk-provider-key-0002, api_base: http://127.0.0.1:9/v1 } }
general_settings:
  store_model_in_db: true
`;
let store: Store;
let gateway: LocalGateway;
beforeEach(async () => {
  store = await newStore();
  gateway = localGateway(config, { store, fetch: () => Promise.resolve(Response.json(answerOf)) });
  await store.db.insertInto('users').values([{ user_id: 'alice', user_role: 'internal_user', ...times }, { user_id: 'bob', user_role: 'internal_user', ...times }, { user_id: 'root', user_role: 'proxy_admin', ...times }]).execute();
  await store.db.insertInto('teams').values([{ team_id: 'red', ...times }, { team_id: 'blue', ...times }]).execute();
  await store.db.insertInto('team_members').values([{ team_id: 'red', user_id: 'alice', role: 'admin', ...times }, { team_id: 'blue', user_id: 'bob', role: 'user', ...times }]).execute();
});

async function call(key: string, path: string, body: JsonObject | null = null, method = 'POST'): Promise<{ status: number; text: string; body: JsonObject }> {
  const headers = { authorization: `Bearer ${key}` };
  const response = body === null ? await gateway.fetch(path, { headers }) : await gateway.fetch(path, { method, headers, body: JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) as JsonObject : {} };
}

const chat = (key: string, model: string, more: JsonObject = {}) => call(key, '/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }], ...more });

describe('S01: what is presented reaches no SQL', () => {
  for (const key of ["sk-' or '1'='1", 'sk-"; drop table virtual_keys; --', `sk-${'x'.repeat(5_000)}`, 'sk-\u0000', "sk-a' union select key_hash from virtual_keys --"]) {
    test(JSON.stringify(key.slice(0, 40)), async () => {
      await storeKey(store, 'real');
      const response = await gateway.gateway.handle(new Request('http://weir.test/v1/models', { headers: { 'x-api-key': key.replaceAll('\u0000', '%00') } }), '127.0.0.1');
      expect(response.status).toBe(401);
      expect(await response.text()).not.toContain(key.slice(0, 20));
      expect((await store.db.selectFrom('virtual_keys').select('key_hash').execute()).length).toBe(1);
    });
  }
  test('in filters and names of the management API', async () => {
    for (const path of ["/key/list?user_id=x' or 1=1 --", "/user/list?sort_by=user_id;drop table users&search=%25'", "/key/info?key=x' or '1'='1"]) {
      expect((await call(masterKey, path)).status).toBeLessThan(500);
    }
    expect((await store.db.selectFrom('users').select('user_id').execute()).length).toBe(3);
  });
});

describe('S03: nobody gives away or takes more than they have', () => {
  test('a user gives itself no role, budget or models', async () => {
    const key = await storeKey(store, 'alice', { user_id: 'alice' });
    for (const change of [{ user_role: 'proxy_admin' }, { max_budget: 1_000_000 }, { models: ['dear'] }, { metadata: { a: 1 } }, { spend: 0 }, { tpm_limit: 9 }]) {
      expect([change, (await call(key, '/user/update', { user_id: 'alice', ...change })).status]).toEqual([change, 403]);
    }
    expect((await call(key, '/user/update', { user_id: 'alice', user_alias: 'A' })).status).toBe(200);
    expect((await call(key, '/user/update', { user_id: 'bob', user_alias: 'B' })).status).toBe(403);
    expect((await call(key, '/user/bulk_update', { users: [{ user_id: 'alice', user_role: 'proxy_admin' }] })).status).toBe(401);
    expect((await call(key, '/user/new', { user_role: 'proxy_admin' })).status).toBe(401);
    expect((await store.db.selectFrom('users').select('user_role').where('user_id', '=', 'alice').executeTakeFirstOrThrow()).user_role).toBe('internal_user');
  });
  test('a key of a key has no more rights: models, routes, budget, time, team', async () => {
    await store.db.updateTable('teams').set({ fields: JSON.stringify({ team_member_permissions: ['/key/generate', '/key/update'] }) }).where('team_id', '=', 'blue').execute();
    const until = Date.now() + 3_600_000;
    const narrow = await storeKey(store, 'narrow', {
      user_id: 'bob', max_budget: 5, rpm_limit: 10, expires_at_ms: until,
      fields: JSON.stringify({ models: ['cheap'], allowed_routes: ['/key/generate', '/v1/chat/completions'], metadata: { guardrails: ['pii'], allowed_ips: ['127.0.0.1'] } }),
    });
    for (const asked of [{ models: ['dear'] }, { models: ['*'] }, { models: ['all-proxy-models'] }, { allowed_routes: ['/*'] }, { allowed_routes: ['llm_api_routes'] }, { max_budget: 6 }, { rpm_limit: 11 }, { duration: '30d' }, { duration: '-1' }, { user_id: 'root' }, { user_id: 'alice' }, { team_id: 'red' }, { permissions: { x: true } }, { aliases: { cheap: 'dear' } }, { organization_id: 'o' }, { budget_id: 'b' }, { spend: -5 }, { metadata: { guardrails: [] } }, { access_group_ids: ['g'] }]) {
      const made = await call(narrow, '/key/generate', asked);
      if (made.status !== 200) continue;
      // What is not refused is not granted: it is narrowed to what the parent has.
      expect([asked, made.body['models'], made.body['allowed_routes'], Number(made.body['max_budget']) <= 5, made.body['user_id']]).toEqual([asked, ['cheap'], ['/key/generate', '/v1/chat/completions'], true, 'bob']);
      expect((made.body['metadata'] as JsonObject)['guardrails']).toEqual(['pii']);
    }
    for (const asked of [{ models: ['dear'] }, { allowed_routes: ['/*'] }, { max_budget: 6 }, { user_id: 'root' }, { team_id: 'red' }, { aliases: { cheap: 'dear' } }]) expect([asked, (await call(narrow, '/key/generate', asked)).status]).toEqual([asked, 403]);
    const child = await call(narrow, '/key/generate', {});
    expect(child.body).toMatchObject({ models: ['cheap'], allowed_routes: ['/key/generate', '/v1/chat/completions'], max_budget: 5, rpm_limit: 10, user_id: 'bob' });
    expect(Date.parse(String(child.body['expires']))).toBe(until);
  });
  test('an owner widens no key that was given, by update or regeneration, and unblocks none', async () => {
    const owner = await storeKey(store, 'owner', { user_id: 'alice' });
    const given = await storeKey(store, 'given', { user_id: 'alice', max_budget: 1, blocked: 1, fields: JSON.stringify({ models: ['cheap'] }) });
    for (const change of [{ max_budget: 100 }, { max_budget: null }, { models: [] }, { models: ['cheap', 'dear'] }, { blocked: false }, { spend: 0 }, { budget_duration: '1s' }]) {
      expect([change, (await call(owner, '/key/update', { key: given, ...change })).status]).toEqual([change, 403]);
    }
    expect((await call(owner, '/key/unblock', { key: given })).status).toBe(403);
    expect((await call(owner, `/key/${given}/regenerate`, { max_budget: 100 })).status).toBe(403);
    // What an update refuses, a new text for the key must not bring.
    for (const move of [{ team_id: 'blue' }, { user_id: 'root' }, { user_id: 'bob' }, { blocked: false }]) expect([move, (await call(owner, `/key/${given}/regenerate`, move)).status]).toEqual([move, 403]);
    expect((await call(owner, '/key/bulk_update', { keys: [{ key: given, max_budget: 100 }] })).body['successful_updates']).toEqual([]);
    expect((await call(owner, '/key/update', { key: given, max_budget: 0.5 })).status).toBe(200);
  });
  test('keys, teams and users of others are neither changed nor seen', async () => {
    const alice = await storeKey(store, 'alice', { user_id: 'alice' });
    const bobs = await storeKey(store, 'bobs', { user_id: 'bob', team_id: 'blue' });
    expect((await call(alice, '/key/update', { key: bobs, key_alias: 'mine' })).status).toBe(403);
    expect((await call(alice, '/key/delete', { keys: [bobs] })).status).toBe(403);
    expect((await call(alice, '/key/block', { key: bobs })).status).toBe(403);
    expect((await call(alice, `/key/${bobs}/regenerate`, {})).status).toBe(403);
    // What is there and what is not there look alike.
    for (const path of [(id: string) => `/key/info?key=${id === 'there' ? bobs : 'sk-not-there-0123456789'}`, (id: string) => `/team/info?team_id=${id === 'there' ? 'blue' : 'nowhere'}`, (id: string) => `/user/info?user_id=${id === 'there' ? 'bob' : 'nobody'}`]) {
      const [there, nowhere] = [await call(alice, path('there')), await call(alice, path('nowhere'))];
      expect([there.status, nowhere.status]).toEqual([403, 403]);
      expect(there.text.replaceAll(/blue|bob|nowhere|nobody/g, '')).toBe(nowhere.text.replaceAll(/blue|bob|nowhere|nobody/g, ''));
    }
    expect((await call(alice, '/team/update', { team_id: 'blue', team_alias: 'mine' })).status).toBe(403);
    expect((await call(alice, '/team/member_add', { team_id: 'blue', member: { user_id: 'alice', role: 'admin' } })).status).toBe(403);
    expect((await call(alice, '/key/list')).body['total_count']).toBe(1);
    expect((await call(alice, '/team/list')).text).not.toContain('blue');
  });
  test('an admin of a team raises neither its budget nor its models, and takes nobody of the installation along', async () => {
    const lead = await storeKey(store, 'lead', { user_id: 'alice' });
    for (const change of [{ max_budget: 1_000 }, { models: ['dear'] }, { organization_id: 'o' }, { blocked: false }, { model_aliases: { cheap: 'dear' } }, { tpm_limit: 1 }]) expect([change, (await call(lead, '/team/update', { team_id: 'red', ...change })).status]).toEqual([change, 403]);
    expect((await call(lead, '/team/model/add', { team_id: 'red', models: ['dear'] })).status).toBe(403);
    expect((await call(lead, '/team/new', { team_alias: 'x' })).status).toBe(401);
    expect((await call(lead, '/team/member_add', { team_id: 'red', member: { user_id: 'default_user_id', role: 'admin' } })).status).toBe(200);
    expect((await store.db.selectFrom('users').select('user_role').where('user_id', '=', 'default_user_id').executeTakeFirstOrThrow()).user_role).toBe('internal_user');
    expect((await call(lead, '/team/update', { team_id: 'red', metadata: { priority: 'high', note: 'n' } })).status).toBe(200);
    expect((await call(lead, '/team/info?team_id=red')).body['team_info']).toMatchObject({ metadata: { note: 'n' } });
    expect((await call(lead, '/team/info?team_id=red')).text).not.toContain('priority');
  });
  test('an admin of an organization gives no role over the installation', async () => {
    await store.db.insertInto('organizations').values({ organization_id: 'o', ...times }).execute();
    await store.db.insertInto('organization_members').values([{ organization_id: 'o', user_id: 'bob', user_role: 'org_admin', ...times }, { organization_id: 'o', user_id: 'root', user_role: 'internal_user', ...times }]).execute();
    const lead = await storeKey(store, 'orglead', { user_id: 'bob' });
    for (const body of [{ user_id: 'eve', user_role: 'proxy_admin', organizations: ['o'] }, { user_id: 'eve', user_role: 'proxy_admin_viewer', organizations: ['o'] }, { user_id: 'eve', user_role: 'internal_user' }, { user_id: 'eve', user_role: 'internal_user', organizations: ['other'] }]) {
      expect([body, (await call(lead, '/user/new', body)).status]).toEqual([body, 403]);
    }
    expect((await call(lead, '/user/update', { user_id: 'root', user_alias: 'x' })).status).toBe(403);
    expect((await call(lead, '/user/delete', { user_ids: ['root'] })).status).toBe(403);
    expect((await call(lead, '/organization/update', { organization_id: 'o', max_budget: 1_000 }, 'PATCH')).status).toBe(403);
    expect((await call(lead, '/user/new', { user_id: 'eve', user_role: 'internal_user', organizations: ['o'] })).status).toBe(200);
    // Nor does another organization pay for its keys, or none.
    await store.db.insertInto('organizations').values({ organization_id: 'rich', ...times }).execute();
    await call(masterKey, '/team/new', { team_id: 'inside', organization_id: 'o' });
    expect((await call(lead, '/key/generate', { team_id: 'inside', organization_id: 'rich' })).status).toBe(403);
    const made = await call(lead, '/key/generate', { team_id: 'inside', organization_id: 'o' });
    expect(made.status).toBe(200);
    for (const organization of ['rich', null]) {
      expect((await call(lead, '/key/update', { key: String(made.body['key']), organization_id: organization })).status).toBe(403);
      expect((await call(lead, `/key/${String(made.body['key'])}/regenerate`, { organization_id: organization })).status).toBe(403);
    }
  });
  test('a custom key takes nobody’s place, and is never the master key', async () => {
    const owner = await storeKey(store, 'owner', { user_id: 'alice' });
    const bobs = await storeKey(store, 'bobs', { user_id: 'bob' });
    expect((await call(owner, '/key/generate', { key: bobs })).status).toBe(409);
    expect((await call(bobs, '/key/info')).body['info']).toMatchObject({ user_id: 'bob' });
  });
});

describe('models of a key', () => {
  test('no way around the list: aliases of groups, ids, provider names, fallbacks of the request', async () => {
    const key = await storeKey(store, 'cheap', { fields: JSON.stringify({ models: ['cheap'] }) });
    expect((await chat(key, 'cheap')).status).toBe(200);
    const [dear] = JSON.parse((await call(masterKey, '/model/info')).text).data.filter((model: { model_name: string }) => model.model_name === 'dear') as { model_info: { id: string } }[];
    for (const model of ['dear', 'openai/dear', dear?.model_info.id ?? '', 'nonsense']) {
      const refused = await chat(key, model);
      expect([model, refused.status, (refused.body['error'] as JsonObject)['type']]).toEqual([model, 403, 'key_model_access_denied']);
      expect(refused.text).not.toContain('cheap');
    }
    expect((await chat(key, 'cheap', { fallbacks: ['dear'] })).status).toBe(403);
    expect((await call(key, '/v1/messages', { model: 'dear', max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] })).status).toBe(403);
    expect((await call(key, '/v1/embeddings', { model: 'dear', input: 'x' })).status).toBe(403);
    for (const path of ['/v1/models', '/model/info', '/v2/model/info', '/model_group/info', '/v1beta/models']) expect([path, (await call(key, path)).text.includes('dear')]).toEqual([path, false]);
    expect((await call(key, '/v1/models/dear')).status).toBe(404);
  });
});

describe('S04, S15, S16, S21, S30', () => {
  test('settings, models and credentials are for administrators, and secrets come back from none of them', async () => {
    const key = await storeKey(store, 'alice', { user_id: 'alice' });
    for (const path of ['/config/update', '/model/new', '/credentials', '/budget/new', '/tag/new', '/customer/new']) expect([path, (await call(key, path, { a: 1 })).status]).toEqual([path, 401]);
    const secret = 'sk-very-secret-provider-key';
    const model = await call(masterKey, '/model/new', { model_name: 'added', litellm_params: { model: 'openai/added', api_key: secret, api_base: 'http://127.0.0.1:9/v1' } });
    expect([model.status, model.text.includes(secret)]).toEqual([200, false]);
    expect((await call(masterKey, '/credentials', { credential_name: 'c', credential_values: { api_key: secret }, credential_info: {} })).status).toBe(200);
    for (const path of ['/credentials', '/credentials/by_name/c', '/model/info', '/v2/model/info', '/audit', '/config/list']) expect([path, (await call(masterKey, path)).text.includes(secret)]).toEqual([path, false]);
    for (const table of ['stored_models', 'credentials', 'audit_log'] as const) expect([table, JSON.stringify(await store.db.selectFrom(table).selectAll().execute()).includes('very-secret')]).toEqual([table, false]);
  });
  test('the salt key can be changed: everything is sealed anew, and the earlier key is needed no more', async () => {
    const at = (environment: Record<string, string>): LocalGateway => localGateway(config, { store, environment, fetch: () => Promise.resolve(Response.json(answerOf)) });
    gateway = at({ LITELLM_SALT_KEY: 'salt-one' });
    await call(masterKey, '/model/new', { model_name: 'added', litellm_params: { model: 'openai/added', api_key: 'sk-added-provider-key', api_base: 'http://127.0.0.1:9/v1' } });
    gateway = at({ LITELLM_SALT_KEY: 'salt-two', LITELLM_SALT_KEY_PREVIOUS: 'salt-one' });
    expect((await chat(masterKey, 'added')).status).toBe(200);
    expect((await call(masterKey, '/credentials/migrate-encryption', {})).body).toMatchObject({ sealed_anew: 1, not_to_be_opened: 0 });
    gateway = at({ LITELLM_SALT_KEY: 'salt-two' });
    expect((await chat(masterKey, 'added')).status).toBe(200);
    gateway = at({ LITELLM_SALT_KEY: 'salt-three' });
    expect((await chat(masterKey, 'added')).status).toBe(400);
    expect((await call(masterKey, '/credentials/migrate-encryption/check')).body).toMatchObject({ not_to_be_opened: 1 });
  });
  test('keys are kept as their SHA-256 only, and no refusal repeats one', async () => {
    const made = await call(masterKey, '/key/generate', { key_alias: 'one' });
    const plain = String(made.body['key']);
    for (const table of ['virtual_keys', 'audit_log'] as const) expect(JSON.stringify(await store.db.selectFrom(table).selectAll().execute())).not.toContain(plain);
    await call(masterKey, '/key/block', { key: plain });
    const refused = await chat(plain, 'cheap');
    expect([refused.status, refused.text.includes(plain)]).toEqual([401, false]);
  });
  test('what is taken away is gone at the next request: key, user, team', async () => {
    const make = async (body: JsonObject): Promise<string> => String((await call(masterKey, '/key/generate', body)).body['key']);
    const [deleted, ofUser, ofTeam, blocked] = [await make({}), await make({ user_id: 'bob' }), await make({ team_id: 'red' }), await make({ team_id: 'blue' })];
    for (const key of [deleted, ofUser, ofTeam, blocked]) expect((await chat(key, 'cheap')).status).toBe(200);
    await call(masterKey, '/key/delete', { keys: [deleted] });
    await call(masterKey, '/user/delete', { user_ids: ['bob'] });
    await call(masterKey, '/team/delete', { team_ids: ['red'] });
    await call(masterKey, '/team/block', { team_id: 'blue' });
    for (const key of [deleted, ofUser, ofTeam, blocked]) expect((await chat(key, 'cheap')).status).toBe(401);
  });
  test('S18: the hash of a password is shown by nothing and signs nobody in', async () => {
    await call(masterKey, '/user/new', { user_id: 'ann', user_email: 'ann@b.co', password: 'a-good-password', auto_create_key: false });
    const { password_hash: hash } = await store.db.selectFrom('users').select('password_hash').where('user_id', '=', 'ann').executeTakeFirstOrThrow();
    expect(hash).toStartWith('$argon2id$');
    for (const path of ['/user/info?user_id=ann', '/v2/user/info?user_id=ann', '/user/list', '/audit']) expect([path, (await call(masterKey, path)).text.includes(String(hash).slice(0, 40))]).toEqual([path, false]);
    const signIn = async (password: string): Promise<number> => (await gateway.fetch('/ui/session', { method: 'POST', headers: { authorization: 'none', 'x-weir-session': '1' }, body: JSON.stringify({ username: 'ann', password }) })).status;
    expect([await signIn(String(hash)), await signIn('a-good-password')]).toEqual([401, 200]);
  });
  test('S21: who is blocked here is signed out on another instance', async () => {
    const shared = await newStore('postgres');
    const [here, there] = [localGateway(config, { store: shared }), localGateway(config, { store: shared })];
    const stops = [here.background.start(), there.background.start()];
    await shared.db.insertInto('users').values({ user_id: 'ann', user_role: 'internal_user', ...times }).execute();
    const key = await storeKey(shared, 'anns', { user_id: 'ann' });
    const signedIn = await here.fetch('/ui/session', { method: 'POST', headers: { authorization: 'none', 'x-weir-session': '1' }, body: JSON.stringify({ key }) });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const seen = async (): Promise<number[]> => [
      (await there.fetch('/key/list', { headers: { authorization: 'none', 'x-weir-session': '1', cookie } })).status, (await there.fetch('/key/list', { headers: { authorization: `Bearer ${key}` } })).status,
    ];
    expect(await seen()).toEqual([200, 200]);
    await here.post('/user/update', { user_id: 'ann', blocked: true });
    const until = Date.now() + 5_000;
    let last = await seen();
    while (Date.now() < until && !last.every((status) => status === 401)) {
      await Bun.sleep(100);
      last = await seen();
    }
    for (const stop of stops) stop();
    expect(last).toEqual([401, 401]);
  });
  test('an administrator whose role is taken is none any more', async () => {
    const key = await storeKey(store, 'root', { user_id: 'root' });
    expect((await call(key, '/budget/list')).status).toBe(200);
    await call(masterKey, '/user/update', { user_id: 'root', user_role: 'internal_user' });
    expect((await call(key, '/budget/list')).status).toBe(401);
  });
});
