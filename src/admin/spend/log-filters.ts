// The filters of `/spend/logs/ui` and `/spend/logs/v2`, as a table of query parameters.
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { hashOf } from './logs.ts';
import { nanoUsdOf } from '../../lib/money.ts';
import { refuse, type AdminAnswer } from '../endpoint.ts';
import { timeMsOf } from './range.ts';

type Condition = RawBuilder<SqlBool>;

// `like` without its wildcards: what is looked for is text.
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;
const amount = (text: string): number => nanoUsdOf(Number(text));

// Of failures there are few, and they have indexes of their own; only they have a code.
const failed = sql<SqlBool>`(status = 'failure' and error_code is not null)`;

/** What each parameter asks of a row; null: the value is no such thing. */
const filters: Readonly<Record<string, (value: string) => Condition | null>> = {
  api_key: (value) => sql`api_key = ${hashOf(value)}`,
  user_id: (value) => sql`user_id = ${value}`,
  team_id: (value) => sql`team_id = ${value}`,
  organization_id: (value) => sql`organization_id = ${value}`,
  end_user: (value) => sql`end_user = ${value}`,
  request_id: (value) => sql`request_id = ${value}`,
  session_id: (value) => sql`session_id = ${value}`,
  model: (value) => sql`model = ${value}`,
  model_id: (value) => sql`model_id = ${value}`,
  model_group: (value) => sql`model_group = ${value}`,
  provider: (value) => sql`provider = ${value}`,
  call_type: (value) => sql`call_type = ${value}`,
  tag: (value) => sql`request_tags like ${containing(JSON.stringify(value))} escape '\\'`,
  status_filter: (value) => (value === 'failure' ? failed : value === 'success' ? sql`status = 'success'` : null),
  cache_hit_filter: (value) => (value === 'hit' ? sql`cache_hit = 1` : value === 'miss' ? sql`cache_hit = 0` : null),
  error_code: (value) => (/^\d{3}$/.test(value) ? sql`(${failed} and http_status = ${Number(value)})` : sql`error_code = ${value}`),
  error_message: (value) => sql`(${failed} and fields like ${containing(value)} escape '\\')`,
  key_alias: (value) => sql`metadata like ${containing(value)} escape '\\'`,
  limit: (value) => limitCondition(value),
  min_spend: (value) => (Number.isFinite(Number(value)) ? sql`spend_nano_usd >= ${amount(value)}` : null),
  max_spend: (value) => (Number.isFinite(Number(value)) ? sql`spend_nano_usd <= ${amount(value)}` : null),
  exclude_internal_health_checks: () => sql`1 = 1`,
  search: (value) => sql`(${sql.join(searched(value), sql` or `)})`,
};

/** What `search` looks at, each for itself. */
export const searched = (value: string): Condition[] => [
  sql`request_id = ${value}`, sql`api_key = ${hashOf(value)}`, sql`team_id = ${value}`, sql`user_id = ${value}`, sql`end_user = ${value}`, sql`session_id = ${value}`, sql`model_group = ${value}`,
];

/** `limit`: `any`, `shadow` or `enforced`, or one rule as `GET /spend/refusals` names it: the JSON list of its mode, scope, id, rule and model. */
function limitCondition(value: string): Condition | null {
  if (value === 'any') return sql`limit_refusals is not null`;
  const wanted = value === 'shadow' || value === 'enforced' ? `["${value}",` : ruleText(value);
  return wanted === null ? null : sql`(limit_refusals is not null and limit_refusals like ${containing(wanted)} escape '\\')`;
}

function ruleText(value: string): string | null {
  try {
    const rule: unknown = JSON.parse(value);
    return Array.isArray(rule) && rule.length === 5 ? JSON.stringify(rule) : null;
  } catch {
    return null;
  }
}

/** Filters that no index of PostgreSQL answers: rows are looked through for them, a bounded number at a time. */
const scanned: ReadonlySet<string> = new Set(['organization_id', 'model_id', 'model', 'provider', 'call_type', 'tag', 'cache_hit_filter', 'error_message', 'key_alias', 'min_spend', 'max_spend']);

/** What a query asks of rows: all of it, and apart what indexes answer and what rows are looked through for. */
export interface LogConditions {
  conditions: readonly Condition[];
  indexed: readonly Condition[];
  /** By the parameter's name. */
  scanned: ReadonlyMap<string, Condition>;
  /** The span in milliseconds, both ends within; null: all times. */
  span: { fromMs: number; toMs: number } | null;
}

/** The conditions of a query and its span, or why it is refused. A request's id is looked for at all times where `anyTime` permits. */
export function logConditions(query: URLSearchParams, anyTime: boolean): LogConditions | { refused: AdminAnswer } {
  const indexed: Condition[] = [];
  const looked = new Map<string, Condition>();
  for (const [name, condition] of Object.entries(filters)) {
    const value = query.get(name);
    if (value === null || value === '') continue;
    const made = condition(value);
    if (made === null) return { refused: refuse('managed_invalid', `Invalid ${name}: ${value.slice(0, 60)}`, { param: name }) };
    if (scanned.has(name)) looked.set(name, made);
    else indexed.push(made);
  }
  if (anyTime && query.get('request_id')) return { conditions: [...indexed, ...looked.values()], indexed, scanned: looked, span: null };
  const [from, to] = [query.get('start_date'), query.get('end_date')];
  if (!from || !to) return { refused: refuse('managed_invalid', 'Start date and end date are required') };
  const [fromMs, toMs] = [timeMsOf(from), timeMsOf(to, true)];
  if (fromMs === null || toMs === null) return { refused: refuse('managed_invalid', "Invalid date format. Expected: 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'") };
  const span = { fromMs, toMs: toMs + 999 };
  return { conditions: [...indexed, ...looked.values(), ...within(span)], indexed, scanned: looked, span };
}

/** The condition that a row began in a span. */
export const within = ({ fromMs, toMs }: { fromMs: number; toMs: number }): Condition[] => [sql`started_at_ms >= ${fromMs}`, sql`started_at_ms <= ${toMs}`];
