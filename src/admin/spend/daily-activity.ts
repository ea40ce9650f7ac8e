// `GET /user|team|tag|organization|customer|agent/daily/activity`: what was done on each day, with breakdowns by model, provider, key and entity.
// It reads the daily sums, never the ledger itself, so that it costs the same however many requests there were.
import { sql } from 'kysely';
import { activityTotals, type ActivityTotals } from './sums.ts';
import { addTotals, noTotals, spendMetrics, totalMetrics, type Totals } from './metrics.ts';
import { answer, refuse, type AdminAnswer, type AdminHandler } from '../endpoint.ts';
import { hashOf } from './logs.ts';
import { keyNames, organizationNames, teamNames, userNames, type KeyName } from './names.ts';
import { rangeOf, type DayRange } from './range.ts';
import { seesAll, visibleTo } from './visible.ts';
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

interface ActivityRow extends ActivityTotals {
  day: string;
  api_key: string;
  model: string;
  model_group: string;
  provider: string;
  call_type: string;
  entity: string;
}

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
    const rows = await load(store, entity, range, query, caller, picked);
    const days = daysOf(rows, await namesOf(store, rows, entity), entity);
    const { totals, count } = days;
    const [page, size] = whole ? [1, Math.max(1, days.results.length)] : [wholeNumber(query.get('page'), 1), wholeNumber(query.get('page_size'), 50)];
    const from = (page - 1) * size;
    return answer({
      results: days.results.slice(from, from + size),
      metadata: { ...totalMetrics(totals), page, total_pages: Math.max(1, Math.ceil(days.results.length / size)), has_more: from + size < days.results.length, total_api_keys: count, api_key_limit: null, entity_total_api_keys: null },
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

async function load(store: Store, entity: Entity, { from, to }: DayRange, query: URLSearchParams, caller: Caller, picked: readonly string[]): Promise<ActivityRow[]> {
  const table = entity.column === 'tag' ? 'daily_tag_activity' as const : 'daily_activity' as const;
  const column = sql.ref<string>(entity.column);
  const leftOut = list(query.get(entity.leavesOut));
  const [key, model] = [query.get('api_key'), query.get('model')];
  // Who has no name is left out, but for users: the master key's own calls belong to one.
  const named = entity.column === 'user_id' ? sql<boolean>`1 = 1` : sql<boolean>`${column} <> ''`;
  return await store.db.selectFrom(table as 'daily_activity').select(['day', 'api_key', 'model', 'model_group', 'provider', 'call_type', column.as('entity'), ...activityTotals])
    .where('day', '>=', from).where('day', '<=', to).where(visibleTo(caller)).where(named)
    .$if(picked.length > 0, (builder) => builder.where(sql<boolean>`${column} in (${sql.join(picked)})`))
    .$if(leftOut.length > 0, (builder) => builder.where(sql<boolean>`${column} not in (${sql.join(leftOut)})`))
    .$if(key !== null, (builder) => builder.where('api_key', '=', hashOf(key ?? '')))
    .$if(model !== null, (builder) => builder.where((e) => e.or([e('model', '=', model ?? ''), e('model_group', '=', model ?? '')])))
    .groupBy(['day', 'api_key', 'model', 'model_group', 'provider', 'call_type', column]).orderBy('day', 'desc').execute();
}

interface Names {
  keys: ReadonlyMap<string, KeyName>;
  entities: ReadonlyMap<string, string | null>;
}

const namesOf = async (store: Store, rows: readonly ActivityRow[], entity: Entity): Promise<Names> =>
  ({ keys: await keyNames(store, rows.map(({ api_key }) => api_key)), entities: await entity.names(store, rows.map((row) => row.entity)) });

/** One part of a breakdown while it is added up. */
interface Part {
  totals: Totals;
  keys: Map<string, Totals>;
}

const breakdowns = ['models', 'model_groups', 'providers', 'endpoints', 'entities'] as const;

function daysOf(rows: readonly ActivityRow[], names: Names, entity: Entity): { results: JsonObject[]; totals: Totals; count: number } {
  const totals = noTotals();
  const results = [...Map.groupBy(rows, ({ day }) => day)].map(([day, of]): JsonObject => {
    const sums = noTotals();
    const parts = Object.fromEntries(breakdowns.map((name) => [name, new Map<string, Part>()])) as Record<(typeof breakdowns)[number], Map<string, Part>>;
    const keys = new Map<string, Totals>();
    for (const row of of) {
      addTotals(sums, row);
      addTo(keys, row.api_key, row);
      addPart(parts.models, row.model, row);
      addPart(parts.model_groups, row.model_group || row.model, row);
      addPart(parts.providers, row.provider || 'unknown', row);
      addPart(parts.endpoints, row.call_type, row);
      addPart(parts.entities, row.entity || 'Unassigned', row);
    }
    addTotals(totals, sums);
    const shown = (of_: ReadonlyMap<string, Part>): JsonObject => Object.fromEntries([...of_].map(([name, { totals: part, keys: partKeys }]) =>
      [name, { metrics: spendMetrics(part), metadata: of_ === parts.entities ? { [entity.nameMember]: names.entities.get(name) ?? null } : {}, api_key_breakdown: shownKeys(partKeys, names) }]));
    return {
      date: day, metrics: spendMetrics(sums),
      breakdown: {
        mcp_servers: {}, models: shown(parts.models), model_groups: shown(parts.model_groups), providers: shown(parts.providers), endpoints: shown(parts.endpoints),
        api_keys: shownKeys(keys, names), entities: shown(parts.entities),
      },
    };
  });
  return { results, totals, count: new Set(rows.map(({ api_key }) => api_key)).size };
}

function addTo(sums: Map<string, Totals>, name: string, row: ActivityTotals): void {
  const sum = sums.get(name) ?? noTotals();
  addTotals(sum, row);
  sums.set(name, sum);
}

function addPart(parts: Map<string, Part>, name: string, row: ActivityRow): void {
  if (name === '') return;
  const part = parts.get(name) ?? { totals: noTotals(), keys: new Map() };
  addTotals(part.totals, row);
  addTo(part.keys, row.api_key, row);
  parts.set(name, part);
}

function shownKeys(keys: ReadonlyMap<string, Totals>, names: Names): JsonObject {
  return Object.fromEntries([...keys].map(([key, totals]) => {
    const known = names.keys.get(key);
    return [key, { metrics: spendMetrics(totals), metadata: { key_alias: known?.alias ?? null, team_id: known?.teamId ?? null, user_id: known?.userId ?? null, user_email: null, key_exists: known !== undefined } }];
  }));
}
