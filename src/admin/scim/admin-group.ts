// `scim_admin_group`: whoever is in this group administers the gateway, and whoever leaves it does so no longer.
import { endSessions } from '../users/change.ts';
import { stringAt, type JsonObject } from '../../lib/json.ts';
import { userMembers } from '../../access/records/people.ts';
import { writeRecord } from '../../access/records/record.ts';
import type { AdminCall } from '../endpoint.ts';
import type { Config } from '../../config/config.ts';
import type { Database } from '../database.ts';
import type { Note } from '../commit.ts';

/** The role of users whom SCIM brings: that of new users, in LiteLLM the one that only looks. Never an administrator. */
export function scimRole({ litellmSettings }: Config): string {
  const role = stringAt(litellmSettings.defaultInternalUserParams as JsonObject | undefined, 'user_role');
  return role === 'internal_user' || role === 'internal_user_viewer' ? role : 'internal_user_viewer';
}

/** Gives these users the role that their groups say. Does nothing when no group makes administrators. */
export async function judgeRoles(db: Database, call: AdminCall, userIds: Iterable<string>, note: (note: Note) => void): Promise<void> {
  const { services, caller } = call;
  const group = services.config.litellmSettings.scimAdminGroup;
  const ids = [...new Set(userIds)];
  if (group === undefined || ids.length === 0) return;
  const admins = await db.selectFrom('team_members').innerJoin('teams', 'teams.team_id', 'team_members.team_id').select('team_members.user_id')
    .where('team_members.user_id', 'in', ids).where((team) => team.or([team('teams.team_id', '=', group), team('teams.team_alias', '=', group)])).execute();
  const administer = new Set(admins.map((row) => row.user_id));
  for (const row of await db.selectFrom('users').selectAll().where('user_id', 'in', ids).execute()) {
    const role = administer.has(row.user_id) ? 'proxy_admin' : scimRole(services.config);
    if (row.user_role === role) continue;
    await db.updateTable('users').set({ ...writeRecord(userMembers, { user_role: role }, row), updated_at_ms: services.nowMs(), updated_by: caller.userId }).where('user_id', '=', row.user_id).execute();
    await endSessions(db, row.user_id, note);
    note({ kind: 'user', id: row.user_id, action: 'updated', before: { user_role: row.user_role }, after: { user_role: role } });
  }
}
