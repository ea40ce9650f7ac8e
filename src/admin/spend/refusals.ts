// `GET /spend/refusals`: which limits refused requests in a time range or, in shadow mode, would have; and what is in shadow mode now.
import { sql } from 'kysely';
import { answer, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { keyNames, organizationNames, teamNames, userNames } from './names.ts';
import { logConditions } from './log-filters.ts';
import { parseJsonObject } from '../../lib/json.ts';
import { usdOf } from '../../lib/money.ts';
import type { LimitRefusal } from '../../accounting/ledger/entry.ts';
import type { Store } from '../../store/store.ts';

/** One rule and what it refused. */
interface Refusals {
  rule: LimitRefusal;
  requests: number;
  spendNanoUsd: number;
  lastMs: number;
}

// Combinations of rules that are read, the most frequent ones.
const mostGroups = 2_000;
const mostShadows = 500;

/** Handles it. */
export async function spendRefusals({ query, services: { store, config } }: AdminCall): Promise<AdminAnswer> {
  const found = logConditions(query, false);
  if ('refused' in found) return found.refused;
  const groups = await store.db.selectFrom('spend_log')
    .select((e) => ['limit_refusals', e.fn.countAll<number>().as('requests'), e.fn.sum<number>('spend_nano_usd').as('spend'), e.fn.max('started_at_ms').as('last')])
    .where('limit_refusals', 'is not', null).where(sql<boolean>`${sql.join(found.conditions, sql` and `)}`)
    .groupBy('limit_refusals').orderBy('requests', 'desc').limit(mostGroups).execute();
  const rules = byRule(groups.map(({ limit_refusals: text, requests, spend, last }) => ({ text: text ?? '[]', requests, spendNanoUsd: Number(spend), lastMs: last })));
  const shadows = await inShadow(store);
  const names = await namesOf(store, [...rules.map(({ rule: [, kind, id] }) => [kind, id] as const), ...shadows.map(({ kind, id }) => [kind, id] as const)]);
  return answer({
    shadow_kinds: config.generalSettings.shadowLimits ?? [],
    shadow: shadows.map(({ kind, id }) => ({ kind, id, name: names.get(`${kind} ${id}`) ?? id })),
    refusals: rules.map(({ rule, requests, spendNanoUsd, lastMs }) => ({
      filter: JSON.stringify(rule), mode: rule[0], kind: rule[1], id: rule[2], name: names.get(`${rule[1]} ${rule[2]}`) ?? rule[2], rule: rule[3], model: rule[4],
      requests, spend: usdOf(spendNanoUsd), last_at: new Date(lastMs).toISOString(),
    })),
  });
}

function byRule(groups: readonly { text: string; requests: number; spendNanoUsd: number; lastMs: number }[]): Refusals[] {
  const rules = new Map<string, Refusals>();
  for (const { text, requests, spendNanoUsd, lastMs } of groups) {
    for (const rule of JSON.parse(text) as LimitRefusal[]) {
      const name = JSON.stringify(rule);
      const known = rules.get(name) ?? { rule, requests: 0, spendNanoUsd: 0, lastMs: 0 };
      rules.set(name, { rule, requests: known.requests + requests, spendNanoUsd: known.spendNanoUsd + spendNanoUsd, lastMs: Math.max(known.lastMs, lastMs) });
    }
  }
  return [...rules.values()].toSorted((a, b) => b.requests - a.requests || b.lastMs - a.lastMs);
}

// `metadata.shadow_limits` of keys, teams, users and organizations (`src/access/scopes.ts`).
async function inShadow({ db }: Store): Promise<{ kind: string; id: string }[]> {
  const tables = [['key', 'virtual_keys', 'key_hash'], ['team', 'teams', 'team_id'], ['user', 'users', 'user_id'], ['organization', 'organizations', 'organization_id']] as const;
  const found = [];
  for (const [kind, table, column] of tables) {
    const { rows } = await sql<{ id: string; fields: string }>`select ${sql.ref(column)} as id, fields from ${sql.table(table)} where fields like '%"shadow_limits"%' limit ${mostShadows}`.execute(db);
    for (const { id, fields } of rows) {
      const metadata = parseJsonObject(fields)?.['metadata'];
      if (typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) && metadata['shadow_limits'] === true) found.push({ kind, id });
    }
  }
  return found;
}

/** Names by kind and id, joined by a blank. What is not there any more has none. */
async function namesOf(store: Store, things: readonly (readonly [kind: string, id: string])[]): Promise<ReadonlyMap<string, string>> {
  const idsOf = (wanted: string): string[] => things.flatMap(([kind, id]) => (kind === wanted ? [id] : []));
  const names = new Map<string, string>();
  const add = (kind: string, found: ReadonlyMap<string, string | null>): void => {
    for (const [id, name] of found) if (name) names.set(`${kind} ${id}`, name);
  };
  for (const [id, { alias, name }] of await keyNames(store, idsOf('key'))) names.set(`key ${id}`, alias ?? name ?? id);
  add('team', await teamNames(store, idsOf('team')));
  add('user', await userNames(store, idsOf('user')));
  add('organization', await organizationNames(store, idsOf('organization')));
  return names;
}
