// Changes a model group: which deployments come first and how calls are shared, and which groups follow when all of them fail. What the file says is
// changed there, after a look at the difference; deployments of the database are changed in the database.
import { useState, type FormEvent } from 'react';
import { useQuery } from '@tanstack/react-query';
import { change } from '../../ui/change.ts';
import { FallbackEditor } from './FallbackEditor.tsx';
import type { FallbackKind, GroupSettings, Placing } from './group-settings.ts';
import { gateway } from '../../api/gateway.ts';
import { GatewayError, type Configuration, type Deployment } from '../../../../client/index.ts';
import { Problem } from '../../ui/Problem.tsx';
import { ReviewChange, type SettingChange } from '../configuration/edit/ReviewChange.tsx';
import { routingStrings } from './routing-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { TableSkeleton } from '../../ui/TableSkeleton.tsx';

const kinds: readonly FallbackKind[] = ['on_failure', 'on_context_window', 'on_content_policy'];
const noSettings: GroupSettings = { fallbacks: { on_failure: [], on_context_window: [], on_content_policy: [] }, entries: [] };

/** Is open as long as it is rendered. */
export function GroupForm({ group, deployments, onClose }: { group: string; deployments: readonly Deployment[]; onClose: () => void }) {
  const strings = routingStrings.use();
  const query = useQuery({
    queryKey: ['configuration', 'group', group], staleTime: 0, gcTime: 0, refetchOnWindowFocus: false, retry: false,
    queryFn: async ({ signal }): Promise<{ file: Configuration | null; settings: GroupSettings }> => {
      const { groupSettings } = await import('./group-settings.ts');
      try {
        const file = await gateway.configuration.show(signal);
        return { file, settings: groupSettings(file.text, group) };
      } catch (error) {
        if (error instanceof GatewayError && error.status === 404) return { file: null, settings: noSettings };
        throw error;
      }
    },
  });
  return (
    <Sheet title={strings.editTitle(group)} onClose={onClose}>
      {query.isPending && <TableSkeleton rows={4} />}
      {query.error && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && <Fields group={group} deployments={deployments} {...query.data} onClose={onClose} />}
    </Sheet>
  );
}

interface FieldsProps {
  group: string;
  deployments: readonly Deployment[];
  file: Configuration | null;
  settings: GroupSettings;
  onClose: () => void;
}

/** Deployments of the file are told apart from those of the database; their places in the file are only known when none is hidden behind an include. */
function Fields({ group, deployments, file, settings, onClose }: FieldsProps) {
  const strings = routingStrings.use();
  const inFile = deployments.filter(({ model_info: info }) => info.db_model !== true);
  const writable = file?.writable === true;
  const placeable = inFile.length === settings.entries.length;
  const [fallbacks, setFallbacks] = useState(settings.fallbacks);
  const [wrong, setWrong] = useState<string | null>(null);
  const [review, setReview] = useState<readonly SettingChange[] | null>(null);
  const [later, setLater] = useState<StoredChange[]>([]);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const placingOf = ({ model_info: { id } }: Deployment): Placing => ({ order: String(form.get(`order ${id}`) ?? '').trim(), weight: String(form.get(`weight ${id}`) ?? '').trim() });
    const placings = deployments.map(placingOf);
    if (placings.some(({ order, weight }) => !isCount(order) || !isAmount(weight))) return setWrong(strings.wrongNumber);
    setWrong(null);
    const stored = deployments.filter(({ model_info: info }) => info.db_model === true).flatMap((deployment) => storedChange(deployment, placingOf(deployment)));
    const { groupChanges } = await import('./group-settings.ts');
    const changes = file && writable ? groupChanges(file.text, group, { fallbacks, placings: placeable ? inFile.map(placingOf) : [] }) : [];
    setLater(stored);
    if (changes.length > 0) setReview(changes);
    else if (stored.length > 0) finish(stored);
    else setWrong(strings.nothingChanged);
  };
  const finish = (stored: readonly StoredChange[]): void => {
    setReview(null);
    onClose();
    if (stored.length > 0) void changeStored(stored, strings.changed(group));
  };
  return (
    <form className="form" noValidate onSubmit={(event) => void submit(event)}>
      <PlacingTable deployments={deployments} editable={(deployment) => deployment.model_info.db_model === true || (writable && placeable)} />
      {!writable && <p className="hint">{strings.notWritable}</p>}
      {writable && kinds.map((kind) => (
        <FallbackEditor key={kind} label={strings.fallbacks[kind]} group={group} names={fallbacks[kind]} onChange={(names) => setFallbacks((present) => ({ ...present, [kind]: names }))} />
      ))}
      {wrong !== null && <p className="form-error" role="alert">{wrong}</p>}
      <footer><button type="submit" className="button primary">{strings.review}</button></footer>
      {review && <ReviewChange title={strings.editTitle(group)} changes={review} done={strings.changed(group)} onClose={() => setReview(null)} onApplied={() => finish(later)} />}
    </form>
  );
}

function PlacingTable({ deployments, editable }: { deployments: readonly Deployment[]; editable: (deployment: Deployment) => boolean }) {
  const strings = routingStrings.use();
  return (
    <fieldset className="stack tight">
      <legend>{strings.placing}</legend>
      <p className="hint quiet">{strings.placingAbout}</p>
      <div className="data-table wrap">
        <table>
          <thead><tr><th scope="col">{strings.candidate}</th><th scope="col">{strings.order}</th><th scope="col">{strings.weight}</th></tr></thead>
          <tbody>
            {deployments.map((deployment) => {
              const { litellm_params: params, model_info: { id } } = deployment;
              const field = (name: 'order' | 'weight') => (
                <input className="field narrow number" name={`${name} ${id}`} inputMode="decimal" aria-label={`${strings[name]}: ${params.model}`} defaultValue={params[name] === undefined || params[name] === null ? '' : String(params[name])} readOnly={!editable(deployment)} />
              );
              return <tr key={id}><td>{params.model}<span className="sub mono">{typeof params['api_base'] === 'string' ? params['api_base'] : ''}</span></td><td>{field('order')}</td><td>{field('weight')}</td></tr>;
            })}
          </tbody>
        </table>
      </div>
    </fieldset>
  );
}

const isCount = (text: string): boolean => text === '' || /^[1-9]\d{0,3}$/.test(text);
const isAmount = (text: string): boolean => text === '' || (Number(text) >= 0 && Number.isFinite(Number(text)));

interface StoredChange {
  id: string;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

function storedChange({ litellm_params: params, model_info: { id } }: Deployment, wanted: Placing): StoredChange[] {
  const of = (text: string): number | null => (text === '' ? null : Number(text));
  const names = (['order', 'weight'] as const).filter((name) => (params[name] ?? null) !== of(wanted[name]));
  return names.length === 0 ? [] : [{ id, before: Object.fromEntries(names.map((name) => [name, params[name] ?? null])), after: Object.fromEntries(names.map((name) => [name, of(wanted[name])])) }];
}

async function changeStored(changes: readonly StoredChange[], done: string): Promise<void> {
  const write = (which: 'before' | 'after') => () => Promise.all(changes.map((each) => gateway.models.update(each.id, { litellm_params: each[which] as Deployment['litellm_params'] })));
  await change({ keys: [['deployments']], done, run: write('after'), undo: write('before') });
}
