// Sums as numbers: PostgreSQL gives sums of 64-bit integers as decimals, which drivers hand over as text.
import { sql, type RawBuilder } from 'kysely';
import type { activitySums } from '../../accounting/ledger/sums.ts';

/** The sum of a whole-number column, 0 over no rows. */
export const total = (column: string): RawBuilder<number> => sql<number>`cast(coalesce(sum(${sql.ref(column)}), 0) as bigint)`;

/** The sums that every report of activity has. */
export const activityTotals = [
  total('spend_nano_usd').as('spend_nano_usd'), total('prompt_tokens').as('prompt_tokens'), total('completion_tokens').as('completion_tokens'),
  total('cache_read_tokens').as('cache_read_tokens'), total('cache_write_tokens').as('cache_write_tokens'), total('requests').as('requests'),
  total('successful_requests').as('successful_requests'), total('failed_requests').as('failed_requests'), total('duration_ms').as('duration_ms'),
] as const;

/** A row of them. */
export type ActivityTotals = Record<Exclude<(typeof activitySums)[number], 'cache_hits'>, number>;
