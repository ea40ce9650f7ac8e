// The database as handlers use it: itself, or a transaction of it.
import type { Kysely } from 'kysely';
import type { Schema } from '../store/schema.ts';

/** Either of the two. */
export type Database = Kysely<Schema>;
