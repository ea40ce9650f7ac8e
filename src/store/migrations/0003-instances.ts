// Which processes work on this database, for the dashboard.
import { count, integer, jsonObject, text } from '../table.ts';
import type { Migration } from './migration.ts';

export const instances = {
  number: 3,
  name: 'instances',
  tables: {
    /** One row for each process; it is renewed every few seconds and goes with the process. */
    instances: {
      columns: { instance_id: text, host: text, pid: count, version: text, started_at_ms: integer, seen_at_ms: integer, fields: jsonObject },
      primaryKey: ['instance_id'],
    },
  },
} as const satisfies Migration;
