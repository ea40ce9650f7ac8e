// Whom a token's claims stand for in the database: its teams and organization, and the user and teams that are made for it.
import type { Bearer } from './claims.ts';
import type { JwtSettings } from './settings.ts';
import type { Store } from '../../store/store.ts';

/** A team by its id and name. */
export interface NamedTeam {
  id: string;
  alias: string | null;
}

/** The teams for which the bearer may call, in the token's order. Those that do not exist are left out. */
export async function teamsOf({ db }: Store, { teamIds, teamAlias, userId }: Bearer, { teamsOfDatabase }: JwtSettings): Promise<NamedTeam[]> {
  const rows = db.selectFrom('teams').select(['team_id as id', 'team_alias as alias']);
  if (teamIds.length > 0) {
    const found = new Map((await rows.where('team_id', 'in', teamIds).execute()).map((team) => [team.id, team]));
    return teamIds.flatMap((id) => found.get(id) ?? []);
  }
  if (teamAlias !== null) {
    // A name that two teams have says nothing.
    const found = await rows.where('team_alias', '=', teamAlias).limit(2).execute();
    return found.length === 1 ? found : [];
  }
  if (!teamsOfDatabase || userId === null) return [];
  return rows.where('team_id', 'in', db.selectFrom('team_members').select('team_members.team_id').where('user_id', '=', userId)).orderBy('created_at_ms').execute();
}

/** The organization that the token names, by its id or its name. */
export async function organizationOf({ db }: Store, { organizationId, organizationAlias }: Bearer): Promise<string | null> {
  if (organizationId !== null || organizationAlias === null) return organizationId;
  const found = await db.selectFrom('organizations').select('organization_id').where('organization_alias', '=', organizationAlias).limit(2).execute();
  return found.length === 1 ? found[0]?.organization_id ?? null : null;
}

/** Makes the role and the teams of the user in the database those of the token. Teams that do not exist are passed over; keys that the user has in a team stay its own. True when something changed. */
export async function follow({ db }: Store, { userId, userEmail, teamIds, role }: Bearer, { peopleFollow, teamsOfDatabase }: JwtSettings): Promise<boolean> {
  if (!peopleFollow || userId === null) return false;
  const changed = role === null ? null : await db.updateTable('users').set({ user_role: role, updated_at_ms: Date.now(), updated_by: 'jwt' }).where('user_id', '=', userId).where((users) => users.or([users('user_role', '!=', role), users('user_role', 'is', null)])).executeTakeFirst();
  const newRole = Number(changed?.numUpdatedRows ?? 0) > 0;
  // Claims that name no team say nothing where the database's teams stand in for them.
  if (teamIds.length === 0 && teamsOfDatabase) return newRole;
  const wanted = teamIds.length === 0 ? [] : (await db.selectFrom('teams').select('team_id').where('team_id', 'in', teamIds).execute()).map((team) => team.team_id);
  const present = (await db.selectFrom('team_members').select('team_id').where('user_id', '=', userId).execute()).map((place) => place.team_id);
  const atMs = Date.now();
  const come = wanted.filter((id) => !present.includes(id));
  for (const team of come) {
    await db.insertInto('team_members').values({ team_id: team, user_id: userId, role: 'user', created_at_ms: atMs, updated_at_ms: atMs, created_by: 'jwt', fields: JSON.stringify({ user_email: userEmail }) })
      .onConflict((conflict) => conflict.columns(['team_id', 'user_id']).doNothing()).execute();
  }
  const gone = present.filter((id) => !wanted.includes(id));
  if (gone.length > 0) await db.deleteFrom('team_members').where('user_id', '=', userId).where('team_id', 'in', gone).execute();
  return newRole || come.length > 0 || gone.length > 0;
}

/** Makes the user and the team of a token, where the settings say so. */
export async function upsert({ db }: Store, { userId, userEmail, teamIds }: Bearer, { userUpsert, teamUpsert }: JwtSettings): Promise<void> {
  const atMs = Date.now();
  const times = { created_at_ms: atMs, updated_at_ms: atMs, created_by: 'jwt' };
  if (userUpsert && userId !== null) {
    await db.insertInto('users').values({ user_id: userId, user_email: userEmail, user_role: 'internal_user', ...times }).onConflict((conflict) => conflict.column('user_id').doNothing()).execute();
  }
  const [teamId] = teamIds;
  if (teamUpsert && teamId !== undefined) {
    await db.insertInto('teams').values({ team_id: teamId, ...times }).onConflict((conflict) => conflict.column('team_id').doNothing()).execute();
  }
}
