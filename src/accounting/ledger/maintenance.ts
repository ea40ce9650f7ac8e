// What the ledger needs from time to time: days ahead in PostgreSQL, and forgetting what is older than it may be.
import { dropPartitions, ensurePartitions } from '../../store/partitions.ts';
import { storeProblem } from '../../store/store-problem.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Store } from '../../store/store.ts';

/** How long rows are kept; null: for ever. */
export interface Retention {
  rowsMs: number | null;
  payloadsMs: number | null;
  /** Results of health checks, and the daily sums of tags. */
  healthMs?: number | null;
  tagDaysMs?: number | null;
}

const daysAhead = 7;
const journalDaysMs = 7 * 86_400_000;
// SQLite deletes in small steps: everything else waits meanwhile.
const rowsPerStep = 1_000;

/** One round. */
export async function maintainLedger(store: Store, retention: Retention, nowMs: number): Promise<void> {
  await ensurePartitions(store, nowMs, daysAhead);
  if (retention.rowsMs !== null) await forget(store, 'spend_log', nowMs - retention.rowsMs);
  const payloadsMs = Math.min(retention.payloadsMs ?? Number.POSITIVE_INFINITY, retention.rowsMs ?? Number.POSITIVE_INFINITY);
  if (Number.isFinite(payloadsMs)) await forget(store, 'spend_payload', nowMs - payloadsMs);
  if (retention.healthMs != null) await store.db.deleteFrom('health_checks').where('checked_at_ms', '<', nowMs - retention.healthMs).execute();
  if (retention.tagDaysMs != null) await store.db.deleteFrom('daily_tag_activity').where('day', '<', new Date(nowMs - retention.tagDaysMs).toISOString().slice(0, 10)).execute();
  await store.db.deleteFrom('ledger_journals').where('updated_at_ms', '<', nowMs - journalDaysMs).execute();
}

/** Forgets the rows that began before a time. In PostgreSQL days go as a whole when they are over. */
async function forget(store: Store, table: 'spend_log' | 'spend_payload', beforeMs: number): Promise<void> {
  if (store.dialect === 'postgres') {
    await dropPartitions(store, table, beforeMs);
    return;
  }
  for (;;) {
    const old = await store.db.selectFrom(table).select(['started_at_ms', 'row_id']).where('started_at_ms', '<', beforeMs).orderBy('started_at_ms').limit(rowsPerStep).execute();
    if (old.length === 0) return;
    await store.db.deleteFrom(table).where('started_at_ms', '<', beforeMs).where('row_id', 'in', old.map(({ row_id }) => row_id)).execute();
    await Bun.sleep(0);
  }
}

/** Keeps the ledger in order: now and then every so often, until it is stopped. */
export function keepLedger(store: Store, retention: Retention, everyMs: number, logger: Logger): { stop(): void } {
  const round = (): void => {
    maintainLedger(store, retention, Date.now()).catch((error: unknown) => {
      if (storeProblem(error) !== 'away') logger.error('the ledger cannot be kept in order', { reason: String(error) });
    });
  };
  round();
  const timer = setInterval(round, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
