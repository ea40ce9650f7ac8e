// Adds a deployment to the database.
import { useState, type FormEvent } from 'react';
import { Field } from '../../ui/Field.tsx';
import { gateway, isWithoutDatabase, queries, wordsOf } from '../../api/gateway.ts';
import { modelsStrings } from './models-strings.ts';
import { notify } from '../../app/announce.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';
import { WithoutDatabase } from '../../ui/Problem.tsx';

/** Is open as long as it is rendered. */
export function NewModelSheet({ onClose }: { onClose: () => void }) {
  const strings = modelsStrings.use();
  const { actions } = shared.use();
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<{ name?: string; model?: string }>({});
  const [failure, setFailure] = useState<unknown>(null);
  const add = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const found = { ...(text('name') === '' && { name: strings.required }), ...(!text('model').includes('/') && { model: strings.needsSlash }) };
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    setFailure(null);
    try {
      const params = { model: text('model'), api_base: text('api_base'), api_key: text('api_key') };
      await gateway.models.create({ model_name: text('name'), litellm_params: Object.fromEntries(Object.entries(params).filter(([, value]) => value !== '')) });
      notify(strings.added);
      void queries.invalidateQueries({ queryKey: ['deployments'] });
      void queries.invalidateQueries({ queryKey: ['model-names'] });
      onClose();
    } catch (error) {
      setFailure(error);
      setBusy(false);
    }
  };
  return (
    <Sheet title={strings.newTitle} onClose={onClose}>
      <form className="form" noValidate onSubmit={(event) => void add(event)}>
        <Field label={strings.name} hint={strings.nameHint} error={wrong.name ?? null}><input className="field" name="name" autoFocus /></Field>
        <Field label={strings.model} hint={strings.modelHint} error={wrong.model ?? null}><input className="field mono" name="model" spellCheck={false} /></Field>
        <Field label={strings.apiBase} optional><input className="field mono" name="api_base" type="url" spellCheck={false} /></Field>
        <Field label={strings.apiKey} optional hint={strings.apiKeyHint}><input className="field mono" name="api_key" type="password" autoComplete="off" /></Field>
        {failure !== null && !isWithoutDatabase(failure) && <p className="form-error" role="alert">{wordsOf(failure)}</p>}
        <footer><button type="submit" className="button primary" disabled={busy}>{actions.add}</button></footer>
      </form>
      {isWithoutDatabase(failure) && <WithoutDatabase />}
    </Sheet>
  );
}
