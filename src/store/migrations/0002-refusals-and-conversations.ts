// What limits refused stands in the ledger, and the chat page's conversations are kept for each person.
import { integer, optionalInteger, optionalJson, optionalText, text, textOrEmpty } from '../table.ts';
import type { Migration } from './migration.ts';

export const conversations = {
  number: 2,
  name: 'refusals and conversations',
  tables: {
    /** `owner` is `user:` and an id, or `key:` and a hash: nobody reads another's. Ids are the page's own (UUIDs). */
    chat_conversations: {
      columns: {
        owner: text, conversation_id: text, title: textOrEmpty, model: textOrEmpty, system_prompt: textOrEmpty, leaf_id: optionalText,
        created_at_ms: integer, updated_at_ms: integer, deleted_at_ms: optionalInteger,
      },
      primaryKey: ['owner', 'conversation_id'],
      indexes: [{ columns: ['owner', 'updated_at_ms'] }],
    },
    /** `content` is the whole message as JSON; `said` is its text, for the search. */
    chat_messages: {
      columns: { owner: text, conversation_id: text, message_id: text, created_at_ms: integer, said: textOrEmpty, content: text },
      primaryKey: ['owner', 'conversation_id', 'message_id'],
    },
    /** Files of messages; `content` is base64. */
    chat_files: {
      columns: { owner: text, file_id: text, conversation_id: text, media_type: text, content: text, created_at_ms: integer },
      primaryKey: ['owner', 'file_id'],
      indexes: [{ columns: ['owner', 'conversation_id'] }],
    },
    /** System prompts kept under a name. */
    chat_presets: {
      columns: { owner: text, preset_id: text, name: text, prompt: text },
      primaryKey: ['owner', 'preset_id'],
    },
  },
  columns: {
    /** Limits that refused the request, or would have in shadow mode: a JSON list of `[mode, kind of scope, id, rule, model]`. */
    spend_log: { limit_refusals: optionalJson },
  },
  indexes: {
    spend_log: [{ columns: ['started_at_ms'], where: 'limit_refusals' }],
  },
} as const satisfies Migration;
