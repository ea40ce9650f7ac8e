// Settings about keys, teams, passwords and signing in, each over the real front door and a real database.
import { expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { loadConfigText } from '../../../src/config/load.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();

interface Rig {
  gateway: LocalGateway;
  store: Store;
  call(path: string, body?: JsonObject, headers?: Record<string, string>): Promise<{ status: number; text: string; body: JsonObject }>;
}

async function rig(settings: string, environment: Record<string, string> = {}): Promise<Rig> {
  const store = await newStore();
  const gateway = localGateway(`model_list: []\n${settings}`, { store, environment });
  return {
    gateway, store,
    async call(path, body, headers = {}) {
      const response = await gateway.fetch(path, { method: body ? 'POST' : 'GET', headers, ...(body && { body: JSON.stringify(body) }) });
      const text = await response.text();
      return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) as JsonObject : {} };
    },
  };
}

const as = (key: unknown): Record<string, string> => ({ authorization: `Bearer ${String(key)}` });
const page = { 'authorization': 'none', 'x-weir-session': '1', 'content-type': 'application/json' };

test('disable_custom_api_keys: no request brings the text of a key, not even an administrator’s', async () => {
  const { call } = await rig('general_settings:\n  disable_custom_api_keys: true\n');
  const refused = await call('/key/generate', { key: 'sk-my-own-0123456789' });
  expect([refused.status, refused.text.includes('Keys must be auto-generated')]).toEqual([403, true]);
  const { key } = (await call('/key/generate', {})).body;
  expect((await call(`/key/${String(key)}/regenerate`, { new_key: 'sk-my-own-0123456789' })).status).toBe(403);
  expect((await call(`/key/${String(key)}/regenerate`, {})).status).toBe(200);
  const usual = await rig('');
  expect((await usual.call('/key/generate', { key: 'sk-my-own-0123456789' })).status).toBe(200);
});

test('disable_key_generate_for_org_admin: who administers an organization makes no keys, others do', async () => {
  for (const [settings, status] of [['', 200], ['general_settings:\n  disable_key_generate_for_org_admin: true\n', 403]] as const) {
    const { call, store } = await rig(settings);
    await call('/organization/new', { organization_id: 'o', organization_alias: 'o', models: [] });
    await call('/user/new', { user_id: 'ann', auto_create_key: false });
    await call('/user/new', { user_id: 'bob', auto_create_key: false });
    await call('/organization/member_add', { organization_id: 'o', member: { user_id: 'ann', role: 'org_admin' } });
    expect((await call('/key/generate', {}, as(await storeKey(store, 'anns', { user_id: 'ann' })))).status).toBe(status);
    expect((await call('/key/generate', {}, as(await storeKey(store, 'bobs', { user_id: 'bob' })))).status).toBe(200);
    expect((await call('/key/generate', {})).status).toBe(200);
  }
});

test('disable_auto_add_proxy_admin_to_teams: an administrator makes teams without being in them', async () => {
  for (const [settings, members] of [['', ['root']], ['general_settings:\n  disable_auto_add_proxy_admin_to_teams: true\n', []]] as const) {
    const { call, store } = await rig(settings);
    await call('/user/new', { user_id: 'root', user_role: 'proxy_admin', auto_create_key: false });
    const made = await call('/team/new', { team_id: 't' }, as(await storeKey(store, 'root', { user_id: 'root' })));
    expect((made.body['members_with_roles'] as JsonObject[]).map((member) => member['user_id'])).toEqual([...members]);
  }
});

test('team_metadata_schema: what forms should ask for is told', async () => {
  const { call } = await rig('general_settings:\n  team_metadata_schema: [{ key: cost_center, label: Cost center }, { key: owner }]\n');
  expect((await call('/team/metadata_schema')).body).toEqual({ fields: [{ key: 'cost_center', label: 'Cost center' }, { key: 'owner', label: null }] });
});

