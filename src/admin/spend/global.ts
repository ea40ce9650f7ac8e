// `/global/spend…`, `/global/activity…`, `/spend/tags` and kin: sums over everybody, or over what the caller may see, for LiteLLM's dashboards.
import { sql, type Expression, type SqlBool } from 'kysely';
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { hashOf } from './logs.ts';
import { keyNames, teamNames } from './names.ts';
import { rangeOf, timeMsOf, type DayRange } from './range.ts';
import { total } from './sums.ts';
import { usdOf } from '../../lib/money.ts';
import { visibleTo } from './visible.ts';
import { dayOf } from '../../accounting/ledger/sums.ts';
import type { JsonObject } from '../../lib/json.ts';

const dayMs = 86_400_000;
const month = (nowMs: number): string => dayOf(nowMs - 30 * dayMs);

/** The rows of the last 30 days that the caller may see. */
const lastDays = (caller: AdminCall['caller'], nowMs: number): Expression<SqlBool> => sql<SqlBool>`day >= ${month(nowMs)} and ${visibleTo(caller)}`;

/** `GET /global/spend`. */
export async function globalSpend({ caller, services: { store, config } }: AdminCall): Promise<AdminAnswer> {
  const { spent } = await store.db.selectFrom('daily_activity').select(total('spend_nano_usd').as('spent')).where(visibleTo(caller)).executeTakeFirstOrThrow();
  return answer({ spend: usdOf(spent), max_budget: config.litellmSettings.maxBudget ?? 0 });
}

