// The chat page's conversations on both databases: kept, found again, deleted and brought back; and that nobody reaches another's.
import { beforeAll, describe, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const [one, two, fileId] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222', '33333333-3333-4333-8333-333333333333'];
const question = { role: 'user', id: 'q', parentId: null, text: 'What is a WEIR?', attachments: [], createdAtMs: 5 };
const answered = { role: 'assistant', id: 'a', parentId: 'q', text: 'A low dam, 100% sure.', createdAtMs: 6, model: 'gpt', status: 'done' };

describe.each(storeDialects)('conversations in %s', (dialect) => {
  let store: Store;
  let gateway: LocalGateway;
  let ann: string;
  let bob: string;
  beforeAll(async () => {
    store = await newStore(dialect);
    gateway = localGateway('model_list: []\n', { store });
    ann = await storeKey(store, 'ann');
    bob = await storeKey(store, 'bob', { user_id: 'ann' });
  });
  async function call(key: string, method: string, path: string, body?: JsonObject): Promise<{ status: number; body: JsonObject }> {
    const response = await gateway.fetch(path, { method, headers: { authorization: `Bearer ${key}` }, ...(body && { body: JSON.stringify(body) }) });
    return { status: response.status, body: await response.json() as JsonObject };
  }
  const listed = async (key: string, query = ''): Promise<unknown[]> => ((await call(key, 'GET', `/chat/conversations${query}`)).body['conversations'] as JsonObject[]).map(({ id }) => id ?? null);

  test('are kept as they grow, and found by what was said', async () => {
    expect((await call(ann, 'PUT', `/chat/conversations/${one}`, { title: 'Rivers', model: 'gpt', systemPrompt: 'Be brief.', leafId: 'q', createdAtMs: 5, updatedAtMs: 5, messages: [question] })).status).toBe(200);
    await call(ann, 'PUT', `/chat/conversations/${one}`, { leafId: 'a', updatedAtMs: 6, messages: [answered, { ...answered, id: 'b' }] });
    await call(ann, 'PUT', `/chat/conversations/${one}`, { removed: ['b'] });
    expect((await call(ann, 'GET', `/chat/conversations/${one}`)).body).toEqual({ id: one, title: 'Rivers', createdAtMs: 5, updatedAtMs: 6, model: 'gpt', systemPrompt: 'Be brief.', leafId: 'a', messages: [question, answered] });
    await call(ann, 'PUT', `/chat/conversations/${two}`, { title: 'Later', updatedAtMs: 9, messages: [] });
    expect(await listed(ann)).toEqual([two, one]);
    expect(await listed(ann, '?search=weir')).toEqual([one]);
    expect(await listed(ann, '?search=100%25')).toEqual([one]);
    expect(await listed(ann, '?search=100_')).toEqual([]);
    expect(await listed(ann, `?after=9:${two}`)).toEqual([one]);
  });

  test('files and presets', async () => {
    expect((await call(ann, 'PUT', `/chat/files/${fileId}`, { conversationId: one, mediaType: 'image/png', data: 'aGk=' })).status).toBe(200);
    expect((await call(ann, 'GET', `/chat/files/${fileId}`)).body).toEqual({ mediaType: 'image/png', data: 'aGk=' });
    await call(ann, 'PUT', `/chat/presets/${two}`, { name: 'Brief', text: 'Be brief.' });
    await call(ann, 'PUT', `/chat/presets/${two}`, { name: 'Brief', text: 'Be very brief.' });
    expect((await call(ann, 'GET', '/chat/presets')).body).toEqual({ presets: [{ id: two, name: 'Brief', text: 'Be very brief.' }] });
  });

  test('nobody reads, changes or deletes those of another: not a key, not the operator, not a program with a key of the same person', async () => {
    for (const other of [bob, masterKey]) {
      expect(await listed(other)).toEqual([]);
      expect((await call(other, 'GET', `/chat/conversations/${one}`)).status).toBe(404);
      expect((await call(other, 'DELETE', `/chat/conversations/${one}`)).status).toBe(404);
      expect((await call(other, 'POST', `/chat/conversations/${one}/restore`, {})).status).toBe(404);
      expect((await call(other, 'GET', `/chat/files/${fileId}`)).status).toBe(404);
      expect((await call(other, 'GET', '/chat/presets')).body).toEqual({ presets: [] });
      // The same id is another conversation there.
      await call(other, 'PUT', `/chat/conversations/${one}`, { title: 'Mine', messages: [{ ...question, text: 'changed' }], removed: ['a'] });
      await call(other, 'DELETE', `/chat/presets/${two}`);
    }
    expect((await call(ann, 'GET', `/chat/conversations/${one}`)).body).toMatchObject({ title: 'Rivers', messages: [question, answered] });
    expect((await call(ann, 'GET', '/chat/presets')).body['presets']).toHaveLength(1);
    expect((await gateway.gateway.handle(new Request('http://weir.test/chat/conversations'), '127.0.0.1')).status).toBe(401);
  });

  test('a link lets anybody read one branch, without its system prompt, until it is taken back', async () => {
    await call(ann, 'PUT', `/chat/conversations/${one}`, { messages: [{ ...answered, id: 'other', parentId: 'q', text: 'Another branch.' }] });
    const { token } = (await call(ann, 'POST', `/chat/conversations/${one}/share`, {})).body;
    const read = async (link: string): Promise<{ status: number; text: string }> => {
      const response = await gateway.gateway.handle(new Request(`http://weir.test/chat/shared/${link}`), '127.0.0.1');
      return { status: response.status, text: await response.text() };
    };
    expect(JSON.parse((await read(String(token))).text)).toEqual({ title: 'Rivers', createdAtMs: 5, leafId: 'a', messages: [question, answered] });
    expect((await read('x'.repeat(32))).status).toBe(404);
    expect((await read(one)).status).toBe(404);
    expect(JSON.stringify(await store.db.selectFrom('chat_shares').selectAll().execute())).not.toContain(String(token));
    expect((await call(bob, 'POST', `/chat/conversations/${two}/share`, {})).status).toBe(404);
    await call(bob, 'DELETE', `/chat/conversations/${one}/share`);
    expect((await read(String(token))).status).toBe(200);
    await call(ann, 'DELETE', `/chat/conversations/${one}/share`);
    expect((await read(String(token))).status).toBe(404);
  });

  test('a deletion can be taken back for a day', async () => {
    await call(ann, 'DELETE', `/chat/conversations/${one}`);
    expect((await call(ann, 'GET', `/chat/conversations/${one}`)).status).toBe(404);
    expect(await listed(ann)).toEqual([two]);
    await call(ann, 'POST', `/chat/conversations/${one}/restore`, {});
    expect(await listed(ann)).toEqual([two, one]);
    await call(ann, 'DELETE', `/chat/conversations/${one}`);
    await store.db.updateTable('chat_conversations').set({ deleted_at_ms: 1 }).where('conversation_id', '=', one).where('title', '=', 'Rivers').execute();
    await call(ann, 'DELETE', `/chat/conversations/${two}`);
    expect((await call(ann, 'POST', `/chat/conversations/${one}/restore`, {})).status).toBe(404);
    expect((await call(ann, 'GET', `/chat/files/${fileId}`)).status).toBe(404);
    // Others keep theirs under the same id.
    expect(await listed(bob)).toEqual([one]);
  });

  test('what is no conversation is refused', async () => {
    for (const [path, body] of [['/chat/conversations/x', {}], [`/chat/conversations/${one.toUpperCase()}x`, {}], [`/chat/conversations/${one}`, { messages: [1] }], [`/chat/conversations/${one}`, { messages: [{ id: 'x', text: 'y' }] }], ['/chat/files/../keys', { conversationId: one, mediaType: 'a', data: 'b' }]] as const) {
      const { status } = await call(ann, 'PUT', path, body as JsonObject);
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
    expect((await call(ann, 'PUT', `/chat/files/${fileId}`, {})).status).toBe(422);
  });
});
