// The database's shape, as steps that are run once each, in order (`PRAGMA user_version` counts them).
// Only add steps; never change one that was released.

/** SQL of each step. */
export const migrations: readonly string[] = [
  `CREATE TABLE conversation (
     id TEXT PRIMARY KEY,
     title TEXT NOT NULL,
     model TEXT NOT NULL,
     system_prompt TEXT NOT NULL,
     leaf_id TEXT,
     created_at_ms INTEGER NOT NULL,
     updated_at_ms INTEGER NOT NULL,
     deleted_at_ms INTEGER
   ) STRICT;
   CREATE INDEX conversation_by_time ON conversation (updated_at_ms DESC, id) WHERE deleted_at_ms IS NULL;
   CREATE TABLE message (
     id TEXT PRIMARY KEY,
     conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
     parent_id TEXT,
     role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
     text TEXT NOT NULL,
     detail TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX message_by_conversation ON message (conversation_id, created_at_ms);`,
  `CREATE TABLE attachment (
     id TEXT PRIMARY KEY,
     message_id TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE,
     media_type TEXT NOT NULL,
     content BLOB NOT NULL
   ) STRICT;
   CREATE INDEX attachment_by_message ON attachment (message_id);
   CREATE TABLE preset (
     id TEXT PRIMARY KEY,
     name TEXT NOT NULL,
     text TEXT NOT NULL
   ) STRICT;
   CREATE TABLE share (
     token_hash TEXT PRIMARY KEY,
     conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
     leaf_id TEXT NOT NULL,
     created_at_ms INTEGER NOT NULL
   ) STRICT;`,
];
