// A LiteLLM database is carried over: issued keys go on working, sealed models open, nothing is taken twice, and what is left is told.
import { afterAll, expect, test } from 'bun:test';
import { createCipheriv, createHash } from 'node:crypto';
import { createSealer } from '../../../src/admin/seal/sealer.ts';
import { hashOf } from '../../../src/access/key-text.ts';
import { importLiteLlm, type ImportReport } from '../../../src/admin/import/import-litellm.ts';
import { localGateway, masterKey, projectRoot } from '../../support/gateway.ts';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { openLiteLlm } from '../../../src/admin/import/source.ts';
import { renderReport } from '../../../src/cli/import-litellm.ts';
import { SQL } from 'bun';
import { testPostgres } from '../../support/postgres.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const saltKey = 'sk-salt-for-tests-0123';
// Sealed by PyNaCl's SecretBox, as LiteLLM does it.
const sealedKey = '6-K28Wno2NO1jEOPGguZITWjRI_dAWDGeMdEqMQY_9nUe_d8Mp5-lqH3hkK2RIerT4Tqw_9wGSNzEg==';
const sealedModel = 'cUemg0TLsuvEJ4gUrG7Gm1hXhQyqB3JsuGmZdlmH_CGlPKbKZEV-2qTHblG0tJnmLY85Wdha1nktCQ==';
const issued = 'sk-issued-by-litellm-0001';

// LiteLLM's newer form: AES-256-GCM.
function gcm(text: string): string {
  const nonce = Buffer.alloc(12, 7);
  const cipher = createCipheriv('aes-256-gcm', createHash('sha256').update(saltKey).digest(), nonce);
  return `v2:gcm:${Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url')}`;
}

