// Finds teams, and decides by which right they may be touched.
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findTeam } from '../../access/material.ts';
import { rightOver } from '../../access/caller.ts';
import type { Action, Reach } from '../../access/permissions.ts';
import type { AdminCall } from '../endpoint.ts';
import type { TeamRecord } from '../../access/records/people.ts';

/** A team that the caller may do this with. Who may not see a team does not learn that it exists. */
export async function teamFor({ caller, services }: AdminCall, action: Action, teamId: string): Promise<Result<{ team: TeamRecord; reach: Reach }>> {
  const team = await findTeam(services.store.db, teamId);
  const missing = fail(fault('managed_missing', `Team not found, passed team id: ${teamId.slice(0, 100)}.`, { type: 'auth_error', param: 'None' }));
  if (!team) return missing;
  const reach = rightOver(caller, action, { teamId: team.team_id, organizationId: team.organization_id });
  if (reach !== null) return ok({ team, reach });
  const sees = caller.memberTeams.has(team.team_id) || caller.teamId === team.team_id;
  if (!sees) return missing;
  return action === 'team.read' ? ok({ team, reach: 'own' }) : fail(fault('managed_forbidden', `Only admins of the team or of its organization may do this. Your user_id=${caller.userId ?? 'None'}.`));
}
