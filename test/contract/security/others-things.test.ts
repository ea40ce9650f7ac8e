// Whoever may read something of their own is tried on what is somebody else's: every route that reads, with every way to name another's user,
// key, team, organization, project, request and conversation. Everything of Alice's carries a mark, and no answer to anybody else may hold it.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { hashOf, storeKey } from '../../support/stored-keys.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { openLedger, type Ledger } from '../../../src/accounting/ledger/ledger.ts';
import { routes } from '../../../src/server/routes.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const mark = 'ALICES-OWN';
const conversation = '01234567-89ab-4cde-8f01-23456789abcd';
const times = { created_at_ms: 1, updated_at_ms: 1 };
const answer = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: `${mark} answer` }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
let store: Store;
let ledger: Ledger;
let gateway: LocalGateway;
let aliceKey: string;
const outsiders = new Map<string, string>();

async function call(key: string, path: string, body: object | null = null, method = 'POST'): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await gateway.fetch(path, body === null ? { headers } : { method, headers, body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

beforeAll(async () => {
  store = await newStore();
  ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
  gateway = localGateway(`
model_list:
  - { model_name: m, litellm_params: { model: openai/m, api_key: sk-provider-key-0001, api_base: http://127.0.0.1:9/v1, input_cost_per_token: 0.001 } }
general_settings: { store_model_in_db: true, store_prompts_in_spend_logs: true }
`, { store, ledger, fetch: () => Promise.resolve(Response.json(answer)) });
  const made: [string, object][] = [
    ['/organization/new', { organization_id: 'org-a', organization_alias: `${mark} org`, metadata: { note: mark } }], ['/organization/new', { organization_id: 'org-b', organization_alias: 'other' }],
    ['/user/new', { user_id: 'alice', user_email: `${mark}@a.test`, user_alias: `${mark} user`, user_role: 'internal_user', auto_create_key: false }],
    ['/team/new', { team_id: 'red', team_alias: `${mark} team`, organization_id: 'org-a', metadata: { note: mark }, members_with_roles: [{ role: 'admin', user_id: 'alice' }] }], ['/team/new', { team_id: 'blue', team_alias: 'blue', organization_id: 'org-b' }],
    ['/project/new', { project_id: 'proj-a', project_alias: `${mark} project`, team_id: 'red', metadata: { note: mark } }],
    ['/customer/new', { user_id: 'cust-a', alias: `${mark} customer` }], ['/tag/new', { name: 'tag-a', description: `${mark} tag` }],
  ];
  for (const [path, body] of made) expect([path, await call(masterKey, path, body)]).toEqual([path, expect.objectContaining({ status: 200 })]);
  const key = JSON.parse((await call(masterKey, '/key/generate', { user_id: 'alice', team_id: 'red', key_alias: `${mark} key`, metadata: { note: mark } })).text) as { key: string };
  aliceKey = key.key;
  for (const [role, more] of [['bob', 'internal_user'], ['viewer', 'internal_user_viewer'], ['blueadmin', 'internal_user'], ['orgadmin', 'internal_user']] as const) await store.db.insertInto('users').values({ user_id: role, user_role: more, ...times }).execute();
  await store.db.insertInto('team_members').values([{ team_id: 'blue', user_id: 'bob', role: 'user', ...times }, { team_id: 'blue', user_id: 'blueadmin', role: 'admin', ...times }]).execute();
  await store.db.insertInto('organization_members').values([{ organization_id: 'org-b', user_id: 'orgadmin', user_role: 'org_admin', ...times }]).execute();
  for (const user of ['bob', 'viewer', 'blueadmin', 'orgadmin']) outsiders.set(user, await storeKey(store, user, { user_id: user }));
  outsiders.set('key of a team', await storeKey(store, 'ofblue', { team_id: 'blue' }));
  outsiders.set('key of nobody', await storeKey(store, 'ofnobody'));
  await gateway.post('/v1/chat/completions', { model: 'm', user: 'cust-a', messages: [{ role: 'user', content: `${mark} question` }], metadata: { tags: ['tag-a'], session_id: 'sess-a', note: mark } }, { 'authorization': `Bearer ${aliceKey}`, 'x-litellm-call-id': 'call-a' });
  expect((await call(aliceKey, `/chat/conversations/${conversation}`, { title: `${mark} chat`, model: 'm', createdAtMs: 1, updatedAtMs: 1, messages: [] }, 'PUT')).status).toBe(200);
  await ledger.flush();
});
afterAll(async () => await ledger.close());

// Names under which routes take somebody's things.
const named: Readonly<Record<string, string>> = {
  user_id: 'alice', user_ids: 'alice', team_id: 'red', team_ids: 'red', teams: 'red', organization_id: 'org-a', organization_ids: 'org-a', organizations: 'org-a', project_id: 'proj-a', end_user: 'cust-a', end_user_id: 'cust-a', end_user_ids: 'cust-a',
  customer_id: 'cust-a', request_id: 'call-a', session_id: 'sess-a', tag: 'tag-a', tags: 'tag-a', id: conversation, group_by: 'user', exclude_team_ids: '', include_team_keys: 'true', return_full_object: 'true', expand: 'user', size: '100', page: '1', page_size: '100',
};
const wide = 'start_date=2000-01-01&end_date=2100-01-01&startTime=2000-01-01&endTime=2100-01-01';

function queries(): string[] {
  const hash = hashOf(aliceKey);
  const all = { ...named, key: hash, api_key: hash, key_hash: hash, key_name: hash };
  const one = Object.entries(all).map(([name, value]) => `${wide}&${new URLSearchParams({ [name]: value })}`);
  return ['', wide, ...one, `${wide}&key=${aliceKey}`, `${wide}&return_full_object=true&include_team_keys=true&size=100`, `${wide}&${new URLSearchParams(all)}`, `${wide}&team_id=red&user_id=alice`, `${wide}&search=A&key_alias=A&user_email=a`];
}

const params: Readonly<Record<string, string>> = { ...named, request_id: 'call-a', id: conversation, key: 'x', model: 'm' };
const filled = (path: string): string => path.replace(/\{(\w+)\*?\}/g, (_all, name: string) => (name === 'key' ? hashOf(aliceKey) : params[name] ?? 'x'));
const reading = routes.filter(({ method, access, path }) => method === 'GET' && access !== 'public' && access !== 'metrics' && access !== 'provider.call' && !/^\/(?:health|cache)/.test(path));

test('the mark is where it is looked for', async () => {
  for (const path of ['/key/list?return_full_object=true', '/user/info?user_id=alice', '/team/info?team_id=red', '/organization/info?organization_id=org-a', '/project/info?project_id=proj-a', `/spend/logs/v2?${wide}`, `/spend/logs/ui/call-a?${wide}`, '/customer/info?end_user_id=cust-a']) {
    expect([path, (await call(masterKey, path)).text.includes(mark)]).toEqual([path, true]);
  }
});

test.each(['bob', 'viewer', 'blueadmin', 'orgadmin', 'key of a team', 'key of nobody'])('%s sees nothing of Alice’s', async (who) => {
  const key = outsiders.get(who) ?? '';
  const seen: string[] = [];
  for (const { path, access } of reading) {
    for (const query of access === 'models.call' ? [''] : queries()) {
      const { status, text } = await call(key, `${filled(path)}?${query}`);
      if (text.includes(mark) || (status >= 500 && status !== 501)) seen.push(`${status} ${path}?${query}: ${text.slice(0, 200)}`);
      // Whoever is not let in is not let in by any question.
      if (text.includes('Only proxy admin can be used')) break;
    }
  }
  const hash = hashOf(aliceKey);
  for (const [path, body] of [
    ['/organization/info', { organizations: ['org-a'] }], ['/key/health', { key: hash }], ['/tag/info', { names: ['tag-a'] }], ['/budget/info', { budgets: ['x'] }], ['/global/spend/end_users', {}], ['/spend/calculate', { model: 'm', messages: [] }],
    [`/chat/conversations/${conversation}/share`, {}], [`/chat/conversations/${conversation}/restore`, {}], ['/router/explain', { model: 'm', messages: [] }],
  ] as const) {
    const { text } = await call(key, path, body);
    if (text.includes(mark)) seen.push(`${path}: ${text.slice(0, 200)}`);
  }
  expect(seen).toEqual([]);
}, 60_000);

test.each(['bob', 'viewer', 'blueadmin', 'orgadmin', 'key of a team', 'key of nobody'])('%s changes nothing of Alice’s', async (who) => {
  const key = outsiders.get(who) ?? '';
  const tables = ['virtual_keys', 'users', 'teams', 'team_members', 'organizations', 'organization_members', 'projects', 'end_users', 'tags', 'chat_conversations'] as const;
  // Conversations under the same id are everybody's own.
  const state = async (): Promise<string> => JSON.stringify(await Promise.all(tables.filter((name) => name in present).map(async (name) => (await store.db.selectFrom(name as 'users').selectAll().execute()).filter((row) => name !== 'chat_conversations' || JSON.stringify(row).includes(mark)))));
  const present = Object.fromEntries((await store.db.introspection.getTables()).map(({ name }) => [name, true]));
  const before = (await state()).replace(/"last_active[^,}]*/g, '');
  expect(before).toContain(mark);
  const hash = hashOf(aliceKey);
  const body = {
    key: hash, keys: [hash], key_aliases: [`${mark} key`], user_id: 'alice', user_ids: ['alice'], team_id: 'red', team_ids: ['red'], organization_id: 'org-a', organization_ids: ['org-a'], project_id: 'proj-a', project_ids: ['proj-a'], user_ids_list: ['alice'],
    member: { role: 'admin', user_id: who }, role: 'admin', models: ['m'], max_budget: 1_000, spend: 0, blocked: true, metadata: {}, user_email: 'x@y.test', users: [{ user_id: 'alice', user_role: 'internal_user_viewer' }], new_members: [], members: [{ user_id: who, role: 'admin' }],
    name: 'tag-a', id: 'cust-a', team_member_permissions: ['/key/generate'], message: {}, password: 'a-good-password-1', invitation_id: 'x', reset_to: 0,
  };
  const changing = routes.filter(({ method, access, path }) => method !== 'GET' && !['public', 'models.call', 'provider.call', 'models.list'].includes(access) && !/^\/key\/(?:generate|service-account)|^\/user\/new|password\/change/.test(path));
  const failed: string[] = [];
  for (const { method, path } of changing) {
    const { status, text } = await call(key, filled(path), body, method);
    if (status >= 500 && status !== 501) failed.push(`${method} ${path}: ${status} ${text.slice(0, 100)}`);
  }
  expect(failed).toEqual([]);
  expect((await state()).replace(/"last_active[^,}]*/g, '')).toBe(before);
}, 60_000);