let source: SQL;
async function liteLlmDatabase(): Promise<string> {
  const url = await (await testPostgres()).newDatabase();
  source = new SQL({ url, max: 1 });
  await source.unsafe(await Bun.file(`${projectRoot}test/fixtures/litellm/schema.sql`).text());
  await source.unsafe('create table "LiteLLM_SpendLogs" (request_id text); insert into "LiteLLM_SpendLogs" values (\'a\'), (\'b\')');
  const at = '2026-01-02 03:04:05.678';
  await source`insert into "LiteLLM_BudgetTable" (budget_id, max_budget, budget_duration, budget_reset_at, created_by, updated_by, created_at, updated_at) values ('b1', 12.5, '1d', ${at}, 'x', 'x', ${at}, ${at})`;
  await source`insert into "LiteLLM_OrganizationTable" (organization_id, organization_alias, budget_id, models, spend, created_by, updated_by, created_at, updated_at) values ('o1', 'org', 'b1', array['gpt'], 1.25, 'x', 'x', ${at}, ${at})`;
  await source`insert into "LiteLLM_ModelTable" (id, aliases, created_by, updated_by, created_at, updated_at) values (1, ${{ fast: 'gpt' }}, 'x', 'x', ${at}, ${at})`;
  await source`insert into "LiteLLM_TeamTable" (team_id, team_alias, organization_id, members_with_roles, models, spend, model_id, blocked, metadata, created_at, updated_at) values ('t1', 'core', 'o1', ${[{ role: 'admin', user_id: 'u1' }]}, array['gpt','fast'], 2.5, 1, false, ${{ team_member_budget_id: 'b1' }}, ${at}, ${at})`;
  await source`insert into "LiteLLM_TeamMembership" (user_id, team_id, spend, budget_id) values ('u1', 't1', 0.75, 'b1')`;
  await source`insert into "LiteLLM_UserTable" (user_id, user_email, user_role, spend, max_budget, models, password) values ('u1', 'a@b.co', 'internal_user', 3.5, 9, array['gpt'], 'scrypt:x')`;
  await source`insert into "LiteLLM_VerificationToken" (token, key_name, key_alias, spend, max_budget, user_id, team_id, models, expires, tpm_limit, metadata, blocked) values (${hashOf(issued)}, 'sk-...0001', 'ci', 0.123456789, 5, 'u1', 't1', array['gpt','fast'], '2999-01-01 00:00:00', 5000000000, ${{ tags: ['x'] }}, null)`;
  await source`insert into "LiteLLM_VerificationToken" (token, key_name, spend, team_id) values (${hashOf('sk-ui')}, 'sk-...ui', 0, 'litellm-dashboard')`;
  await source`insert into "LiteLLM_EndUserTable" (user_id, spend, blocked, budget_id) values ('c1', 0.5, true, 'b1')`;
  await source`insert into "LiteLLM_CredentialsTable" (credential_id, credential_name, credential_values, credential_info, created_by, updated_by, created_at, updated_at) values ('cr', 'shared', ${{ api_key: sealedKey }}, ${{}}, 'x', 'x', ${at}, ${at})`;
  await source`insert into "LiteLLM_ProxyModelTable" (model_id, model_name, litellm_params, model_info, created_by, updated_by, created_at, updated_at) values ('m1', 'gpt', ${{ model: sealedModel, api_key: sealedKey, api_base: gcm('http://127.0.0.1:9/v1') }}, ${{ id: 'm1' }}, 'x', 'x', ${at}, ${at})`;
  await source`insert into "LiteLLM_ProxyModelTable" (model_id, model_name, litellm_params, model_info, created_by, updated_by, created_at, updated_at) values ('m2', 'lost', ${{ model: Buffer.alloc(60, 1).toString('base64url') }}, ${{ id: 'm2' }}, 'x', 'x', ${at}, ${at})`;
  await source`insert into "LiteLLM_ObjectPermissionTable" (object_permission_id, mcp_servers, mcp_tool_permissions) values ('op1', array['github'], ${{ github: ['read'] }})`;
  await source`update "LiteLLM_VerificationToken" set object_permission_id = 'op1', project_id = 'p1', auto_rotate = true, rotation_interval = '30d', key_rotation_at = '2999-02-03 00:00:00' where key_alias = 'ci'`;
  await source`insert into "LiteLLM_ProjectTable" (project_id, project_alias, team_id, budget_id, models, spend, model_rpm_limit, created_by, updated_by, created_at, updated_at) values ('p1', 'search', 't1', 'b1', array['gpt','fast'], 0.25, ${{ gpt: 50 }}, 'x', 'x', ${at}, ${at})`;
  await source`insert into "LiteLLM_AccessGroupTable" (access_group_id, access_group_name, access_model_names, assigned_team_ids, created_at, updated_at) values ('g1', 'small', array['gpt'], array['t1'], ${at}, ${at})`;
  await source`insert into "LiteLLM_TagTable" (tag_name, models, spend, budget_id, created_at, updated_at) values ('x', array['gpt'], 0.5, 'b1', ${at}, ${at})`;
  await source`update "LiteLLM_EndUserTable" set models = array['gpt'], allowed_model_region = 'eu', default_model = 'gpt' where user_id = 'c1'`;
  await source`insert into "LiteLLM_InvitationLink" (id, user_id, is_accepted, expires_at, created_at, created_by, updated_at, updated_by) values ('open', 'u1', false, '2999-01-01', ${at}, 'x', ${at}, 'x'), ('over', 'u1', false, ${at}, ${at}, 'x', ${at}, 'x'), ('done', 'u1', true, '2999-01-01', ${at}, 'x', ${at}, 'x')`;
  await source`insert into "LiteLLM_JWTKeyMapping" values ('j1', 'sub', 'ann', ${hashOf(issued)})`;
  await source`insert into "LiteLLM_Config" values ('router_settings', ${{ num_retries: 3 }})`;
  return url;
}
afterAll(async () => await source?.close());

async function run(url: string, store: Store, dryRun = false): Promise<ImportReport> {
  const from = openLiteLlm(url);
  try {
    return await importLiteLlm({ source: from, store, secret: saltKey, sealer: createSealer(saltKey), dryRun });
  } finally {
    await from.close();
  }
}

