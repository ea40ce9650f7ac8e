// Keys and teams by how much of their budget is spent.
import { useQuery } from '@tanstack/react-query';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { budgetsStrings } from './budgets-strings.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { loadLimited, type Limited } from './limited.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { switchShadow } from './shadow.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Time } from '../../ui/Time.tsx';
import { useTeamScope } from '../../app/scope.ts';

/** See the top of the file. */
export function NearestList() {
  const strings = budgetsStrings.use();
  const { fields } = shared.use();
  const team = useTeamScope();
  const query = useQuery({ queryKey: ['keys', 'nearest', team], queryFn: ({ signal }) => loadLimited(team, signal) });
  const columns: Column<Limited>[] = [
    { id: 'name', header: fields.name, cell: ({ name }) => name },
    { id: 'kind', header: strings.kind, cell: ({ kind }) => strings[kind] },
    { id: 'spend', header: fields.spend, align: 'end', cell: ({ spend, budget }) => <BudgetBar spend={spend} budget={budget} /> },
    { id: 'mode', header: strings.effect, minor: true, cell: ({ shadow }) => (shadow ? <Badge tone="warning">{strings.inShadow}</Badge> : <Badge tone="good">{strings.inForce}</Badge>) },
    { id: 'resets', header: strings.resets, minor: true, cell: ({ resetsAt }) => <Time at={resetsAt} none={fields.never} /> },
    {
      id: 'switch', header: fields.actions, quiet: true, align: 'end',
      cell: (row) => <button type="button" className="button small" aria-label={`${row.shadow ? strings.enforce : strings.tryOut}: ${row.name}`} onClick={() => switchShadow(row, !row.shadow)}>{row.shadow ? strings.enforce : strings.tryOut}</button>,
    },
  ];
  return (
    <section className="stack tight">
      <div className="section-head">
        <h2>{strings.nearTitle}</h2>
        <p className="hint quiet">{strings.nearAbout}</p>
      </div>
      {query.isPending && <TableSkeleton rows={3} />}
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className="hint">{strings.noBudgets}</p>}
      {query.data && query.data.length > 0 && <DataTable label={strings.nearTitle} rows={query.data} columns={columns} rowKey={({ kind, id }) => kind + id} href={({ href }) => href} />}
    </section>
  );
}
