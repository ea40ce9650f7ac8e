// `GET /spend/logs/ui`, `/spend/logs/v2` and what belongs to them: the ledger page by page. Pages by number are LiteLLM's; by cursor any
// place of a ledger of any size costs the same.
import { sql, type RawBuilder } from 'kysely';
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { keyNames, teamNames } from './names.ts';
import { findRows, logSearch, maxCount, mostLookedThrough } from './log-search.ts';
import { logConditions } from './log-filters.ts';
import { logRow } from './log-row.ts';
import { total } from './sums.ts';
import { usdOf } from '../../lib/money.ts';
import { visibleTo } from './visible.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Row } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';

const sortColumns: Readonly<Record<string, RawBuilder<unknown>>> = {
  startTime: sql`started_at_ms`, endTime: sql`ended_at_ms`, spend: sql`spend_nano_usd`, total_tokens: sql`total_tokens`, model: sql`model`,
  request_duration_ms: sql`(ended_at_ms - started_at_ms)`, ttft_ms: sql`(first_byte_at_ms - started_at_ms)`,
};
const maxPageSize = 1_000;

/** `GET /spend/logs/ui`. */
export const spendLogsUi = (call: AdminCall): Promise<AdminAnswer> => page(call, { anyTime: true, sessions: true });
/** `GET /spend/logs/v2`. */
export const spendLogsV2 = (call: AdminCall): Promise<AdminAnswer> => page(call, { anyTime: false, sessions: false });

async function page({ caller, query, services: { store } }: AdminCall, { anyTime, sessions }: { anyTime: boolean; sessions: boolean }): Promise<AdminAnswer> {
  const sortBy = query.get('sort_by') ?? 'startTime';
  const sortColumn = sortColumns[sortBy];
  if (!sortColumn) return refuse('managed_invalid', `Invalid sort_by: ${sortBy.slice(0, 60)}. Must be one of: ${Object.keys(sortColumns).join(', ')}`, { param: 'sort_by' });
  const order = (query.get('sort_order') ?? 'desc').toLowerCase();
  if (order !== 'asc' && order !== 'desc') return refuse('managed_invalid', 'Invalid sort_order. Must be one of: asc, desc', { param: 'sort_order' });
  const [number, size] = [wholeNumber(query.get('page'), 1), wholeNumber(query.get('page_size'), 50)];
  if (number === null || size === null || number < 1 || size < 1 || size > maxPageSize) return refuse('managed_invalid', `page is at least 1, page_size from 1 to ${maxPageSize}`);
  const found = logConditions(query, anyTime);
  if ('refused' in found) return found.refused;
  const cursor = query.get('cursor') === null ? null : cursorOf(query.get('cursor') ?? '');
  if (query.get('cursor') !== null && (cursor === null || sortBy !== 'startTime')) return refuse('managed_invalid', 'A cursor is what an earlier page gave, sorted by startTime', { param: 'cursor' });
  const search = await logSearch(store, caller, query, found);
  if (search === null) return answer({ data: [], total: 0, page: number, page_size: size, total_pages: 0, total_is_capped: false, next_cursor: null, searched_rows: null });
  const { rows, counted, searchedTo } = await findRows(store, search, { by: sortColumn, byTime: sortBy === 'startTime', order, nullsLast: sortBy === 'ttft_ms', cursor, size, offset: (number - 1) * size });
  const all = Math.min(counted, maxCount);
  const last = rows.length === size ? rows.at(-1) : searchedTo;
  return answer({
    data: await shown(store, rows, sessions), total: all, page: number, page_size: size, total_pages: Math.ceil(all / size), total_is_capped: counted > maxCount || searchedTo !== null,
    next_cursor: sortBy === 'startTime' && last ? `${last.started_at_ms}.${last.row_id}` : null, searched_rows: searchedTo === null ? null : mostLookedThrough,
  });
}

const wholeNumber = (text: string | null, otherwise: number): number | null => (text === null ? otherwise : /^\d{1,9}$/.test(text) ? Number(text) : null);

