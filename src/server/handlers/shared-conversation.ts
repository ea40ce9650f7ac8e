// `GET /chat/shared/{token}`: a conversation of the chat page that somebody gave a link to.
import { fault } from '../../canonical/fault.ts';
import { json, refusal } from '../reply.ts';
import { sharedConversation } from '../../admin/chat/sharing.ts';
import type { Handler } from '../route.ts';

/** Handles it. */
export const readSharedConversation: Handler = async ({ services: { store }, params, id }) => {
  const token = params['token'] ?? '';
  const found = store && /^[\w-]{22,64}$/.test(token) ? await sharedConversation(store, token) : null;
  return found === null ? refusal(fault('item_not_found', 'There is nothing to read here, or no longer.'), 'openai-chat', id) : json(found, 200, { 'cache-control': 'no-store' });
};
