// Makes a shared budget, or changes one.
import { useState, type FormEvent } from 'react';
import { budgetsStrings } from './budgets-strings.ts';
import { change } from '../../ui/change.ts';
import { Field } from '../../ui/Field.tsx';
import { gateway, queries, wordsOf } from '../../api/gateway.ts';
import { notify } from '../../app/announce.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import type { Budget } from '../../../../client/index.ts';

const durations = { none: null, day: '1d', week: '7d', month: '30d' } as const;
const durationName = (duration: string | null): string => Object.entries(durations).find(([, value]) => value === duration)?.[0] ?? 'none';
const numbers = ['max_budget', 'rpm_limit', 'tpm_limit'] as const;

/** Is open as long as it is rendered. */
export function NewBudgetSheet({ present = null, onClose }: { present?: Budget | null; onClose: () => void }) {
  const strings = budgetsStrings.use();
  const { actions } = shared.use();
  const [wrong, setWrong] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const found = { ...(text('budget_id') === '' && { budget_id: strings.required }), ...Object.fromEntries(numbers.filter((name) => text(name) !== '' && !(Number(text(name)) >= 0)).map((name) => [name, strings.positive])) };
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    const amounts = Object.fromEntries(numbers.filter((name) => present !== null || text(name) !== '').map((name) => [name, text(name) === '' ? null : Number(text(name))]));
    if (present) {
      onClose();
      const { budget_id: id, max_budget: max, rpm_limit: rpm, tpm_limit: tpm, budget_duration: duration } = present;
      const before = { budget_id: id, max_budget: max, rpm_limit: rpm, tpm_limit: tpm, budget_duration: duration };
      const after = { budget_id: id, budget_duration: durations[text('budget_duration') as keyof typeof durations] ?? null, ...amounts };
      await change({
        keys: [['budgets']], done: strings.changed(id), run: () => gateway.budgets.update(after), undo: () => gateway.budgets.update(before),
        optimistic: (answer) => (Array.isArray(answer) ? (answer as Budget[]).map((each) => (each.budget_id === id ? { ...each, ...after } : each)) : answer),
      });
      return;
    }
    try {
      await gateway.budgets.create({ budget_id: text('budget_id'), budget_duration: durations[text('budget_duration') as keyof typeof durations] ?? null, ...amounts });
      notify(strings.created(text('budget_id')));
      void queries.invalidateQueries({ queryKey: ['budgets'] });
      onClose();
    } catch (error) {
      setFailure(wordsOf(error));
    }
  };
  return (
    <Sheet title={present?.budget_id ?? strings.newBudget} onClose={onClose}>
      <form className="form" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={strings.id} error={wrong['budget_id'] ?? null}><input className="field" name="budget_id" defaultValue={present?.budget_id} readOnly={present !== null} autoFocus={present === null} /></Field>
        <div className="form-pair">
          <Field label={strings.budget} error={wrong['max_budget'] ?? null}><input className="field" name="max_budget" inputMode="decimal" defaultValue={present?.max_budget ?? ''} /></Field>
          <Field label={strings.duration}>
            <select className="field select" name="budget_duration" defaultValue={present ? durationName(present.budget_duration) : 'month'}>{(Object.keys(durations) as (keyof typeof durations)[]).map((name) => <option key={name} value={name}>{strings.durations[name]}</option>)}</select>
          </Field>
          <Field label={strings.rpm} optional error={wrong['rpm_limit'] ?? null}><input className="field" name="rpm_limit" inputMode="numeric" defaultValue={present?.rpm_limit ?? ''} /></Field>
          <Field label={strings.tpm} optional error={wrong['tpm_limit'] ?? null}><input className="field" name="tpm_limit" inputMode="numeric" defaultValue={present?.tpm_limit ?? ''} /></Field>
        </div>
        {failure !== null && <p className="form-error" role="alert">{failure}</p>}
        <footer><button type="submit" className="button primary">{present ? actions.save : actions.create}</button></footer>
      </form>
    </Sheet>
  );
}
