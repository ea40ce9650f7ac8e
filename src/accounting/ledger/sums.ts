// Adds up a batch of entries: by day and dimensions, by tag, by budget, and by everybody who pays.
import type { LedgerEntry } from './entry.ts';
import type { NewRow } from '../../store/schema.ts';

/** What an activity is told apart by. */
type Dimensions = Pick<NewRow<'daily_activity'>, 'day'> & Record<
  'api_key' | 'user_id' | 'team_id' | 'organization_id' | 'end_user' | 'model' | 'model_group' | 'provider' | 'call_type', string>;

/** The sums of one set of dimensions. */
export interface Activity extends Dimensions {
  spend_nano_usd: number;
  prompt_tokens: number;
  completion_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  requests: number;
  successful_requests: number;
  failed_requests: number;
  cache_hits: number;
  duration_ms: number;
}

/** The names of the sums. */
export const activitySums = [
  'spend_nano_usd', 'prompt_tokens', 'completion_tokens', 'cache_read_tokens', 'cache_write_tokens', 'requests', 'successful_requests', 'failed_requests',
  'cache_hits', 'duration_ms',
] as const satisfies readonly (keyof Activity)[];

/** Nano-dollars by id, sorted by id: whoever writes in one order does not deadlock. */
export type SpendById = readonly (readonly [id: string, nanoUsd: number])[];

/** All sums of a batch. */
export interface BatchSums {
  activity: readonly Activity[];
  tagActivity: readonly (Activity & { tag: string })[];
  charges: readonly NewRow<'budget_spend'>[];
  keys: SpendById;
  users: SpendById;
  teams: SpendById;
  organizations: SpendById;
  projects: SpendById;
  endUsers: SpendById;
  tags: SpendById;
  /** By team and user. */
  teamMembers: readonly (readonly [teamId: string, userId: string, nanoUsd: number])[];
  organizationMembers: readonly (readonly [organizationId: string, userId: string, nanoUsd: number])[];
  /** When each key was last used. */
  lastActiveMs: number;
}

const separator = '\u0000';
const dayMs = 86_400_000;
// The text of the current day is asked for with every request.
let lastDay = -1;
let lastDayText = '';

/** The day (UTC) of a time, as `2026-11-26`. */
export function dayOf(atMs: number): string {
  const day = Math.floor(atMs / dayMs);
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = new Date(day * dayMs).toISOString().slice(0, 10);
  }
  return lastDayText;
}

/** Adds up. */
export function sumEntries(entries: readonly LedgerEntry[], nowMs: number): BatchSums {
  const activity = new Map<string, Activity>();
  const tagActivity = new Map<string, Activity & { tag: string }>();
  const charges = new Map<string, NewRow<'budget_spend'> & { spend_nano_usd: number }>();
  let lastActiveMs = 0;
  for (const entry of entries) {
    const key = keyOf(entry);
    add(activity, key, entry, emptyActivity);
    for (const tag of new Set(entry.request_tags)) add(tagActivity, `${tag}${separator}${key}`, entry, (of) => ({ ...emptyActivity(of), tag }));
    for (const charge of entry.charges ?? []) {
      const id = [charge.scope, charge.scope_id, charge.budget_name, charge.window_started_at_ms].join(separator);
      const sum = charges.get(id) ?? { ...charge, spend_nano_usd: 0, updated_at_ms: nowMs };
      sum.spend_nano_usd += entry.spend_nano_usd;
      charges.set(id, sum);
    }
    if (entry.ended_at_ms > lastActiveMs) lastActiveMs = entry.ended_at_ms;
  }
  const rows = sorted(activity);
  const projects = new Map<string, number>();
  for (const { project_id: id, spend_nano_usd: spend } of entries) if (id !== undefined) projects.set(id, (projects.get(id) ?? 0) + spend);
  return {
    activity: rows, tagActivity: sorted(tagActivity), charges: sorted(charges), lastActiveMs, projects: sorted2(projects),
    keys: spendBy(rows, (row) => row.api_key), users: spendBy(rows, (row) => row.user_id), teams: spendBy(rows, (row) => row.team_id),
    organizations: spendBy(rows, (row) => row.organization_id), endUsers: spendBy(rows, (row) => row.end_user), tags: spendBy([...tagActivity.values()], (row) => row.tag),
    teamMembers: pairs(rows, (row) => row.team_id), organizationMembers: pairs(rows, (row) => row.organization_id),
  };
}

function keyOf(entry: LedgerEntry): string {
  return `${dayOf(entry.started_at_ms)}${separator}${entry.api_key}${separator}${entry.user_id ?? ''}${separator}${entry.team_id ?? ''}${separator}${entry.organization_id ?? ''}${separator}`
    + `${entry.end_user ?? ''}${separator}${entry.model}${separator}${entry.model_group ?? ''}${separator}${entry.provider ?? ''}${separator}${entry.call_type}`;
}

function emptyActivity(entry: LedgerEntry): Activity {
  return {
    day: dayOf(entry.started_at_ms), api_key: entry.api_key, user_id: entry.user_id ?? '', team_id: entry.team_id ?? '', organization_id: entry.organization_id ?? '',
    end_user: entry.end_user ?? '', model: entry.model, model_group: entry.model_group ?? '', provider: entry.provider ?? '', call_type: entry.call_type,
    spend_nano_usd: 0, prompt_tokens: 0, completion_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0, requests: 0, successful_requests: 0, failed_requests: 0,
    cache_hits: 0, duration_ms: 0,
  };
}

function add<A extends Activity>(to: Map<string, A>, key: string, entry: LedgerEntry, empty: (of: LedgerEntry) => A): void {
  let sum = to.get(key);
  if (!sum) {
    sum = empty(entry);
    to.set(key, sum);
  }
  sum.spend_nano_usd += entry.spend_nano_usd;
  sum.prompt_tokens += entry.prompt_tokens;
  sum.completion_tokens += entry.completion_tokens;
  sum.cache_read_tokens += entry.cache_read_tokens;
  sum.cache_write_tokens += entry.cache_write_tokens;
  sum.requests++;
  if (entry.status === 'success') sum.successful_requests++;
  else sum.failed_requests++;
  sum.cache_hits += entry.cache_hit;
  sum.duration_ms += Math.max(0, entry.ended_at_ms - entry.started_at_ms);
}

const byKey = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number => (left < right ? -1 : left > right ? 1 : 0);
const sorted = <T>(sums: ReadonlyMap<string, T>): T[] => [...sums].sort(byKey).map(([, sum]) => sum);
const sorted2 = (sums: ReadonlyMap<string, number>): SpendById => [...sums].sort(byKey);

function spendBy<A extends Activity>(rows: readonly A[], idOf: (row: A) => string): SpendById {
  const sums = new Map<string, number>();
  for (const row of rows) {
    const id = idOf(row);
    if (id !== '') sums.set(id, (sums.get(id) ?? 0) + row.spend_nano_usd);
  }
  return sorted2(sums);
}

function pairs(rows: readonly Activity[], groupOf: (row: Activity) => string): BatchSums['teamMembers'] {
  const members = rows.filter((row) => row.user_id !== '' && groupOf(row) !== '');
  return spendBy(members, (row) => `${groupOf(row)}${separator}${row.user_id}`).map(([id, spend]) => {
    const [group = '', user = ''] = id.split(separator);
    return [group, user, spend];
  });
}
