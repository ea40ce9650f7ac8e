// End users of the operator's own product.
import { useQuery } from '@tanstack/react-query';
import { addressOf, setQuery, useQueryMember } from '../../app/location.ts';
import { Badge } from '../../ui/Badge.tsx';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { budgetsStrings } from './budgets-strings.ts';
import { change } from '../../ui/change.ts';
import { DataTable, type Column } from '../../ui/DataTable.tsx';
import { gateway } from '../../api/gateway.ts';
import { Problem } from '../../ui/Problem.tsx';
import { budgetMembers, SpenderSheet } from './SpenderSheet.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import type { Customer } from '../../../../client/index.ts';

/** See the top of the file. */
export function CustomerList() {
  const strings = budgetsStrings.use();
  const { actions, fields } = shared.use();
  const query = useQuery({ queryKey: ['customers'], queryFn: ({ signal }) => gateway.customers.list(signal) });
  const open = useQueryMember('customer');
  const shown = query.data?.find(({ user_id: id }) => id === open);
  const block = (customer: Customer): void => {
    const { user_id: id, blocked } = customer;
    const turn = (to: boolean): Promise<unknown> => (to ? gateway.customers.block(id) : gateway.customers.unblock(id));
    void change({
      keys: [['customers']], done: blocked ? strings.wasUnblocked(id) : strings.wasBlocked(id), run: () => turn(!blocked), undo: () => turn(blocked),
      optimistic: (answer) => (Array.isArray(answer) ? (answer as Customer[]).map((each) => (each.user_id === id ? { ...each, blocked: !blocked } : each)) : answer),
    });
  };
  const columns: Column<Customer>[] = [
    { id: 'id', header: strings.id, cell: (customer) => customer.alias || customer.user_id },
    { id: 'status', header: fields.status, cell: ({ blocked }) => <Badge tone={blocked ? 'bad' : 'good'}>{blocked ? strings.blocked : strings.active}</Badge> },
    { id: 'spend', header: fields.spend, align: 'end', cell: (customer) => <BudgetBar spend={customer.spend} budget={customer.litellm_budget_table?.max_budget} /> },
    { id: 'block', header: fields.actions, quiet: true, align: 'end', cell: (customer) => <button type="button" className="button small" onClick={() => block(customer)}>{customer.blocked ? actions.unblock : actions.block}</button> },
  ];
  return (
    <section className="stack tight">
      <div className="section-head">
        <h2>{strings.customers}</h2>
        <p className="hint quiet">{strings.customersAbout}</p>
      </div>
      {query.isPending && <TableSkeleton rows={2} />}
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && <p className="hint">{strings.noCustomers}</p>}
      {query.data && query.data.length > 0 && <DataTable label={strings.customers} rows={query.data} columns={columns} rowKey={({ user_id: id }) => id} href={({ user_id: id }) => addressOf('/budgets', { customer: id })} />}
      {shown && (
        <SpenderSheet
          title={shown.alias || shown.user_id} subtitle={shown.user_id} object={shown} spend={shown.spend} budget={shown.litellm_budget_table} about={null} logs={{ end_user: shown.user_id }} onClose={() => setQuery({ customer: null })}
          call={{ method: 'POST', path: '/customer/new', body: { user_id: shown.user_id, ...(shown.alias && { alias: shown.alias }), ...(shown.budget_id ? { budget_id: shown.budget_id } : budgetMembers(shown.litellm_budget_table)) } }}
        />
      )}
    </section>
  );
}
