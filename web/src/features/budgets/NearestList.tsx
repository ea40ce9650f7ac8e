// Keys and teams by how much of their budget is spent.
import { useQuery } from '@tanstack/react-query';
import { addressOf } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { budgetsStrings } from './budgets-strings.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { Problem } from '../../ui/Problem.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Time } from '../../ui/Time.tsx';

interface Limited {
  id: string;
  kind: 'key' | 'team';
  name: string;
  spend: number;
  budget: number;
  resetsAt: string | null;
  href: string;
}

const shown = 20;
// The dearest ones are looked through: whoever is near a budget has spent something.
const looked = 100;

/** See the top of the file. */
export function NearestList() {
  const strings = budgetsStrings.use();
  const { fields } = shared.use();
  const query = useQuery({ queryKey: ['keys', 'nearest'], queryFn: ({ signal }) => loadLimited(signal) });
  const columns: Column<Limited>[] = [
    { id: 'name', header: fields.name, cell: ({ name }) => name },
    { id: 'kind', header: strings.kind, cell: ({ kind }) => strings[kind] },
    { id: 'spend', header: fields.spend, align: 'end', cell: ({ spend, budget }) => <BudgetBar spend={spend} budget={budget} /> },
    { id: 'resets', header: strings.resets, minor: true, cell: ({ resetsAt }) => <Time at={resetsAt} none={fields.never} /> },
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

async function loadLimited(signal: AbortSignal): Promise<Limited[]> {
  const [keys, teams] = await Promise.all([
    gateway.keys.list({ size: looked, sortBy: 'spend', sortOrder: 'desc' }, signal), gateway.teams.list({ size: looked, sortBy: 'spend', sortOrder: 'desc' }, signal),
  ]);
  const all: Limited[] = [
    ...keys.items.filter(({ max_budget: budget }) => budget !== null).map((key) => ({ id: key.token, kind: 'key' as const, name: key.key_alias || key.key_name, spend: key.spend, budget: key.max_budget ?? 0, resetsAt: key.budget_reset_at, href: addressOf('/keys', { key: key.token }) })),
    ...teams.items.filter(({ max_budget: budget }) => budget !== null).map((team) => ({ id: team.team_id, kind: 'team' as const, name: team.team_alias || team.team_id, spend: team.spend, budget: team.max_budget ?? 0, resetsAt: team.budget_reset_at, href: addressOf('/teams', { id: team.team_id }) })),
  ];
  const share = ({ spend, budget }: Limited): number => (budget > 0 ? spend / budget : 1);
  return all.toSorted((a, b) => share(b) - share(a)).slice(0, shown);
}
