// Stored credentials, their values masked by the gateway.
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { CredentialSheet } from './CredentialSheet.tsx';
import { change } from '../../ui/change.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { providersStrings } from './providers-strings.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { useDatabase } from '../../app/session.ts';
import type { Credential } from '../../../../client/index.ts';

/** See the top of the file. */
export function CredentialList() {
  const strings = providersStrings.use();
  const { actions, fields } = shared.use();
  const database = useDatabase();
  const [asked, setAsked] = useState<string | null>(null);
  const query = useQuery({ queryKey: ['credentials'], queryFn: ({ signal }) => gateway.credentials.list(signal), enabled: database });
  const open = useQueryMember('credential');
  const shown = query.data?.find((each) => each.credential_name === open);
  const columns: Column<Credential>[] = [
    { id: 'name', header: strings.name, cell: (credential) => credential.credential_name },
    { id: 'provider', header: strings.provider, cell: ({ credential_info: info }) => String(info['custom_llm_provider'] ?? '–') },
    { id: 'values', header: strings.values, cell: ({ credential_values: values }) => <span className="mono">{Object.entries(values).map(([name, value]) => `${name}: ${String(value)}`).join(', ')}</span> },
    { id: 'delete', header: fields.actions, quiet: true, align: 'end', cell: ({ credential_name: name }) => <IconButton icon={Trash2} size={15} label={`${actions.delete}: ${name}`} onClick={() => setAsked(name)} /> },
  ];
  const remove = (name: string): void => {
    setAsked(null);
    void change({ keys: [['credentials']], done: strings.deleted(name), run: () => gateway.credentials.delete(name), optimistic: (answer) => (Array.isArray(answer) ? (answer as Credential[]).filter((each) => each.credential_name !== name) : answer) });
  };
  if (!database) return null;
  return (
    <section className="stack tight">
      <div className="section-head"><h2>{strings.credentials}</h2><p className="hint quiet">{strings.credentialsAbout}</p></div>
      {query.isPending && <TableSkeleton rows={2} />}
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className="hint">{strings.noCredentials}</p>}
      {query.data && query.data.length > 0 && <DataTable label={strings.credentials} rows={query.data} columns={columns} rowKey={(credential) => credential.credential_name} href={({ credential_name: name }) => addressOf('/providers', { credential: name })} />}
      {shown && <CredentialSheet credential={shown} onClose={() => setQuery({ credential: null })} />}
      {asked !== null && <Confirm danger title={strings.deleteTitle} text={strings.deleteText} action={actions.delete} onCancel={() => setAsked(null)} onConfirm={() => remove(asked)} />}
    </section>
  );
}
