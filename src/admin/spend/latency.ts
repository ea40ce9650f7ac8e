// `GET /spend/latency`: how long requests of a time range took, by the filters of the logs. A range is cut into slices of the same length, and of
// each only so many requests are read by the index: the answer costs the same for ten million rows, and is exact while there are few.
import { sql, type RawBuilder } from 'kysely';
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { logConditions } from './log-filters.ts';
import { qualified } from '../../store/create-statements.ts';
import { timeMsOf } from './range.ts';
import { visibleTo } from './visible.ts';

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
  const full = Map.groupBy(rows, (row) => row.slice).values().some((of) => of.length >= rowsPerSlice);
  const totals = rows.map((row) => row.total_ms).toSorted((a, b) => a - b);
  const firsts = rows.flatMap((row) => (row.first_ms === null ? [] : [row.first_ms])).toSorted((a, b) => a - b);
  return answer({
    requests: totals.length, sampled: full, p50_ms: quantile(totals, 0.5), p95_ms: quantile(totals, 0.95), p99_ms: quantile(totals, 0.99),
    streamed: firsts.length, first_token_p50_ms: quantile(firsts, 0.5), first_token_p95_ms: quantile(firsts, 0.95),
  });
}

/** The value that a share of a sorted list does not exceed; null of nothing. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}
