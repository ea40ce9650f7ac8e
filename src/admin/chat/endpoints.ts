// The handlers of `/chat/conversations`, `/chat/files` and `/chat/presets`: what the chat page keeps for each person where there is a database. The page
// makes the ids and calls models itself; a conversation is written piece by piece, as it grows.
import { answer, endpointsOf, refuse, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { chatFields, fileFields, presetFields, readMessages, type ChatMessage } from './fields.ts';
import { deletedChatKeptMs, maxChatPresets, maxChatsListed } from '../../lib/bounds.ts';
import { detailError } from '../forms.ts';
import { ownerOf } from './owner.ts';
import { shareConversation, unshareConversation } from './sharing.ts';
import { sql } from 'kysely';
import type { JsonObject } from '../../lib/json.ts';
import type { Row, Schema } from '../../store/schema.ts';
import type { Transaction } from 'kysely';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const missing = (): AdminAnswer => refuse('managed_missing', 'There is no such conversation.');
const idOf = ({ params }: AdminCall): string | null => (uuid.test(params['id'] ?? '') ? params['id'] ?? null : null);
const badId = (): AdminAnswer => refuse('managed_invalid', 'An id is a UUID in small letters.');

const summary = (row: Row<'chat_conversations'>): JsonObject => ({ id: row.conversation_id, title: row.title, createdAtMs: row.created_at_ms, updatedAtMs: row.updated_at_ms });

// `like` without its wildcards: what is looked for is text.
const containing = (text: string): string => `%${text.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

async function list({ caller, query, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const search = (query.get('search') ?? '').trim().slice(0, 200);
  const [, atMs, id] = /^(\d{1,16}):([0-9a-f-]{36})$/.exec(query.get('after') ?? '') ?? [];
  let rows = store.db.selectFrom('chat_conversations').selectAll().where('owner', '=', ownerOf(caller)).where('deleted_at_ms', 'is', null);
  if (id !== undefined) rows = rows.where((e) => e.or([e('updated_at_ms', '<', Number(atMs)), e.and([e('updated_at_ms', '=', Number(atMs)), e('conversation_id', '>', id)])]));
  if (search !== '') {
    const wanted = containing(search);
    rows = rows.where((e) => e.or([
      sql<boolean>`lower(title) like ${wanted} escape '\\'`,
      e.exists(e.selectFrom('chat_messages').select('message_id').whereRef('chat_messages.owner', '=', 'chat_conversations.owner').whereRef('chat_messages.conversation_id', '=', 'chat_conversations.conversation_id').where(sql<boolean>`lower(said) like ${wanted} escape '\\'`)),
    ]));
  }
  const found = await rows.orderBy('updated_at_ms', 'desc').orderBy('conversation_id').limit(maxChatsListed).execute();
  return answer({ conversations: found.map(summary) });
}

async function one(call: AdminCall): Promise<AdminAnswer> {
  const { caller, services: { store } } = call;
  const id = idOf(call);
  if (id === null) return badId();
  const owner = ownerOf(caller);
  const row = await store.db.selectFrom('chat_conversations').selectAll().where('owner', '=', owner).where('conversation_id', '=', id).where('deleted_at_ms', 'is', null).executeTakeFirst();
  if (!row) return missing();
  const messages = await store.db.selectFrom('chat_messages').select(['content']).where('owner', '=', owner).where('conversation_id', '=', id).orderBy('created_at_ms').orderBy('message_id').execute();
  return answer({ ...summary(row), model: row.model, systemPrompt: row.system_prompt, leafId: row.leaf_id, messages: messages.map(({ content }) => JSON.parse(content) as unknown) });
}

/** Makes a conversation or changes it; `messages` are added or replaced, `removed` taken away. What is not given stays. */
const save = withBody(chatFields, async (call, values) => {
  const { caller, services: { store, nowMs } } = call;
  const id = idOf(call);
  if (id === null) return badId();
  const messages = readMessages(values.messages ?? []);
  if ('refused' in messages) return messages.refused;
  const owner = ownerOf(caller);
  const head = {
    ...(values.title !== null && { title: values.title.slice(0, 300) }), ...(values.model !== null && { model: values.model.slice(0, 512) }), ...(values.systemPrompt !== null && { system_prompt: values.systemPrompt }),
    ...(values.leafId !== null && { leaf_id: values.leafId.slice(0, 64) }),
  };
  const atMs = nowMs();
  await store.transaction(async (transaction) => {
    const times = { created_at_ms: values.createdAtMs ?? atMs, updated_at_ms: values.updatedAtMs ?? atMs };
    await transaction.insertInto('chat_conversations').values({ owner, conversation_id: id, ...head, ...times })
      .onConflict((conflict) => conflict.columns(['owner', 'conversation_id']).doUpdateSet({ ...head, ...(values.updatedAtMs !== null && { updated_at_ms: values.updatedAtMs }), conversation_id: id })).execute();
    if (values.removed && values.removed.length > 0) await transaction.deleteFrom('chat_messages').where('owner', '=', owner).where('conversation_id', '=', id).where('message_id', 'in', values.removed.slice(0, 1_000)).execute();
    for (const message of messages.messages) await putMessage(transaction, owner, id, message);
  });
  return answer({});
});

async function putMessage(transaction: Transaction<Schema>, owner: string, conversationId: string, { id, createdAtMs, text, content }: ChatMessage): Promise<void> {
  await transaction.insertInto('chat_messages').values({ owner, conversation_id: conversationId, message_id: id, created_at_ms: createdAtMs, said: text, content })
    .onConflict((conflict) => conflict.columns(['owner', 'conversation_id', 'message_id']).doUpdateSet({ said: text, content })).execute();
}

/** Hides a conversation, or shows it again. What was hidden for a day is gone. */
const setDeleted = (deleted: boolean) => async (call: AdminCall): Promise<AdminAnswer> => {
  const { caller, services: { store, nowMs } } = call;
  const id = idOf(call);
  if (id === null) return badId();
  const owner = ownerOf(caller);
  const found = await store.db.updateTable('chat_conversations').set({ deleted_at_ms: deleted ? nowMs() : null }).where('owner', '=', owner).where('conversation_id', '=', id).executeTakeFirst();
  if (Number(found.numUpdatedRows) === 0) return missing();
  if (deleted) await forget(call, owner);
  return answer({});
};

async function forget({ services: { store, nowMs } }: AdminCall, owner: string): Promise<void> {
  const old = (await store.db.selectFrom('chat_conversations').select('conversation_id').where('owner', '=', owner).where('deleted_at_ms', '<', nowMs() - deletedChatKeptMs).limit(1_000).execute()).map((row) => row.conversation_id);
  if (old.length === 0) return;
  await store.transaction(async (transaction) => {
    for (const table of ['chat_shares', 'chat_messages', 'chat_files', 'chat_conversations'] as const) await transaction.deleteFrom(table).where('owner', '=', owner).where('conversation_id', 'in', old).execute();
  });
}

const saveFile = withBody(fileFields, async (call, values) => {
  const { caller, services: { store, nowMs } } = call;
  const id = idOf(call);
  if (id === null || !uuid.test(values.conversationId)) return badId();
  await store.db.insertInto('chat_files').values({ owner: ownerOf(caller), file_id: id, conversation_id: values.conversationId, media_type: values.mediaType.slice(0, 200), content: values.data, created_at_ms: nowMs() })
    .onConflict((conflict) => conflict.columns(['owner', 'file_id']).doNothing()).execute();
  return answer({});
});

// As JSON: what somebody attached is never served as a page of this address.
async function file(call: AdminCall): Promise<AdminAnswer> {
  const row = await call.services.store.db.selectFrom('chat_files').select(['media_type', 'content']).where('owner', '=', ownerOf(call.caller)).where('file_id', '=', idOf(call) ?? '').executeTakeFirst();
  return row ? answer({ mediaType: row.media_type, data: row.content }) : refuse('managed_missing', 'There is no such file.');
}

async function presets({ caller, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const rows = await store.db.selectFrom('chat_presets').selectAll().where('owner', '=', ownerOf(caller)).orderBy('name').limit(maxChatPresets).execute();
  return answer({ presets: rows.map((row) => ({ id: row.preset_id, name: row.name, text: row.prompt })) });
}

const savePreset = withBody(presetFields, async (call, { name, text: prompt }) => {
  const id = idOf(call);
  if (id === null) return badId();
  const row = { name: name.slice(0, 200), prompt };
  await call.services.store.db.insertInto('chat_presets').values({ owner: ownerOf(call.caller), preset_id: id, ...row }).onConflict((conflict) => conflict.columns(['owner', 'preset_id']).doUpdateSet(row)).execute();
  return answer({});
});

async function deletePreset(call: AdminCall): Promise<AdminAnswer> {
  await call.services.store.db.deleteFrom('chat_presets').where('owner', '=', ownerOf(call.caller)).where('preset_id', '=', idOf(call) ?? '').execute();
  return answer({});
}

export const chatEndpoints: Endpoints = endpointsOf(detailError, {
  'GET /chat/conversations': list, 'GET /chat/conversations/{id}': one, 'PUT /chat/conversations/{id}': save, 'DELETE /chat/conversations/{id}': setDeleted(true),
  'POST /chat/conversations/{id}/restore': setDeleted(false), 'PUT /chat/files/{id}': saveFile, 'GET /chat/files/{id}': file,
  'POST /chat/conversations/{id}/share': shareConversation, 'DELETE /chat/conversations/{id}/share': unshareConversation,
  'GET /chat/presets': presets, 'PUT /chat/presets/{id}': savePreset, 'DELETE /chat/presets/{id}': deletePreset,
});
