// Settings of the configuration that say who may do what, each over the real front door: service accounts, routes without a key, headers that name
// people, tags, names of keys, end users' models and regions, the dashboard.
import { expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Ledger } from '../../../src/accounting/ledger/ledger.ts';
import type { LedgerEntry } from '../../../src/accounting/ledger/entry.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const models = `
model_list:
  - { model_name: one, litellm_params: { model: openai/one-eu, api_key: k, api_base: http://127.0.0.1:9/v1, region_name: eu-west-1 } }
  - { model_name: one, litellm_params: { model: openai/one-us, api_key: k, api_base: http://127.0.0.1:9/v1, region_name: us-east-1 } }
  - { model_name: two, litellm_params: { model: openai/two-us, api_key: k, api_base: http://127.0.0.1:9/v1, region_name: us-east-1 } }
`;

const noState: Ledger['state'] = () => ({ waitingBytes: 0, lost: 0, rejected: 0, awaySinceMs: null });

interface Answered {
  status: number;
  text: string;
  body: JsonObject;
}

interface Rig {
  gateway: LocalGateway;
  store: Store;
  /** The models that the provider was asked for. */
  sent: string[];
  entries: LedgerEntry[];
  call(path: string, body?: JsonObject, headers?: Record<string, string>): Promise<Answered>;
  chat(model: string, more?: JsonObject, headers?: Record<string, string>): Promise<Answered>;
}

async function rig(settings: string, environment: Record<string, string> = {}): Promise<Rig> {
  const store = await newStore();
  const sent: string[] = [];
  const entries: LedgerEntry[] = [];
  const gateway = localGateway(models + settings, {
    store, environment, ledger: { add: (entry) => void entries.push(entry), flush: () => Promise.resolve(), close: () => Promise.resolve(), state: noState },
    fetch: (_url, init) => {
      sent.push(String((JSON.parse(Buffer.from(init.body as Uint8Array).toString()) as JsonObject)['model']));
      return Promise.resolve(Response.json(answerOf));
    },
  });
  const call: Rig['call'] = async (path, body, headers = {}) => {
    const response = await gateway.fetch(path, { method: body ? 'POST' : 'GET', headers, ...(body && { body: JSON.stringify(body) }) });
    const text = await response.text();
    return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) as JsonObject : {} };
  };
  return { gateway, store, sent, entries, call, chat: (model, more = {}, headers = {}) => call('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }], ...more }, headers) };
}

const as = (key: unknown): Record<string, string> => ({ authorization: `Bearer ${String(key)}` });

test('service_account_settings: parameters that requests of service accounts must have', async () => {
  const { call, chat } = await rig('general_settings:\n  service_account_settings: { enforced_params: [user, metadata.job] }\n');
  await call('/team/new', { team_id: 't' });
  const { key } = (await call('/key/service-account/generate', { team_id: 't', key_alias: 'robot' })).body;
  expect((await chat('one', {}, as(key))).text).toContain('param=user');
  expect((await chat('one', { user: 'u' }, as(key))).text).toContain('param=metadata.job');
  expect((await chat('one', { user: 'u', metadata: { job: 'j' } }, as(key))).status).toBe(200);
  const plain = (await call('/key/generate', { team_id: 't' })).body['key'];
  expect((await chat('one', {}, as(plain))).status).toBe(200);
});

test('public_routes: open without a key, closed to a wrong one, and to changes', async () => {
  const { call, chat } = await rig('general_settings:\n  public_routes: ["/v1/models", "/key/*", "/v1/chat/completions"]\n');
  const nobody = { authorization: 'none' };
  expect((await call('/v1/models', undefined, nobody)).text).toContain('"one"');
  expect((await chat('one', {}, nobody)).status).toBe(200);
  expect((await call('/v1/models', undefined, as('sk-wrong-0123456789'))).status).toBe(401);
  expect((await call('/model_group/info', undefined, nobody)).status).toBe(401);
  expect((await call('/key/generate', {}, nobody)).status).toBe(401);
  expect((await call('/key/list', undefined, nobody)).body).toMatchObject({ keys: [] });
});

test('reject_clientside_metadata_tags: tags of a request are refused, tags of its key hold', async () => {
  const { call, chat } = await rig('general_settings:\n  reject_clientside_metadata_tags: true\n');
  for (const more of [{ tags: ['a'] }, { metadata: { tags: ['a'] } }]) expect([more, (await chat('one', more)).status]).toEqual([more, 400]);
  expect((await chat('one', {}, { ...as(masterKey), 'x-litellm-tags': 'a' })).text).toContain('not allowed in request');
  const { key } = (await call('/key/generate', { metadata: { tags: ['mine'] } })).body;
  expect((await chat('one', {}, as(key))).status).toBe(200);
});

test('user_header_mappings: headers name the end user, and the user of a key that has none', async () => {
  const { chat, store, entries } = await rig('general_settings:\n  user_header_mappings:\n    - { header_name: X-OpenWebUI-User-Id, litellm_user_role: internal_user }\n    - { header_name: X-OpenWebUI-User-Email, litellm_user_role: customer }\n');
  const named = { 'x-openwebui-user-id': 'ann', 'x-openwebui-user-email': 'ann@example.com' };
  await chat('one', {}, { ...as(await storeKey(store, 'service')), ...named });
  await chat('one', {}, { ...as(await storeKey(store, 'bobs', { user_id: 'bob' })), ...named });
  expect(entries.map(({ user_id: user, end_user: customer }) => [user, customer])).toEqual([['ann', 'ann@example.com'], ['bob', 'ann@example.com']]);
});

test('enable_key_alias_format_validation and key_alias_pattern: how keys may be called', async () => {
  const usual = await rig('');
  for (const [alias, status] of [['a b', 200], ['../x', 400], ['a\nb', 400]] as const) expect([alias, (await usual.call('/key/generate', { key_alias: alias })).status]).toEqual([alias, status]);
  const { call } = await rig('litellm_settings:\n  enable_key_alias_format_validation: true\n');
  for (const [alias, status] of [['team/build-1', 200], ['a b', 400], ['-a', 400], ['a', 400]] as const) expect([alias, (await call('/key/generate', { key_alias: alias })).status]).toEqual([alias, status]);
  const { key } = (await call('/key/generate', {})).body;
  expect((await call('/key/update', { key: String(key), key_alias: 'a b' })).status).toBe(400);
  expect((await call(`/key/${String(key)}/regenerate`, { key_alias: 'a b' })).status).toBe(400);
  const own = await rig('litellm_settings:\n  key_alias_pattern: "team-[a-z]+"\n');
  for (const [alias, status] of [['team-x', 200], ['team-x1', 400], ['my team-x', 400]] as const) expect([alias, (await own.call('/key/generate', { key_alias: alias })).status]).toEqual([alias, status]);
});

test('default_key_generate_params and team_member_key_duration: what the configuration and the team say holds for keys that people make', async () => {
  const { call, store } = await rig('litellm_settings:\n  default_key_generate_params: { guardrails: [pii], metadata: { priority: low }, max_budget: 2 }\n');
  await call('/team/new', { team_id: 't', team_member_permissions: ['/key/generate'], team_member_key_duration: '2d' });
  await call('/user/new', { user_id: 'ann', auto_create_key: false });
  await call('/team/member_add', { team_id: 't', member: { user_id: 'ann', role: 'user' } });
  const ann = await storeKey(store, 'anns', { user_id: 'ann', max_budget: 2, fields: JSON.stringify({ metadata: { guardrails: ['pii'] } }) });
  const made = await call('/key/generate', { team_id: 't' }, as(ann));
  expect(made).toMatchObject({ status: 200, body: { guardrails: ['pii'], max_budget: 2, metadata: { priority: 'low' } } });
  expect(Math.abs(Date.parse(String(made.body['expires'])) - Date.now() - 2 * 86_400_000)).toBeLessThan(60_000);
  // What they say themselves is held against what they may.
  expect((await call('/key/generate', { team_id: 't', guardrails: [] }, as(ann))).status).toBe(403);
  expect((await call('/key/generate', { team_id: 't', metadata: { priority: 'high' } }, as(ann))).text).not.toContain('high');
});

test('default_team_params: what a new team starts with, unless the request says otherwise', async () => {
  const { call } = await rig('litellm_settings:\n  default_team_params: { max_budget: 9, budget_duration: 30d, models: [one], team_member_permissions: [/key/generate] }\n');
  expect((await call('/team/new', { team_id: 't' })).body).toMatchObject({ max_budget: 9, budget_duration: '30d', models: ['one'], team_member_permissions: ['/key/generate'] });
  expect((await call('/team/new', { team_id: 'u', max_budget: 1, models: ['two'] })).body).toMatchObject({ max_budget: 1, models: ['two'], budget_duration: '30d' });
});

test("customers: their models, their region, and the model that answers where theirs is not to be had", async () => {
  const { call, chat, sent } = await rig('');
  await call('/customer/new', { user_id: 'eve', models: ['one'] });
  expect((await chat('two', { user: 'eve' })).body['error']).toMatchObject({ type: 'end_user_model_access_denied', code: '403' });
  expect((await chat('one', { user: 'eve', fallbacks: ['two'] })).status).toBe(403);
  expect((await chat('one', { user: 'eve' })).status).toBe(200);
  expect((await chat('two', { user: 'other' })).status).toBe(200);
  expect((await call('/v1/embeddings', { model: 'two', input: 'x', user: 'eve' })).status).toBe(403);

  await call('/customer/new', { user_id: 'eu', allowed_model_region: 'eu' });
  sent.length = 0;
  for (let asked = 0; asked < 6; asked++) expect((await chat('one', { user: 'eu', allowed_model_region: 'us' })).status).toBe(200);
  expect(new Set(sent)).toEqual(new Set(['one-eu']));
  expect((await chat('two', { user: 'eu' })).text).toContain("region 'eu'");
  await call('/customer/update', { user_id: 'eu', default_model: 'one' });
  sent.length = 0;
  expect((await chat('two', { user: 'eu' })).status).toBe(200);
  expect(sent).toEqual(['one-eu']);
  // The customer's model is none that the key may not call.
  const { key } = (await call('/key/generate', { models: ['two'] })).body;
  expect((await chat('two', { user: 'eu' }, as(key))).text).toContain('region');
});

test('max_end_user_budget: holds for who has none of its own, also beside other rules', async () => {
  const { call, chat } = await rig('litellm_settings:\n  max_end_user_budget: 0\n');
  const status = async (user: string): Promise<number> => (await chat('one', { user })).status;
  await call('/customer/new', { user_id: 'ruled', models: ['one'] });
  await call('/customer/new', { user_id: 'rich', max_budget: 5 });
  expect([await status('stranger'), await status('ruled'), await status('rich'), (await chat('one')).status]).toEqual([422, 422, 200, 200]);
});

test('disable_env_credential_login and ui_access_mode: who may use the dashboard', async () => {
  const signIn = async ({ gateway }: Rig, body: JsonObject): Promise<{ status: number; cookie: string }> => {
    const response = await gateway.fetch('/ui/session', { method: 'POST', headers: { authorization: 'none', 'x-weir-session': '1' }, body: JSON.stringify(body) });
    return { status: response.status, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
  };
  const open = await rig('', { UI_USERNAME: 'op', UI_PASSWORD: 'pw-0123456789' });
  expect((await signIn(open, { username: 'op', password: 'pw-0123456789' })).status).toBe(200);
  const closed = await rig('general_settings:\n  disable_env_credential_login: true\n', { UI_USERNAME: 'op', UI_PASSWORD: 'pw-0123456789' });
  expect((await signIn(closed, { username: 'op', password: 'pw-0123456789' })).status).toBe(401);
  expect((await signIn(closed, { username: 'admin', password: masterKey })).status).toBe(401);
  expect((await signIn(closed, { key: masterKey })).status).toBe(200);

  const admins = await rig('general_settings:\n  ui_access_mode: admin_only\n');
  const times = { created_at_ms: 1, updated_at_ms: 1 };
  await admins.store.db.insertInto('users').values([{ user_id: 'root', user_role: 'proxy_admin', ...times }, { user_id: 'ann', user_role: 'internal_user', ...times }]).execute();
  const seen = async (key: string): Promise<number> => {
    const { cookie } = await signIn(admins, { key });
    return (await admins.gateway.fetch('/key/list', { headers: { authorization: 'none', 'x-weir-session': '1', cookie } })).status;
  };
  expect(await seen(await storeKey(admins.store, 'root', { user_id: 'root' }))).toBe(200);
  expect(await seen(await storeKey(admins.store, 'anns', { user_id: 'ann' }))).toBe(401);
});

test('/user/password/change: only the person who is signed in, who knows the password of before; then everybody signs in anew', async () => {
  const { gateway, store, call } = await rig('');
  await call('/user/new', { user_id: 'ann', user_email: 'ann@example.com', password: 'the-first-password', auto_create_key: false });
  const signIn = async (password: string): Promise<string | null> => {
    const response = await gateway.fetch('/ui/session', { method: 'POST', headers: { authorization: 'none', 'x-weir-session': '1' }, body: JSON.stringify({ username: 'ann@example.com', password }) });
    return response.ok ? response.headers.get('set-cookie')?.split(';')[0] ?? null : null;
  };
  const change = (cookie: string, current: string, next: string): Promise<Answered> => call('/user/password/change', { current_password: current, new_password: next }, { authorization: 'none', 'x-weir-session': '1', cookie });
  const cookie = await signIn('the-first-password') ?? '';
  expect((await change(cookie, 'a-wrong-password', 'the-second-password')).status).toBe(400);
  expect((await change(cookie, 'the-first-password', 'x')).text).toContain('at least 12 characters');
  // A key of hers may be in other hands.
  expect((await call('/user/password/change', { current_password: 'the-first-password', new_password: 'the-second-password' }, as(await storeKey(store, 'anns', { user_id: 'ann' })))).status).toBe(403);
  expect((await change(cookie, 'the-first-password', 'the-second-password')).status).toBe(200);
  expect((await change(cookie, 'the-second-password', 'the-third-password')).status).toBe(401);
  expect([await signIn('the-first-password'), await signIn('the-second-password') !== null]).toEqual([null, true]);
});

test('blocked_user_list: end users whose requests are refused, whatever the database says', async () => {
  const { chat, call } = await rig('litellm_settings:\n  blocked_user_list: [eve]\n');
  expect((await chat('one', { user: 'eve' })).text).toContain('User blocked from making LLM API Calls. User=eve');
  expect((await chat('one', { user: 'ann' })).status).toBe(200);
  await call('/customer/new', { user_id: 'eve' });
  expect((await chat('one', { user: 'eve' })).status).toBe(401);
});

test('validate_end_user_id_in_db: end users whom nobody made count as nobody', async () => {
  for (const [settings, stranger] of [['', 'nobody'], ['litellm_settings:\n  validate_end_user_id_in_db: true\n', ''], ['litellm_settings:\n  validate_end_user_id_in_db: true\n  max_end_user_budget_id: b\n', 'nobody']] as const) {
    const { chat, call, entries } = await rig(settings);
    await call('/budget/new', { budget_id: 'b', max_budget: 5 });
    await call('/customer/new', { user_id: 'cust' });
    await call('/user/new', { user_id: 'ann', user_email: 'Ann@example.com', auto_create_key: false });
    for (const user of ['cust', 'ann', 'ann@example.com', 'nobody']) expect([user, (await chat('one', { user })).status]).toEqual([user, 200]);
    expect(entries.map((entry) => entry.end_user ?? '')).toEqual(['cust', 'ann', 'ann@example.com', stranger]);
    await call('/customer/new', { user_id: 'nobody' });
    await chat('one', { user: 'nobody' });
    expect(entries.at(-1)?.end_user).toBe('nobody');
  }
});

test('user_api_key_cache_max_size: the longest unused are read anew', async () => {
  const { chat, store } = await rig('general_settings:\n  user_api_key_cache_max_size: 1\n');
  const [first, second] = [await storeKey(store, 'first'), await storeKey(store, 'second')];
  for (const key of [first, second]) expect((await chat('one', {}, as(key))).status).toBe(200);
  // Nobody tells the gateway of it: who is remembered goes on.
  await store.db.deleteFrom('virtual_keys').execute();
  expect([(await chat('one', {}, as(second))).status, (await chat('one', {}, as(first))).status]).toEqual([200, 401]);
});
