// Conversations that somebody let others read.
import { integer, text } from '../table.ts';
import type { Migration } from './migration.ts';

export const sharedConversations = {
  number: 5,
  name: 'shared conversations',
  tables: {
    /** By the SHA-256 of the link's token; the branch that ends with `leaf_id` may be read. */
    chat_shares: {
      columns: { token_hash: text, owner: text, conversation_id: text, leaf_id: text, created_at_ms: integer },
      primaryKey: ['token_hash'],
      indexes: [{ columns: ['owner', 'conversation_id'] }],
    },
  },
} as const satisfies Migration;
