// One end user or one tag: what it spent of what, as YAML and as a call.
import { addressOf } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { budgetsStrings } from './budgets-strings.ts';
import { Facts } from '../../ui/Facts.tsx';
import { Link } from '../../ui/Link.tsx';
import { ObjectViews, type ApiCallView } from '../../ui/ObjectViews.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { Time } from '../../ui/Time.tsx';
import type { Budget } from '../../../../client/index.ts';

interface SpenderProps {
  title: string;
  subtitle: string;
  /** As the API has it. */
  object: unknown;
  call: ApiCallView;
  spend: number;
  budget: Budget | null;
  about: string | null;
  /** The filter of the logs that shows its requests. */
  logs: Readonly<Record<string, string>>;
  onClose: () => void;
}

/** Is open as long as it is rendered. */
export function SpenderSheet({ title, subtitle, object, call, spend, budget, about, logs, onClose }: SpenderProps) {
  const strings = budgetsStrings.use();
  const { fields } = shared.use();
  return (
    <Sheet title={title} subtitle={subtitle} onClose={onClose}>
      <ObjectViews object={object} call={call}>
        <Facts
          rows={[
            [fields.spend, <BudgetBar key="spend" spend={spend} budget={budget?.max_budget} />], [strings.duration, budget ? budget.budget_duration ?? fields.never : null],
            [strings.resets, budget?.budget_reset_at ? <Time key="resets" at={budget.budget_reset_at} /> : null], [strings.description, about],
          ]}
        />
        <div className="bar"><Link className="button" href={addressOf('/logs', logs)}>{strings.seeLogs}</Link></div>
      </ObjectViews>
    </Sheet>
  );
}

/** What of a budget is set when something is made with one of its own. */
export function budgetMembers(budget: Budget | null): Record<string, unknown> {
  if (!budget) return {};
  const { max_budget: max, budget_duration: duration, rpm_limit: rpm, tpm_limit: tpm } = budget;
  return Object.fromEntries(Object.entries({ max_budget: max, budget_duration: duration, rpm_limit: rpm, tpm_limit: tpm }).filter(([, value]) => value !== null && value !== undefined));
}
