// Hears of changes that other instances made, from the audit log that all of them write: where there is no Redis, this is how a key that was
// blocked elsewhere is refused here within two seconds.
import { auditTables } from './commit.ts';
import { changesPollMs } from '../lib/bounds.ts';
import { storeProblem } from '../store/store-problem.ts';
import type { Changes, ChangedKind } from '../access/changes.ts';
import type { Logger } from '../observe/logger.ts';
import type { Store } from '../store/store.ts';

// Clocks of instances differ and transactions end late: what is this old is still looked at, once.
const overlapMs = 15_000;
const mostAtOnce = 2_000;
const kinds = new Map<string, ChangedKind>(Object.entries(auditTables).map(([kind, table]) => [table, kind as ChangedKind]));

/** What it works with. */
export interface FollowParts {
  store: Store;
  changes: Changes;
  logger: Logger;
  nowMs?: () => number;
  intervalMs?: number;
}

/** Follows the changes; the function that is given back ends it. A database of one process (SQLite) is not asked. */
export function followChanges({ store, changes, logger, nowMs = Date.now, intervalMs = changesPollMs }: FollowParts): () => void {
  if (store.dialect !== 'postgres') return () => undefined;
  const seen = new Map<string, number>();
  let first = true;
  let asking = false;
  const look = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      const since = nowMs() - overlapMs;
      const rows = await store.db.selectFrom('audit_log').select(['audit_id', 'at_ms', 'table_name', 'object_id']).where('at_ms', '>=', since).orderBy('at_ms').limit(mostAtOnce).execute();
      for (const { audit_id: id, at_ms: at, table_name: table, object_id: object } of rows) {
        if (seen.has(id)) continue;
        seen.set(id, at);
        const kind = kinds.get(table);
        if (!first && kind) changes.publish(kind, object, 'elsewhere');
      }
      first = false;
      for (const [id, at] of seen) if (at < since) seen.delete(id);
    } catch (error) {
      // While the database is away nothing is forgotten; afterwards the overlap is looked at again.
      if (storeProblem(error) !== 'away') logger.warn('changes of other instances cannot be read', { error: error instanceof Error ? error.message : String(error) });
    } finally {
      asking = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}
