// `GET /global/spend/report`, `/key|user|team|organization/spend/report`: who spent how much on which model.
import { sql, type SqlBool, type RawBuilder } from 'kysely';
import { answer, refuse, type AdminAnswer, type AdminCall, type AdminHandler } from '../endpoint.ts';
import { hashOf } from './logs.ts';
import { rangeOf, type DayRange } from './range.ts';
import { seesAll, visibleTo } from './visible.ts';
import { teamNames } from './names.ts';
import { total } from './sums.ts';
import { usdOf } from '../../lib/money.ts';
import type { Caller } from '../../access/caller.ts';
import type { Store } from '../../store/store.ts';

type Condition = RawBuilder<SqlBool>;

/** `GET /global/spend/report`. */
export async function globalSpendReport({ caller, query, services: { store, nowMs } }: AdminCall): Promise<AdminAnswer> {
  const range = rangeOf(query, nowMs());
  if ('refused' in range) return range.refused;
  const [key, user, team, customer] = ['api_key', 'internal_user_id', 'team_id', 'customer_id'].map((name) => query.get(name));
  if (key) return answer(await byKey(store, range, caller, sql`api_key = ${hashOf(key)}`));
  if (user) return answer(await byKey(store, range, caller, sql`user_id = ${user}`));
  if (team && customer) return answer(await byDay(store, range, caller, 'end_user', sql`(team_id = ${team} and end_user = ${customer})`));
  switch (query.get('group_by') ?? 'team') {
    case 'team': return answer(await byDay(store, range, caller, 'team_id', team ? sql`team_id = ${team}` : sql`1 = 1`));
    case 'customer': return answer(await byDay(store, range, caller, 'end_user', sql`1 = 1`));
    case 'api_key': return answer(await byKey(store, range, caller, sql`1 = 1`));
    default: return refuse('managed_invalid', 'group_by must be one of: team, customer, api_key', { param: 'group_by' });
  }
}

/** The report of one key, user, team or organization: the caller's own unless another one is named that it may see. */
export function ownSpendReport(scope: 'key' | 'user' | 'team' | 'organization'): AdminHandler {
  return async ({ caller, query, services: { store, nowMs } }) => {
    const range = rangeOf(query, nowMs());
    if ('refused' in range) return range.refused;
    const { parameter, column, own } = scopes[scope];
    const given = query.get(parameter);
    const asked = given && scope === 'key' ? hashOf(given) : given;
    const mine = own(caller);
    if (asked && !mine.has(asked) && !seesAll(caller)) return refuse('managed_forbidden', `Not authorized to view spend for a ${scope} other than your own`);
    const picked = asked ? [asked] : [...mine];
    if (picked.length === 0) return refuse('managed_invalid', `No ${scope} associated with this API key; pass a ${parameter} query param`);
    return answer(await byKey(store, range, caller, sql`${sql.ref(column)} in (${sql.join(picked)})`));
  };
}

const ids = (...values: (string | null)[]): ReadonlySet<string> => new Set(values.filter((value) => value !== null));
const scopes = {
  key: { parameter: 'api_key', column: 'api_key', own: (caller: Caller) => ids(caller.keyHash) },
  user: { parameter: 'internal_user_id', column: 'user_id', own: (caller: Caller) => ids(caller.userId) },
  team: { parameter: 'team_id', column: 'team_id', own: (caller: Caller) => ids(caller.teamId).union(caller.adminTeams) },
  organization: { parameter: 'organization_id', column: 'organization_id', own: (caller: Caller) => caller.adminOrganizations },
} as const;

const sums = [total('spend_nano_usd').as('spent'), total('prompt_tokens').as('input'), total('completion_tokens').as('output')] as const;

async function byKey(store: Store, { from, to }: DayRange, caller: Caller, condition: Condition): Promise<object[]> {
  const rows = await store.db.selectFrom('daily_activity').select(['api_key', 'model', ...sums]).where('day', '>=', from).where('day', '<=', to)
    .where(visibleTo(caller)).where(condition).groupBy(['api_key', 'model']).execute();
  const keys = [...Map.groupBy(rows, (row) => row.api_key)].map(([key, of]) => ({
    api_key: key, nano: sum(of, (row) => row.spent), total_input_tokens: sum(of, (row) => row.input), total_output_tokens: sum(of, (row) => row.output),
    model_details: of.map((row) => ({ model: row.model, total_cost: usdOf(row.spent), total_input_tokens: row.input, total_output_tokens: row.output })),
  }));
  return keys.sort((left, right) => right.nano - left.nano).map(({ nano, ...rest }) => ({ ...rest, total_cost: usdOf(nano) }));
}

async function byDay(store: Store, { from, to }: DayRange, caller: Caller, column: 'team_id' | 'end_user', condition: Condition): Promise<object[]> {
  const rows = await store.db.selectFrom('daily_activity').select(['day', column, 'model', 'api_key', ...sums]).where('day', '>=', from).where('day', '<=', to)
    .where(visibleTo(caller)).where(condition).groupBy(['day', column, 'model', 'api_key']).orderBy('day').execute();
  const named = rows.map((row) => ({ ...row, who: row[column] ?? '' }));
  const names = column === 'team_id' ? await teamNames(store, named.map(({ who }) => who)) : null;
  return [...Map.groupBy(named, ({ day }) => day)].map(([day, of]) => {
    const parts = [...Map.groupBy(of, ({ who }) => who)].map(([who, part]) => ({
      ...(names ? { team_name: names.get(who) ?? 'Unassigned Team' } : { customer: who }), total_spend: usdOf(sum(part, (row) => row.spent)),
      metadata: part.map((row) => ({ model: row.model, api_key: row.api_key, spend: usdOf(row.spent), total_tokens: row.input + row.output })),
    }));
    return { group_by_day: `${day}T00:00:00+00:00`, [names ? 'teams' : 'customers']: parts };
  });
}

const sum = <R>(rows: readonly R[], of: (row: R) => number): number => rows.reduce((all, row) => all + of(row), 0);
