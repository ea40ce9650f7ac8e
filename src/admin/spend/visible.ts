// Whose requests a caller may see: everybody's, or those of its key, its user, and of the teams and organizations that it administers.
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { rolesOf, type Caller } from '../../access/caller.ts';
import { reachOf } from '../../access/permissions.ts';

/** True for callers who see everything. */
export function seesAll(caller: Caller): boolean {
  return rolesOf(caller).some((role) => reachOf(role, 'spend.read_all') === 'all');
}

/** The condition on `spend_log`, `daily_activity` or `daily_tag_activity` that leaves only what the caller may see. */
export function visibleTo(caller: Caller): RawBuilder<SqlBool> {
  if (seesAll(caller)) return sql<SqlBool>`1 = 1`;
  const parts = [sql<SqlBool>`api_key = ${caller.keyHash}`];
  // A bare key sees what it did itself; a person sees all that was done for them, by whatever key.
  if (caller.role !== 'key' && caller.userId !== null) parts.push(sql<SqlBool>`user_id = ${caller.userId}`);
  if (caller.adminTeams.size > 0) parts.push(sql<SqlBool>`team_id in (${sql.join([...caller.adminTeams])})`);
  if (caller.adminOrganizations.size > 0) parts.push(sql<SqlBool>`organization_id in (${sql.join([...caller.adminOrganizations])})`);
  return sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}
