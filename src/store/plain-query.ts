// Statements as text with their values, for what is written thousands of times a second.
import { CompiledQuery } from 'kysely';

/**
 * A statement as it is, in the database's own SQL. Kysely's own `CompiledQuery.raw` freezes the values, which costs more than binding and
 * inserting a thousand of them; nobody may change these afterwards.
 */
export function plainQuery<R = unknown>(text: string, parameters: readonly unknown[]): CompiledQuery<R> {
  return { ...CompiledQuery.raw(text), parameters } as CompiledQuery<R>;
}
