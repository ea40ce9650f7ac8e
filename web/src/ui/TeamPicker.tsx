// The scope of a page: one team or all. Takes no place where there are no teams.
import { useQuery } from '@tanstack/react-query';
import { gateway } from '../api/gateway.ts';
import { setQuery } from '../app/location.ts';
import { shared } from '../i18n/shared-strings.ts';
import { useDatabase, useIsAdmin } from '../app/session.ts';
import { useTeamScope } from '../app/scope.ts';

const none: ReadonlyMap<string, string> = new Map();
const most = 100;

/** Names of teams by their ids; empty while they are not known. */
export function useTeamNames(): ReadonlyMap<string, string> {
  const isAdmin = useIsAdmin();
  const enabled = useDatabase() && isAdmin;
  const { data } = useQuery({
    queryKey: ['team-names'], enabled, retry: false, staleTime: 60_000,
    queryFn: async ({ signal }) => new Map((await gateway.teams.list({ size: most }, signal)).items.map(({ team_id, team_alias }) => [team_id, team_alias || team_id])),
  });
  return data ?? none;
}

/** See the top of the file. */
export function TeamPicker() {
  const { scope } = shared.use();
  const teams = useTeamNames();
  const team = useTeamScope();
  if (teams.size === 0 && team === null) return null;
  return (
    <select className="select" aria-label={scope.team} value={team ?? ''} onChange={(event) => setQuery({ team: event.target.value })}>
      <option value="">{scope.all}</option>
      {[...teams].map(([id, name]) => <option key={id} value={id}>{name}</option>)}
      {team !== null && !teams.has(team) && <option value={team}>{team}</option>}
    </select>
  );
}
