// All people with an account, and one over the list.
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { PagedTable } from '../../ui/PagedTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { PersonSheet } from './PersonSheet.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { teamsStrings } from './teams-strings.ts';
import { Time } from '../../ui/Time.tsx';
import { useDatabase } from '../../app/session.ts';
import { useFormats } from '../../lib/numbers.ts';
import { usePaged } from '../../ui/use-paged.ts';
import { usePersonName } from '../../ui/use-person-name.ts';
import type { Column } from '../../ui/DataTable.tsx';
import type { User, UserRole } from '../../../../client/index.ts';

/** See the top of the file. */
export function PeopleList() {
  const strings = teamsStrings.use();
  const database = useDatabase();
  const paged = usePaged<User>(['users'], (query, signal) => gateway.users.list(query, signal), { by: 'created_at', order: 'desc' });
  const open = useQueryMember('id');
  const person = paged.rows.find(({ user_id: id }) => id === open);
  return (
    <>
      {database && <div className="bar"><SearchBox placeholder={strings.searchPeople} /></div>}
      <PeopleTable paged={paged} />
      {person && <PersonSheet person={person} onClose={() => setQuery({ id: null })} />}
    </>
  );
}

function PeopleTable({ paged }: { paged: ReturnType<typeof usePaged<User>> }) {
  const strings = teamsStrings.use();
  const { fields } = shared.use();
  const formats = useFormats();
  const personName = usePersonName();
  const columns: Column<User>[] = [
    { id: 'name', header: fields.name, sort: 'user_email', cell: (user) => <>{user.user_alias || user.user_email || personName(user.user_id)}{user.user_alias && user.user_email && <span className="sub">{user.user_email}</span>}</> },
    { id: 'role', header: strings.role, cell: (user) => strings.roles[user.user_role as UserRole] ?? user.user_role ?? '–' },
    { id: 'keys', header: strings.keys, align: 'end', minor: true, cell: (user) => formats.count(user.key_count ?? 0) },
    { id: 'spend', header: fields.spend, sort: 'spend', align: 'end', cell: (user) => <BudgetBar spend={user.spend} budget={user.max_budget} /> },
    { id: 'created', header: fields.created, sort: 'created_at', minor: true, cell: (user) => <Time at={user.created_at} /> },
  ];
  return (
    <PagedTable
      label={strings.people} paged={paged} columns={columns} rowKey={(user) => user.user_id} href={(user) => addressOf('/teams', { view: 'people', id: user.user_id, q: paged.search })}
      empty={{ title: strings.emptyPeople, nothing: strings.nothing, about: strings.emptyPeopleAbout }}
    />
  );
}