for (const dialect of storeDialects) {
  test(`into ${dialect}`, async () => {
    const url = await liteLlmDatabase();
    const store = await newStore(dialect);
    const planned = await run(url, store, true);
    expect(await store.db.selectFrom('virtual_keys').select('key_hash').execute()).toEqual([]);
    const report = await run(url, store);
    expect(renderReport(report, false)).toBe(renderReport(planned, true).replace('What would be imported (nothing was written):', 'Imported:'));
    const text = renderReport(report, false);
    for (const part of ['virtual_keys: 1', 'stored_models: 1', 'a session of the dashboard', 'it does not open', 'LiteLLM_SpendLogs: 2 rows', 'passwords are not taken', 'object_permissions: 1', 'projects: 1', 'access_groups: 1', 'tags: 1', 'end_users: 1', 'invitations: 1', 'its time is over', 'it was accepted', 'token_keys: 1', 'LiteLLM_Config: 1 rows; settings belong']) expect(text).toContain(part);

    const sent: { url: string; key: string | null }[] = [];
    const { fetch, post } = localGateway('model_list: []\ngeneral_settings:\n  store_model_in_db: true\n', {
      store, environment: { LITELLM_SALT_KEY: saltKey },
      fetch: (to, init) => {
        sent.push({ url: to, key: new Headers(init.headers).get('authorization') });
        return Promise.resolve(Response.json({ id: 'c', object: 'chat.completion', created: 1, model: 'gpt-4o-mini', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }));
      },
    });
    const chat = (key: string, model: string) => post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }] }, { authorization: `Bearer ${key}` });
    const answered = await chat(issued, 'fast');
    expect([answered.status, sent]).toEqual([200, [{ url: 'http://127.0.0.1:9/v1/chat/completions', key: 'Bearer sk-provider-secret' }]]);
    const info = await (await fetch(`/key/info?key=${issued}`)).json() as { info: Record<string, unknown> };
    expect(info.info).toMatchObject({ key_alias: 'ci', spend: 0.123456789, max_budget: 5, user_id: 'u1', team_id: 't1', models: ['gpt', 'fast'], expires: '2999-01-01T00:00:00.000Z', tpm_limit: 5_000_000_000, metadata: { tags: ['x'] } });
    expect(info.info).toMatchObject({ project_id: 'p1', auto_rotate: true, rotation_interval: '30d', key_rotation_at: '2999-02-03T00:00:00.000Z', object_permission: { mcp_servers: ['github'], mcp_tool_permissions: { github: ['read'] } } });
    const get = async (path: string): Promise<unknown> => await (await fetch(path)).json();
    expect(await get('/project/info?project_id=p1')).toMatchObject({ project_alias: 'search', team_id: 't1', models: ['gpt', 'fast'], spend: 0.25, model_rpm_limit: { gpt: 50 }, litellm_budget_table: { max_budget: 12.5 } });
    expect(await get('/customer/info?end_user_id=c1')).toMatchObject({ blocked: true, models: ['gpt'], allowed_model_region: 'eu', default_model: 'gpt', litellm_budget_table: { budget_id: 'b1' } });
    expect(await get('/v1/access_group/g1')).toMatchObject({ access_group_name: 'small', access_model_names: ['gpt'], assigned_team_ids: ['t1'] });
    expect(await get('/tag/list')).toMatchObject([{ name: 'x', models: ['gpt'], spend: 0.5, budget_id: 'b1' }]);
    expect(await get('/ui/invitation/open')).toMatchObject({ email: 'a@b.co' });
    const team = await (await fetch('/team/info?team_id=t1')).json() as { team_info: Record<string, unknown>; team_memberships: unknown[] };
    expect(team.team_info).toMatchObject({ spend: 2.5, organization_id: 'o1', members_with_roles: [{ user_id: 'u1', role: 'admin' }] });
    expect(team.team_memberships).toMatchObject([{ user_id: 'u1', spend: 0.75, litellm_budget_table: { max_budget: 12.5, budget_reset_at: '2026-01-02T03:04:05.678Z' } }]);

    const again = await run(url, store);
    expect(again.tables.map(({ taken }) => taken)).toEqual(again.tables.map(() => 0));
    expect(masterKey).not.toBe(saltKey);
  }, 60_000);
}
