// The life of a virtual key, on both databases: made, used, narrowed, replaced, expired, blocked; also while the database is away and when
// another instance changes it.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { AccessChanges } from '../../../src/access/changes.ts';
import { followChanges } from '../../../src/admin/follow-changes.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { migrate } from '../../../src/store/migrate.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import { startPostgres } from '../../support/postgres.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const config = `
model_list:
  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 }, model_info: { access_groups: [small] } }
  - { model_name: two, litellm_params: { model: openai/two, api_key: k, api_base: http://127.0.0.1:9/v1 } }
  - { model_name: 'open/*', litellm_params: { model: 'openai/*', api_key: k, api_base: http://127.0.0.1:9/v1 } }
`;
const gatewayOver = (store: Store, more = ''): LocalGateway => localGateway(config + more, { store, fetch: () => Promise.resolve(Response.json(answerOf)) });

interface Client {
  call(path: string, body?: JsonObject, key?: string): Promise<{ status: number; body: JsonObject; headers: Headers }>;
  make(body?: JsonObject): Promise<string>;
  chat(key: string, model: string, address?: string): Promise<number>;
}

function clientOf(gateway: LocalGateway): Client {
  const client: Client = {
    async call(path, body, key = masterKey) {
      const headers = { authorization: `Bearer ${key}` };
      const response = await gateway.fetch(path, body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers });
      return { status: response.status, body: await response.json() as JsonObject, headers: response.headers };
    },
    make: async (body = {}) => String((await client.call('/key/generate', body)).body['key']),
    async chat(key, model, address) {
      const response = await gateway.fetch('/v1/chat/completions', { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] }), ...(address !== undefined && { address }) });
      await response.text();
      return response.status;
    },
  };
  return client;
}

for (const dialect of storeDialects) {
  describe(dialect, () => {
    let client: Client;
    beforeAll(async () => {
      client = clientOf(gatewayOver(await newStore(dialect)));
    });

    test('lists, patterns, access groups, the words for all and none, and other names', async () => {
      const cases: [JsonObject, number, number, number][] = [
        [{}, 200, 200, 200], [{ models: ['one'] }, 200, 403, 403], [{ models: ['small'] }, 200, 403, 403], [{ models: ['open/*'] }, 403, 403, 200], [{ models: ['*'] }, 200, 200, 200],
        [{ models: ['all-proxy-models'] }, 200, 200, 200], [{ models: ['no-default-models'] }, 403, 403, 403],
      ];
      for (const [body, one, two, open] of cases) {
        const key = await client.make(body);
        expect([body, await client.chat(key, 'one'), await client.chat(key, 'two'), await client.chat(key, 'open/x')]).toEqual([body, one, two, open]);
      }
      const alias = await client.make({ models: ['one'], aliases: { mine: 'one' } });
      expect([await client.chat(alias, 'mine'), await client.chat(alias, 'two')]).toEqual([200, 403]);
      expect(JSON.stringify((await client.call('/v1/models', undefined, alias)).body['data'])).toContain('"mine"');
    });

    test('a team and its user narrow what a key may', async () => {
      const team = String((await client.call('/team/new', { team_alias: 't', models: ['one'] })).body['team_id']);
      expect(await client.chat(await client.make({ team_id: team }), 'two')).toBe(403);
      expect(await client.chat(await client.make({ team_id: team, models: ['all-team-models'] }), 'one')).toBe(200);
      expect(await client.chat(await client.make({ team_id: team, models: ['two'] }), 'two')).toBe(403);
      await client.call('/team/model/add', { team_id: team, models: ['two'] });
      const key = await client.make({ team_id: team });
      expect(await client.chat(key, 'two')).toBe(200);
      await client.call('/team/model/delete', { team_id: team, models: ['two'] });
      expect(await client.chat(key, 'two')).toBe(403);
      await client.call('/team/model/delete', { team_id: team, models: ['one'] });
      expect([await client.chat(key, 'one'), await client.chat(key, 'two')]).toEqual([403, 403]);
      await client.call('/user/new', { user_id: 'u', models: ['one'], auto_create_key: false });
      expect(await client.chat(await client.make({ user_id: 'u' }), 'two')).toBe(403);
    });

    test('a model of a team is for that team only, by the name that it was given', async () => {
      const own = clientOf(gatewayOver(await newStore(dialect), 'general_settings:\n  store_model_in_db: true\n'));
      const [red, blue] = [String((await own.call('/team/new', { models: ['one'] })).body['team_id']), String((await own.call('/team/new', {})).body['team_id'])];
      const made = await own.call('/model/new', { model_name: 'ours', litellm_params: { model: 'openai/ours', api_key: 'k', api_base: 'http://127.0.0.1:9/v1' }, model_info: { team_id: red, id: 'm1' } });
      const inside = String(made.body['model_name']);
      const [ofRed, ofBlue, ofNobody] = [await own.make({ team_id: red }), await own.make({ team_id: blue }), await own.make()];
      expect([await own.chat(ofRed, 'ours'), await own.chat(ofBlue, inside), await own.chat(ofNobody, inside), await own.chat(ofNobody, 'm1'), await own.chat(ofNobody, 'one')]).toEqual([200, 403, 403, 403, 200]);
      const lists = await Promise.all([ofRed, ofBlue].map(async (key) => JSON.stringify((await own.call('/v1/models', undefined, key)).body['data'])));
      expect(lists.map((list) => [list.includes('"ours"'), list.includes(inside)])).toEqual([[true, false], [false, false]]);
      await own.call('/model/delete', { id: 'm1' });
      expect(await own.chat(ofRed, 'ours')).toBe(403);
    });

    test('routes, addresses, types and required parameters', async () => {
      const routed = await client.make({ allowed_routes: ['/v1/embeddings', '/key/*'] });
      expect([await client.chat(routed, 'one'), (await client.call('/key/info', undefined, routed)).status]).toEqual([403, 200]);
      expect([await client.chat(await client.make({ key_type: 'management' }), 'one'), await client.chat(await client.make({ key_type: 'llm_api' }), 'one')]).toEqual([403, 200]);
      const placed = await client.make({ metadata: { allowed_ips: ['10.0.0.0/8', '2001:db8::/32'] } });
      expect([await client.chat(placed, 'one', '10.1.2.3'), await client.chat(placed, 'one', '2001:db8::7'), await client.chat(placed, 'one', '192.0.2.1')]).toEqual([200, 200, 403]);
      expect(await client.chat(await client.make({ metadata: { allowed_ips: ['nonsense'] } }), 'one')).toBe(403);
      expect(await client.chat(await client.make({ enforced_params: ['user', 'metadata.x'] }), 'one')).toBe(400);
    });

    test('a replaced key works until its grace is over, and the new one has its rights and its name', async () => {
      const key = await client.make({ models: ['one'], key_alias: 'grace' });
      const next = await client.call(`/key/${key}/regenerate`, { grace_period: '1s' });
      const fresh = String(next.body['key']);
      expect([next.status, fresh === key, next.body['key_alias'], await client.chat(key, 'one'), await client.chat(fresh, 'one'), await client.chat(fresh, 'two')]).toEqual([200, false, 'grace', 200, 200, 403]);
      await Bun.sleep(1_100);
      expect([await client.chat(key, 'one'), await client.chat(fresh, 'one')]).toEqual([401, 200]);
      const last = String((await client.call('/key/regenerate', { key: fresh })).body['key']);
      expect([await client.chat(fresh, 'one'), await client.chat(last, 'one')]).toEqual([401, 200]);
      await client.call('/key/delete', { key_aliases: ['grace'] });
      expect(await client.chat(last, 'one')).toBe(401);
    });

    test('expiry, blocking, changes: felt at the next request', async () => {
      const key = await client.make({ duration: '1h', models: ['one'] });
      expect(await client.chat(key, 'one')).toBe(200);
      await client.call('/key/update', { key, models: ['two'] });
      expect([await client.chat(key, 'one'), await client.chat(key, 'two')]).toEqual([403, 200]);
      await client.call('/key/block', { key });
      expect(await client.chat(key, 'two')).toBe(401);
      await client.call('/key/unblock', { key });
      expect(await client.chat(key, 'two')).toBe(200);
      await client.call('/key/update', { key, duration: '1s' });
      await Bun.sleep(1_050);
      expect(await client.chat(key, 'two')).toBe(401);
      await client.call('/key/update', { key, duration: null });
      expect(await client.chat(key, 'two')).toBe(200);
    });

    test('a key that a wrong call asked for before works as soon as it is made', async () => {
      expect(await client.chat('sk-chosen-by-hand-1', 'one')).toBe(401);
      await client.make({ key: 'sk-chosen-by-hand-1' });
      expect(await client.chat('sk-chosen-by-hand-1', 'one')).toBe(200);
    });

    test('what the configuration says of new keys', async () => {
      const bounded = clientOf(gatewayOver(await newStore(dialect), `
litellm_settings:
  default_key_generate_params: { models: [one], tpm_limit: 100 }
  upperbound_key_generate_params: { max_budget: 10, duration: 30d, rpm_limit: 60 }
  key_generation_settings: { team_key_generation: { allowed_team_member_roles: [admin], required_params: [tags] }, personal_key_generation: { allowed_user_roles: [proxy_admin] } }
`));
      const made = await bounded.call('/key/generate', {});
      expect(made.body).toMatchObject({ models: ['one'], tpm_limit: 100, max_budget: 10, rpm_limit: 60 });
      expect(typeof made.body['expires']).toBe('string');
      for (const body of [{ max_budget: 11 }, { duration: '31d' }, { rpm_limit: 61 }]) expect([body, (await bounded.call('/key/generate', body)).status]).toEqual([body, 400]);
      const team = String((await bounded.call('/team/new', {})).body['team_id']);
      expect([(await bounded.call('/key/generate', { team_id: team })).status, (await bounded.call('/key/generate', { team_id: team, tags: ['a'] })).status]).toEqual([400, 200]);
    });

    test('every change stands in the audit log, with what was before and without secrets', async () => {
      const key = await client.make({ key_alias: 'watched' });
      await client.call('/key/update', { key, max_budget: 7 });
      const { token } = (await client.call(`/key/info?key=${key}`)).body['info'] as { token: string };
      const log = (await client.call(`/audit?object_id=${token}&sort_order=asc`)).body['audit_logs'] as JsonObject[];
      expect(log.map((line) => line['action'])).toEqual(['created', 'updated']);
      expect(log[1]).toMatchObject({ changed_by: 'default_user_id', table_name: 'LiteLLM_VerificationToken', before_value: { max_budget: null }, updated_values: { max_budget: 7 } });
      expect(JSON.stringify(log)).not.toContain(key);
    });
  });
}

describe('PostgreSQL', () => {
  let pg: Awaited<ReturnType<typeof startPostgres>>;
  let url: string;
  beforeAll(async () => {
    pg = await startPostgres();
    url = await pg.newDatabase();
  });
  afterAll(async () => await pg.end());

  test('away: known keys go on, unknown ones get 503 with Retry-After and never 401; back: all as before', async () => {
    const store = await openStore(url, { maxConnections: 2 });
    await migrate(store);
    const client = clientOf(gatewayOver(store));
    const [known, unseen] = [await client.make(), await client.make()];
    expect(await client.chat(known, 'one')).toBe(200);
    await pg.stop();
    expect(await client.chat(known, 'one')).toBe(200);
    const refused = await client.call('/v1/models', undefined, unseen);
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect((await client.call('/key/generate', {})).status).toBe(503);
    expect(await client.chat(known, 'one')).toBe(200);
    await pg.start();
    let status = 0;
    for (const deadline = Date.now() + 10_000; status !== 200 && Date.now() < deadline; await Bun.sleep(100)) status = await client.chat(unseen, 'one');
    expect(status).toBe(200);
    await store.close();
  }, 60_000);

  test('what another instance changes is felt here', async () => {
    const [here, there] = [await openStore(url, { maxConnections: 2 }), await openStore(url, { maxConnections: 2 })];
    const changes = new AccessChanges();
    const heard: string[] = [];
    changes.subscribe(({ kind, id, origin }) => void heard.push(`${kind} ${id} ${origin}`));
    const other = clientOf(gatewayOver(there));
    const before = await other.make();
    const stop = followChanges({ store: here, changes, logger: silentLogger, intervalMs: 20 });
    await Bun.sleep(200);
    await other.call('/key/block', { key: before });
    for (const deadline = Date.now() + 5_000; heard.length === 0 && Date.now() < deadline;) await Bun.sleep(20);
    stop();
    const token = new Bun.CryptoHasher('sha256').update(before).digest('hex');
    expect(heard).toEqual([`key ${token} elsewhere`]);
    await Promise.all([here.close(), there.close()]);
  }, 60_000);
});
