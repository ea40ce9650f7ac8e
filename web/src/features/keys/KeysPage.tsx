// Virtual keys: the list, and one over it.
import { Plus } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { PagedTable } from '../../ui/PagedTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { KeySheet } from './KeySheet.tsx';
import { KeyStatus } from './KeyStatus.tsx';
import { keysStrings } from './keys-strings.ts';
import { NewKeySheet } from './NewKeySheet.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { useTeamNames } from '../../ui/TeamPicker.tsx';
import { Time } from '../../ui/Time.tsx';
import { usePersonName } from '../../ui/use-person-name.ts';
import { usePaged } from '../../ui/use-paged.ts';
import { useTeamScope } from '../../app/scope.ts';
import type { Column } from '../../ui/DataTable.tsx';
import type { VirtualKey } from '../../../../client/index.ts';

/** The name of a key for people. */
export const nameOfKey = (key: VirtualKey): string => key.key_alias || key.key_name || key.token.slice(0, 12);

/** See the top of the file. */
export default function KeysPage() {
  const strings = keysStrings.use();
  const team = useTeamScope();
  const paged = usePaged<VirtualKey>(['keys', team], (query, signal) => gateway.keys.list({ ...query, ...(team && { team_id: team }) }, signal), { by: 'created_at', order: 'desc' });
  const open = useQueryMember('key');
  const making = useQueryMember('new') !== null;
  const known = paged.rows.find(({ token }) => token === open);
  const asked = useQuery({ queryKey: ['key', open], queryFn: ({ signal }) => gateway.keys.info(open ?? '', signal), enabled: open !== null && !known && !paged.loading, retry: false });
  const shown = known ?? asked.data;
  const usable = !paged.error;
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="keys" about={strings.about} team={usable}>
        {usable && (
          <button type="button" className="button primary" onClick={() => setQuery({ new: '1' })}>
            <Plus aria-hidden size={16} />
            {strings.new}
          </button>
        )}
      </PageHead>
      {usable && (
        <div className="bar">
          <SearchBox placeholder={strings.search} />
        </div>
      )}
      <KeyTable paged={paged} />
      {making && <NewKeySheet onClose={() => setQuery({ new: null }, { replace: true })} />}
      {open !== null && shown && <KeySheet vkey={shown} onClose={() => setQuery({ key: null })} />}
    </main>
  );
}

function KeyTable({ paged }: { paged: ReturnType<typeof usePaged<VirtualKey>> }) {
  const strings = keysStrings.use();
  const { fields } = shared.use();
  const teams = useTeamNames();
  const personName = usePersonName();
  const columns: Column<VirtualKey>[] = [
    { id: 'name', header: fields.name, sort: 'key_alias', cell: (key) => <>{key.key_alias || strings.unnamed}<span className="sub mono">{key.key_name}</span></> },
    { id: 'status', header: fields.status, cell: (key) => <KeyStatus vkey={key} /> },
    { id: 'team', header: strings.teamOrOwner, minor: true, cell: (key) => (key.team_id ? teams.get(key.team_id) ?? key.team_id : <span className="quiet">{key.user_id === null ? '–' : personName(key.user_id)}</span>) },
    { id: 'models', header: fields.models, minor: true, cell: (key) => (key.models.length === 0 ? <span className="quiet">{fields.allModels}</span> : key.models.join(', ')) },
    { id: 'spend', header: fields.spend, sort: 'spend', align: 'end', cell: (key) => <BudgetBar spend={key.spend} budget={key.max_budget} /> },
    { id: 'used', header: strings.lastUsed, minor: true, cell: (key) => <Time at={key.last_active} none={fields.never} /> },
    { id: 'created', header: fields.created, sort: 'created_at', minor: true, cell: (key) => <Time at={key.created_at} /> },
  ];
  return (
    <PagedTable
      label={strings.label} paged={paged} columns={columns} rowKey={(key) => key.token} href={(key) => addressOf('/keys', { key: key.token, q: paged.search })}
      empty={{ title: strings.empty, nothing: strings.nothing, about: strings.emptyAbout }}
    />
  );
}
