// Models and deployments: what can be called, and how it is.
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { CheckAll } from './CheckAll.tsx';
import { PagedTable } from '../../ui/PagedTable.tsx';
import { deploymentFigures, useMetrics } from '../../api/use-metrics.ts';
import { DeploymentSheet } from './DeploymentSheet.tsx';
import { gateway } from '../../api/gateway.ts';
import { healthTones, stateOf, perMillion, providerOf, type DeploymentRow } from './deployments.ts';
import { modelsStrings } from './models-strings.ts';
import { NewModelSheet } from './NewModelSheet.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { useCursorList } from '../../ui/use-cursor-list.ts';
import { useFormats } from '../../lib/numbers.ts';
import { useIsAdmin } from '../../app/session.ts';
import type { Column } from '../../ui/DataTable.tsx';
import type { Deployment } from '../../../../client/index.ts';
import type { Paged } from '../../ui/use-paged.ts';

/** See the top of the file. */
export default function ModelsPage() {
  const strings = modelsStrings.use();
  const isAdmin = useIsAdmin();
  const samples = useMetrics();
  const open = useQueryMember('id');
  const making = useQueryMember('new') !== null;
  const [result, setResult] = useState<string | null>(null);
  const list = useCursorList<Deployment>(['deployments', 'page'], (query, signal) => gateway.models.page(query, signal), { by: 'name', order: 'asc' });
  const figures = new Map((samples ? deploymentFigures(samples) : []).map((figure) => [figure.id, figure]));
  const withFigures = (deployment: Deployment): DeploymentRow => ({ ...deployment, figures: figures.get(deployment.model_info.id) });
  const known = list.rows.find(({ model_info }) => model_info.id === open);
  // One that came as a link may be on a later page.
  const asked = useQuery({ queryKey: ['deployments', open], queryFn: ({ signal }) => gateway.models.deployment(open ?? '', signal), enabled: open !== null && !known && !list.loading, retry: false });
  const chosen = known ?? (open === null ? null : asked.data);
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="models" about={strings.about}>
        {isAdmin && <CheckAll onResult={setResult} />}
        {isAdmin && (
          <button type="button" className="button primary" onClick={() => setQuery({ new: '1' })}>
            <Plus aria-hidden size={16} />
            {strings.add}
          </button>
        )}
      </PageHead>
      {result !== null && <p className="banner" data-tone="good" role="status">{result}</p>}
      <div className="bar">
        <SearchBox placeholder={strings.search} />
      </div>
      <ModelTable list={list} withFigures={withFigures} />
      {chosen && <DeploymentSheet row={withFigures(chosen)} onClose={() => setQuery({ id: null })} />}
      {making && <NewModelSheet onClose={() => setQuery({ new: null }, { replace: true })} />}
    </main>
  );
}

function ModelTable({ list, withFigures }: { list: Paged<Deployment>; withFigures: (deployment: Deployment) => DeploymentRow }) {
  const strings = modelsStrings.use();
  const formats = useFormats();
  const isAdmin = useIsAdmin();
  const span = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : formats.span(value));
  const live: Column<DeploymentRow>[] = isAdmin ? [
    { id: 'health', header: strings.health, sort: 'health', cell: ({ figures }) => <Badge tone={healthTones[stateOf(figures)]}>{strings[stateOf(figures)]}</Badge> },
    { id: 'latency', header: strings.latency, align: 'end', minor: true, cell: ({ figures }) => `${span(figures?.p50Ms)} / ${span(figures?.p95Ms)}` },
    { id: 'calls', header: strings.calls, sort: 'calls', align: 'end', minor: true, cell: ({ figures }) => formats.compact(figures?.attempts ?? 0) },
  ] : [];
  const columns: Column<DeploymentRow>[] = [
    { id: 'name', header: strings.deployment, sort: 'name', cell: (row) => <>{row.model_name}<span className="sub">{row.litellm_params.model}</span></> },
    { id: 'provider', header: strings.provider, sort: 'provider', minor: true, cell: providerOf },
    ...live,
    { id: 'price', header: strings.price, sort: 'output_cost', align: 'end', cell: ({ model_info: info }) => `${perMillion(info['input_cost_per_token'], formats)} / ${perMillion(info['output_cost_per_token'], formats)}` },
    { id: 'context', header: strings.context, sort: 'context', align: 'end', minor: true, cell: ({ model_info: info }) => (typeof info['max_input_tokens'] === 'number' ? formats.compact(info['max_input_tokens']) : '–') },
  ];
  return (
    <PagedTable
      label={strings.label} paged={{ ...list, rows: list.rows.map(withFigures) }} columns={columns} rowKey={({ model_info }) => model_info.id} href={({ model_info }) => addressOf('/models', { id: model_info.id, q: list.search })}
      empty={{ title: strings.empty, nothing: strings.nothing, about: strings.emptyAbout }}
    />
  );
}
