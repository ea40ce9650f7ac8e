// Prices: of the installation's own models, and of the whole list.
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { perMillion, providerOf } from '../models/deployments.ts';
import { pricesStrings } from './prices-strings.ts';
import { Problem } from '../../ui/Problem.tsx';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { useFormats } from '../../lib/numbers.ts';

interface Price {
  id: string;
  model: string;
  provider: string;
  row: Record<string, unknown>;
  deploymentId: string | null;
}

const shownRows = 100;

/** See the top of the file. */
export default function PricesPage() {
  const strings = pricesStrings.use();
  const formats = useFormats();
  const all = useQueryMember('view') === 'all';
  const wanted = (useQueryMember('q') ?? '').toLowerCase();
  const own = useQuery({ queryKey: ['deployments'], queryFn: ({ signal }) => gateway.models.deployments(signal), enabled: !all });
  const list = useQuery({ queryKey: ['prices'], queryFn: ({ signal }) => gateway.models.prices(signal), enabled: all, staleTime: Infinity });
  const query = all ? list : own;
  const rows: Price[] = all
    ? Object.entries(list.data ?? {}).map(([model, row]) => ({ id: model, model, provider: String(row['litellm_provider'] ?? ''), row, deploymentId: null }))
    : (own.data ?? []).map((deployment) => ({ id: deployment.model_info.id, model: deployment.model_name, provider: providerOf(deployment), row: deployment.model_info, deploymentId: deployment.model_info.id }));
  const fitting = rows.filter(({ model, provider }) => model.toLowerCase().includes(wanted) || provider.toLowerCase().includes(wanted));
  const columns: Column<Price>[] = [
    { id: 'model', header: strings.model, cell: ({ model }) => model },
    { id: 'provider', header: strings.provider, cell: ({ provider }) => provider },
    ...(['input', 'output', 'cacheRead', 'cacheWrite'] as const).map((name): Column<Price> => ({ id: name, header: strings[name], align: 'end', minor: name.startsWith('cache'), cell: ({ row }) => perMillion(row[costNames[name]], formats) })),
    { id: 'context', header: strings.context, align: 'end', minor: true, cell: ({ row }) => (typeof row['max_input_tokens'] === 'number' ? formats.compact(row['max_input_tokens']) : '–') },
    { id: 'kind', header: strings.kind, minor: true, cell: ({ row }) => String(row['mode'] ?? '–') },
  ];
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="prices" about={strings.about} />
      <div className="bar">
        <div className="segments" role="group" aria-label={strings.which}>
          <button type="button" aria-pressed={!all} onClick={() => setQuery({ view: null })}>{strings.mine}</button>
          <button type="button" aria-pressed={all} onClick={() => setQuery({ view: 'all' })}>{strings.all}</button>
        </div>
        <SearchBox placeholder={strings.search} />
      </div>
      {query.error && !query.data && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <TableSkeleton />}
      {query.data && fitting.length === 0 && <div className="empty"><h2>{strings.nothing}</h2></div>}
      {fitting.length > 0 && <DataTable label={strings.which} rows={fitting.slice(0, shownRows)} columns={columns} rowKey={({ id }) => id} {...(!all && { href: ({ deploymentId }: Price) => addressOf('/models', { id: deploymentId }) })} />}
      {fitting.length > shownRows && <p className="hint quiet">{strings.shown(formats.count(shownRows), formats.count(fitting.length))}</p>}
      {!all && <p className="hint quiet">{strings.hint}</p>}
    </main>
  );
}

const costNames = { input: 'input_cost_per_token', output: 'output_cost_per_token', cacheRead: 'cache_read_input_token_cost', cacheWrite: 'cache_creation_input_token_cost' } as const;
