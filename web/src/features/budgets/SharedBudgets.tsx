// Budgets that many share.
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { BudgetSheet } from './BudgetSheet.tsx';
import { budgetsStrings } from './budgets-strings.ts';
import { change } from '../../ui/change.ts';
import { Confirm } from '../../ui/Confirm.tsx';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import { Time } from '../../ui/Time.tsx';
import { useFormats } from '../../lib/numbers.ts';
import type { Budget } from '../../../../client/index.ts';

/** See the top of the file. */
export function SharedBudgets() {
  const strings = budgetsStrings.use();
  const { actions, fields } = shared.use();
  const formats = useFormats();
  const [asked, setAsked] = useState<string | null>(null);
  const query = useQuery({ queryKey: ['budgets'], queryFn: ({ signal }) => gateway.budgets.list(signal) });
  const open = useQueryMember('budget');
  const shown = query.data?.find((budget) => budget.budget_id === open);
  const number = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : formats.count(value));
  const columns: Column<Budget>[] = [
    { id: 'id', header: strings.id, cell: (budget) => budget.budget_id },
    { id: 'budget', header: fields.budget, align: 'end', cell: (budget) => (budget.max_budget === null || budget.max_budget === undefined ? '–' : formats.usd(budget.max_budget)) },
    { id: 'duration', header: strings.duration, cell: (budget) => budget.budget_duration ?? fields.never },
    { id: 'resets', header: strings.resets, minor: true, cell: (budget) => <Time at={budget.budget_reset_at} /> },
    { id: 'rpm', header: strings.rpm, align: 'end', minor: true, cell: (budget) => number(budget.rpm_limit) },
    { id: 'tpm', header: strings.tpm, align: 'end', minor: true, cell: (budget) => number(budget.tpm_limit) },
    { id: 'delete', header: fields.actions, quiet: true, align: 'end', cell: (budget) => <IconButton icon={Trash2} size={15} label={`${actions.delete}: ${budget.budget_id}`} onClick={() => setAsked(budget.budget_id)} /> },
  ];
  const remove = (id: string): void => {
    setAsked(null);
    void change({ keys: [['budgets']], done: strings.deleted(id), run: () => gateway.budgets.delete(id), optimistic: (answer) => (Array.isArray(answer) ? (answer as Budget[]).filter((budget) => budget.budget_id !== id) : answer) });
  };
  return (
    <section className="stack tight">
      <div className="section-head">
        <h2>{strings.shared}</h2>
        <p className="hint quiet">{strings.sharedAbout}</p>
      </div>
      {query.isPending && <TableSkeleton rows={2} />}
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className="hint">{strings.noShared}</p>}
      {query.data && query.data.length > 0 && <DataTable label={strings.shared} rows={query.data} columns={columns} rowKey={(budget) => budget.budget_id} href={(budget) => addressOf('/budgets', { budget: budget.budget_id })} />}
      {shown && <BudgetSheet budget={shown} onClose={() => setQuery({ budget: null })} />}
      {asked !== null && <Confirm danger title={strings.deleteTitle} text={strings.deleteText} action={actions.delete} onCancel={() => setAsked(null)} onConfirm={() => remove(asked)} />}
    </section>
  );
}
