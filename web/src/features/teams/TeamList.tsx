// All teams, and one over the list.
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { PagedTable } from '../../ui/PagedTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { TeamSheet } from './TeamSheet.tsx';
import { teamsStrings } from './teams-strings.ts';
import { Time } from '../../ui/Time.tsx';
import { useDatabase } from '../../app/session.ts';
import { useFormats } from '../../lib/numbers.ts';
import { usePaged } from '../../ui/use-paged.ts';
import type { Column } from '../../ui/DataTable.tsx';
import type { Team } from '../../../../client/index.ts';

/** See the top of the file. */
export function TeamList() {
  const strings = teamsStrings.use();
  const database = useDatabase();
  const paged = usePaged<Team>(['teams'], (query, signal) => gateway.teams.list(query, signal), { by: 'created_at', order: 'desc' });
  const open = useQueryMember('id');
  const detail = useQuery({ queryKey: ['team', open], queryFn: ({ signal }) => gateway.teams.info(open ?? '', signal), enabled: open !== null && database, retry: false });
  const known = detail.data?.team ?? paged.rows.find(({ team_id: id }) => id === open);
  return (
    <>
      {database && <div className="bar"><SearchBox placeholder={strings.searchTeams} /></div>}
      <TeamTable paged={paged} />
      {open !== null && known && <TeamSheet team={known} keyCount={detail.data?.keys.length} onClose={() => setQuery({ id: null })} />}
    </>
  );
}

function TeamTable({ paged }: { paged: ReturnType<typeof usePaged<Team>> }) {
  const strings = teamsStrings.use();
  const { fields } = shared.use();
  const formats = useFormats();
  const columns: Column<Team>[] = [
    { id: 'name', header: fields.name, sort: 'team_alias', cell: (team) => team.team_alias || team.team_id },
    { id: 'status', header: fields.status, cell: (team) => <Badge tone={team.blocked ? 'bad' : 'good'}>{team.blocked ? strings.blocked : strings.active}</Badge> },
    { id: 'members', header: strings.members, align: 'end', cell: (team) => formats.count(team.members_count ?? team.members_with_roles.length) },
    { id: 'keys', header: strings.keys, align: 'end', minor: true, cell: (team) => formats.count(team.keys_count ?? 0) },
    { id: 'models', header: fields.models, minor: true, cell: (team) => (team.models.length === 0 ? <span className="quiet">{fields.allModels}</span> : team.models.join(', ')) },
    { id: 'spend', header: fields.spend, sort: 'spend', align: 'end', cell: (team) => <BudgetBar spend={team.spend} budget={team.max_budget} /> },
    { id: 'created', header: fields.created, sort: 'created_at', minor: true, cell: (team) => <Time at={team.created_at} /> },
  ];
  return (
    <PagedTable
      label={strings.teams} paged={paged} columns={columns} rowKey={(team) => team.team_id} href={(team) => addressOf('/teams', { id: team.team_id, q: paged.search })}
      empty={{ title: strings.emptyTeams, nothing: strings.nothing, about: strings.emptyTeamsAbout }}
    />
  );
}
