// Spend against budgets: of the whole gateway, or of the team that is chosen, and of the keys and teams that are nearest to theirs.
import { useQuery } from '@tanstack/react-query';
import { addressOf } from '../../app/location.ts';
import { BudgetBar } from '../../ui/BudgetBar.tsx';
import { gateway } from '../../api/gateway.ts';
import { homeStrings } from './home-strings.ts';
import { Link } from '../../ui/Link.tsx';
import { loadLimited } from '../budgets/limited.ts';
import { useTeamScope } from '../../app/scope.ts';

const shown = 5;

/** See the top of the file. */
export function BudgetCard() {
  const strings = homeStrings.use();
  const team = useTeamScope();
  const { data } = useQuery({ queryKey: ['keys', 'nearest', team], queryFn: ({ signal }) => loadLimited(team, signal), retry: false });
  const whole = useQuery({ queryKey: ['global-spend'], queryFn: ({ signal }) => gateway.spend.global(signal), retry: false, enabled: team === null });
  const budget = team === null ? whole.data?.max_budget : undefined;
  return (
    <section className="card">
      <header>
        <h2>{strings.budgetTitle}</h2>
        <Link className="card-link" href={addressOf('/budgets')}>{strings.allBudgets}</Link>
      </header>
      <ul className="bars">
        {budget !== undefined && budget > 0 && <li><Link href={addressOf('/usage')}><span className="name">{strings.wholeGateway}</span><BudgetBar spend={whole.data?.spend ?? 0} budget={budget} /></Link></li>}
        {data?.slice(0, shown).map(({ kind, id, name, spend, budget: own, href }) => <li key={kind + id}><Link href={href}><span className="name">{name} <span className="quiet">{strings[kind]}</span></span><BudgetBar spend={spend} budget={own} /></Link></li>)}
      </ul>
      {data?.length === 0 && !(budget !== undefined && budget > 0) && <p className="hint">{strings.noBudgets}</p>}
    </section>
  );
}
