// What the database knows of a key: its row and those of its user, team, organization, project and budgets, read when the key is first seen.
import { accessGroupMembers, budgetMembers, projectMembers, type BudgetRecord, type ProjectRecord } from './records/things.ts';
import { keyMembers, type KeyRecord } from './records/key.ts';
import {
  organizationMembers, organizationMembershipMembers, teamMembers, teamMembershipMembers, userMembers,
  type OrganizationMembershipRecord, type OrganizationRecord, type TeamMembershipRecord, type TeamRecord, type UserRecord,
} from './records/people.ts';
import { readRecord } from './records/record.ts';
import type { Kysely } from 'kysely';
import type { Schema } from '../store/schema.ts';

/** Everything about a caller that the database holds. */
export interface Material {
  /** Null where somebody signed in without a key. */
  key: KeyRecord | null;
  /** When a replaced key stops working; null: it is the key itself. */
  revokedAtMs: number | null;
  user: UserRecord | null;
  team: TeamRecord | null;
  organization: OrganizationRecord | null;
  project: ProjectRecord | null;
  /** The user's place in each team and organization. */
  memberships: readonly TeamMembershipRecord[];
  organizationMemberships: readonly OrganizationMembershipRecord[];
  budgets: ReadonlyMap<string, BudgetRecord>;
  /** Names of models by the id of an access group. */
  accessGroups: ReadonlyMap<string, readonly string[]>;
}

/** What is known where there is no database. */
export const noMaterial: Material = {
  key: null, revokedAtMs: null, user: null, team: null, organization: null, project: null, memberships: [], organizationMemberships: [], budgets: new Map(), accessGroups: new Map(),
};

type Database = Kysely<Schema>;

/** The material of a key by its hash, or null when there is no such key. */
export async function loadKey(db: Database, keyHash: string, nowMs: number): Promise<Material | null> {
  const row = await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', keyHash).executeTakeFirst();
  if (row) return complete(db, readRecord(keyMembers, row), null, null);
  const replaced = await db.selectFrom('replaced_keys').selectAll().where('key_hash', '=', keyHash).where('revoke_at_ms', '>', nowMs).executeTakeFirst();
  if (!replaced) return null;
  const active = await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', replaced.active_key_hash).executeTakeFirst();
  return active ? complete(db, readRecord(keyMembers, active), replaced.revoke_at_ms, null) : null;
}

/** Whom somebody without a key is, acts for, and belongs to. */
export interface Identity {
  userId: string | null;
  teamId: string | null;
  organizationId: string | null;
}

/** The material of somebody who signed in or brought a token. */
export const loadIdentity = (db: Database, identity: Identity): Promise<Material> => complete(db, null, null, identity);

async function complete(db: Database, key: KeyRecord | null, revokedAtMs: number | null, identity: Identity | null): Promise<Material> {
  const userId = key?.user_id ?? identity?.userId ?? null;
  const teamId = key?.team_id ?? identity?.teamId ?? null;
  const [user, team, project, memberships, organizationMemberships] = await Promise.all([
    userId === null ? null : findUser(db, userId),
    teamId === null ? null : findTeam(db, teamId),
    key?.project_id ? findProject(db, key.project_id) : null,
    userId === null ? [] : db.selectFrom('team_members').selectAll().where('user_id', '=', userId).execute(),
    userId === null ? [] : db.selectFrom('organization_members').selectAll().where('user_id', '=', userId).execute(),
  ]);
  const organizationId = key?.organization_id ?? team?.organization_id ?? identity?.organizationId ?? user?.organization_id ?? null;
  const organization = organizationId === null ? null : await findOrganization(db, organizationId);
  const members = memberships.map((row) => readRecord(teamMembershipMembers, row));
  const own = members.find((member) => member.team_id === teamId);
  const budgetIds = [key?.budget_id, team?.members_budget_id, own?.budget_id, organization?.budget_id, project?.budget_id].filter((id) => typeof id === 'string');
  return {
    key, revokedAtMs, user, team, organization, project, memberships: members,
    organizationMemberships: organizationMemberships.map((row) => readRecord(organizationMembershipMembers, row)),
    budgets: await findBudgets(db, budgetIds),
    accessGroups: await findAccessGroups(db, [...(key?.access_group_ids ?? []), ...(team?.access_group_ids ?? [])]),
  };
}

/** A user's record. */
export async function findUser(db: Database, userId: string): Promise<UserRecord | null> {
  const row = await db.selectFrom('users').selectAll().where('user_id', '=', userId).executeTakeFirst();
  return row ? readRecord(userMembers, row) : null;
}

/** A team's record. */
export async function findTeam(db: Database, teamId: string): Promise<TeamRecord | null> {
  const row = await db.selectFrom('teams').selectAll().where('team_id', '=', teamId).executeTakeFirst();
  return row ? readRecord(teamMembers, row) : null;
}

/** An organization's record. */
export async function findOrganization(db: Database, organizationId: string): Promise<OrganizationRecord | null> {
  const row = await db.selectFrom('organizations').selectAll().where('organization_id', '=', organizationId).executeTakeFirst();
  return row ? readRecord(organizationMembers, row) : null;
}

/** A project's record. */
export async function findProject(db: Database, projectId: string): Promise<ProjectRecord | null> {
  const row = await db.selectFrom('projects').selectAll().where('project_id', '=', projectId).executeTakeFirst();
  return row ? readRecord(projectMembers, row) : null;
}

/** Budgets by their ids. */
export async function findBudgets(db: Database, ids: readonly string[]): Promise<Map<string, BudgetRecord>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('budgets').selectAll().where('budget_id', 'in', [...new Set(ids)]).execute();
  return new Map(rows.map((row) => [row.budget_id, readRecord(budgetMembers, row)]));
}

async function findAccessGroups(db: Database, ids: readonly string[]): Promise<Map<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('access_groups').selectAll().where('access_group_id', 'in', [...new Set(ids)]).execute();
  return new Map(rows.map((row) => [row.access_group_id, readRecord(accessGroupMembers, row).access_model_names]));
}
