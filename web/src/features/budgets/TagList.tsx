// Tags of requests that somebody made, with what was spent under each.
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { budgetMembers, SpenderSheet } from './SpenderSheet.tsx';
import { budgetsStrings } from './budgets-strings.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { Problem } from '../../ui/Problem.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import type { Tag } from '../../../../client/index.ts';

/** See the top of the file. */
export function TagList() {
  const strings = budgetsStrings.use();
  const { fields } = shared.use();
  const query = useQuery({ queryKey: ['tags'], queryFn: ({ signal }) => gateway.tags.list(signal) });
  const open = useQueryMember('tag_name');
  const shown = query.data?.find(({ name }) => name === open);
  const columns: Column<Tag>[] = [
    { id: 'name', header: fields.name, cell: ({ name }) => name },
    { id: 'description', header: strings.description, minor: true, cell: ({ description }) => description || '–' },
    { id: 'spend', header: fields.spend, align: 'end', cell: ({ spend, litellm_budget_table: budget }) => <BudgetBar spend={spend ?? 0} budget={budget?.max_budget} /> },
  ];
  return (
    <section className="stack tight">
      <div className="section-head">
        <h2>{strings.tags}</h2>
        <p className="hint quiet">{strings.tagsAbout}</p>
      </div>
      {query.isPending && <TableSkeleton rows={2} />}
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className="hint">{strings.noTags}</p>}
      {query.data && query.data.length > 0 && <DataTable label={strings.tags} rows={query.data} columns={columns} rowKey={({ name }) => name} href={({ name }) => addressOf('/budgets', { tag_name: name })} />}
      {shown && (
        <SpenderSheet
          title={shown.name} subtitle={strings.tag} object={shown} spend={shown.spend ?? 0} budget={shown.litellm_budget_table ?? null} about={shown.description ?? null} logs={{ tag: shown.name }} onClose={() => setQuery({ tag_name: null })}
          call={{ method: 'POST', path: '/tag/new', body: { name: shown.name, ...(shown.description && { description: shown.description }), ...budgetMembers(shown.litellm_budget_table ?? null) } }}
        />
      )}
    </section>
  );
}
