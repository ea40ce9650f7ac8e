// Teams and people.
import { Plus } from 'lucide-react';
import { InviteSheet } from './InviteSheet.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { PeopleList } from './PeopleList.tsx';
import { setQuery, useQueryMember } from '../../app/location.ts';
import { TeamForm } from './TeamForm.tsx';
import { TeamList } from './TeamList.tsx';
import { teamsStrings } from './teams-strings.ts';
import { useDatabase } from '../../app/session.ts';

/** See the top of the file. */
export default function TeamsPage() {
  const strings = teamsStrings.use();
  const database = useDatabase();
  const people = useQueryMember('view') === 'people';
  const making = useQueryMember('new');
  const close = (): void => setQuery({ new: null }, { replace: true });
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="teams" about={strings.about}>
        {database && (
          <button type="button" className="button primary" onClick={() => setQuery({ new: people ? 'person' : 'team' })}>
            <Plus aria-hidden size={16} />
            {people ? strings.invite : strings.newTeam}
          </button>
        )}
      </PageHead>
      {database && (
        <div className="segments" role="group" aria-label={strings.views}>
          <button type="button" aria-pressed={!people} onClick={() => setQuery({ view: null, q: null, sort: null, order: null })}>{strings.teams}</button>
          <button type="button" aria-pressed={people} onClick={() => setQuery({ view: 'people', q: null, sort: null, order: null })}>{strings.people}</button>
        </div>
      )}
      {people ? <PeopleList /> : <TeamList />}
      {making === 'team' && <TeamForm present={null} onClose={close} />}
      {making === 'person' && <InviteSheet onClose={close} />}
    </main>
  );
}
