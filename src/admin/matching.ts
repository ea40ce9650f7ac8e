// Looking for a piece of text in a column, alike on both databases: whatever the case, and `%`, `_` and `\` as they are written.
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { StoreDialect } from '../store/store.ts';

/** The pattern that finds a text anywhere. To be used with `escape '\'`. */
export const containing = (text: string): string => `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** A condition: the column contains the text, whatever the case. `column`: a name of ours, never one that came with a request. */
export const matches = (column: string, text: string): RawBuilder<SqlBool> => sql<SqlBool>`lower(${sql.ref(column)}) like ${containing(text.toLowerCase())} escape '\\'`;

/** A condition: the list of this name among the `fields` of a row holds the text. */
export const listHolds = (dialect: StoreDialect, name: string, text: string): RawBuilder<SqlBool> => (dialect === 'postgres'
  ? sql<SqlBool>`(fields::jsonb -> ${name}) @> to_jsonb(${text}::text)`
  : sql<SqlBool>`exists (select 1 from json_each(fields, ${`$.${name}`}) as item where item.value = ${text})`);
