// Answers of the Responses API in the database: another instance, or the same one after a restart, goes on from them.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { responseTable } from '../../../src/cache/response-table.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
afterAll(() => provider.stop());

const chat = (content: string) => json({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content } }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } });
const instance = (store: Store | null, settings: Record<string, unknown> = {}): LocalGateway => localGateway(JSON.stringify({
  model_list: [{ model_name: 'm', litellm_params: { model: 'deepseek/m', api_key: 'k', api_base: `${provider.url}/v1` } }], litellm_settings: settings,
}), { store });
const create = async (gateway: LocalGateway, body: Record<string, unknown>): Promise<{ status: number; id: string }> => {
  const response = await gateway.post('/v1/responses', { model: 'm', ...body });
  return { status: response.status, id: String((await response.json() as { id?: string }).id) };
};
async function rows(store: Store, count: number): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const all = await store.db.selectFrom('stored_responses').selectAll().execute();
    if (all.length === count) return count;
    await Bun.sleep(10);
  }
  return -1;
}

describe.each(storeDialects)('%s', (dialect) => {
  test('another instance goes on from an answer, shows it and forgets it', async () => {
    const store = await newStore(dialect);
    provider.on('m', chat('one'), chat('two'), chat('three'));
    const first = await create(instance(store), { input: 'Say “one” 一.' });
    const second = await create(instance(store), { input: 'Say two.', previous_response_id: first.id });
    expect([second.status, await rows(store, 2)]).toEqual([200, 2]);
    const third = instance(store);
    await create(third, { input: 'Say three.', previous_response_id: second.id });
    expect(provider.calls.at(-1)?.json['messages']).toMatchObject([{ content: 'Say “one” 一.' }, { content: 'one' }, { content: 'Say two.' }, { content: 'two' }, { content: 'Say three.' }]);
    const shown = await third.fetch(`/v1/responses/${first.id}`);
    expect(await shown.json()).toMatchObject({ id: first.id, status: 'completed' });
    expect(await rows(store, 3)).toBe(3);
    await third.fetch(`/v1/responses/${first.id}`, { method: 'DELETE' });
    expect(await rows(store, 2)).toBe(2);
    expect((await instance(store).fetch(`/v1/responses/${first.id}`)).status).toBe(400);
  });

  test('answers in the background are kept when they are made', async () => {
    const store = await newStore(dialect);
    provider.on('m', chat('one'));
    const { id } = await create(instance(store), { input: 'Go.', background: true });
    expect(await rows(store, 1)).toBe(1);
    expect(await (await instance(store).fetch(`/v1/responses/${id}`)).json()).toMatchObject({ id, status: 'completed', background: true });
  });

  test('nobody else’s, not with `store: false`, not where contents stay out of the database', async () => {
    const store = await newStore(dialect);
    provider.on('m', chat('one'));
    await create(instance(store), { input: 'a', store: false });
    await create(instance(store, { turn_off_message_logging: true }), { input: 'b' });
    await instance(store).post('/v1/responses', { model: 'm', input: 'b' }, { 'x-litellm-enable-message-redaction': 'true' });
    const kept = await create(instance(store), { input: 'c' });
    expect(await rows(store, 1)).toBe(1);
    const table = responseTable(store, Date.now);
    const [row] = await store.db.selectFrom('stored_responses').selectAll().execute();
    expect(await table.read(`${row?.tenant}x`, kept.id)).toBeNull();
    expect((await table.read(row?.tenant ?? '', kept.id))?.model).toBe('m');
  });

  test('what has expired is not found, and is removed', async () => {
    const store = await newStore(dialect);
    let nowMs = 1_000_000;
    const table = responseTable(store, () => nowMs);
    const response = { id: 'resp_1', tenant: 't', model: 'm', deploymentId: '', kept: 'here' as const, previous: null, input: Buffer.from('"a"'), body: Buffer.from('{}') };
    await table.write(response, nowMs + 5);
    expect(await table.read('t', 'resp_1')).toMatchObject({ id: 'resp_1' });
    nowMs += 3_600_000;
    expect(await table.read('t', 'resp_1')).toBeNull();
    await table.write({ ...response, id: 'resp_2' }, nowMs + 5);
    expect(await rows(store, 1)).toBe(1);
  });
});

test('a database that fails costs nobody an answer', async () => {
  const store = await newStore();
  const gateway = instance(store);
  provider.on('m', chat('one'));
  await store.db.schema.dropTable('stored_responses').execute();
  const { id, status } = await create(gateway, { input: 'a' });
  expect(status).toBe(200);
  expect((await gateway.fetch(`/v1/responses/${id}`)).status).toBe(200);
  expect((await gateway.fetch('/v1/responses/resp_unknown')).status).toBe(400);
});
