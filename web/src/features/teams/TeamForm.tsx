// What a team is made of: for a new one and for changing one.
import { useState, type FormEvent } from 'react';
import { change, inPages } from '../../ui/change.ts';
import { Field } from '../../ui/Field.tsx';
import { gateway, queries, wordsOf } from '../../api/gateway.ts';
import { ModelChoice } from '../../ui/ModelChoice.tsx';
import { notify } from '../../app/announce.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { teamsStrings } from './teams-strings.ts';
import type { Team, TeamChanges } from '../../../../client/index.ts';

const durations = { none: null, day: '1d', week: '7d', month: '30d' } as const;

/** Is open as long as it is rendered. `present` is null for a new team. */
export function TeamForm({ present, onClose }: { present: Team | null; onClose: () => void }) {
  const strings = teamsStrings.use();
  const { actions } = shared.use();
  const [models, setModels] = useState<string[]>(present?.models ?? []);
  const [wrong, setWrong] = useState<Partial<Record<string, string>>>({});
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const read = readForm(new FormData(event.currentTarget), strings);
    setWrong(read.wrong);
    if (Object.keys(read.wrong).length > 0) return;
    setFailure(await save(present, { ...read.changes, models }));
  };
  const save = async (team: Team | null, changes: TeamChanges): Promise<string | null> => {
    const name = changes.team_alias ?? '';
    if (team) {
      onClose();
      const before: TeamChanges = { team_alias: team.team_alias ?? '', models: team.models, max_budget: team.max_budget, budget_duration: team.budget_duration, rpm_limit: team.rpm_limit, tpm_limit: team.tpm_limit };
      await change({
        keys: [['teams'], ['team', team.team_id], ['team-names']], done: strings.changed(name), run: () => gateway.teams.update(team.team_id, changes), undo: () => gateway.teams.update(team.team_id, before),
        optimistic: inPages<Team>((items) => items.map((item) => (item.team_id === team.team_id ? { ...item, ...changes as Partial<Team> } : item))),
      });
      return null;
    }
    try {
      await gateway.teams.create(changes);
    } catch (error) {
      return wordsOf(error);
    }
    notify(strings.created(name));
    void queries.invalidateQueries({ queryKey: ['teams'] });
    void queries.invalidateQueries({ queryKey: ['team-names'] });
    onClose();
    return null;
  };
  const text = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value));
  return (
    <Sheet title={present?.team_alias || strings.newTeam} onClose={onClose}>
      <form className="form" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={strings.name} error={wrong['team_alias'] ?? null}><input className="field" name="team_alias" autoFocus defaultValue={present?.team_alias ?? ''} /></Field>
        <ModelChoice label={strings.models} hint={strings.modelsHint} chosen={models} onChange={setModels} />
        <div className="form-pair">
          <Field label={strings.budget} optional error={wrong['max_budget'] ?? null}><input className="field" name="max_budget" inputMode="decimal" defaultValue={text(present?.max_budget)} /></Field>
          <Field label={strings.duration}>
            <select className="field select" name="budget_duration" defaultValue={Object.entries(durations).find(([, value]) => value === (present?.budget_duration ?? null))?.[0] ?? 'none'}>
              {(Object.keys(durations) as (keyof typeof durations)[]).map((name) => <option key={name} value={name}>{strings.durations[name]}</option>)}
            </select>
          </Field>
          <Field label={strings.rpm} optional error={wrong['rpm_limit'] ?? null}><input className="field" name="rpm_limit" inputMode="numeric" defaultValue={text(present?.rpm_limit)} /></Field>
          <Field label={strings.tpm} optional error={wrong['tpm_limit'] ?? null}><input className="field" name="tpm_limit" inputMode="numeric" defaultValue={text(present?.tpm_limit)} /></Field>
        </div>
        {failure !== null && <p className="form-error" role="alert">{failure}</p>}
        <footer>
          <button type="button" className="button" onClick={onClose}>{actions.cancel}</button>
          <button type="submit" className="button primary">{present ? actions.save : actions.create}</button>
        </footer>
      </form>
    </Sheet>
  );
}

function readForm(form: FormData, strings: ReturnType<typeof teamsStrings.use>): { changes: TeamChanges; wrong: Record<string, string> } {
  const wrong: Record<string, string> = {};
  const number = (name: string): number | null => {
    const given = String(form.get(name) ?? '').trim();
    if (given === '') return null;
    const value = Number(given);
    if (!(value >= 0)) wrong[name] = strings.positive;
    return value;
  };
  const alias = String(form.get('team_alias') ?? '').trim();
  if (alias === '') wrong['team_alias'] = strings.required;
  return {
    wrong,
    changes: { team_alias: alias, max_budget: number('max_budget'), rpm_limit: number('rpm_limit'), tpm_limit: number('tpm_limit'), budget_duration: durations[String(form.get('budget_duration')) as keyof typeof durations] ?? null },
  };
}
