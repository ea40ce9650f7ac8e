// Finds rows of the ledger for a page of the log, in a time that does not grow with the ledger: by indexes where there is one; else a bounded
// number of rows is looked through, the newest first, and the answer says from where the next request goes on.
import { dayOf } from '../../accounting/ledger/sums.ts';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { openTeams, visibleTo } from './visible.ts';
import { searched, within, type LogConditions } from './log-filters.ts';
import type { Caller } from '../../access/caller.ts';
import type { Row } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';

type Condition = RawBuilder<SqlBool>;

/** Counting stops here, as in LiteLLM: the number is for people. */
export const maxCount = 10_000;
/** So many rows are looked through, or sorted, for one page. */
export const mostLookedThrough = 50_000;
const dayMs = 86_400_000;
const shortOffset = 1_000;
// Aliases that contain a text; beyond this their rows are looked through.
const mostKeys = 500;

/** What is looked for. */
export interface LogSearch {
  /** What indexes answer. */
  indexed: Condition;
  /** What rows are looked through for; null: nothing. */
  scanned: Condition | null;
}

/** In which order, from where, and how many. */
export interface LogOrder {
  by: RawBuilder<unknown>;
  byTime: boolean;
  order: 'asc' | 'desc';
  nullsLast: boolean;
  cursor: { atMs: number; rowId: string } | null;
  size: number;
  offset: number;
}

/** Where in the ledger a row stands. */
type Place = Pick<Row<'spend_log'>, 'started_at_ms' | 'row_id'>;

const all = (conditions: readonly Condition[]): Condition => (conditions.length === 0 ? sql<SqlBool>`1 = 1` : sql<SqlBool>`${sql.join([...conditions], sql` and `)}`);

/** What a query looks for; null: the daily sums say that there is nothing. */
export async function logSearch(store: Store, caller: Caller, query: URLSearchParams, found: LogConditions): Promise<LogSearch | null> {
  const indexed: Condition[] = [visibleTo(caller, await openTeams(store, caller, '/spend/logs/v2')), ...found.indexed];
  const scanned = new Map(found.scanned);
  const span = found.span && await daysWith(store, query, found.span);
  if (found.span && span === null) return null;
  if (span) indexed.push(...within(span));
  const text = query.get('search');
  if (text) {
    const places = await placesOf(store, text, span);
    if (places.length === 0) return null;
    // As a whole no index answers it, each of its parts does.
    indexed.push(sql<SqlBool>`(${sql.join(places, sql` or `)})`);
  }
  const alias = query.get('key_alias');
  const keys = alias ? await keysByAlias(store, alias) : [];
  if (keys.length > 0) {
    indexed.push(sql<SqlBool>`api_key in (${sql.join(keys)})`);
    scanned.delete('key_alias');
  }
  return { indexed: all(indexed), scanned: scanned.size === 0 ? null : all([...scanned.values()]) };
}

// Filters by which the daily sums are told apart.
const sumFilters: Readonly<Record<string, (value: string) => Condition>> = {
  model: (value) => sql`model = ${value}`, provider: (value) => sql`provider = ${value}`, call_type: (value) => sql`call_type = ${value}`,
  model_group: (value) => sql`model_group = ${value}`,
};

/** The part of a span in which the daily sums know of such requests; null: none. Without a filter that they know the span as it is. */
async function daysWith({ db }: Store, query: URLSearchParams, span: { fromMs: number; toMs: number }): Promise<{ fromMs: number; toMs: number } | null> {
  const conditions = Object.entries(sumFilters).flatMap(([name, condition]) => (query.get(name) ? [condition(query.get(name) ?? '')] : []));
  const tag = query.get('tag');
  if ((conditions.length === 0 && !tag) || span.toMs - span.fromMs < 2 * dayMs) return span;
  const days = sql<SqlBool>`day >= ${dayOf(span.fromMs)} and day <= ${dayOf(Math.min(span.toMs, 8.64e15))}`;
  // Both tables have these columns; that of tags has one more.
  const row = await db.selectFrom((tag ? 'daily_tag_activity' : 'daily_activity') as 'daily_activity').select((e) => [e.fn.min('day').as('first'), e.fn.max('day').as('last')])
    .where(days).where(all(conditions)).$if(Boolean(tag), (builder) => builder.where(sql<SqlBool>`tag = ${tag}`)).executeTakeFirst();
  if (!row?.first || !row.last) return null;
  return { fromMs: Math.max(span.fromMs, Date.parse(row.first)), toMs: Math.min(span.toMs, Date.parse(row.last) + dayMs - 1) };
}

