// Stores a credential.
import { useState, type FormEvent } from 'react';
import { Field } from '../../ui/Field.tsx';
import { gateway, queries, wordsOf } from '../../api/gateway.ts';
import { notify } from '../../app/announce.ts';
import { providersStrings } from './providers-strings.ts';
import { shared } from '../../i18n/shared-strings.ts';
import { Sheet } from '../../ui/Sheet.tsx';

/** Is open as long as it is rendered. */
export function NewCredentialSheet({ onClose }: { onClose: () => void }) {
  const strings = providersStrings.use();
  const { actions } = shared.use();
  const [wrong, setWrong] = useState<{ name?: string; api_key?: string }>({});
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '').trim();
    const found = { ...(text('name') === '' && { name: strings.required }), ...(text('api_key') === '' && { api_key: strings.required }) };
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    const values = Object.fromEntries(['api_key', 'api_base'].map((name) => [name, text(name)]).filter(([, value]) => value !== ''));
    try {
      await gateway.credentials.create({ credential_name: text('name'), credential_info: text('provider') === '' ? {} : { custom_llm_provider: text('provider') }, credential_values: values });
      notify(strings.created(text('name')));
      void queries.invalidateQueries({ queryKey: ['credentials'] });
      onClose();
    } catch (error) {
      setFailure(wordsOf(error));
    }
  };
  return (
    <Sheet title={strings.newCredential} onClose={onClose}>
      <form className="form" noValidate onSubmit={(event) => void submit(event)}>
        <Field label={strings.name} error={wrong.name ?? null}><input className="field" name="name" autoFocus /></Field>
        <Field label={strings.provider} optional><input className="field" name="provider" list="provider-names" /></Field>
        <Field label={strings.apiKey} error={wrong.api_key ?? null}><input className="field mono" name="api_key" type="password" autoComplete="off" /></Field>
        <Field label={strings.apiBase} optional><input className="field mono" name="api_base" type="url" /></Field>
        {failure !== null && <p className="form-error" role="alert">{failure}</p>}
        <footer><button type="submit" className="button primary">{actions.save}</button></footer>
      </form>
    </Sheet>
  );
}