test('password_policy: wherever a password is set', async () => {
  const { call } = await rig('general_settings:\n  password_policy_min_length: 9\n  password_policy_require_uppercase: true\n  password_policy_require_lowercase: true\n  password_policy_require_numbers: true\n  password_policy_require_special_characters: true\n');
  const wrong = await call('/user/new', { user_id: 'ann', password: 'passwort' });
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('must be at least 9 characters long, include an uppercase letter, include a number, include a special character.');
  expect((await call('/user/new', { user_id: 'ann', password: 'Passw0rt!' })).status).toBe(200);
  expect((await call('/user/update', { user_id: 'ann', password: 'passw0rt!' })).text).toContain('include an uppercase letter');
  expect((await call('/user/update', { user_id: 'ann', password: 'Über-Passw0rt' })).status).toBe(200);
  await call('/user/new', { user_id: 'bob', user_email: 'bob@example.com', auto_create_key: false });
  const { id } = (await call('/invitation/new', { user_id: 'bob' })).body;
  expect((await call(`/ui/invitation/${String(id)}`, undefined, page)).body).toMatchObject({ min_password_characters: 9 });
  expect((await call(`/ui/invitation/${String(id)}`, { password: 'passwort1' }, page)).text).toContain('include an uppercase letter');
  expect((await call(`/ui/invitation/${String(id)}`, { password: 'Passw0rt?' }, page)).status).toBe(200);
});

test('disable_password_login_when_sso_enabled and auto_redirect_ui_login_to_sso: only where there is an identity provider', async () => {
  const settings = 'general_settings:\n  disable_password_login_when_sso_enabled: true\n  auto_redirect_ui_login_to_sso: true\n';
  const operator = { UI_USERNAME: 'admin', UI_PASSWORD: 'a-long-password' };
  const password = { username: 'admin', password: 'a-long-password' };
  const without = await rig(settings, operator);
  expect((await without.call('/ui/session', password, page)).status).toBe(200);
  expect((await without.call('/ui/session', undefined, page)).body['methods']).toEqual({ password: true, sso: [], redirect: false });
  const { call } = await rig(settings, { ...operator, GOOGLE_CLIENT_ID: 'id', GOOGLE_CLIENT_SECRET: 'secret' });
  expect((await call('/ui/session', undefined, page)).body['methods']).toEqual({ password: false, sso: ['google'], redirect: true });
  const refused = await call('/ui/session', password, page);
  expect([refused.status, refused.text.includes('Sign in via SSO')]).toEqual([403, true]);
  expect((await call('/v2/login', password, page)).status).toBe(403);
  expect((await call('/ui/session', { key: masterKey }, page)).status).toBe(200);
});

test('failed_login settings: an address is refused for the time that they say', async () => {
  const { call } = await rig('general_settings:\n  max_failed_login_attempts_per_source: 2\n  failed_login_block_seconds: 40\n', { UI_USERNAME: 'admin', UI_PASSWORD: 'a-long-password' });
  const sign = (password: string): ReturnType<Rig['call']> => call('/ui/session', { username: 'admin', password }, page);
  expect([(await sign('wrong')).status, (await sign('wrong')).status, (await sign('a-long-password')).status]).toEqual([401, 401, 429]);
  expect((await sign('a-long-password')).text).toContain('40 seconds');
});

test('scim_upsert_user: a group may name users that are not there, unless it is false', async () => {
  const { call, store } = await rig('');
  const token = as(await storeKey(store, 'scim', { user_id: 'root', fields: JSON.stringify({ allowed_routes: ['/scim/*'] }) }));
  await call('/user/new', { user_id: 'root', user_role: 'proxy_admin', auto_create_key: false });
  expect((await call('/scim/v2/Groups', { displayName: 'g', members: [{ value: 'ghost' }, { value: 'ghost' }] }, token)).status).toBe(201);
  expect(await store.db.selectFrom('users').select('user_role').where('user_id', '=', 'ghost').execute()).toEqual([{ user_role: 'internal_user_viewer' }]);
});

