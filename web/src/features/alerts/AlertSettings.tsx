// Changes where alerts go, which are told, when they are raised, and in which hours they wait. The change goes into the configuration file after a look
// at the difference.
import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { alertsStrings } from './alerts-strings.ts';
import { Field } from '../../ui/Field.tsx';
import { gateway } from '../../api/gateway.ts';
import { GatewayError, type AlertsAnswer } from '../../../../client/index.ts';
import { Problem } from '../../ui/Problem.tsx';
import { ReviewChange, type SettingChange } from '../configuration/edit/ReviewChange.tsx';
import { Sheet } from '../../ui/Sheet.tsx';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';
import type { AlertForm, NumberField } from './alert-settings.ts';

type Thresholds = NonNullable<AlertsAnswer['thresholds']>;

type Strings = ReturnType<typeof alertsStrings.use>;
type Mistakes = Partial<Record<string, string>>;

const usualZone = 'UTC';
const hourMs = 3_600_000;
const fromEnvironment = 'os.environ/…';
/** What holds where the form says nothing. */
const inForce: Record<NumberField, (thresholds: Thresholds) => number> = {
  slow: ({ slowMs }) => slowMs / 1000, errorRate: ({ errorRate }) => errorRate * 100, errorRequests: ({ errorRateRequests }) => errorRateRequests, minorOutage: ({ minorOutage }) => minorOutage, majorOutage: ({ majorOutage }) => majorOutage,
  reportHours: ({ reportEveryMs }) => reportEveryMs / hourMs,
};
const numberNames = Object.keys(inForce) as NumberField[];

/** Is open as long as it is rendered. */
export function AlertSettings({ answer, onClose }: { answer: AlertsAnswer; onClose: () => void }) {
  const strings = alertsStrings.use();
  const query = useQuery({
    queryKey: ['configuration', 'alerts'], staleTime: 0, gcTime: 0, refetchOnWindowFocus: false, retry: false,
    queryFn: async ({ signal }) => {
      const [{ alertForm }, file] = await Promise.all([import('./alert-settings.ts'), gateway.configuration.show(signal)]);
      return { writable: file.writable, form: alertForm(file.text) };
    },
  });
  const noFile = query.error instanceof GatewayError && query.error.status === 404;
  return (
    <Sheet wide title={strings.edit} onClose={onClose}>
      {query.isPending && <TableSkeleton rows={4} />}
      {(noFile || query.data?.writable === false) && <p className="hint">{strings.notWritable}</p>}
      {query.error && !noFile && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.writable && <Form answer={answer} present={query.data.form} onClose={onClose} />}
    </Sheet>
  );
}

function Form({ answer, present, onClose }: { answer: AlertsAnswer; present: AlertForm; onClose: () => void }) {
  const strings = alertsStrings.use();
  const [wrong, setWrong] = useState<Mistakes>({});
  const [review, setReview] = useState<readonly SettingChange[] | null>(null);
  const told = answer.kinds.filter(({ told: is }) => is).map(({ kind }) => kind);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = readForm(new FormData(event.currentTarget), present, told, answer);
    const found = mistakes(form, strings);
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    const { alertChanges } = await import('./alert-settings.ts');
    const changes = alertChanges(present, form);
    if (changes.length === 0) setWrong({ form: strings.nothingChanged });
    else setReview(changes);
  };
  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      <fieldset className="stack tight">
        <legend>{strings.places}</legend>
        <div className="checks">
          {answer.known.map(({ name, label, variables }) => (
            <label key={name} className="check">
              <input type="checkbox" name="place" value={name} defaultChecked={present.places.includes(name)} />
              <span>{placeLabel(strings, name, label)}<span className="sub mono">{variables.map((variable) => `${variable.name} ${variable.isSet ? '✓' : strings.notSet}`).join(', ')}</span></span>
            </label>
          ))}
        </div>
        <p className="hint quiet">{strings.variablesHint}</p>
      </fieldset>
      <Kinds answer={answer} told={told} present={present} />
      <Times answer={answer} present={present} wrong={wrong} />
      {wrong['form'] && <p className="form-error" role="alert">{wrong['form']}</p>}
      <footer><button type="submit" className="button primary">{strings.review}</button></footer>
      {review && <ReviewChange title={strings.edit} changes={review} done={strings.changed} onClose={() => setReview(null)} onApplied={onClose} />}
    </form>
  );
}

