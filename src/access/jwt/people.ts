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
