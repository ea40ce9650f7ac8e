// `GET /spend/latency`: how long requests of a time range took, by the filters of the logs, and for ranges of a day what they were in all. A range is cut into slices of the same length, and of
// each only so many requests are read by the index: the answer costs the same for ten million rows, and is exact while there are few.
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { logConditions } from './log-filters.ts';
import { qualified } from '../../store/create-statements.ts';
import { total } from './sums.ts';
import { timeMsOf } from './range.ts';
import { usdOf } from '../../lib/money.ts';
import { visibleTo } from './visible.ts';
import type { Caller } from '../../access/caller.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Store } from '../../store/store.ts';

const slices = 24;
const rowsPerSlice = 400;

interface Taken {
  total_ms: number;
  first_ms: number | null;
}

/** Handles it. */
export async function spendLatency({ caller, query, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const found = logConditions(query, false);
  if ('refused' in found) return found.refused;
  const [fromMs, toMs] = [timeMsOf(query.get('start_date') ?? ''), timeMsOf(query.get('end_date') ?? '', true)];
  if (fromMs === null || toMs === null || toMs < fromMs) return refuse('managed_invalid', 'start_date must be on or before end_date');
  const matching = sql.join([visibleTo(caller), ...found.conditions, sql`status = 'success'`], sql` and `);
  const table = sql.raw(qualified('spend_log', store.dialect));
  const lengthMs = Math.max(1, Math.ceil((toMs + 1000 - fromMs) / slices));
  const slice = (index: number): RawBuilder<Taken> => {
    const startMs = fromMs + index * lengthMs;
    return sql<Taken>`select * from (select ended_at_ms - started_at_ms as total_ms, case when first_byte_at_ms < ended_at_ms then first_byte_at_ms - started_at_ms end as first_ms, ${sql.lit(index)} as slice
      from ${table} where ${matching} and started_at_ms >= ${startMs} and started_at_ms < ${startMs + lengthMs} order by started_at_ms limit ${sql.lit(rowsPerSlice)}) as slice_${sql.raw(String(index))}`;
  };
  const { rows } = await sql<Taken & { slice: number }>`${sql.join(Array.from({ length: slices }, (_, index) => slice(index)), sql` union all `)}`.execute(store.db);
  const sums = toMs - fromMs <= longestSummedMs ? await sumsOf(store, found.conditions, caller, fromMs, Math.max(1, Math.ceil((toMs - fromMs) / summedParts))) : null;
  const full = Map.groupBy(rows, (row) => row.slice).values().some((of) => of.length >= rowsPerSlice);
  const totals = rows.map((row) => row.total_ms).toSorted((a, b) => a - b);
  const firsts = rows.flatMap((row) => (row.first_ms === null ? [] : [row.first_ms])).toSorted((a, b) => a - b);
  return answer({
    ...sums,
    requests: totals.length, sampled: full, p50_ms: quantile(totals, 0.5), p95_ms: quantile(totals, 0.95), p99_ms: quantile(totals, 0.99),
    streamed: firsts.length, first_token_p50_ms: quantile(firsts, 0.5), first_token_p95_ms: quantile(firsts, 0.95),
  });
}

// Sums of longer ranges come from the days, which cost nothing; hours and minutes are only in the rows.
const longestSummedMs = 25 * 3_600_000;
const summedParts = 24;

/** What the range was in all, and in 24 parts of the same length. */
async function sumsOf({ db }: Store, conditions: readonly RawBuilder<SqlBool>[], caller: Caller, fromMs: number, partMs: number): Promise<JsonObject> {
  // Whole numbers are divided without a rest in both databases.
  const part = sql<number>`(started_at_ms - ${sql.lit(fromMs)}) / ${sql.lit(partMs)}`;
  const rows = await db.selectFrom('spend_log').where(sql<SqlBool>`${sql.join([visibleTo(caller), ...conditions], sql` and `)}`)
    .select((e) => [part.as('part'), e.fn.countAll<number>().as('requests'), sql<number>`sum(case when status = 'success' then 0 else 1 end)`.as('failed'), total('spend_nano_usd').as('spend'), total('total_tokens').as('tokens')])
    .groupBy(part).orderBy('part').execute();
  const parts = rows.map((row) => ({ start: new Date(fromMs + Number(row.part) * partMs).toISOString(), end: new Date(fromMs + (Number(row.part) + 1) * partMs).toISOString(), requests: row.requests, failed: Number(row.failed), spend: usdOf(row.spend), tokens: row.tokens }));
  const sum = (name: 'requests' | 'failed' | 'tokens' | 'spend'): number => (name === 'spend' ? usdOf(rows.reduce((all, row) => all + row.spend, 0)) : parts.reduce((all, each) => all + each[name], 0));
  return { sums: { requests: sum('requests'), failed: sum('failed'), tokens: sum('tokens'), spend: sum('spend'), parts } };
}

/** The value that a share of a sorted list does not exceed; null of nothing. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
