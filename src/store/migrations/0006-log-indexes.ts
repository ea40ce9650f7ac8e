// Pages of the log by model group and of failures, in PostgreSQL: without these a ledger of ten million rows is read as a whole. And room for
// the sums, which change with every batch.
import type { Migration } from './migration.ts';

export const logIndexes = {
  number: 6,
  name: 'indexes of the log',
  tables: {},
  fill: { daily_activity: 70, daily_tag_activity: 70, budget_spend: 70, virtual_keys: 80, users: 80, teams: 80, end_users: 80 },
  indexes: {
    spend_log: [
      { columns: ['model_group', 'started_at_ms'], partial: true, only: 'postgres' },
      // Only failures have a code.
      { columns: ['http_status', 'started_at_ms'], where: 'error_code', only: 'postgres' }, { columns: ['error_code', 'started_at_ms'], partial: true, only: 'postgres' },
      { columns: ['started_at_ms'], where: 'error_code', only: 'postgres' },
    ],
  },
} as const satisfies Migration;
