// Starts budgets in the database anew when their window is over. The limiter does so by itself and on time; this is what reports and other
// instances read. Any number of instances may run it at once: whoever finds the end that it read still there has done it.
import { sql, type Kysely } from 'kysely';
import { storeProblem } from '../store/store-problem.ts';
import { windowEndMs, type WindowClock } from './budget-window.ts';
import type { Logger } from '../observe/logger.ts';
import type { Schema } from '../store/schema.ts';
import type { Store } from '../store/store.ts';

/** Tables whose rows have a budget of their own, with the column of the ledger that holds their id. */
const owners = [
  { table: 'virtual_keys', id: 'key_hash', spentBy: 'api_key' },
  { table: 'users', id: 'user_id', spentBy: 'user_id' },
  { table: 'teams', id: 'team_id', spentBy: 'team_id' },
] as const;
/** Tables whose rows refer to a budget; their spend starts anew with it. */
const linked = ['virtual_keys', 'organizations', 'team_members', 'end_users', 'tags', 'projects'] as const;
const rowsAtOnce = 200;
const mostWindows = 5_000;

/** Starts every budget anew whose window is over; gives how many. */
export async function resetBudgets({ db }: Store, clock: WindowClock, nowMs: number): Promise<number> {
  let done = 0;
  for (const owner of owners) done += await resetOwners(db, owner, clock, nowMs);
  return done + await resetShared(db, clock, nowMs);
}

async function resetOwners(db: Kysely<Schema>, { table, id, spentBy }: (typeof owners)[number], clock: WindowClock, nowMs: number): Promise<number> {
  let done = 0;
  for (;;) {
    const due = await sql<{ id: string; duration: string | null; ended: number | string }>`select ${sql.ref(id)} as id, budget_duration as duration, budget_reset_at_ms as ended
      from ${sql.table(table)} where budget_reset_at_ms <= ${nowMs} order by budget_reset_at_ms limit ${rowsAtOnce}`.execute(db);
    for (const row of due.rows) {
      const ended = Number(row.ended);
      const window = row.duration === null ? null : nextWindow(row.duration, ended, nowMs, clock);
      // What began after the window's end counts in the new one, also when the ledger has added it already.
      const since = sql`(select coalesce(sum(spend_nano_usd), 0) from spend_log where ${sql.ref(spentBy)} = ${row.id} and started_at_ms >= ${window?.startMs ?? nowMs})`;
      const result = await sql`update ${sql.table(table)} set budget_reset_at_ms = ${window?.endMs ?? null}, spend_nano_usd = ${window === null ? sql.ref('spend_nano_usd') : since}
        where ${sql.ref(id)} = ${row.id} and budget_reset_at_ms = ${ended}`.execute(db);
      done += Number(result.numAffectedRows ?? 0);
    }
    if (due.rows.length < rowsAtOnce) return done;
  }
}

async function resetShared(db: Kysely<Schema>, clock: WindowClock, nowMs: number): Promise<number> {
  let done = 0;
  for (;;) {
    const due = await db.selectFrom('budgets').select(['budget_id', 'budget_duration', 'budget_reset_at_ms']).where('budget_reset_at_ms', '<=', nowMs).orderBy('budget_reset_at_ms').limit(rowsAtOnce).execute();
    for (const { budget_id: id, budget_duration: duration, budget_reset_at_ms: ended } of due) {
      const window = duration === null || ended === null ? null : nextWindow(duration, Number(ended), nowMs, clock);
      const result = await db.updateTable('budgets').set({ budget_reset_at_ms: window?.endMs ?? null }).where('budget_id', '=', id).where('budget_reset_at_ms', '=', ended).executeTakeFirst();
      if (Number(result.numUpdatedRows) === 0 || window === null) continue;
      done++;
      for (const table of linked) {
        const own = table === 'virtual_keys' ? sql` and budget_reset_at_ms is null and max_budget is null` : sql``;
        await sql`update ${sql.table(table)} set spend_nano_usd = 0 where budget_id = ${id}${own}`.execute(db);
      }
    }
    if (due.length < rowsAtOnce) return done;
  }
}

/** The window in which `nowMs` lies. It follows from the one that ended, however long ago. */
function nextWindow(duration: string, endedMs: number, nowMs: number, clock: WindowClock): { startMs: number; endMs: number } {
  let startMs = endedMs;
  for (let taken = 0; taken < mostWindows; taken++) {
    const endMs = windowEndMs(duration, startMs, clock, startMs);
    if (endMs > nowMs) return { startMs, endMs };
    startMs = endMs;
  }
  return { startMs: nowMs, endMs: windowEndMs(duration, nowMs, clock) };
}

/** Does so again and again until it is stopped. `pauseMs`: the shortest and the longest pause; instances that start together drift apart within it. */
export function keepBudgets(store: Store, clock: WindowClock, pauseMs: readonly [number, number], logger: Logger): { stop(): void } {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let stopped = false;
  const round = async (): Promise<void> => {
    try {
      const done = await resetBudgets(store, clock, Date.now());
      if (done > 0) logger.info('budgets have started anew', { budgets: done });
    } catch (error) {
      if (storeProblem(error) !== 'away') logger.error('budgets could not be started anew', { reason: String(error) });
    }
    if (stopped) return;
    const [shortest, longest] = pauseMs;
    timer = setTimeout(() => void round(), shortest + Math.random() * Math.max(0, longest - shortest));
    timer.unref();
  };
  void round();
  return {
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