/** Which parts of a search find anything at all: nearly always it is one, since ids are told apart by how they look. */
async function placesOf({ db }: Store, text: string, span: { fromMs: number; toMs: number } | null): Promise<Condition[]> {
  const time = all(span ? within(span) : []);
  const parts = searched(text);
  const found = await Promise.all(parts.map((part) => db.selectFrom('spend_log').select('started_at_ms').where(part).where(time).orderBy('started_at_ms', 'desc').limit(1).executeTakeFirst()));
  return parts.filter((_part, index) => found[index] !== undefined);
}

/** The keys whose alias contains a text, as LiteLLM looks for it, also those that were deleted; none when there are too many. */
async function keysByAlias({ db }: Store, text: string): Promise<string[]> {
  const like = `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
  const known = await db.selectFrom('virtual_keys').select('key_hash').where(sql<SqlBool>`key_alias like ${like} escape '\\'`).limit(mostKeys).execute();
  const deleted = await db.selectFrom('deleted_entities').select('entity_id').where('kind', '=', 'key').where(sql<SqlBool>`alias like ${like} escape '\\'`).limit(mostKeys).execute();
  const keys = [...known.map((row) => row.key_hash), ...deleted.map((row) => row.entity_id)];
  return keys.length < mostKeys ? keys : [];
}

/** A page of rows, how many there are (counting stops a little above `maxCount`), and the row up to which was looked when that was not all. */
export async function findRows(store: Store, { indexed, scanned }: LogSearch, { by, byTime, order, nullsLast, cursor, size, offset }: LogOrder, most = mostLookedThrough): Promise<{ rows: Row<'spend_log'>[]; counted: number; searchedTo: Place | null }> {
  const { db } = store;
  const direction = sql.raw(order);
  const bounded = scanned !== null || !byTime;
  const after = cursor === null ? sql<SqlBool>`1 = 1` : sql<SqlBool>`(started_at_ms, row_id) ${sql.raw(order === 'desc' ? '<' : '>')} (${cursor.atMs}, ${cursor.rowId})`;
  // By another order than time the newest are sorted.
  const through = sql.raw(byTime ? order : 'desc');
  const inTime = (from: Condition) => db.selectFrom('spend_log').where(indexed).where(from).orderBy(sql`started_at_ms ${through}`).orderBy(sql`row_id ${through}`);
  const source = (from: Condition) => (bounded ? db.selectFrom(inTime(from).selectAll().limit(most).as('spend_log')).where(scanned ?? sql<SqlBool>`1 = 1`) : db.selectFrom('spend_log').where(indexed).where(from));
  const countRows = async (): Promise<number> => {
    const countable = scanned === null ? db.selectFrom('spend_log').where(indexed) : source(sql<SqlBool>`1 = 1`);
    const counted = await db.selectFrom(countable.select(sql<number>`1`.as('one')).limit(maxCount + 1).as('matching'))
      .select((e) => e.fn.countAll<number>().as('rows')).executeTakeFirstOrThrow();
    return counted.rows;
  };
  // Far into the ledger only the index is walked to the first row of the page.
  const first = offset > shortOffset && cursor === null && !bounded ? await inTime(after).select(['started_at_ms', 'row_id']).offset(offset).limit(1).executeTakeFirst() : null;
  if (first === undefined) return { rows: [], counted: await countRows(), searchedTo: null };
  const from = first ? sql<SqlBool>`(started_at_ms, row_id) ${sql.raw(order === 'desc' ? '<=' : '>=')} (${first.started_at_ms}, ${first.row_id})` : after;
  const rows = await source(from).selectAll()
    .orderBy(sql`${by} ${direction}${sql.raw(store.dialect === 'postgres' && nullsLast ? ' nulls last' : '')}`).orderBy(sql`row_id ${direction}`)
    .limit(size).offset(cursor || first ? 0 : offset).execute() as Row<'spend_log'>[];
  const searchedTo = bounded && (rows.length < size || !byTime) ? await inTime(after).select(['started_at_ms', 'row_id']).offset(most - 1).limit(1).executeTakeFirst() : undefined;
  return { rows, counted: await countRows(), searchedTo: searchedTo ?? null };
}
