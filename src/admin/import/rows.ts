// From rows of LiteLLM's tables to ours: which table goes where, and what a row becomes.
import { accessGroupMembers, budgetMembers, projectMembers, tagMembers } from '../../access/records/things.ts';
import { endUserMembers, organizationMembers, organizationMembershipMembers, teamMembers, teamMembershipMembers, userMembers } from '../../access/records/people.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { keyMembers } from '../../access/records/key.ts';
import { writeRecord, type Members } from '../../access/records/record.ts';
import type { TableName } from '../../store/schema.ts';

/** A row to be written, with the columns that tell it apart. */
export interface TargetRow {
  table: TableName;
  key: Record<string, string>;
  cells: Record<string, string | number | null>;
}

/** What becomes of a row: a row of ours, or the reason why it is not taken. */
export type Mapped = { kind: 'row'; row: TargetRow } | { kind: 'left'; reason: string };

/** A table that is carried over. */
export interface Carried {
  from: string;
  to: TableName;
  members: Members;
  /** Our key columns by LiteLLM's names. */
  key: Readonly<Record<string, string>>;
  /** Members with another name or value than LiteLLM's. */
  adapt?: (row: JsonObject) => JsonObject;
  /** Why a row is not taken; null: it is. */
  refuse?: (row: JsonObject) => string | null;
}

/** LiteLLM's JSON columns hold JSON, or JSON as text. */
export function jsonOf(value: Json | undefined): Json {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** The tables whose rows become one row each, in the order in which they are written. */
export const carried: readonly Carried[] = [
  { from: 'LiteLLM_BudgetTable', to: 'budgets', members: budgetMembers, key: { budget_id: 'budget_id' } },
  { from: 'LiteLLM_OrganizationTable', to: 'organizations', members: organizationMembers, key: { organization_id: 'organization_id' } },
  { from: 'LiteLLM_TeamTable', to: 'teams', members: teamMembers, key: { team_id: 'team_id' }, adapt: teamOf },
  { from: 'LiteLLM_UserTable', to: 'users', members: userMembers, key: { user_id: 'user_id' } },
  { from: 'LiteLLM_OrganizationMembership', to: 'organization_members', members: organizationMembershipMembers, key: { organization_id: 'organization_id', user_id: 'user_id' } },
  { from: 'LiteLLM_ProjectTable', to: 'projects', members: projectMembers, key: { project_id: 'project_id' } },
  { from: 'LiteLLM_AccessGroupTable', to: 'access_groups', members: accessGroupMembers, key: { access_group_id: 'access_group_id' } },
  { from: 'LiteLLM_EndUserTable', to: 'end_users', members: endUserMembers, key: { end_user_id: 'user_id' } },
  { from: 'LiteLLM_TagTable', to: 'tags', members: tagMembers, key: { tag_name: 'tag_name' }, adapt: (row) => ({ ...row, name: row['tag_name'] ?? null }) },
  {
    from: 'LiteLLM_VerificationToken', to: 'virtual_keys', members: keyMembers, key: { key_hash: 'token' },
    refuse(row) {
      if (row['team_id'] === 'litellm-dashboard') return 'a session of the dashboard';
      return typeof row['token'] === 'string' && /^[0-9a-f]{64}$/.test(row['token']) ? null : 'it is not kept as a SHA-256';
    },
  },
];

function teamOf(row: JsonObject): JsonObject {
  const metadata = jsonOf(row['metadata']);
  const budget = isJsonObject(metadata) ? metadata['team_member_budget_id'] : undefined;
  return { ...row, ...(typeof budget === 'string' && { members_budget_id: budget }) };
}

const timeNames = /(_at|_reset_at|_expiry)$|^(expires|last_active)$/;

/** The members of a row as our records have them: times with their zone, JSON parsed. */
function normal(row: JsonObject, members: Members): JsonObject {
  const values: JsonObject = {};
  for (const name of Object.keys(members)) {
    const value = row[name];
    if (value === undefined || value === null) continue;
    // LiteLLM's times are UTC and do not say so.
    if (timeNames.test(name) && typeof value === 'string') values[name] = /[Zz]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value}Z`;
    else values[name] = members[name]?.column === null && typeof value === 'string' && /^\s*[[{]/.test(value) ? jsonOf(value) : value;
  }
  return values;
}

/** What becomes of a row. */
export function mapRow(table: Carried, source: JsonObject): Mapped {
  const reason = table.refuse?.(source) ?? null;
  if (reason !== null) return { kind: 'left', reason };
  const row = table.adapt ? table.adapt(source) : source;
  const key: Record<string, string> = {};
  for (const [column, name] of Object.entries(table.key)) {
    const value = row[name];
    if (typeof value !== 'string' || value === '') return { kind: 'left', reason: `it has no ${name}` };
    key[column] = value;
  }
  return { kind: 'row', row: { table: table.to, key, cells: { ...writeRecord(table.members, normal(row, table.members)), ...key } } };
}

/** The places in teams: who they are stands with the team, what they spent and may spend in a table of its own. */
export function memberRows(teams: readonly JsonObject[], memberships: readonly JsonObject[]): TargetRow[] {
  const places = new Map<string, TargetRow>();
  const put = (teamId: string, userId: string, values: JsonObject): void => {
    const id = `${teamId}\n${userId}`;
    const before = places.get(id)?.cells ?? { role: 'user' };
    places.set(id, { table: 'team_members', key: { team_id: teamId, user_id: userId }, cells: { ...before, ...writeRecord(teamMembershipMembers, values, before), team_id: teamId, user_id: userId } });
  };
  for (const team of teams) {
    const list = jsonOf(team['members_with_roles']);
    for (const member of Array.isArray(list) ? list.filter(isJsonObject) : []) {
      if (typeof team['team_id'] === 'string' && typeof member['user_id'] === 'string') put(team['team_id'], member['user_id'], { role: member['role'] === 'admin' ? 'admin' : 'user', user_email: member['user_email'] ?? null });
    }
  }
  for (const row of memberships) {
    if (typeof row['team_id'] !== 'string' || typeof row['user_id'] !== 'string') continue;
    put(row['team_id'], row['user_id'], { spend: row['spend'] ?? 0, total_spend: row['total_spend'] ?? row['spend'] ?? 0, budget_id: row['budget_id'] ?? null });
  }
  return [...places.values()];
}
