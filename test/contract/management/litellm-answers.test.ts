// What LiteLLM 1.106.2 answers on its management routes, case by case and on both databases: status, the form of refusals, and the members that its clients read. The expected
// answers were taken from that version with a real PostgreSQL behind it.
import { beforeAll, describe, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import type { Json, JsonObject } from '../../../src/lib/json.ts';

closeStoresAfterAll();
const config = `
model_list:
  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: two, litellm_params: { model: openai/two, api_key: k, api_base: http://127.0.0.1:9/v1 } }
general_settings:
  store_model_in_db: true
`;

/** A call, and what must be in its answer. */
type Case = readonly [call: string, body: JsonObject | null, status: number, part?: unknown];
interface Answer {
  status: number;
  body: Json;
}

const wrongField = (type: string, ...loc: (string | number)[]) => ({ detail: [{ type, loc }] });
const detailError = { detail: { error: expect.any(String) } };
const errorOf = (type: string, param: string | null, code: string) => ({ error: { type, param, code } });

for (const dialect of storeDialects) {
  describe(dialect, () => {
    let gateway: LocalGateway;
    beforeAll(async () => {
      gateway = localGateway(config, { store: await newStore(dialect) });
    });
    const ask = async (call: string, body: JsonObject | null, key = masterKey): Promise<Answer> => {
      const [method = 'GET', path = ''] = call.split(' ');
      const response = await gateway.fetch(path, { method, headers: { authorization: `Bearer ${key}` }, ...(body && { body: JSON.stringify(body) }) });
      const text = await response.text();
      return { status: response.status, body: text === '' ? null : JSON.parse(text) as Json };
    };
    const made = async (path: string, body: JsonObject): Promise<JsonObject> => (await ask(`POST ${path}`, body)).body as JsonObject;
    const hold = async (cases: readonly Case[], key = masterKey): Promise<void> => {
      for (const [call, body, status, part] of cases) {
        const answered = await ask(call, body, key);
        expect([call, body, answered.status]).toEqual([call, body, status]);
        if (part !== undefined) expect([call, answered.body]).toMatchObject([call, part]);
      }
    };

    test('parameters of addresses are checked before anything is looked up', async () => {
      await hold([
        ['GET /key/list?size=0', null, 422, wrongField('greater_than_equal', 'query', 'size')],
        ['GET /key/list?size=101', null, 422, wrongField('less_than_equal', 'query', 'size')],
        ['GET /key/list?page=abc', null, 422, wrongField('int_parsing', 'query', 'page')],
        ['GET /key/list?return_full_object=bad', null, 422, wrongField('bool_parsing', 'query', 'return_full_object')],
        ['GET /user/list?page_size=101', null, 422, wrongField('less_than_equal', 'query', 'page_size')],
        ['GET /v2/team/list?page_size=0', null, 422, wrongField('greater_than_equal', 'query', 'page_size')],
        ['GET /audit?page_size=0', null, 422, wrongField('greater_than_equal', 'query', 'page_size')],
        ['GET /customer/info', null, 422, wrongField('missing', 'query', 'end_user_id')],
        ['GET /config/list?config_type=bad', null, 422, wrongField('literal_error', 'query', 'config_type')],
        ['GET /global/spend/report?group_by=bad', null, 422, wrongField('literal_error', 'query', 'group_by')],
        ['GET /key/list?size=100&page=1', null, 200, { current_page: 1 }],
      ]);
    });

    test('keys: what they may refer to, how they are named, and how they are shown', async () => {
      const { key, token } = await made('/key/generate', { key_alias: 'first', soft_budget: 5, duration: '1d' });
      const own = `sk-${'a'.repeat(20)}`;
      await hold([
        ['POST /key/generate', { organization_id: 'none' }, 400], ['POST /key/generate', { budget_id: 'none' }, 400], ['POST /key/generate', { project_id: 'none' }, 404],
        ['POST /key/generate', { key: 'sk-short' }, 400], ['POST /key/generate', { key: own }, 200, { key: own }],
        ['POST /key/generate', { router_settings: { num_retries: 'x' } }, 422, wrongField('int_parsing', 'body', 'router_settings', 'num_retries')],
        ['POST /key/generate', { budget_limits: [{}] }, 422, { detail: [{ loc: ['body', 'budget_limits', 0, 'budget_duration'] }, { loc: ['body', 'budget_limits', 0, 'max_budget'] }] }],
        ['POST /key/generate', { budget_limits: [{ budget_duration: '1d', max_budget: 1 }] }, 200, { budget_limits: [{ max_budget: 1, reset_at: expect.stringContaining('T') }] }],
        ['POST /key/service-account/generate', {}, 400, { detail: expect.stringContaining('team_id is required') }],
        ['GET /key/info', null, 404, errorOf('not_found_error', 'key', '404')],
        [`GET /key/info?key=${String(key)}`, null, 200, { info: { status: 'active', litellm_budget_table: { soft_budget: 5 }, budget_id: expect.any(String) } }],
        ['POST /v2/key/info', { keys: [key ?? null, 'none'] }, 200, { key: [key, 'none'], info: [{ key_alias: 'first' }] }],
        ['POST /v2/key/info', {}, 422, wrongField('value_error', 'body')],
        ['POST /key/update', {}, 422, wrongField('value_error', 'body')],
        ['POST /key/update', { key_alias: 'first', max_budget: 4 }, 200, { token, max_budget: 4 }],
        ['POST /key/update', { key: key ?? null, duration: 'bad' }, 400, errorOf('auth_error', 'None', '400')],
        ['POST /key/update', { key: key ?? null, team_id: 'none' }, 404, errorOf('auth_error', 'None', '404')],
        ['POST /key/update', { key: key ?? null, temp_budget_increase: 2, temp_budget_expiry: '2040-01-01' }, 200, { metadata: { temp_budget_increase: 2, temp_budget_expiry: expect.stringContaining('2040') } }],
        ['POST /key/block', { key: 'none' }, 400, errorOf('bad_request_error', 'key', '400')],
        ['POST /key/block', { key: key ?? null }, 200, { blocked: true, org_id: null }],
        ['GET /key/list?status=revoked', null, 200, { keys: [token], total_count: 1 }],
        ['GET /key/list?status=active&key_alias=first', null, 200, { keys: [] }],
        ['GET /key/list?status=bad', null, 400], ['GET /key/list?sort_by=bad', null, 400],
        ['GET /key/list?return_full_object=true&key_alias=first', null, 200, { keys: [{ token, team_alias: null, user_role: null, litellm_budget_table: { soft_budget: 5 } }] }],
        ['GET /key/list?search=FIR%25', null, 200, { keys: [] }], ['GET /key/list?search=FIR', null, 200, { keys: [token] }],
        ['POST /key/none/reset_spend', { reset_to: 0 }, 404, detailError],
        ['POST /key/bulk_update', { keys: [] }, 400, detailError], ['POST /key/bulk_update', { keys: [{ max_budget: 1 }] }, 422, wrongField('missing', 'body', 'keys', 0, 'key')],
        ['POST /key/bulk_update', { keys: [{ key: 'sk-none' }] }, 200, { failed_updates: [{ key_info: null, failed_reason: 'Key not found.' }] }],
        ['POST /key/delete', {}, 422, wrongField('value_error', 'body')],
        ['POST /key/delete', { key_aliases: ['first'] }, 200, { deleted_keys: ['first'] }],
        ['GET /key/list?status=deleted&return_full_object=true', null, 200, { keys: [{ key_alias: 'first', id: expect.any(String), deleted_by_api_key: expect.any(String), org_id: null }] }],
      ]);
      await hold([['GET /key/list', null, 403, errorOf('bad_request_error', 'user_id', '403')]], own);
    });

    test('what cannot be kept is refused, and what happens at the same time is no failure', async () => {
      const deep = (levels: number): Json => (levels === 0 ? 1 : { a: deep(levels - 1) });
      await hold([
        ['POST /key/generate', { metadata: { note: 'a\u0000b' } }, 400], ['POST /key/generate', { metadata: { 'a\u0000': 1 } }, 400], ['GET /key/list?search=%00', null, 400],
        ['GET /scim/v2/Groups/%00', null, 400], ['DELETE /team/%00/callback/x', null, 400], ['POST /key/generate', { metadata: deep(100) as JsonObject }, 200], ['POST /key/generate', { metadata: deep(5_000) as JsonObject }, 400],
        ['POST /customer/block', { user_ids: Array.from({ length: 1_001 }, (_, index) => `c${index}`) }, 400],
      ]);
      const deepest = await gateway.fetch('/key/generate', { method: 'POST', headers: { authorization: `Bearer ${masterKey}` }, body: `{"metadata":${'{"a":'.repeat(300_000)}1${'}'.repeat(300_000)}}` });
      expect(deepest.status).toBe(400);
      const twice = await Promise.all(Array.from({ length: 8 }, () => ask('POST /user/update', { user_id: 'at-once', max_budget: 1 })));
      expect(twice.filter(({ status }) => status >= 500)).toEqual([]);
      const mixed = await Promise.all(Array.from({ length: 12 }, (_, index) => (index % 3 === 0 ? ask('POST /user/delete', { user_ids: ['at-once'] }) : ask('POST /user/bulk_update', { users: [{ user_id: 'at-once', rpm_limit: index }] }))));
      expect(mixed.filter(({ status }) => status >= 500)).toEqual([]);
    });

    test('keys of an access group are found by what they hold, not by what looks alike', async () => {
      const { token } = await made('/key/generate', { access_group_ids: ['g1'] });
      await made('/key/generate', { aliases: { g1: 'one' }, metadata: { note: '"g1"' } });
      await hold([['GET /key/list?access_group_id=g1', null, 200, { keys: [token], total_count: 1 }], ['GET /key/list?access_group_id=g', null, 200, { keys: [] }]]);
    });

    test('teams: their members, their limits within an organization, and what is left of them', async () => {
      const { organization_id: organization } = await made('/organization/new', { organization_alias: 'o', models: ['one'], max_budget: 10, rpm_limit: 5 });
      await made('/team/new', { team_id: 't', team_alias: 'Tea', budget_duration: '30d', team_member_budget: 3, members_with_roles: [{ role: 'admin', user_id: 'lead' }] });
      const inTeam = errorOf('team_member_already_in_team', 'member', '400');
      await hold([
        ['POST /team/new', { soft_budget: 50, max_budget: 5 }, 400], ['POST /team/new', { members_with_roles: [{ role: 'bad', user_id: 'x' }] }, 422, wrongField('literal_error', 'body', 'members_with_roles', 0, 'role')],
        ['POST /team/new', { members_with_roles: [{ role: 'user' }] }, 422, wrongField('value_error', 'body', 'members_with_roles', 0)],
        ['POST /team/new', { organization_id: organization ?? null, max_budget: 11 }, 400], ['POST /team/new', { organization_id: organization ?? null, models: ['two'] }, 400],
        ['POST /team/new', { organization_id: organization ?? null, rpm_limit: 6 }, 400], ['POST /team/new', { organization_id: organization ?? null, models: ['one'], max_budget: 10 }, 200],
        ['POST /team/update', { team_id: 't', organization_id: 'none' }, 404], ['POST /team/update', { team_id: 't', organization_id: organization ?? null, max_budget: 11 }, 400],
        ['GET /team/info', null, 422, errorOf('auth_error', 'None', '422')],
        ['GET /team/info?team_id=t', null, 200, { team_info: { metadata: { team_member_budget_id: expect.any(String) }, team_member_budget_table: { max_budget: 3, budget_duration: '30d' } } }],
        ['POST /team/member_add', { team_id: 't', member: { role: 'user', user_id: 'm' } }, 200, { updated_team_memberships: [{ user_id: 'm', litellm_budget_table: { max_budget: 3 } }] }],
        ['POST /team/member_add', { team_id: 't', member: { role: 'user', user_id: 'lead' } }, 400, inTeam], ['POST /team/member_add', { team_id: 't', member: [{ role: 'user', user_id: 'm' }] }, 400, inTeam],
        ['POST /team/member_add', { team_id: 't', member: { role: 'user' } }, 422, wrongField('value_error', 'body')], ['POST /team/member_add', { team_id: 't', member: { user_id: 'x' } }, 422, wrongField('missing', 'body', 'role')],
        ['POST /team/member_add', { team_id: 'none', member: { role: 'user', user_id: 'm' } }, 404, detailError],
        ['POST /team/bulk_member_add', { team_id: 't', members: [] }, 400, detailError], ['POST /team/bulk_member_add', { team_id: 't', all_users: true }, 200, { failed_additions: 3 }],
        ['POST /team/member_update', { team_id: 't' }, 422, wrongField('value_error', 'body')], ['POST /team/member_update', { team_id: 'none', user_id: 'm' }, 400, detailError],
        ['POST /team/member_update', { team_id: 't', user_id: 'm', max_budget_in_team: 8 }, 200, { max_budget_in_team: 8 }],
        ['POST /team/t/member/m/reset_budget', {}, 200, { budget_source: 'team_default', previous_budget_id: expect.any(String), budget_id: expect.any(String) }],
        ['POST /team/member_delete', { team_id: 't', user_id: 'nobody' }, 400, detailError], ['POST /team/block', { team_id: 'none' }, 404, detailError],
        ['POST /team/model/add', { team_id: 't', models: ['two'] }, 200, { models: ['all-proxy-models', 'two'] }],
        ['POST /team/t/callback', { callback_name: 'langfuse', callback_type: 'success', callback_vars: { langfuse_secret_key: 'hush' } }, 200, { data: { team_id: 't', metadata: { logging: [{ callback_vars: { langfuse_secret_key: '***REDACTED***' } }] } } }],
        ['GET /team/t/callback', null, 200, { data: { success_callbacks: ['langfuse'], failure_callbacks: [], callback_vars: { langfuse_secret_key: '***REDACTED***' } } }],
        ['GET /v2/team/list?status=bad', null, 400, detailError], ['GET /v2/team/list?team_alias=tE', null, 200, { total: 1 }],
        ['POST /team/key/bulk_update', { team_id: 't', all_keys_in_team: true, update_fields: {} }, 404, detailError],
        ['POST /team/delete', { team_ids: ['none'] }, 404, detailError], ['POST /team/delete', { team_ids: ['t'] }, 200],
        ['GET /v2/team/list?status=deleted', null, 200, { teams: [{ team_id: 't', deleted_by: 'default_user_id', id: expect.any(String) }], total: 1 }],
      ]);
      const lead = await ask('GET /user/info?user_id=lead', null);
      expect(lead.body).toMatchObject({ teams: [] });
    });

    test('users: addresses whatever their case, limits of somebody new, and what belongs together', async () => {
      await hold([
        ['POST /user/new', { user_id: 'u', user_email: 'Ann@X.com', max_parallel_requests: 3, tpm_limit: 5, metadata: { a: 1 }, aliases: { x: 'one' } }, 200, { user_email: 'ann@x.com', max_parallel_requests: 3, aliases: { x: 'one' } }],
        ['POST /user/new', { user_email: 'ANN@x.com' }, 409], ['POST /user/new', { teams: ['none'] }, 400], ['POST /user/new', { organizations: ['none'] }, 400],
        ['POST /user/new', { user_id: 'bare', auto_create_key: false }, 200, { key: '', token: null, duration: null, router_settings: null, allowed_routes: [] }],
        ['GET /user/info?user_id=u', null, 200, { keys: [{ tpm_limit: 5, max_parallel_requests: 3, metadata: { a: 1 } }] }],
        ['GET /user/list?user_email=ANN', null, 200, { users: [{ user_id: 'u' }] }], ['GET /user/list?user_email=a%25x', null, 200, { users: [] }],
        ['GET /user/list?sort_by=bad', null, 400, detailError], ['GET /user/list?sort_by=spend&sort_order=bad', null, 400, detailError],
        ['GET /user/available_users', null, 200, { total_teams: null, total_teams_used: expect.any(Number) }],
        ['POST /user/update', {}, 422, wrongField('value_error', 'body')], ['POST /user/update', { user_id: 'new', max_budget: 2 }, 200, { user_id: 'new', data: { max_budget: 2 } }],
        ['POST /user/update', { user_email: 'nobody@x.com' }, 404], ['POST /user/update', { user_email: 'aNN@x.com', rpm_limit: 2 }, 200, { user_id: 'u' }],
        ['POST /user/bulk_update', {}, 400, detailError], ['POST /user/bulk_update', { users: [{ user_id: 'u', rpm_limit: 3 }] }, 200, { results: [{ updated_user: { data: { rpm_limit: 3 } } }] }],
        ['POST /management/v1/users/bulk', { users: [{ user_email: 'q@x.com' }, { user_email: 'ann@x.com' }] }, 200, { data: [{ user_email: 'q@x.com', success: true, key: null }, { success: false }], meta: { total_requested: 2, created: 1, failed: 1 } }],
        ['POST /management/v1/users/bulk_delete', { user_ids: ['none', 'new'] }, 200, { data: [{ user_id: 'none', success: false }, { user_id: 'new', success: true }] }],
        ['GET /invitation/info?invitation_id=none', null, 400, detailError], ['POST /user/delete', { user_ids: ['none'] }, 404, detailError], ['POST /user/delete', { user_ids: [] }, 200],
      ]);
    });

    test('organizations: roles of members, and what goes with them', async () => {
      const { organization_id: made_id } = await made('/organization/new', { organization_alias: 'whole' });
      const id = String(made_id);
      await made('/team/new', { team_id: 'of-it', organization_id: id });
      const { key: ofTeam } = await made('/key/generate', { team_id: 'of-it' });
      const { key: paid } = await made('/key/generate', { organization_id: id });
      await hold([
        ['POST /organization/member_add', { organization_id: id, member: { role: 'bad', user_id: 'x' } }, 422, wrongField('literal_error', 'body', 'role')],
        ['POST /organization/member_add', { organization_id: id, member: { role: 'org_admin' } }, 422, wrongField('value_error', 'body')],
        ['POST /organization/member_add', { organization_id: id, member: [{ role: 'org_admin', user_id: 'x' }] }, 200, { updated_organization_memberships: [{ user_id: 'x', user_role: 'org_admin', spend: 0, litellm_budget_table: null }] }],
        ['PATCH /organization/member_update', { organization_id: id }, 422, wrongField('value_error', 'body')],
        ['PATCH /organization/member_update', { organization_id: id, user_id: 'x', role: 'internal_user', max_budget_in_organization: 2 }, 200, { user_role: 'internal_user', budget_id: expect.any(String), created_at: expect.any(String) }],
        [`PATCH /v2/organization/${id}`, { max_budget: -1 }, 422, detailError], ['PATCH /organization/update', {}, 400, detailError], ['POST /organization/info', { organizations: [] }, 400, detailError],
        ['DELETE /organization/member_delete', { organization_id: id }, 422, wrongField('value_error', 'body')], ['DELETE /organization/member_delete', { organization_id: id, user_id: 'x' }, 200, { user_id: 'x', updated_at: expect.any(String) }],
        ['DELETE /organization/delete', { organization_ids: [id] }, 200, [{ organization_id: id, teams: [{ team_id: 'of-it' }] }]], ['GET /team/info?team_id=of-it', null, 404],
      ]);
      for (const key of [ofTeam, paid]) expect((await ask('GET /key/info', null, String(key))).status).toBe(401);
    });

    test('budgets, customers, tags, credentials, models, groups and settings', async () => {
      await made('/budget/new', { budget_id: 'b', max_budget: 1 });
      await made('/customer/new', { user_id: 'c' });
      await made('/tag/new', { name: 'tag', max_budget: 2 });
      await made('/credentials', { credential_name: 'cr', credential_values: { api_key: 'sk-secret-0123456789' }, credential_info: {} });
      const { access_group_id: group } = await made('/v1/access_group', { access_group_name: 'ag' });
      await hold([
        ['GET /management/v1/budgets?page_size=1', null, 200, { meta: { page: 1, page_size: 1 }, links: { prev: null, next: expect.stringContaining('page=2') } }],
        ['POST /customer/new', { user_id: 'c' }, 400, errorOf('bad_request', 'user_id', '400')], ['POST /customer/new', { user_id: 'd', budget_id: 'none' }, 400],
        ['POST /customer/new', { user_id: 'd', budget_id: 'b', max_budget: 1 }, 422, wrongField('value_error', 'body')],
        ['GET /customer/info?end_user_id=none', null, 404, errorOf('not_found', 'end_user_id', '404')], ['POST /customer/update', { user_id: 'none' }, 404, errorOf('not_found', 'user_id', '404')],
        ['POST /customer/delete', { user_ids: ['none'] }, 404, errorOf('not_found', 'user_ids', '404')],
        ['POST /tag/info', { names: ['tag'] }, 200, { tag: { litellm_budget_table: { max_budget: 2, created_by: 'default_user_id', keys: null } } }],
        ['POST /credentials', { credential_name: 'cr', credential_values: {} }, 409], ['POST /credentials', { credential_name: 'x' }, 422, wrongField('value_error', 'body')],
        ['POST /credentials', { credential_name: 'x', model_id: 'none' }, 404], ['GET /credentials/by_name/cr', null, 200, { source: 'db' }],
        ['PATCH /model/none/update', { model_name: 'm' }, 404, errorOf('not_found_error', null, '404')],
        ['GET /v2/model/info?sortBy=model_name&sortOrder=desc', null, 200, { data: [{ model_name: 'two' }, { model_name: 'one' }] }],
        ['POST /access_group/new', {}, 422, wrongField('missing', 'body', 'access_group')],
        [`GET /v1/access_group/${String(group)}`, null, 200, { assigned_teams: [], assigned_keys: [], access_agents: [], updated_by: 'default_user_id' }], [`DELETE /v1/access_group/${String(group)}`, null, 204],
        ['GET /config/field/info?field_name=none', null, 400, detailError], ['POST /config/field/update', { field_name: 'none', field_value: 1, config_type: 'general_settings' }, 400, detailError],
        ['GET /project/info?project_id=none', null, 404, errorOf('not_found', 'project_id', '404')], ['GET /health/services', null, 422, wrongField('missing', 'query', 'service')],
        ['GET /health/readiness/details', null, 200, { status: 'healthy', db: 'connected', litellm_version: expect.any(String) }], ['GET /health/license', null, 200, { has_license: false }],
        ['GET /health/shared-status', null, 200, { shared_health_check_enabled: false }],
        ['PATCH /config/cost_discount_config', { openai: 5 }, 400, { detail: expect.stringContaining('between 0 and 1') }], ['PATCH /config/cost_discount_config', { bogus: 0.1 }, 400, detailError],
        ['PATCH /config/cost_margin_config', { openai: 50 }, 400, { detail: expect.stringContaining('between 0 and 10') }],
        ['GET /get/default_team_settings', null, 200, { values: { models: [] }, field_schema: { properties: { models: { type: 'array', items: { type: 'string' } }, budget_duration: { type: 'string' }, tpm_limit: { type: 'integer' } } } }],
        ['GET /sso/readiness', null, 200, { status: 'healthy', message: expect.any(String) }],
      ]);
    });
  });
}