/** `GET /global/spend/logs`: by day. */
export async function globalSpendLogs({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const key = query.get('api_key');
  const rows = await store.db.selectFrom('daily_activity').select(['day', total('spend_nano_usd').as('spent')]).where(lastDays(caller, nowMs()))
    .$if(key !== null, (builder) => builder.where('api_key', '=', hashOf(key ?? ''))).groupBy('day').orderBy('day').execute();
  return answer(rows.map(({ day, spent }) => ({ date: day, spend: usdOf(spent), ...(key !== null && { api_key: hashOf(key) }) })));
}

const limitOf = (query: URLSearchParams, otherwise: number): number | null => {
  const text = query.get('limit');
  return text === null ? otherwise : /^[1-9]\d{0,5}$/.test(text) ? Number(text) : null;
};

/** `GET /global/spend/keys`: the keys that spent most. */
export async function globalSpendKeys({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const limit = limitOf(query, 1_000);
  if (limit === null) return refuse('managed_invalid', 'Invalid limit: it must be greater than 0', { status: 422 });
  const rows = await store.db.selectFrom('daily_activity').select(['api_key', total('spend_nano_usd').as('spent')]).where(lastDays(caller, nowMs()))
    .groupBy('api_key').orderBy('spent', 'desc').limit(limit).execute();
  const names = await keyNames(store, rows.map(({ api_key }) => api_key));
  return answer(rows.map(({ api_key, spent }) => ({ api_key, key_alias: names.get(api_key)?.alias ?? null, key_name: names.get(api_key)?.name ?? null, total_spend: usdOf(spent) })));
}

/** `GET /global/spend/models`: the models that cost most. */
export async function globalSpendModels({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const limit = limitOf(query, 10);
  if (limit === null) return refuse('managed_invalid', 'Invalid limit: it must be greater than 0', { status: 422 });
  const rows = await store.db.selectFrom('daily_activity').select(['model', total('spend_nano_usd').as('spent')]).where(lastDays(caller, nowMs())).where('model', '<>', '')
    .groupBy('model').orderBy('spent', 'desc').limit(limit).execute();
  return answer(rows.map(({ model, spent }) => ({ model, total_spend: usdOf(spent) })));
}

/** `GET /global/spend/teams`: by day and team. */
export async function globalSpendTeams({ caller, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const rows = await store.db.selectFrom('daily_activity').select(['day', 'team_id', total('spend_nano_usd').as('spent')]).where(lastDays(caller, nowMs())).groupBy(['day', 'team_id']).orderBy('day').execute();
  const names = await teamNames(store, rows.map(({ team_id }) => team_id));
  const nameOf = (id: string): string => names.get(id) ?? 'Unassigned';
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(nameOf(row.team_id), (sums.get(nameOf(row.team_id)) ?? 0) + row.spent);
  const daily = [...Map.groupBy(rows, ({ day }) => day)].map(([day, of]) => {
    const teams = new Map<string, number>();
    for (const row of of) teams.set(nameOf(row.team_id), (teams.get(nameOf(row.team_id)) ?? 0) + row.spent);
    return { date: day, ...Object.fromEntries([...teams].map(([name, spent]) => [name, usdOf(spent)])) };
  });
  const most = [...sums].sort(([, left], [, right]) => right - left).slice(0, 10);
  return answer({ daily_spend: daily, teams: [...sums.keys()], total_spend_per_team: most.map(([name, spent]) => ({ team_id: name, total_spend: usdOf(spent) })) });
}

/** `GET /global/spend/provider`. */
export async function globalSpendProvider({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const range = rangeOf(query, nowMs());
  if ('refused' in range) return range.refused;
  const rows = await store.db.selectFrom('daily_activity').select(['provider', total('spend_nano_usd').as('spent')]).where('day', '>=', range.from).where('day', '<=', range.to)
    .where(visibleTo(caller)).where('provider', '<>', '').groupBy('provider').orderBy('spent', 'desc').execute();
  return answer(rows.map(({ provider, spent }) => ({ provider, spend: usdOf(spent) })));
}

/** `GET /spend/tags`: all tags, or those of a span. */
export async function spendTags({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const range = query.get('start_date') === null && query.get('end_date') === null ? null : rangeOf(query, nowMs());
  if (range && 'refused' in range) return range.refused;
  const rows = await store.db.selectFrom('daily_tag_activity').select(['tag', total('requests').as('count'), total('spend_nano_usd').as('spent')]).where(visibleTo(caller))
    .$if(range !== null, (builder) => builder.where('day', '>=', range?.from ?? '').where('day', '<=', range?.to ?? '')).groupBy('tag').orderBy('spent', 'desc').execute();
  return answer(rows.map(({ tag, count, spent }) => ({ individual_request_tag: tag, log_count: count, total_spend: usdOf(spent) })));
}

/** `GET /global/spend/tags`: those of a span, or some by name. */
export async function globalSpendTags({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const range = rangeOf(query, nowMs(), 30);
  if ('refused' in range) return range.refused;
  const picked = (query.get('tags') ?? '').split(',').filter((tag) => tag !== '' && tag !== 'all-tags');
  const rows = await store.db.selectFrom('daily_tag_activity').select(['tag', total('requests').as('count'), total('spend_nano_usd').as('spent')])
    .where('day', '>=', range.from).where('day', '<=', range.to).where(visibleTo(caller)).$if(picked.length > 0, (builder) => builder.where('tag', 'in', picked))
    .groupBy('tag').orderBy('spent', 'desc').execute();
  return answer({ spend_per_tag: rows.map(({ tag, count, spent }) => ({ name: tag, spend: usdOf(spent), log_count: count })) });
}

/** `GET /global/spend/all_tag_names`. */
export async function allTagNames({ caller, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const rows = await store.db.selectFrom('daily_tag_activity').select('tag').distinct().where(visibleTo(caller)).orderBy('tag').execute();
  return answer({ tag_names: rows.map(({ tag }) => tag) });
}

/** `GET /global/all_end_users`. */
export async function allEndUsers({ caller, services: { store } }: AdminCall): Promise<AdminAnswer> {
  const rows = await store.db.selectFrom('daily_activity').select('end_user').distinct().where(visibleTo(caller)).where('end_user', '<>', '').orderBy('end_user').execute();
  return answer({ end_users: rows.map(({ end_user }) => end_user) });
}

/** `POST /global/spend/end_users`: the customers who spent most. */
export async function globalSpendEndUsers({ caller, body, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const timeOf = (name: string, end: boolean): number | null => (typeof body[name] === 'string' ? timeMsOf(body[name], end) : null);
  const [from, to, key] = [timeOf('startTime', false) ?? nowMs() - 30 * dayMs, timeOf('endTime', true) ?? nowMs(), body['api_key']];
  const rows = await store.db.selectFrom('daily_activity').select(['end_user', total('requests').as('count'), total('spend_nano_usd').as('spent')])
    .where('day', '>=', dayOf(from)).where('day', '<=', dayOf(to)).where(visibleTo(caller)).$if(typeof key === 'string', (builder) => builder.where('api_key', '=', hashOf(String(key))))
    .groupBy('end_user').orderBy('spent', 'desc').limit(100).execute();
  return answer(rows.map(({ end_user, count, spent }) => ({ end_user, total_count: count, total_spend: usdOf(spent) })));
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** LiteLLM's form of days in these reports: `Jan 22`. */
const shortDay = (day: string): string => `${months[Number(day.slice(5, 7)) - 1] ?? ''} ${day.slice(8, 10)}`;

interface DayCount {
  day: string;
  requests: number;
  tokens: number;
}

const daily = (rows: readonly DayCount[], more: JsonObject = {}): JsonObject => ({
  daily_data: rows.map(({ day, requests, tokens }) => ({ ...more, date: shortDay(day), api_requests: requests, total_tokens: tokens })),
  sum_api_requests: rows.reduce((sum, { requests }) => sum + requests, 0), sum_total_tokens: rows.reduce((sum, { tokens }) => sum + tokens, 0),
});

const tokens = sql<number>`cast(coalesce(sum(prompt_tokens + completion_tokens), 0) as bigint)`.as('tokens');

/** `GET /global/activity`. */
export async function globalActivity({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const range = rangeOf(query, nowMs());
  if ('refused' in range) return range.refused;
  const rows = await store.db.selectFrom('daily_activity').select(['day', total('requests').as('requests'), tokens]).where(within(range)).where(visibleTo(caller)).groupBy('day').orderBy('day').execute();
  return answer(daily(rows));
}

/** `GET /global/activity/model`: the ten model groups with most requests. */
export async function globalActivityModel({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const range = rangeOf(query, nowMs());
  if ('refused' in range) return range.refused;
  const rows = await store.db.selectFrom('daily_activity').select(['day', 'model_group', total('requests').as('requests'), tokens]).where(within(range)).where(visibleTo(caller))
    .groupBy(['day', 'model_group']).orderBy('day').execute();
  const groups = [...Map.groupBy(rows, ({ model_group: group }) => group)].map(([model, of]) => ({ model, ...daily(of, { model_group: model }) }));
  return answer(groups.sort((left, right) => Number(right['sum_api_requests' as keyof typeof right]) - Number(left['sum_api_requests' as keyof typeof left])).slice(0, 10));
}

/** `GET /global/activity/exceptions`: failed requests by day. */
export async function globalExceptions({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const range = rangeOf(query, nowMs());
  if ('refused' in range) return range.refused;
  const group = query.get('model_group');
  const rows = await store.db.selectFrom('daily_activity').select(['day', total('failed_requests').as('failed')]).where(within(range)).where(visibleTo(caller))
    .$if(group !== null, (builder) => builder.where('model_group', '=', group ?? '')).groupBy('day').orderBy('day').execute();
  return answer({ daily_data: rows.map(({ day, failed }) => ({ date: shortDay(day), num_rate_limit_exceptions: failed })), sum_num_rate_limit_exceptions: rows.reduce((sum, { failed }) => sum + failed, 0) });
}

const within = ({ from, to }: DayRange): Expression<SqlBool> => sql<SqlBool>`day >= ${from} and day <= ${to}`;
