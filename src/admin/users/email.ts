// Addresses of people are the same whatever their case, as in LiteLLM.
import { sql, type RawBuilder, type SqlBool } from 'kysely';

/** An address as it is kept. */
export const keptEmail = (email: string | null): string | null => (email === null ? null : email.trim().toLowerCase());

/** A condition: the user has this address. */
export const hasEmail = (email: string): RawBuilder<SqlBool> => sql<SqlBool>`lower(${sql.ref('user_email')}) = ${email.trim().toLowerCase()}`;
