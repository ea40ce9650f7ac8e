// `GET /user|team|tag|organization|customer/daily/activity`: what was done on each day, with breakdowns by model, provider, key and entity.
// It reads the daily sums, never the ledger itself, so that it costs the same however many requests there were.
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { activityTotals, total, type ActivityTotals } from './sums.ts';
import { addTotals, noTotals, spendMetrics, totalMetrics, type Totals } from './metrics.ts';
import { answer, refuse, type AdminAnswer, type AdminHandler } from '../endpoint.ts';
import { hashOf } from './logs.ts';
import { keyNames, organizationNames, teamNames, userNames, type KeyName } from './names.ts';
import { rangeOf, type DayRange } from './range.ts';
import { openTeams, seesAll, visibleTo } from './visible.ts';
import type { Caller } from '../../access/caller.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Store } from '../../store/store.ts';

/** The entities by whom activity is told apart: the column, and the query's parameters that pick and leave out some. */
interface Entity {
  column: 'user_id' | 'team_id' | 'organization_id' | 'end_user' | 'tag';
  picks: string;
  leavesOut: string;
  names: (store: Store, ids: Iterable<string>) => Promise<ReadonlyMap<string, string | null>>;
  nameMember: string;
}

const noNames = async (): Promise<ReadonlyMap<string, null>> => new Map<string, null>();

const entities = {
  user: { column: 'user_id', picks: 'user_id', leavesOut: 'exclude_user_ids', names: userNames, nameMember: 'user_email' },
  team: { column: 'team_id', picks: 'team_ids', leavesOut: 'exclude_team_ids', names: teamNames, nameMember: 'team_alias' },
  organization: { column: 'organization_id', picks: 'organization_ids', leavesOut: 'exclude_organization_ids', names: organizationNames, nameMember: 'organization_alias' },
  customer: { column: 'end_user', picks: 'end_user_ids', leavesOut: 'exclude_end_user_ids', names: noNames, nameMember: 'alias' },
  tag: { column: 'tag', picks: 'tags', leavesOut: 'exclude_tags', names: noNames, nameMember: 'tag' },
} as const satisfies Record<string, Entity>;

/** Whose activity. */
export type EntityName = keyof typeof entities;

/** What rows are told apart by; each query takes a part of it. */
interface ActivityRow extends ActivityTotals {
  day: string;
  api_key: string;
  model: string;
  model_group: string;
  provider: string;
  call_type: string;
  entity: string;
}

/** The rows of a report: all of it by what was called and by whom, its largest keys by day, and the very largest of these by everything. */
interface Loaded {
  calls: readonly ActivityRow[];
  entities: readonly ActivityRow[];
  keys: readonly ActivityRow[];
  nested: readonly ActivityRow[];
  keyCount: number;
}

// Breakdowns by key show the keys that spent most, as LiteLLM's `api_key_limit` says; totals cover all.
const defaultKeyLimit = 100;
// Inside a model, provider or entity only so many: each of them has a list for each day.
const nestedKeys = 20;

const list = (text: string | null): string[] => (text === null ? [] : text.split(',').map((part) => part.trim()).filter((part) => part !== ''));

/** The handler of one entity. `whole`: all days in one answer; else as LiteLLM pages them. */
export function dailyActivity(name: EntityName, whole: boolean): AdminHandler {
  return async ({ caller, query, services: { store, nowMs } }) => {
    const range = rangeOf(query, nowMs());
    if ('refused' in range) return range.refused;
    const entity: Entity = entities[name];
    const picked = list(query.get(entity.picks));
    const forbidden = foreignEntity(caller, name, picked);
    if (forbidden) return forbidden;
    const keyLimit = wholeNumber(query.get('api_key_limit'), defaultKeyLimit);
    const open = name === 'team' ? await openTeams(store, caller, whole ? '/team/daily/activity/aggregated' : '/team/daily/activity') : [];
    const loaded = await load(store, entity, conditions(entity, range, query, visibleTo(caller, open), picked), keyLimit);
    const { results, totals } = daysOf(loaded, await namesOf(store, loaded, entity), entity);
    const [page, size] = whole ? [1, Math.max(1, results.length)] : [wholeNumber(query.get('page'), 1), wholeNumber(query.get('page_size'), 50)];
    const from = (page - 1) * size;
    return answer({
      results: results.slice(from, from + size),
      metadata: {
        ...totalMetrics(totals), page, total_pages: Math.ceil(results.length / size), has_more: from + size < results.length,
        total_api_keys: loaded.keyCount, api_key_limit: keyLimit, entity_total_api_keys: null,
      },
    });
  };
}

