// Budgets and limits: who is near one, shared ones, and end users.
import { Plus } from 'lucide-react';
import { setQuery, useQueryMember } from '../../app/location.ts';
import { budgetsStrings } from './budgets-strings.ts';
import { CustomerList } from './CustomerList.tsx';
import { NearestList } from './NearestList.tsx';
import { NewBudgetSheet } from './NewBudgetSheet.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { RefusalList } from './RefusalList.tsx';
import { SharedBudgets } from './SharedBudgets.tsx';
import { TagList } from './TagList.tsx';
import { useDatabase } from '../../app/session.ts';
import { withoutDatabase } from '../../api/gateway.ts';

/** See the top of the file. */
export default function BudgetsPage() {
  const strings = budgetsStrings.use();
  const database = useDatabase();
  const making = useQueryMember('new') !== null;
  if (!database) {
    return (
      <main id="page" className="page" tabIndex={-1}>
        <PageHead page="budgets" about={strings.about} />
        <Problem error={withoutDatabase} />
      </main>
    );
  }
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="budgets" about={strings.about} range team>
        <button type="button" className="button primary" onClick={() => setQuery({ new: '1' })}><Plus aria-hidden size={16} />{strings.newBudget}</button>
      </PageHead>
      <NearestList />
      <RefusalList />
      <SharedBudgets />
      <CustomerList />
      <TagList />
      {making && <NewBudgetSheet onClose={() => setQuery({ new: null }, { replace: true })} />}
    </main>
  );
}
