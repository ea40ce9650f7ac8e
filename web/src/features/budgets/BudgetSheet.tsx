// One shared budget.
import { useState } from 'react';
import { budgetsStrings } from './budgets-strings.ts';
import { Facts } from '../../ui/Facts.tsx';
import { NewBudgetSheet } from './NewBudgetSheet.tsx';
import { ObjectViews } from '../../ui/ObjectViews.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { Time } from '../../ui/Time.tsx';
import { useFormats } from '../../lib/numbers.ts';
import type { Budget } from '../../../../client/index.ts';

/** Is open as long as it is rendered. */
export function BudgetSheet({ budget, onClose }: { budget: Budget; onClose: () => void }) {
  const strings = budgetsStrings.use();
  const { actions, fields } = shared.use();
  const formats = useFormats();
  const [editing, setEditing] = useState(false);
  if (editing) return <NewBudgetSheet present={budget} onClose={() => setEditing(false)} />;
  const { budget_id: id, max_budget: max, rpm_limit: rpm, tpm_limit: tpm, budget_duration: duration } = budget;
  const number = (value: number | null | undefined): string => (typeof value === 'number' ? formats.count(value) : fields.unlimited);
  const made = { budget_id: id, max_budget: max, rpm_limit: rpm, tpm_limit: tpm, budget_duration: duration };
  return (
    <Sheet title={id} subtitle={strings.shared} onClose={onClose} actions={<button type="button" className="button small" onClick={() => setEditing(true)}>{actions.edit}</button>}>
      <ObjectViews object={budget} call={{ method: 'POST', path: '/budget/new', body: Object.fromEntries(Object.entries(made).filter(([, value]) => value !== null && value !== undefined)) }}>
        <Facts
          rows={[
            [fields.budget, typeof max === 'number' ? formats.usd(max) : fields.unlimited], [strings.duration, duration ?? fields.never], [strings.resets, budget.budget_reset_at ? <Time key="resets" at={budget.budget_reset_at} /> : null],
            [strings.rpm, number(rpm)], [strings.tpm, number(tpm)], [fields.created, <Time key="created" at={budget.created_at} exact />],
          ]}
        />
      </ObjectViews>
    </Sheet>
  );
}
