// Lists of names that occur in the ledger: tags, users, customers; and what tags and members of teams cost.
import { activityTotals } from './sums.ts';
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { matches } from '../matching.ts';
import { rangeOf, timeMsOf } from './range.ts';
import { seesAll, visibleTo } from './visible.ts';
import { sql } from 'kysely';
import { teamNames } from './names.ts';
import { usdOf } from '../../lib/money.ts';

const mostNames = 1_000;

/** `GET /tag/distinct`: LiteLLM lists the programs that call, which it keeps as tags `User-Agent: …`. */
export async function distinctTags({ services: { store } }: AdminCall): Promise<AdminAnswer> {
  const rows = await store.db.selectFrom('daily_tag_activity').select('tag').distinct().where('tag', 'like', 'User-Agent:%').orderBy('tag').limit(mostNames).execute();
  return answer({ results: rows });
}

/** `GET /tag/summary`: what each tag did in a span of days. */
export async function tagSummary({ services: { store, nowMs }, query }: AdminCall): Promise<AdminAnswer> {
  const range = rangeOf(query, nowMs());
  if ('refused' in range) return range.refused;
  const wanted = [...query.getAll('tag_filters'), ...(query.get('tag_filter') ? [query.get('tag_filter') ?? ''] : [])];
  const rows = await store.db.selectFrom('daily_tag_activity').select(['tag', sql<number>`count(distinct user_id)`.as('users'), ...activityTotals]).where('day', '>=', range.from).where('day', '<=', range.to)
    .$if(wanted.length > 0, (builder) => builder.where('tag', 'in', wanted)).groupBy('tag').orderBy('requests', 'desc').limit(mostNames).execute();
  return answer({
    results: rows.map((row) => ({
      tag: row.tag, unique_users: Number(row.users), total_requests: row.requests, successful_requests: row.successful_requests, failed_requests: row.failed_requests,
      total_tokens: row.prompt_tokens + row.completion_tokens, total_spend: usdOf(row.spend_nano_usd),
    })),
  });
}

/** `GET /team/spend/by_user`: what each member cost each team, of those that the caller administers. */
export async function teamSpendByUser({ services: { store, nowMs }, caller, query }: AdminCall): Promise<AdminAnswer> {
  const range = rangeOf(query, nowMs(), 30);
  if ('refused' in range) return range.refused;
  const teams = (query.get('team_ids') ?? '').split(',').map((id) => id.trim()).filter((id) => id !== '');
  if (!seesAll(caller) && teams.some((id) => !caller.adminTeams.has(id))) return refuse('managed_forbidden', 'Not authorized to view spend of another team.');
  const rows = await store.db.selectFrom('daily_activity').select(['team_id', 'user_id', ...activityTotals]).where('day', '>=', range.from).where('day', '<=', range.to).where('team_id', '<>', '').where(visibleTo(caller))
    .$if(teams.length > 0, (builder) => builder.where('team_id', 'in', teams)).groupBy(['team_id', 'user_id']).orderBy('spend_nano_usd', 'desc').limit(mostNames).execute();
  const aliases = await teamNames(store, rows.map((row) => row.team_id));
  const ids = [...new Set(rows.map((row) => row.user_id))];
  const people = ids.length === 0 ? [] : await store.db.selectFrom('users').select(['user_id', 'user_email', 'user_alias']).where('user_id', 'in', ids).execute();
  const known = new Map(people.map((person) => [person.user_id, person]));
  return answer({
    start_date: range.from, end_date: range.to,
    results: rows.map((row) => ({
      team_id: row.team_id, team_alias: aliases.get(row.team_id) ?? null, user_id: row.user_id, user_email: known.get(row.user_id)?.user_email ?? null, user_alias: known.get(row.user_id)?.user_alias ?? null,
      spend: usdOf(row.spend_nano_usd), prompt_tokens: row.prompt_tokens, completion_tokens: row.completion_tokens, total_tokens: row.prompt_tokens + row.completion_tokens, api_requests: row.requests,
      successful_requests: row.successful_requests, failed_requests: row.failed_requests,
    })),
  });
}

/** `GET /management/v1/spend_logs/users` and `/end_users`: who occurs in a span of time, for the dashboard's filters. */
export const namesInLogs = (column: 'user_id' | 'end_user') => async ({ services: { store }, caller, query, path }: AdminCall): Promise<AdminAnswer> => {
  const fromMs = timeMsOf(query.get('filter[startTime][gte]') ?? '');
  const toMs = timeMsOf(query.get('filter[startTime][lte]') ?? '', true);
  if (fromMs === null || toMs === null) return refuse('managed_invalid', 'Give filter[startTime][gte] and filter[startTime][lte].');
  const whole = (name: string, usual: number): number => Math.min(Math.max(Math.trunc(Number(query.get(name) ?? usual)) || usual, 1), 1_000);
  const [page, size] = [whole('page', 1), whole('page_size', 50)];
  const search = query.get('q');
  const rows = await store.db.selectFrom('spend_log').select(sql<string>`${sql.ref(column)}`.as('name')).distinct().where('started_at_ms', '>=', fromMs).where('started_at_ms', '<=', toMs).where(column, 'is not', null).where(column, '<>', '').where(visibleTo(caller))
    .$if(search !== null, (builder) => builder.where(matches(column, search ?? ''))).orderBy('name').offset((page - 1) * size).limit(size + 1).execute();
  const link = (to: number): string => `${path}?page=${to}&page_size=${size}`;
  const more = rows.length > size;
  return answer({ data: rows.slice(0, size).map((row) => row.name), meta: { page, page_size: size, has_more: more }, links: { self: link(page), prev: page > 1 ? link(page - 1) : null, next: more ? link(page + 1) : null } });
};
