// Whose requests a caller may see: everybody's, or those of its key, its user, and of the teams and organizations that it administers.
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { rolesOf, type Caller } from '../../access/caller.ts';
import { reachOf } from '../../access/permissions.ts';
import { readRecord } from '../../access/records/record.ts';
import { teamMembers } from '../../access/records/people.ts';
import type { Store } from '../../store/store.ts';

/** True for callers who see everything. */
export function seesAll(caller: Caller): boolean {
  return rolesOf(caller).some((role) => reachOf(role, 'spend.read_all') === 'all');
}

/** The teams of a caller whose members may see all that is spent for the team, by this route (`team_member_permissions`). */
export async function openTeams({ db }: Store, caller: Caller, route: string): Promise<string[]> {
  if (seesAll(caller) || caller.memberTeams.size === 0) return [];
  const rows = await db.selectFrom('teams').selectAll().where('team_id', 'in', [...caller.memberTeams]).execute();
  return rows.map((row) => readRecord(teamMembers, row)).filter((team) => team.team_member_permissions.includes(route)).map((team) => team.team_id);
}

/** The condition on `spend_log`, `daily_activity` or `daily_tag_activity` that leaves only what the caller may see. `open`: teams whose members see everything of it. */
export function visibleTo(caller: Caller, open: readonly string[] = []): RawBuilder<SqlBool> {
  if (seesAll(caller)) return sql<SqlBool>`1 = 1`;
  const parts = [sql<SqlBool>`api_key = ${caller.keyHash}`];
  // A bare key sees what it did itself; a person sees all that was done for them, by whatever key.
  if (caller.role !== 'key' && caller.userId !== null) parts.push(sql<SqlBool>`user_id = ${caller.userId}`);
  const teams = [...caller.adminTeams, ...open];
  if (teams.length > 0) parts.push(sql<SqlBool>`team_id in (${sql.join(teams)})`);
  if (caller.adminOrganizations.size > 0) parts.push(sql<SqlBool>`organization_id in (${sql.join([...caller.adminOrganizations])})`);
  return sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}