function cursorOf(text: string): { atMs: number; rowId: string } | null {
  const [, atMs, rowId] = /^(\d{1,16})\.(.{1,100})$/.exec(text) ?? [];
  return rowId === undefined ? null : { atMs: Number(atMs), rowId };
}

/** Rows with the names of keys and teams, and with how many calls their session has. */
async function shown(store: Store, rows: readonly Row<'spend_log'>[], sessions: boolean): Promise<JsonObject[]> {
  const keys = await keyNames(store, rows.map(({ api_key }) => api_key));
  const teams = await teamNames(store, rows.flatMap(({ team_id }) => (team_id === null ? [] : [team_id])));
  const counts = sessions ? await sessionSums(store, rows) : null;
  return rows.map((row) => {
    const session = counts?.get(`${row.session_id ?? ''} ${row.api_key}`);
    return {
      ...logRow(row, { keyAlias: keys.get(row.api_key)?.alias ?? null, teamAlias: teams.get(row.team_id ?? '') ?? null }),
      ...(sessions && { session_total_count: session?.rows ?? 1, session_total_spend: usdOf(session?.spend ?? row.spend_nano_usd) }),
    };
  });
}

async function sessionSums({ db }: Store, rows: readonly Row<'spend_log'>[]): Promise<ReadonlyMap<string, { rows: number; spend: number }>> {
  const ids = [...new Set(rows.flatMap(({ session_id: id }) => (id === null ? [] : [id])))];
  if (ids.length === 0) return new Map();
  const sums = await db.selectFrom('spend_log').select((e) => ['session_id', 'api_key', e.fn.countAll<number>().as('rows'), total('spend_nano_usd').as('spend')])
    .where('session_id', 'in', ids).where('api_key', 'in', [...new Set(rows.map(({ api_key }) => api_key))]).groupBy(['session_id', 'api_key']).execute();
  return new Map(sums.map((sum) => [`${sum.session_id ?? ''} ${sum.api_key}`, sum]));
}

/** `GET /spend/logs/ui/{request_id}`: one request with its content, when that was kept. */
export async function spendLogDetail({ caller, params, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const row = await store.db.selectFrom('spend_log').selectAll().where(visibleTo(caller)).where('request_id', '=', params['request_id'] ?? '').orderBy('started_at_ms', 'desc').limit(1).executeTakeFirst();
  if (!row) return refuse('managed_missing', 'There is no such request.');
  const payload = await store.db.selectFrom('spend_payload').selectAll().where('started_at_ms', '=', row.started_at_ms).where('row_id', '=', row.row_id).executeTakeFirst();
  const [one] = await shown(store, [row], false);
  return answer({ ...one, ...logRow(row, { payload }), metadata: one?.['metadata'] });
}

/** `GET /spend/logs/session/ui`: the requests of a session, the oldest first. */
export async function spendLogsOfSession({ caller, query, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const id = query.get('session_id');
  if (!id) return refuse('managed_invalid', 'session_id is required', { param: 'session_id' });
  const [number, size] = [wholeNumber(query.get('page'), 1), wholeNumber(query.get('page_size'), 50)];
  if (number === null || size === null || number < 1 || size < 1 || size > maxPageSize) return refuse('managed_invalid', `page is at least 1, page_size from 1 to ${maxPageSize}`);
  const rows = await store.db.selectFrom('spend_log').selectAll().where(visibleTo(caller)).where('session_id', '=', id).orderBy('started_at_ms').orderBy('row_id').limit(size).offset((number - 1) * size).execute();
  const { all } = await store.db.selectFrom('spend_log').select((e) => e.fn.countAll<number>().as('all')).where(visibleTo(caller)).where('session_id', '=', id).executeTakeFirstOrThrow();
  return answer({ data: await shown(store, rows, false), total: all, page: number, page_size: size, total_pages: Math.ceil(all / size) });
}
