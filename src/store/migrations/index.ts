// All migrations in their order.
import { conversations } from './0002-refusals-and-conversations.ts';
import { firstTables } from './0001-first-tables.ts';
import { instances } from './0003-instances.ts';
import { logIndexes } from './0006-log-indexes.ts';
import { responses } from './0004-responses.ts';
import { sharedConversations } from './0005-shared-conversations.ts';
import { tokenKeys } from './0007-token-keys.ts';
import type { Migration } from './migration.ts';

/** All migrations, the oldest first. */
export const migrations: readonly Migration[] = [firstTables, conversations, instances, responses, sharedConversations, logIndexes, tokenKeys];
