// Projects of teams on both databases: their models, budget, limits and lock hold for the keys that belong to them, and only who administers the team
// makes them.
import { beforeAll, describe, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

closeStoresAfterAll();
const times = { created_at_ms: 1, updated_at_ms: 1 };
const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 } };
const config = `
model_list:
  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1, input_cost_per_token: 0.01, output_cost_per_token: 0.01 } }
  - { model_name: two, litellm_params: { model: openai/two, api_key: k, api_base: http://127.0.0.1:9/v1, input_cost_per_token: 0.01, output_cost_per_token: 0.01 } }
  - { model_name: free, litellm_params: { model: openai/free, api_key: k, api_base: http://127.0.0.1:9/v1, input_cost_per_token: 0, output_cost_per_token: 0 } }
`;

for (const dialect of storeDialects) {
  describe(dialect, () => {
    let gateway: LocalGateway;
    let lead = '';
    let member = '';
    const call = async (path: string, body?: JsonObject, key = masterKey, method = body ? 'POST' : 'GET'): Promise<{ status: number; body: JsonObject; text: string }> => {
      const response = await gateway.fetch(path, { method, headers: { authorization: `Bearer ${key}` }, ...(body && { body: JSON.stringify(body) }) });
      const text = await response.text();
      return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) as JsonObject : {} };
    };
    const chat = async (key: unknown, model: string): Promise<[number, string]> => {
      const answered = await call('/v1/chat/completions', { model, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }, String(key));
      const error = answered.body['error'] as JsonObject | undefined;
      return [answered.status, String(error?.['type'] ?? '')];
    };
    beforeAll(async () => {
      const store = await newStore(dialect);
      gateway = localGateway(config, { store, fetch: () => Promise.resolve(Response.json(answerOf)) });
      await store.db.insertInto('users').values(['lead', 'member'].map((id) => ({ user_id: id, user_role: 'internal_user', ...times }))).execute();
      await store.db.insertInto('teams').values([{ team_id: 'red', fields: JSON.stringify({ models: ['one', 'free'] }), ...times }, { team_id: 'blue', fields: '{}', ...times }]).execute();
      await store.db.insertInto('team_members').values([{ team_id: 'red', user_id: 'lead', role: 'admin', ...times }, { team_id: 'red', user_id: 'member', role: 'user', ...times }]).execute();
      lead = await storeKey(store, 'lead', { user_id: 'lead' });
      member = await storeKey(store, 'member', { user_id: 'member' });
    });

    test('made, shown, changed and deleted by who administers the team', async () => {
      const made = await call('/project/new', { project_id: 'p1', project_alias: 'P', team_id: 'red', models: ['one'], max_budget: 0.5, budget_duration: '30d', metadata: { owner: 'x', priority: 'high' }, tags: ['t'] }, lead);
      expect(made).toMatchObject({ status: 200, body: { project_id: 'p1', team_id: 'red', models: ['one'], spend: 0, blocked: false, metadata: { owner: 'x', tags: ['t'] }, litellm_budget_table: { max_budget: 0.5, budget_duration: '30d' } } });
      // A share of everybody's limits is not theirs to give.
      expect((made.body['metadata'] as JsonObject)['priority']).toBeUndefined();
      expect((await call('/project/new', { project_id: 'p1', team_id: 'red' }, lead)).status).toBe(400);
      expect((await call('/project/new', { team_id: 'red', models: ['two'] }, lead)).text).toContain("some of its team's");
      expect((await call('/project/new', { team_id: 'blue' }, lead)).status).toBe(403);
      expect((await call('/project/new', { team_id: 'red', object_permission: { mcp_servers: ['s'] } }, lead)).status).toBe(403);
      expect((await call('/project/new', { team_id: 'red' }, member)).status).toBe(401);
      expect((await call('/project/update', { project_id: 'p1', description: 'new' }, lead)).body).toMatchObject({ description: 'new', project_alias: 'P', metadata: { owner: 'x', tags: ['t'] } });
      expect((await call('/project/update', { project_id: 'p1', team_id: 'blue' }, lead)).status).toBe(403);
      await call('/project/new', { project_id: 'p2', team_id: 'blue' });
      expect((await call('/project/list', undefined, member)).text).toContain('"p1"');
      expect((await call('/project/list', undefined, member)).text).not.toContain('"p2"');
      expect((await call('/project/info?project_id=p2', undefined, member)).status).toBe(404);
      expect((await call('/project/info?project_id=p2')).status).toBe(200);
      expect((await call('/project/delete', { project_ids: ['p2'] }, lead, 'DELETE')).status).toBe(403);
      expect((await call('/project/delete', { project_ids: ['p2'] }, masterKey, 'DELETE')).text).toContain('"p2"');
      expect((await call('/project/info?project_id=p2')).status).toBe(404);
    });

    test('its models, budget, limits and lock hold for its keys', async () => {
      await call('/project/new', { project_id: 'work', team_id: 'red', models: ['one', 'free'], max_budget: 0.3, model_rpm_limit: { free: 2 } });
      expect((await call('/key/generate', { project_id: 'work' })).text).toContain('another team');
      expect((await call('/key/generate', { project_id: 'nowhere', team_id: 'red' })).status).toBe(404);
      const { body: { key } } = await call('/key/generate', { project_id: 'work', team_id: 'red' }, lead);
      const other = (await call('/key/generate', { team_id: 'red' })).body['key'];
      expect(await chat(key, 'two')).toEqual([403, 'team_model_access_denied']);
      expect([await chat(key, 'free'), await chat(key, 'free'), (await chat(key, 'free'))[0], (await chat(other, 'free'))[0]]).toEqual([[200, ''], [200, ''], 429, 200]);
      expect([(await chat(key, 'one'))[0], (await chat(key, 'one'))[0], await chat(key, 'one'), (await chat(other, 'one'))[0]]).toEqual([200, 200, [422, 'budget_exceeded'], 200]);
      const explained = await call(`/key/info?key=${String(key)}&explain=true&model=one`);
      expect(explained.text).toContain('"project"');
      await call('/project/update', { project_id: 'work', models: ['free'], max_budget: 10 });
      expect(await chat(key, 'one')).toEqual([403, 'project_model_access_denied']);
      await call('/project/update', { project_id: 'work', blocked: true });
      expect((await chat(key, 'free'))[0]).toBe(401);
      expect((await call('/project/delete', { project_ids: ['work'] }, masterKey, 'DELETE')).text).toContain('has keys');
      expect((await call('/key/update', { key: String(key), project_id: 'p1' }, lead)).status).toBe(200);
      expect((await call('/key/update', { key: String(key), team_id: 'blue' })).text).toContain('another team');
    });

    test('permissions over things that Weir does not have are kept and given back', async () => {
      const asked = { mcp_servers: ['s1'], vector_stores: ['v1'], agents: ['a1'], mcp_tool_permissions: { s1: ['read'] } };
      const made = await call('/key/generate', { object_permission: asked });
      expect(made.body['object_permission']).toMatchObject({ ...asked, mcp_access_groups: [], search_tools: [] });
      const key = String(made.body['key']);
      expect((await call('/key/update', { key, object_permission: { agents: [] } })).body['object_permission']).toMatchObject({ mcp_servers: ['s1'], agents: [] });
      expect(((await call(`/key/info?key=${key}`)).body['info'] as JsonObject)['object_permission']).toMatchObject({ vector_stores: ['v1'], agents: [] });
      expect((await call('/key/update', { key, object_permission: { agents: 'all' } })).text).toContain('object_permission.agents');
      expect((await call('/key/update', { key, object_permission: null })).body['object_permission']).toBeNull();
      // Teams, organizations, customers and projects have the same.
      await call('/organization/new', { organization_id: 'org', organization_alias: 'Org', object_permission: asked });
      expect((await call('/organization/info?organization_id=org')).body['object_permission']).toMatchObject(asked);
      await call('/team/new', { team_id: 'tools', object_permission: asked });
      expect((await call('/team/update', { team_id: 'tools', object_permission: { agents: ['a2'] } })).status).toBe(200);
      expect((await call('/team/info?team_id=tools')).body['team_info']).toMatchObject({ object_permission: { mcp_servers: ['s1'], agents: ['a2'] } });
      await call('/customer/new', { user_id: 'buyer', object_permission: asked });
      expect((await call('/customer/info?end_user_id=buyer')).body['object_permission']).toMatchObject(asked);
      expect((await call('/project/new', { project_id: 'with-tools', team_id: 'tools', object_permission: asked })).body['object_permission']).toMatchObject(asked);
    });
  });
}
