// Finds teams, and decides by which right they may be touched.
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findTeam } from '../../access/material.ts';
import { reachOf } from '../../access/permissions.ts';
import { rightOver, rolesOf } from '../../access/caller.ts';
import type { Action, Reach } from '../../access/permissions.ts';
import type { AdminCall } from '../endpoint.ts';
import type { TeamRecord } from '../../access/records/people.ts';

/**
 * A team that the caller may do this with. Who may not see a team does not learn that it exists: whatever team is named, the answer is the same. `missingStatus`: what is
 * answered to an administrator where there is none.
 */
export async function teamFor({ caller, services }: AdminCall, action: Action, teamId: string, missingStatus = 404): Promise<Result<{ team: TeamRecord; reach: Reach }>> {
  const team = await findTeam(services.store.db, teamId);
  const name = teamId.slice(0, 100);
  const all = rolesOf(caller).some((role) => reachOf(role, action) === 'all');
  const missing = fail(all
    ? fault('managed_missing', `Team not found, passed team id: ${name}.`, { type: 'auth_error', param: 'None', status: missingStatus })
    : fault('managed_forbidden', `User=${caller.userId ?? 'None'} not authorized to access this team=${name}`, { type: 'auth_error', param: 'None' }));
  if (!team) return missing;
  const reach = rightOver(caller, action, { teamId: team.team_id, organizationId: team.organization_id });
  if (reach !== null) return ok({ team, reach });
  const sees = caller.memberTeams.has(team.team_id) || caller.teamId === team.team_id;
  if (!sees) return missing;
  return action === 'team.read' ? ok({ team, reach: 'own' }) : fail(fault('managed_forbidden', `Only admins of the team or of its organization may do this. Your user_id=${caller.userId ?? 'None'}.`));
}
