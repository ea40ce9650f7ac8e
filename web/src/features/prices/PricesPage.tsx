// Prices: of the installation's own models, and of the whole list. The gateway searches, sorts and pages: the list has thousands of rows.
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { PagedTable } from '../../ui/PagedTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { perMillion, providerOf } from '../models/deployments.ts';
import { pricesStrings } from './prices-strings.ts';
import { SearchBox } from '../../ui/SearchBox.tsx';
import { useCursorList } from '../../ui/use-cursor-list.ts';
import { useFormats } from '../../lib/numbers.ts';
import type { Column } from '../../ui/DataTable.tsx';
import type { CursorPage, CursorQuery, Deployment, PriceRow } from '../../../../client/index.ts';

interface Price {
  id: string;
  model: string;
  /** What a deployment of this name calls; null in the price list. */
  providerModel: string | null;
  provider: string;
  row: Readonly<Record<string, unknown>>;
  deploymentId: string | null;
}

/** See the top of the file. */
export default function PricesPage() {
  const strings = pricesStrings.use();
  const all = useQueryMember('view') === 'all';
  const choose = (view: 'all' | null): void => setQuery({ view, sort: null, order: null });
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="prices" about={strings.about} />
      <div className="bar">
        <div className="segments" role="group" aria-label={strings.which}>
          <button type="button" aria-pressed={!all} onClick={() => choose(null)}>{strings.mine}</button>
          <button type="button" aria-pressed={all} onClick={() => choose('all')}>{strings.all}</button>
        </div>
        <SearchBox placeholder={strings.search} />
      </div>
      <PriceTable key={String(all)} all={all} />
      {!all && <p className="hint quiet">{strings.hint}</p>}
    </main>
  );
}

function PriceTable({ all }: { all: boolean }) {
  const strings = pricesStrings.use();
  const formats = useFormats();
  const list = useCursorList<Price>(all ? ['prices'] : ['deployments', 'prices'], all ? loadList : loadOwn, { by: all ? 'model' : 'name', order: 'asc' });
  const columns: Column<Price>[] = [
    { id: 'model', header: strings.model, sort: all ? 'model' : 'name', cell: ({ model, providerModel }) => <>{model}{providerModel !== null && <span className="sub">{providerModel}</span>}</> },
    { id: 'provider', header: strings.provider, sort: 'provider', cell: ({ provider }) => provider },
    ...(['input', 'output', 'cacheRead', 'cacheWrite'] as const).map((name): Column<Price> => {
      const sort = sortNames[name];
      return { id: name, header: strings[name], align: 'end', minor: name.startsWith('cache'), ...((all || !name.startsWith('cache')) && { sort }), cell: ({ row }) => perMillion(row[costNames[name]], formats) };
    }),
    { id: 'context', header: strings.context, sort: 'context', align: 'end', minor: true, cell: ({ row }) => (typeof row['max_input_tokens'] === 'number' ? formats.compact(row['max_input_tokens']) : '–') },
    { id: 'kind', header: strings.kind, minor: true, ...(all && { sort: 'mode' }), cell: ({ row }) => String(row['mode'] ?? '–') },
  ];
  return (
    <PagedTable
      label={strings.which} paged={list} columns={columns} rowKey={({ id }) => id} empty={{ title: strings.nothing, nothing: strings.nothing }}
      {...(!all && { href: ({ deploymentId }: Price) => addressOf('/models', { id: deploymentId }) })}
    />
  );
}

const costNames = { input: 'input_cost_per_token', output: 'output_cost_per_token', cacheRead: 'cache_read_input_token_cost', cacheWrite: 'cache_creation_input_token_cost' } as const;
const sortNames = { input: 'input_cost', output: 'output_cost', cacheRead: 'cache_read_cost', cacheWrite: 'cache_write_cost' } as const;

async function loadOwn(query: CursorQuery, signal: AbortSignal): Promise<CursorPage<Price>> {
  const page = await gateway.models.page(query, signal);
  return { ...page, data: page.data.map((deployment: Deployment) => ({ id: deployment.model_info.id, model: deployment.model_name, providerModel: deployment.litellm_params.model, provider: providerOf(deployment), row: deployment.model_info, deploymentId: deployment.model_info.id })) };
}

async function loadList(query: CursorQuery, signal: AbortSignal): Promise<CursorPage<Price>> {
  const page = await gateway.models.pricePage(query, signal);
  return { ...page, data: page.data.map((row: PriceRow) => ({ id: row.model, model: row.model, providerModel: null, provider: row.litellm_provider, row: { ...row }, deploymentId: null })) };
}