const wholeNumber = (text: string | null, otherwise: number): number => (text !== null && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : otherwise);

/** People may ask for themselves and for what they administer; anything else is said to be forbidden, not silently left out. */
function foreignEntity(caller: Caller, name: EntityName, picked: readonly string[]): AdminAnswer | null {
  if (seesAll(caller)) return null;
  const own = name === 'user' ? new Set([caller.userId]) : name === 'team' ? caller.adminTeams.union(caller.memberTeams) : name === 'organization' ? caller.adminOrganizations : null;
  return own && picked.some((id) => !own.has(id)) ? refuse('managed_forbidden', `Not authorized to view spend of another ${name}.`) : null;
}

function conditions(entity: Entity, { from, to }: DayRange, query: URLSearchParams, visible: RawBuilder<SqlBool>, picked: readonly string[]): RawBuilder<SqlBool> {
  const column = sql.ref(entity.column);
  const leftOut = list(query.get(entity.leavesOut));
  const [key, model, team] = [query.get('api_key'), query.get('model'), query.get('team_id')];
  return sql<SqlBool>`${sql.join([
    sql`day >= ${from} and day <= ${to}`, visible,
    // Who has no name is left out, but for users: the master key's own calls belong to one.
    ...(entity.column === 'user_id' ? [] : [sql`${column} <> ''`]),
    ...(picked.length > 0 ? [sql`${column} in (${sql.join(picked)})`] : []),
    ...(leftOut.length > 0 ? [sql`${column} not in (${sql.join(leftOut)})`] : []),
    ...(key === null ? [] : [sql`api_key = ${hashOf(key)}`]),
    ...(team === null ? [] : [sql`team_id = ${team}`]),
    ...(model === null ? [] : [sql`(model = ${model} or model_group = ${model})`]),
  ], sql` and `)}`;
}

const callColumns = ['model', 'model_group', 'provider', 'call_type'] as const;

async function load({ db }: Store, entity: Entity, where: RawBuilder<SqlBool>, keyLimit: number): Promise<Loaded> {
  // Both tables have these columns; that of tags has one more.
  const table = (entity.column === 'tag' ? 'daily_tag_activity' : 'daily_activity') as 'daily_activity';
  const who = sql.ref<string>(entity.column).as('entity');
  const nobody = sql<string>`''`;
  // The same pass over the rows counts the keys.
  const keysBySpend = await db.selectFrom(table).select(['api_key', total('spend_nano_usd').as('spent'), sql<number>`count(*) over ()`.as('keys')]).where(where).groupBy('api_key').orderBy('spent', 'desc').orderBy('api_key').limit(keyLimit).execute();
  const largest = keysBySpend.map((row) => row.api_key);
  const among = (keys: readonly string[]): RawBuilder<SqlBool> => (keys.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`api_key in (${sql.join([...keys])})`);
  const noCall = [nobody.as('model'), nobody.as('model_group'), nobody.as('provider'), nobody.as('call_type')] as const;
  const [calls, entities_, keys, nested] = await Promise.all([
    db.selectFrom(table).select(['day', ...callColumns, nobody.as('api_key'), nobody.as('entity'), ...activityTotals]).where(where).groupBy(['day', ...callColumns]).orderBy('day', 'desc').execute(),
    db.selectFrom(table).select(['day', who, nobody.as('api_key'), ...noCall, ...activityTotals]).where(where).groupBy(['day', sql.ref(entity.column)]).execute(),
    db.selectFrom(table).select(['day', 'api_key', nobody.as('entity'), ...noCall, ...activityTotals]).where(where).where(among(largest)).groupBy(['day', 'api_key']).execute(),
    db.selectFrom(table).select(['day', 'api_key', ...callColumns, who, ...activityTotals]).where(where).where(among(largest.slice(0, nestedKeys))).groupBy(['day', 'api_key', ...callColumns, sql.ref(entity.column)]).execute(),
  ]);
  return { calls, entities: entities_, keys, nested, keyCount: Number(keysBySpend[0]?.keys ?? 0) };
}

