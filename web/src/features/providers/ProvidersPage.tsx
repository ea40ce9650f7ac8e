// Providers in use, stored credentials, and all providers that can be called.
import { Plus } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { CredentialList } from './CredentialList.tsx';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { deploymentFigures, useMetrics } from '../../api/use-metrics.ts';
import { gateway } from '../../api/gateway.ts';
import { NewCredentialSheet } from './NewCredentialSheet.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { providerOf } from '../models/deployments.ts';
import { providersStrings } from './providers-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { useDatabase } from '../../app/session.ts';
import { useFormats } from '../../lib/numbers.ts';

interface Used {
  provider: string;
  deployments: number;
  calls: number;
  failures: number;
  p95Ms: number | null;
}

/** See the top of the file. */
export default function ProvidersPage() {
  const strings = providersStrings.use();
  const database = useDatabase();
  const making = useQueryMember('new') !== null;
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="providers" about={strings.about}>
        {database && <button type="button" className="button primary" onClick={() => setQuery({ new: '1' })}><Plus aria-hidden size={16} />{strings.newCredential}</button>}
      </PageHead>
      <InUse />
      <CredentialList />
      <Supported />
      {making && <NewCredentialSheet onClose={() => setQuery({ new: null }, { replace: true })} />}
    </main>
  );
}

function InUse() {
  const strings = providersStrings.use();
  const formats = useFormats();
  const samples = useMetrics();
  const list = useQuery({ queryKey: ['deployments'], queryFn: ({ signal }) => gateway.models.deployments(signal) });
  const figures = new Map((samples ? deploymentFigures(samples) : []).map((each) => [each.id, each]));
  const used = new Map<string, Used>();
  for (const deployment of list.data ?? []) {
    const provider = providerOf(deployment);
    const sum = used.get(provider) ?? { provider, deployments: 0, calls: 0, failures: 0, p95Ms: null };
    const figure = figures.get(deployment.model_info.id);
    used.set(provider, { provider, deployments: sum.deployments + 1, calls: sum.calls + (figure?.attempts ?? 0), failures: sum.failures + (figure?.failures ?? 0), p95Ms: Math.max(sum.p95Ms ?? 0, figure?.p95Ms ?? 0) || null });
  }
  const columns: Column<Used>[] = [
    { id: 'provider', header: strings.provider, cell: ({ provider }) => provider },
    { id: 'deployments', header: strings.deployments, align: 'end', cell: (row) => formats.count(row.deployments) },
    { id: 'calls', header: strings.calls, align: 'end', cell: ({ calls }) => formats.count(calls) },
    { id: 'failures', header: strings.failures, align: 'end', cell: ({ failures }) => formats.count(failures) },
    { id: 'p95', header: strings.p95, align: 'end', minor: true, cell: ({ p95Ms }) => (p95Ms === null ? '–' : formats.span(p95Ms)) },
  ];
  return (
    <section className="stack tight">
      <div className="section-head"><h2>{strings.inUse}</h2></div>
      {list.isPending && <TableSkeleton rows={2} />}
      {list.data?.length === 0 && <p className="hint">{strings.noneInUse}</p>}
      {used.size > 0 && <DataTable label={strings.inUse} rows={[...used.values()]} columns={columns} rowKey={({ provider }) => provider} href={({ provider }) => addressOf('/models', { q: provider })} />}
    </section>
  );
}

function Supported() {
  const strings = providersStrings.use();
  const formats = useFormats();
  const { data } = useQuery({ queryKey: ['providers'], queryFn: ({ signal }) => gateway.credentials.providers(signal), staleTime: Infinity });
  if (!data) return null;
  return (
    <details className="more">
      <summary>{strings.supported(formats.count(data.length))}</summary>
      <p className="chips">{data.map((name) => <span key={name} className="chip">{name}</span>)}</p>
    </details>
  );
}