test('scim_admin_group: members of the group administer, whoever leaves it does not; sign-ins end with the role', async () => {
  const { gateway, call, store } = await rig('litellm_settings:\n  scim_admin_group: Admins\n  default_internal_user_params: { user_role: internal_user }\n');
  for (const id of ['ann', 'bob']) await call('/user/new', { user_id: id, auto_create_key: false });
  const roles = async (): Promise<unknown> => (await store.db.selectFrom('users').select('user_role').where('user_id', 'in', ['ann', 'bob']).orderBy('user_id').execute()).map((row) => row.user_role);
  const anns = as(await storeKey(store, 'anns', { user_id: 'ann' }));
  const id = String((await call('/scim/v2/Groups', { displayName: 'Admins', members: [{ value: 'ann' }] })).body['id']);
  expect([await roles(), (await call('/user/list', undefined, anns)).status]).toEqual([['proxy_admin', 'internal_user'], 200]);
  const patch = (...Operations: JsonObject[]): Promise<Response> => gateway.fetch(`/scim/v2/Groups/${id}`, { method: 'PATCH', body: JSON.stringify({ Operations }) });
  await patch({ op: 'replace', path: 'members', value: [{ value: 'bob' }] });
  expect([await roles(), (await call('/user/list', undefined, anns)).status]).toEqual([['internal_user', 'proxy_admin'], 401]);
  await patch({ op: 'replace', path: 'displayName', value: 'Others' });
  expect(await roles()).toEqual(['internal_user', 'internal_user']);
  await patch({ op: 'replace', path: 'displayName', value: 'Admins' });
  expect(await roles()).toEqual(['internal_user', 'proxy_admin']);
  await gateway.fetch(`/scim/v2/Groups/${id}`, { method: 'DELETE' });
  expect(await roles()).toEqual(['internal_user', 'internal_user']);
});

test('store_audit_logs: false writes no audit log', async () => {
  for (const [settings, rows] of [['', 1], ['litellm_settings:\n  store_audit_logs: false\n', 0]] as const) {
    const { call, store } = await rig(settings);
    await call('/team/new', { team_id: 't' });
    expect(await store.db.selectFrom('audit_log').select('object_id').where('object_id', '=', 't').execute()).toHaveLength(rows);
  }
});

test('default_max_internal_user_budget: the budget of a new user, where max_internal_user_budget does not say', async () => {
  const one = await rig('litellm_settings:\n  default_max_internal_user_budget: 3\n');
  expect((await one.call('/user/new', { user_id: 'ann' })).body['max_budget']).toBe(3);
  const both = await rig('litellm_settings:\n  default_max_internal_user_budget: 3\n  max_internal_user_budget: 2\n');
  expect((await both.call('/user/new', { user_id: 'ann' })).body['max_budget']).toBe(2);
});

test('settings of what Weir does not have: the warning says why and what to do', () => {
  const loaded = loadConfigText('general_settings:\n  enable_mcp_registry: true\n  max_batch_file_records: 5\nlitellm_settings:\n  banned_keywords_list: [x]\n  audit_log_callbacks: [s3]\n', {});
  expect(loaded.warnings.filter(({ path }) => path !== 'model_list').map(({ path, message }) => `${path}: ${message}`)).toEqual([
    'general_settings.enable_mcp_registry: has no effect yet: the gateway serves no MCP servers; let clients connect to them',
    'general_settings.max_batch_file_records: has no effect yet: files and batches pass to the provider, for administrators only',
    'litellm_settings.banned_keywords_list: has no effect yet: there are no guardrails; put a checking service before the gateway or choose a provider that checks',
    'litellm_settings.audit_log_callbacks: has no effect yet: changes stand in the audit log, at /audit',
  ]);
});

test('public_model_groups_links: links for everybody', async () => {
  const { call } = await rig('litellm_settings:\n  public_model_groups_links: { Help: https://help.example.com }\n');
  expect((await call('/public/model_hub/info', undefined, { authorization: 'none' })).body['useful_links']).toEqual({ Help: 'https://help.example.com' });
});
