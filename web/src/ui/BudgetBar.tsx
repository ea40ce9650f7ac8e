// Spend against a budget: the sum, and a bar that fills.
import { shared } from '../i18n/shared-strings.ts';
import { useFormats } from '../lib/numbers.ts';

/** Without a budget only the sum is shown. */
export function BudgetBar({ spend, budget }: { spend: number; budget: number | null | undefined }) {
  const formats = useFormats();
  const { fields } = shared.use();
  if (budget === null || budget === undefined) return <span className="number">{formats.usd(spend)}</span>;
  // A budget of nothing is used up: it refuses every model that costs something.
  const share = budget > 0 ? spend / budget : 1;
  return (
    <span className="budget-bar" data-tone={share >= 1 ? 'bad' : share >= 0.8 ? 'warning' : 'good'}>
      <span className="number">
        {formats.usd(spend)} <span className="quiet">/ {formats.usd(budget)}</span>
      </span>
      <meter aria-label={fields.budget} min={0} max={1} value={Math.min(1, share)} title={formats.percent(share)} />
    </span>
  );
}