function Kinds({ answer, told, present }: { answer: AlertsAnswer; told: readonly string[]; present: AlertForm }) {
  const strings = alertsStrings.use();
  return (
    <fieldset className="stack tight">
      <legend>{strings.kinds}</legend>
      <div className="checks">
        {answer.kinds.map(({ kind, label }) => (
          <label key={kind} className="check" title={kind}><input type="checkbox" name="kind" value={kind} defaultChecked={told.includes(kind)} /><span>{kindLabel(strings, kind, label)}</span></label>
        ))}
      </div>
      <details className="more" open={Object.keys(present.routes).length > 0}>
        <summary>{strings.routes}</summary>
        <p className="hint quiet">{strings.routesAbout}</p>
        <div className="form-pair">
          {answer.kinds.map(({ kind, label }) => <Field key={kind} label={kindLabel(strings, kind, label)} optional><input className="field mono" name={`route ${kind}`} defaultValue={present.routes[kind] ?? ''} spellCheck={false} autoComplete="off" placeholder={fromEnvironment} /></Field>)}
        </div>
      </details>
    </fieldset>
  );
}

function Times({ answer: { thresholds }, present, wrong }: { answer: AlertsAnswer; present: AlertForm; wrong: Mistakes }) {
  const strings = alertsStrings.use();
  const usual = (name: NumberField): string => (thresholds ? String(Math.round(inForce[name](thresholds) * 100) / 100) : '');
  return (
    <>
      <fieldset className="stack tight">
        <legend>{strings.thresholds}</legend>
        <div className="form-pair">
          {numberNames.map((name) => <Field key={name} label={strings.numbers[name]} error={wrong[name] ?? null}><input className="field" name={name} inputMode="decimal" defaultValue={present.numbers[name]} placeholder={usual(name)} /></Field>)}
        </div>
      </fieldset>
      <fieldset className="stack tight">
        <legend>{strings.quiet}</legend>
        <p className="hint quiet">{strings.quietAbout}</p>
        <div className="form-pair">
          <Field label={strings.quietFrom} error={wrong['quietFrom'] ?? null}><input className="field" name="quietFrom" type="time" defaultValue={present.quietFrom} /></Field>
          <Field label={strings.quietTo} error={wrong['quietTo'] ?? null}><input className="field" name="quietTo" type="time" defaultValue={present.quietTo} /></Field>
          <Field label={strings.timeZone} optional error={wrong['timeZone'] ?? null}><input className="field" name="timeZone" list="time-zones" defaultValue={present.timeZone} placeholder={usualZone} /></Field>
          <datalist id="time-zones">{Intl.supportedValuesOf('timeZone').map((zone) => <option key={zone} value={zone} />)}</datalist>
        </div>
      </fieldset>
    </>
  );
}

function readForm(form: FormData, present: AlertForm, told: readonly string[], { kinds: all, known }: AlertsAnswer): AlertForm {
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const kinds = form.getAll('kind').map(String);
  const chosen = form.getAll('place').map(String);
  // The order of the file stays; places that the form does not know stay too.
  const places = [...present.places.filter((name) => chosen.includes(name) || !known.some((each) => each.name === name)), ...chosen.filter((name) => !present.places.includes(name))];
  return {
    places, kinds: sameNames(kinds, told) ? present.kinds : kinds,
    numbers: Object.fromEntries(numberNames.map((name) => [name, text(name)])) as Record<NumberField, string>,
    quietFrom: text('quietFrom'), quietTo: text('quietTo'), timeZone: text('timeZone'),
    routes: { ...Object.fromEntries(Object.entries(present.routes).filter(([kind]) => !all.some((each) => each.kind === kind))), ...Object.fromEntries(all.map(({ kind }) => [kind, text(`route ${kind}`)]).filter(([, value]) => value !== '')) },
  };
}

const sameNames = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && a.every((name) => b.includes(name));

/** What the gateway would refuse, or pass over. */
function mistakes({ numbers, quietFrom, quietTo, timeZone }: AlertForm, strings: Strings): Mistakes {
  const wrong: Mistakes = {};
  for (const name of numberNames) {
    const value = Number(numbers[name]);
    if (numbers[name] !== '' && !(value >= 0 && (name !== 'errorRate' || value <= 100))) wrong[name] = name === 'errorRate' ? strings.wrongShare : strings.wrongNumber;
  }
  if ((quietFrom === '') !== (quietTo === '')) wrong[quietFrom === '' ? 'quietFrom' : 'quietTo'] = strings.bothTimes;
  if (timeZone !== '' && timeZone !== 'UTC' && !Intl.supportedValuesOf('timeZone').includes(timeZone)) wrong['timeZone'] = strings.wrongZone;
  return wrong;
}

/** A kind in the reader's language; the gateway's own words where there are none. */
export function kindLabel(strings: Strings, kind: string, label: string): string {
  return Object.hasOwn(strings.kindNames, kind) ? strings.kindNames[kind as keyof typeof strings.kindNames] : label;
}

/** The name of a place in the reader's language; the gateway's own where there is none. */
export function placeLabel(strings: Strings, name: string, label: string): string {
  return Object.hasOwn(strings.placeNames, name) ? strings.placeNames[name as keyof typeof strings.placeNames] : label;
}
