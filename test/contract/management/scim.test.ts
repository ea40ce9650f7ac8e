// SCIM 2.0 as Okta and Microsoft Entra send it, on both databases: users and groups are made, found, changed, switched off and removed, and only an
// administrator's key does so.
import { beforeAll, describe, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const patchOf = (...Operations: JsonObject[]): JsonObject => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });
const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const config = `
model_list:
  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 } }
litellm_settings:
  default_team_params: { max_budget: 25, models: [one] }
  default_internal_user_params: { max_budget: 4 }
  scim_upsert_user: false
`;

for (const dialect of storeDialects) {
  describe(dialect, () => {
    let gateway: LocalGateway;
    let store: Store;
    let token = '';
    beforeAll(async () => {
      store = await newStore(dialect);
      gateway = localGateway(config, { store, fetch: () => Promise.resolve(Response.json(answerOf)) });
      await store.db.insertInto('users').values([{ user_id: 'root', user_role: 'proxy_admin', created_at_ms: 1, updated_at_ms: 1 }, { user_id: 'plain', user_role: 'internal_user', created_at_ms: 2, updated_at_ms: 2 }]).execute();
      token = await storeKey(store, 'scim', { user_id: 'root', fields: JSON.stringify({ allowed_routes: ['/scim/*'] }) });
    });
    const call = async (method: string, path: string, body?: JsonObject, key = token): Promise<{ status: number; body: JsonObject; type: string | null }> => {
      const response = await gateway.fetch(path, { method, headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }, ...(body && { body: JSON.stringify(body) }) });
      const text = await response.text();
      return { status: response.status, type: response.headers.get('content-type'), body: text === '' ? {} : JSON.parse(text) as JsonObject };
    };
    const find = (kind: 'Users' | 'Groups', filter: string): Promise<{ body: JsonObject }> => call('GET', `/scim/v2/${kind}?filter=${encodeURIComponent(filter)}&startIndex=1&count=100`);

    test('what the server can', async () => {
      expect((await call('GET', '/scim/v2/ServiceProviderConfig')).body).toMatchObject({ patch: { supported: true }, bulk: { supported: false } });
      expect((await call('GET', '/scim/v2/ResourceTypes')).body).toMatchObject({ totalResults: 2, Resources: [{ id: 'User' }, { id: 'Group' }] });
      expect((await call('GET', `/scim/v2/Schemas/${encodeURIComponent(userSchema)}`)).body).toMatchObject({ id: userSchema });
      expect(await call('GET', '/scim/v2/Schemas/none')).toMatchObject({ status: 404, type: 'application/scim+json', body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '404' } });
    });

    test('Okta: looks, makes, looks again, changes, switches off and on', async () => {
      expect((await find('Users', 'userName eq "ada@example.com"')).body).toMatchObject({ totalResults: 0, Resources: [] });
      const made = await call('POST', '/scim/v2/Users', {
        schemas: [userSchema], userName: 'ada@example.com', name: { givenName: 'Ada', familyName: 'Lovelace' }, emails: [{ primary: true, value: 'ada@example.com', type: 'work' }], displayName: 'Ada Lovelace', locale: 'en-US',
        externalId: '00u1', groups: [], password: 'never-taken-over', active: true,
      });
      expect(made).toMatchObject({ status: 201, type: 'application/scim+json', body: { id: 'ada@example.com', userName: 'ada@example.com', externalId: '00u1', active: true, name: { givenName: 'Ada', familyName: 'Lovelace' }, emails: [{ value: 'ada@example.com', primary: true }], meta: { resourceType: 'User' } } });
      expect(await store.db.selectFrom('users').select(['user_role', 'max_budget', 'password_hash']).where('user_id', '=', 'ada@example.com').executeTakeFirst()).toEqual({ user_role: 'internal_user', max_budget: 4, password_hash: null });
      expect(await call('POST', '/scim/v2/Users', { userName: 'ada@example.com' })).toMatchObject({ status: 409, body: { scimType: 'uniqueness', status: '409' } });
      expect(await call('POST', '/scim/v2/Users', { displayName: 'x' })).toMatchObject({ status: 400, body: { scimType: 'invalidValue' } });
      expect((await find('Users', 'userName eq "ADA@example.com"')).body).toMatchObject({ totalResults: 1, Resources: [{ id: 'ada@example.com' }] });
      expect((await call('PUT', '/scim/v2/Users/ada@example.com', { userName: 'ada@example.com', name: { givenName: 'Ada', familyName: 'King' }, active: true, externalId: '00u1' })).body).toMatchObject({ name: { familyName: 'King' }, active: true });
      const key = await storeKey(store, `ada${dialect}`, { user_id: 'ada@example.com' });
      const chat = async (): Promise<number> => (await gateway.post('/v1/chat/completions', { model: 'one', messages: [{ role: 'user', content: 'hi' }] }, { authorization: `Bearer ${key}` })).status;
      expect(await chat()).toBe(200);
      expect((await call('PATCH', '/scim/v2/Users/ada@example.com', patchOf({ op: 'replace', value: { active: false } }))).body).toMatchObject({ active: false });
      expect(await chat()).toBe(401);
      expect((await call('PATCH', '/scim/v2/Users/ada@example.com', patchOf({ op: 'replace', value: { active: true } }))).body).toMatchObject({ active: true });
      expect(await chat()).toBe(200);
      expect(await call('GET', `/scim/v2/Users?filter=${encodeURIComponent('userName sw "a"')}`)).toMatchObject({ status: 400, body: { scimType: 'invalidFilter' } });
    });

    test('Entra: patches with capitals, paths, filters of paths and truth as text', async () => {
      await call('POST', '/scim/v2/Users', { userName: 'grace@example.com', externalId: 'obj-2', active: true });
      const changed = await call('PATCH', '/scim/v2/Users/grace@example.com', patchOf(
        { op: 'Replace', path: 'displayName', value: 'Grace Hopper' }, { op: 'Add', path: 'name.givenName', value: 'Grace' }, { op: 'Replace', path: 'emails[type eq "work"].value', value: 'g.hopper@example.com' },
        { op: 'Add', path: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department', value: 'Navy' }, { op: 'Replace', path: 'active', value: 'False' },
      ));
      expect(changed).toMatchObject({ status: 200, body: { displayName: 'Grace Hopper', name: { givenName: 'Grace' }, emails: [{ value: 'g.hopper@example.com' }], active: false } });
      expect((await find('Users', 'externalId eq "obj-2"')).body).toMatchObject({ totalResults: 1 });
      expect((await find('Users', 'active eq false and displayName eq "Grace Hopper"')).body).toMatchObject({ totalResults: 1 });
      expect(await call('PATCH', '/scim/v2/Users/grace@example.com', { Operations: [{ op: 'move' }] })).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } });
      expect(await call('PATCH', '/scim/v2/Users/nobody', patchOf({ op: 'replace', path: 'active', value: true }))).toMatchObject({ status: 404 });
      expect((await call('GET', '/scim/v2/Users?startIndex=2&count=1')).body).toMatchObject({ startIndex: 2, itemsPerPage: 1 });
      expect([(await call('DELETE', '/scim/v2/Users/grace@example.com')).status, (await call('GET', '/scim/v2/Users/grace@example.com')).status, (await call('DELETE', '/scim/v2/Users/grace@example.com')).status]).toEqual([204, 404, 404]);
    });

    test('groups are teams: members come and go, also all at once', async () => {
      for (const name of ['a@x.co', 'b@x.co', 'c@x.co']) await call('POST', '/scim/v2/Users', { userName: name });
      const made = await call('POST', '/scim/v2/Groups', { schemas: [groupSchema], displayName: 'Research', externalId: 'g-1', members: [{ value: 'a@x.co', display: 'A' }] });
      expect(made).toMatchObject({ status: 201, body: { displayName: 'Research', externalId: 'g-1', members: [{ value: 'a@x.co' }] } });
      const id = String(made.body['id']);
      expect((await call('GET', `/team/info?team_id=${id}`, undefined, masterKey)).body['team_info']).toMatchObject({ team_alias: 'Research', max_budget: 25, models: ['one'], members_with_roles: [{ user_id: 'a@x.co', role: 'user' }] });
      expect(await call('POST', '/scim/v2/Groups', { displayName: 'Research' })).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } });
      expect(await call('POST', '/scim/v2/Groups', { displayName: 'Ghosts', members: [{ value: 'nobody' }] })).toMatchObject({ status: 400 });
      expect((await find('Groups', 'displayName eq "Ghosts"')).body).toMatchObject({ totalResults: 0 });
      expect((await find('Groups', 'externalId eq "g-1"')).body).toMatchObject({ totalResults: 1, Resources: [{ id }] });
      const members = async (): Promise<unknown> => ((await call('GET', `/scim/v2/Groups/${id}`)).body['members'] as JsonObject[]).map((member) => member['value']);
      await call('PATCH', `/scim/v2/Groups/${id}`, patchOf({ op: 'Add', path: 'members', value: [{ value: 'b@x.co' }, { value: 'c@x.co' }] }));
      expect(await members()).toEqual(['a@x.co', 'b@x.co', 'c@x.co']);
      await call('PATCH', `/scim/v2/Groups/${id}`, patchOf({ op: 'remove', path: 'members[value eq "a@x.co"]' }, { op: 'Remove', path: 'members', value: [{ value: 'b@x.co' }] }));
      expect(await members()).toEqual(['c@x.co']);
      expect((await call('GET', '/scim/v2/Users/c@x.co')).body).toMatchObject({ groups: [{ value: id, display: 'Research' }] });
      await call('PATCH', `/scim/v2/Groups/${id}`, patchOf({ op: 'replace', value: { id, displayName: 'Science' } }, { op: 'replace', path: 'members', value: [{ value: 'a@x.co' }] }));
      expect([await members(), (await find('Groups', 'displayName eq "Science"')).body['totalResults']]).toEqual([['a@x.co'], 1]);
      expect((await call('PUT', `/scim/v2/Groups/${id}`, { displayName: 'Science', members: [] })).body).toMatchObject({ members: [] });
      expect((await call('GET', `/scim/v2/Groups/${id}?excludedAttributes=members`)).body).not.toHaveProperty('members');
      expect([(await call('DELETE', `/scim/v2/Groups/${id}`)).status, (await call('GET', `/scim/v2/Groups/${id}`)).status]).toEqual([204, 404]);
    });

    test('nobody else, and the key of the provider does nothing else', async () => {
      const plain = await storeKey(store, `plain${dialect}`, { user_id: 'plain' });
      for (const [method, path] of [['GET', '/scim/v2/Users'], ['POST', '/scim/v2/Users'], ['PATCH', '/scim/v2/Users/root'], ['DELETE', '/scim/v2/Groups/x']] as const) expect([path, (await call(method, path, method === 'GET' ? undefined : {}, plain)).status]).toEqual([path, 401]);
      expect((await call('GET', '/key/list')).status).toBe(403);
      expect((await call('GET', `/scim/v2/Users?filter=${encodeURIComponent('userName eq "x\' or 1=1 --"')}`)).body).toMatchObject({ totalResults: 0 });
    });
  });
}
