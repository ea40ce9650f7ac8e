// What a key is made of: for a new one and for changing one.
import { useState, type FormEvent } from 'react';
import { Field } from '../../ui/Field.tsx';
import { keysStrings } from './keys-strings.ts';
import { ModelChoice } from '../../ui/ModelChoice.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { useTeamNames } from '../../ui/TeamPicker.tsx';
import type { KeyChanges, VirtualKey } from '../../../../client/index.ts';

const durations = { none: null, day: '1d', week: '7d', month: '30d' } as const;
const lives = { none: null, day: '1d', week: '7d', month: '30d', quarter: '90d', year: '365d' } as const;

interface KeyFormProps {
  /** The present values; null for a new key. */
  present: VirtualKey | null;
  /** Shown below the form: the gateway's refusal. */
  problem: { field: string | null; message: string } | null;
  busy: boolean;
  submit: string;
  onSubmit: (changes: KeyChanges) => void;
}

/** See the top of the file. */
export function KeyForm({ present, problem, busy, submit, onSubmit }: KeyFormProps) {
  const strings = keysStrings.use();
  const { fields } = shared.use();
  const teams = useTeamNames();
  const [models, setModels] = useState<string[]>(present?.models ?? []);
  const [wrong, setWrong] = useState<Readonly<Record<string, string>>>({});
  const errorOf = (name: string): string | null => wrong[name] ?? (problem?.field === name ? problem.message : null);
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const read = readForm(form, strings);
    setWrong(read.wrong);
    if (Object.keys(read.wrong).length > 0) return;
    onSubmit({ ...read.changes, models, ...(present === null && { duration: lives[String(form.get('life')) as keyof typeof lives] ?? null, team_id: String(form.get('team') ?? '') || null }) });
  };
  const text = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value));
  return (
    <form className="form" onSubmit={send} noValidate>
      <Field label={strings.name} hint={strings.nameHint} error={errorOf('key_alias')}>
        <input className="field" name="key_alias" defaultValue={present?.key_alias ?? ''} autoFocus={present === null} maxLength={200} />
      </Field>
      <ModelChoice label={strings.models} hint={strings.modelsHint} chosen={models} onChange={setModels} />
      {present === null && (
        <div className="form-pair">
          <Field label={strings.life}>
            <select className="field select" name="life" defaultValue="none">
              {(Object.keys(lives) as (keyof typeof lives)[]).map((name) => <option key={name} value={name}>{strings.lives[name]}</option>)}
            </select>
          </Field>
          {teams.size > 0 && (
            <Field label={strings.team} optional hint={strings.teamHint}>
              <select className="field select" name="team" defaultValue="">
                <option value="">{strings.mine}</option>
                {[...teams].map(([id, name]) => <option key={id} value={id}>{name}</option>)}
              </select>
            </Field>
          )}
        </div>
      )}
      <fieldset className="stack">
        <legend>{strings.more} <span className="quiet">({fields.optional})</span></legend>
        <div className="form-pair">
          <Field label={strings.budget} error={errorOf('max_budget')}>
            <input className="field" name="max_budget" inputMode="decimal" defaultValue={text(present?.max_budget)} />
          </Field>
          <Field label={strings.duration}>
            <select className="field select" name="budget_duration" defaultValue={durationName(present?.budget_duration)}>
              {(Object.keys(durations) as (keyof typeof durations)[]).map((name) => <option key={name} value={name}>{strings.durations[name]}</option>)}
            </select>
          </Field>
          <Field label={strings.rpm} error={errorOf('rpm_limit')}>
            <input className="field" name="rpm_limit" inputMode="numeric" defaultValue={text(present?.rpm_limit)} />
          </Field>
          <Field label={strings.tpm} error={errorOf('tpm_limit')}>
            <input className="field" name="tpm_limit" inputMode="numeric" defaultValue={text(present?.tpm_limit)} />
          </Field>
        </div>
      </fieldset>
      {problem && problem.field === null && <p className="form-error" role="alert">{problem.message}</p>}
      <footer>
        <button type="submit" className="button primary" disabled={busy}>{submit}</button>
      </footer>
    </form>
  );
}

function durationName(duration: string | null | undefined): string {
  return Object.entries(durations).find(([, value]) => value === (duration ?? null))?.[0] ?? 'none';
}

/** What the form says, and what is wrong with it, field by field, as the API would find. */
function readForm(form: FormData, strings: ReturnType<typeof keysStrings.use>): { changes: KeyChanges; wrong: Record<string, string> } {
  const wrong: Record<string, string> = {};
  const number = (name: string, whole: boolean): number | null => {
    const given = String(form.get(name) ?? '').trim();
    if (given === '') return null;
    const value = Number(given);
    if (whole ? !Number.isInteger(value) || value < 1 : !(value >= 0)) wrong[name] = whole ? strings.whole : strings.positive;
    return value;
  };
  const changes: KeyChanges = {
    key_alias: String(form.get('key_alias') ?? '').trim() || null,
    max_budget: number('max_budget', false), rpm_limit: number('rpm_limit', true), tpm_limit: number('tpm_limit', true),
    budget_duration: durations[String(form.get('budget_duration')) as keyof typeof durations] ?? null,
  };
  return { changes, wrong };
}
