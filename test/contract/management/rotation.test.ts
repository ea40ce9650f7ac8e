// Keys that rotate by themselves, on both databases: the old text works until its grace is over, whoever holds it fetches the new one, and what is kept
// of the new one meanwhile is sealed.
import { createSealer } from '../../../src/admin/seal/sealer.ts';
import { expect, test } from 'bun:test';
import { sql } from 'kysely';
import { storeKey } from '../../support/stored-keys.ts';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { localGateway } from '../../support/gateway.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

closeStoresAfterAll();
const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } };
const config = 'model_list:\n  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 } }\n';

async function until(test: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await Bun.sleep(50)) if (await test()) return;
  throw new Error('It did not come to that.');
}

for (const dialect of storeDialects) {
  test(`${dialect}: rotated, fetched, and over`, async () => {
    const store = await newStore(dialect);
    const environment = { LITELLM_KEY_ROTATION_ENABLED: 'true', LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS: '1', LITELLM_KEY_ROTATION_GRACE_PERIOD: '8s' };
    const rig = localGateway(config, { store, environment, fetch: () => Promise.resolve(Response.json(answerOf)) });
    const other = localGateway(config, { store, environment, fetch: () => Promise.resolve(Response.json(answerOf)) });
    const call = async (path: string, body?: JsonObject, key?: string): Promise<{ status: number; body: JsonObject }> => {
      const response = await rig.fetch(path, { method: body ? 'POST' : 'GET', ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }), ...(body && { body: JSON.stringify(body) }) });
      return { status: response.status, body: await response.json() as JsonObject };
    };
    const chat = async (key: string): Promise<number> => (await call('/v1/chat/completions', { model: 'one', messages: [{ role: 'user', content: 'hi' }] }, key)).status;
    expect((await call('/key/generate', { auto_rotate: true })).status).toBe(400);
    const made = await call('/key/generate', { key_alias: 'turning', auto_rotate: true, rotation_interval: '30d', max_budget: 5, models: ['one'] });
    const first = String(made.body['key']);
    const still = String((await call('/key/generate', { key_alias: 'still' })).body['key']);
    expect([await chat(first), (await call('/key/rotated', undefined, first)).status]).toEqual([200, 404]);
    await store.db.updateTable('virtual_keys').set({ rotation_due_at_ms: Date.now() - 1 }).where('key_alias', '=', 'turning').execute();
    // Two instances look at once; the key is replaced by one of them.
    const stops = [rig.background.start(), other.background.start()];
    await until(async () => (await call('/key/rotated', undefined, first)).status === 200);
    const { body: fetched } = await call('/key/rotated', undefined, first);
    const second = String(fetched['key']);
    for (const stop of stops) stop();
    expect([second === first, await chat(first), await chat(second)]).toEqual([false, 200, 200]);
    const { body: info } = await call(`/key/info?key=${second}`);
    expect(info['info']).toMatchObject({ key_alias: 'turning', max_budget: 5, models: ['one'], auto_rotate: true, rotation_count: 1 });
    // Another key learns nothing, and the database keeps no text of a key.
    expect([(await call('/key/rotated', undefined, still)).status, await chat(still)]).toEqual([404, 200]);
    const kept = JSON.stringify([await store.db.selectFrom('config_overrides').selectAll().execute(), await store.db.selectFrom('audit_log').selectAll().execute(), await store.db.selectFrom('virtual_keys').selectAll().execute()]);
    expect([kept.includes(second), kept.includes('weir1:')]).toEqual([false, true]);
    await until(async () => await chat(first) === 401);
    expect([await chat(second), (await call('/key/rotated', undefined, second)).status]).toEqual([200, 404]);
  }, 60_000);
}

test('after the salt key was changed, no column of any table holds anything of the earlier one, and everything opens', async () => {
  const store = await newStore();
  const at = (more: Record<string, string>) => localGateway(`${config}general_settings: { store_model_in_db: true }\n`, { store, environment: { LITELLM_KEY_ROTATION_ENABLED: 'true', LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS: '1', ...more }, fetch: () => Promise.resolve(Response.json(answerOf)) });
  const before = at({ LITELLM_SALT_KEY: 'salt-one' });
  const post = async (gateway: ReturnType<typeof at>, path: string, body: JsonObject = {}): Promise<JsonObject> => {
    const response = await gateway.post(path, body);
    expect([path, response.status]).toEqual([path, 200]);
    return await response.json() as JsonObject;
  };
  await post(before, '/model/new', { model_name: 'added', litellm_params: { model: 'openai/added', api_key: 'sk-added-provider-key', api_base: 'http://127.0.0.1:9/v1' } });
  await post(before, '/credentials', { credential_name: 'c', credential_values: { api_key: 'sk-credential-key' }, credential_info: {} });
  const key = await storeKey(store, 'turning', { auto_rotate: 1, rotation_interval: '30d', rotation_due_at_ms: Date.now() - 1 });
  const stop = before.background.start();
  const fetched = async (gateway: ReturnType<typeof at>): Promise<number> => (await gateway.fetch('/key/rotated', { headers: { authorization: `Bearer ${key}` } })).status;
  await until(async () => await fetched(before) === 200);
  stop();
  const everything = async (): Promise<string> => {
    const tables = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(store.db);
    return JSON.stringify(await Promise.all(tables.rows.map(async ({ name }) => (await sql`select * from ${sql.table(name)}`.execute(store.db)).rows)));
  };
  const earlier = `weir1:${createSealer('salt-one').keyId}`;
  expect((await everything()).split(earlier).length).toBeGreaterThan(3);
  expect(await post(at({ LITELLM_SALT_KEY: 'salt-two', LITELLM_SALT_KEY_PREVIOUS: 'salt-one' }), '/credentials/migrate-encryption')).toMatchObject({ sealed_anew: 3, not_to_be_opened: 0 });
  expect(await everything()).not.toContain(earlier);
  const after = at({ LITELLM_SALT_KEY: 'salt-two' });
  expect([await fetched(after), (await (await after.fetch('/credentials/migrate-encryption/check')).json() as JsonObject)['not_to_be_opened']]).toEqual([200, 0]);
}, 60_000);
