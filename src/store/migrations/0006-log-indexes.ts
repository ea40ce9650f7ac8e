// Pages of the log by model group, by deployment and of failures, in PostgreSQL: without these a ledger of ten million rows is read as a whole.
import type { Migration } from './migration.ts';

export const logIndexes = {
  number: 6,
  name: 'indexes of the log',
  tables: {},
  indexes: {
    spend_log: [
      { columns: ['model_group', 'started_at_ms'], partial: true, only: 'postgres' }, { columns: ['model_id', 'started_at_ms'], partial: true, only: 'postgres' },
      // Only failures have a code.
      { columns: ['http_status', 'started_at_ms'], where: 'error_code', only: 'postgres' }, { columns: ['error_code', 'started_at_ms'], partial: true, only: 'postgres' },
      { columns: ['started_at_ms'], where: 'error_code', only: 'postgres' },
    ],
  },
} as const satisfies Migration;
