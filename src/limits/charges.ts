// Spending against budgets that no row of the database holds (of models, providers, configured tags, the whole gateway): written down with
// the ledger by their windows, and read again at the start, so that a new process goes on where the last one ended.
import { chargedFromMs, type Rule } from './rule.ts';
import type { BudgetCharge } from '../accounting/ledger/entry.ts';
import type { CounterBook } from './counter.ts';
import type { Store } from '../store/store.ts';
import type { WindowClock } from './budget-window.ts';

/** Windows that began longer ago than this are not read: the longest usual one is a month. */
const longestMs = 100 * 86_400_000;

/** The charges of a request; null: none. */
export function chargesOf(rules: readonly Rule[], clock: WindowClock): BudgetCharge[] | null {
  let charges: BudgetCharge[] | null = null;
  for (const rule of rules) {
    if (!rule.charged) continue;
    const { scope, counter, window } = rule;
    (charges ??= []).push({
      scope: scope.kind, scope_id: scope.id, budget_name: counter.key.slice(scope.kind.length + scope.id.length + 2), window_started_at_ms: chargedFromMs(counter, window, clock),
    });
  }
  return charges;
}

/** Reads what was spent in the windows that may still be open. */
export async function readCharges({ db }: Store, book: CounterBook, nowMs: number): Promise<void> {
  const rows = await db.selectFrom('budget_spend').select(['scope', 'scope_id', 'budget_name', 'window_started_at_ms', 'spend_nano_usd'])
    .where((where) => where.or([where('window_started_at_ms', '=', 0), where('window_started_at_ms', '>=', nowMs - longestMs)])).orderBy('window_started_at_ms').execute();
  for (const { scope, scope_id: id, budget_name: name, window_started_at_ms: fromMs, spend_nano_usd: spent } of rows) book.seed(`${scope}:${id}:${name}`, Number(fromMs), Number(spent));
}
