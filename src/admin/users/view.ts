// How users are shown.
import { readRecord, type FieldsRow } from '../../access/records/record.ts';
import { userMembers, type UserRecord } from '../../access/records/people.ts';
import type { Database } from '../database.ts';
import type { JsonObject } from '../../lib/json.ts';

/** The record of a row. */
export const userOf = (row: FieldsRow): UserRecord => readRecord(userMembers, row);

/** A user as LiteLLM's rows are shown. */
export function userView(user: UserRecord, teams: readonly string[]): JsonObject {
  return {
    ...user, teams: [...teams], verified_subjects: null, password_reset_required: null, last_breach_check_at: null, litellm_organization_table: null, organization_memberships: null,
    invitations_created: null, invitations_updated: null, invitations_user: null, object_permission: null,
  };
}

/** The ids of the teams of each of these users. */
export async function teamsOfUsers(db: Database, userIds: readonly string[]): Promise<Map<string, string[]>> {
  const teams = new Map<string, string[]>();
  if (userIds.length === 0) return teams;
  for (const { user_id: userId, team_id: teamId } of await db.selectFrom('team_members').select(['user_id', 'team_id']).where('user_id', 'in', userIds).execute()) {
    teams.set(userId, [...(teams.get(userId) ?? []), teamId]);
  }
  return teams;
}
