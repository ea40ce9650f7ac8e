// Lets others read a branch of a conversation: whoever has the link. Only the hash of its token is kept.
import { createHash, randomBytes } from 'node:crypto';
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { isJsonObject, stringAt, type JsonObject } from '../../lib/json.ts';
import { ownerOf } from './owner.ts';
import type { Store } from '../../store/store.ts';

const tokenBytes = 24;
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');
const missing = (): AdminAnswer => refuse('managed_missing', 'There is no such conversation.');

/** `POST /chat/conversations/{id}/share`: a new link to the branch as it is now. */
export async function shareConversation({ caller, params, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const [owner, id] = [ownerOf(caller), params['id'] ?? ''];
  const row = await store.db.selectFrom('chat_conversations').select('leaf_id').where('owner', '=', owner).where('conversation_id', '=', id).where('deleted_at_ms', 'is', null).executeTakeFirst();
  if (!row?.leaf_id) return missing();
  const token = randomBytes(tokenBytes).toString('base64url');
  await store.db.insertInto('chat_shares').values({ token_hash: hashOf(token), owner, conversation_id: id, leaf_id: row.leaf_id, created_at_ms: nowMs() }).execute();
  return answer({ token }, 201);
}

/** `DELETE /chat/conversations/{id}/share`: no link works any more. */
export async function unshareConversation({ caller, params, services: { store } }: AdminCall): Promise<AdminAnswer> {
  await store.db.deleteFrom('chat_shares').where('owner', '=', ownerOf(caller)).where('conversation_id', '=', params['id'] ?? '').execute();
  return answer({});
}

/** What a link lets anybody read: one branch, without its system prompt. Null: nothing, or no longer. */
export async function sharedConversation({ db }: Store, token: string): Promise<JsonObject | null> {
  const share = await db.selectFrom('chat_shares').selectAll().where('token_hash', '=', hashOf(token)).executeTakeFirst();
  if (!share) return null;
  const { owner, conversation_id: id, leaf_id: leafId } = share;
  const row = await db.selectFrom('chat_conversations').select(['title', 'created_at_ms']).where('owner', '=', owner).where('conversation_id', '=', id).where('deleted_at_ms', 'is', null).executeTakeFirst();
  if (!row) return null;
  const messages = await db.selectFrom('chat_messages').select(['message_id', 'content']).where('owner', '=', owner).where('conversation_id', '=', id).execute();
  const byId = new Map(messages.map(({ message_id: each, content }) => [each, JSON.parse(content) as unknown]));
  const branch: JsonObject[] = [];
  for (let at: string | undefined = leafId; at !== undefined && branch.length <= byId.size;) {
    const message = byId.get(at);
    if (!isJsonObject(message)) break;
    branch.push(message);
    at = stringAt(message, 'parentId');
  }
  return { title: row.title, createdAtMs: row.created_at_ms, leafId, messages: branch.toReversed() };
}
