// How teams are shown.
import { findBudgets } from '../../access/material.ts';
import { innerBudget } from '../budgets/write.ts';
import { readRecord, type FieldsRow } from '../../access/records/record.ts';
import { teamMembers, teamMembershipMembers, type TeamMembershipRecord, type TeamRecord } from '../../access/records/people.ts';
import type { BudgetRecord } from '../../access/records/things.ts';
import type { Database } from '../database.ts';
import type { JsonObject } from '../../lib/json.ts';

/** The record of a row. */
export const teamOf = (row: FieldsRow): TeamRecord => readRecord(teamMembers, row);

/** A team as LiteLLM's rows are shown. */
export function teamView(team: TeamRecord, members: readonly TeamMembershipRecord[]): JsonObject {
  const { members_budget_id: shared, model_aliases: aliases, metadata, ...rest } = team;
  return {
    ...rest, metadata: shared === null ? metadata : { ...metadata, team_member_budget_id: shared }, admins: [], members: [], members_with_roles: members.map(({ user_id, user_email, role }) => ({ user_id, user_email, role })),
    model_id: null, allow_team_guardrail_config: false, litellm_organization_table: null, litellm_model_table: Object.keys(aliases).length > 0 ? { model_aliases: aliases } : null,
    object_permission: null, projects: null,
  };
}

/** The members of each of these teams, in the order in which they came. */
export async function membersOf(db: Database, teamIds: readonly string[]): Promise<Map<string, TeamMembershipRecord[]>> {
  const members = new Map<string, TeamMembershipRecord[]>();
  if (teamIds.length === 0) return members;
  for (const row of await db.selectFrom('team_members').selectAll().where('team_id', 'in', teamIds).orderBy('created_at_ms').execute()) {
    const list = members.get(row.team_id) ?? [];
    list.push(readRecord(teamMembershipMembers, row));
    members.set(row.team_id, list);
  }
  return members;
}

/** These teams, as they are shown. */
export async function teamRows(db: Database, teamIds: readonly string[]): Promise<JsonObject[]> {
  if (teamIds.length === 0) return [];
  const rows = (await db.selectFrom('teams').selectAll().where('team_id', 'in', teamIds).orderBy('created_at_ms').execute()).map(teamOf);
  const members = await membersOf(db, rows.map((team) => team.team_id));
  return rows.map((team) => teamView(team, members.get(team.team_id) ?? []));
}

/** The places in a team with their budgets. */
export async function membershipViews(db: Database, team: TeamRecord, members: readonly TeamMembershipRecord[]): Promise<JsonObject[]> {
  const budgets = await findBudgets(db, [...members.map((member) => member.budget_id), team.members_budget_id].filter((id) => id !== null));
  return members.map((member) => {
    const own = member.budget_id === null ? null : budgets.get(member.budget_id) ?? null;
    const shared = team.members_budget_id === null ? null : budgets.get(team.members_budget_id) ?? null;
    return { ...membershipView(own || !shared ? member : { ...member, budget_id: shared.budget_id }, own ?? shared), budget_source: own ? 'member' : shared ? 'team_default' : 'none' };
  });
}

/** A place in a team. */
export const membershipView = ({ user_id, team_id, budget_id, spend, total_spend }: TeamMembershipRecord, budget: BudgetRecord | null): JsonObject =>
  ({ user_id, team_id, budget_id, spend, total_spend, litellm_budget_table: innerBudget(budget) });