interface Names {
  keys: ReadonlyMap<string, KeyName>;
  entities: ReadonlyMap<string, string | null>;
}

const namesOf = async (store: Store, loaded: Loaded, entity: Entity): Promise<Names> =>
  ({ keys: await keyNames(store, loaded.keys.map(({ api_key }) => api_key)), entities: await entity.names(store, loaded.entities.map((row) => row.entity)) });

/** One part of a breakdown while it is added up. */
interface Part {
  totals: Totals;
  keys: Map<string, Totals>;
}

type Parts = Map<string, Part>;

/** The parts of one day. */
interface Day {
  sums: Totals;
  models: Parts;
  model_groups: Parts;
  providers: Parts;
  endpoints: Parts;
  entities: Parts;
  keys: Map<string, Totals>;
}

const newDay = (): Day => ({ sums: noTotals(), models: new Map(), model_groups: new Map(), providers: new Map(), endpoints: new Map(), entities: new Map(), keys: new Map() });

/** The parts of the breakdowns that a row belongs to. */
const placesOf = (day: Day, row: ActivityRow): [Parts, string][] =>
  [[day.models, row.model], [day.model_groups, row.model_group || row.model], [day.providers, row.provider || 'unknown'], [day.endpoints, row.call_type]];

function daysOf({ calls, entities: rowsOfEntities, keys, nested }: Loaded, names: Names, entity: Entity): { results: JsonObject[]; totals: Totals } {
  const totals = noTotals();
  const days = new Map<string, Day>();
  for (const row of calls) {
    const day = days.get(row.day) ?? newDay();
    days.set(row.day, day);
    addTotals(totals, row);
    addTotals(day.sums, row);
    for (const [parts, name] of placesOf(day, row)) if (name !== '') addTotals(partOf(parts, name).totals, row);
  }
  for (const row of rowsOfEntities) {
    const day = days.get(row.day);
    if (day) addTotals(partOf(day.entities, row.entity || 'Unassigned').totals, row);
  }
  for (const row of keys) {
    const day = days.get(row.day);
    if (day) addTo(day.keys, row.api_key, row);
  }
  for (const row of nested) {
    const day = days.get(row.day);
    if (!day) continue;
    for (const [parts, name] of [...placesOf(day, row), [day.entities, row.entity || 'Unassigned'] as const]) if (name !== '') addTo(partOf(parts, name).keys, row.api_key, row);
  }
  return { results: [...days].map(([date, day]) => shownDay(date, day, names, entity)), totals };
}

function shownDay(date: string, day: Day, names: Names, entity: Entity): JsonObject {
  const shown = (parts: Parts, metadataOf: (name: string) => JsonObject = () => ({})): JsonObject => Object.fromEntries([...parts].map(([name, { totals, keys }]) =>
    [name, { metrics: spendMetrics(totals), metadata: metadataOf(name), api_key_breakdown: shownKeys(keys, names) }]));
  return {
    date, metrics: spendMetrics(day.sums),
    breakdown: {
      mcp_servers: {}, models: shown(day.models), model_groups: shown(day.model_groups), providers: shown(day.providers), endpoints: shown(day.endpoints),
      api_keys: shownKeys(day.keys, names), entities: shown(day.entities, (name) => ({ [entity.nameMember]: names.entities.get(name) ?? null })),
    },
  };
}

function partOf(parts: Parts, name: string): Part {
  let part = parts.get(name);
  if (!part) {
    part = { totals: noTotals(), keys: new Map() };
    parts.set(name, part);
  }
  return part;
}

function addTo(sums: Map<string, Totals>, name: string, row: ActivityTotals): void {
  const sum = sums.get(name) ?? noTotals();
  addTotals(sum, row);
  sums.set(name, sum);
}

function shownKeys(keys: ReadonlyMap<string, Totals>, names: Names): JsonObject {
  return Object.fromEntries([...keys].map(([key, totals]) => {
    const known = names.keys.get(key);
    return [key, { metrics: spendMetrics(totals), metadata: { key_alias: known?.alias ?? null, team_id: known?.teamId ?? null, user_id: known?.userId ?? null, user_email: null, key_exists: known !== undefined } }];
  }));
}
