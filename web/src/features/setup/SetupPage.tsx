// Client setup: pick a client, take a key, copy the lines, try it.
import { useState } from 'react';
import { clients, type Client, type Snippet } from './clients.ts';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { Field } from '../../ui/Field.tsx';
import { gateway, queries, wordsOf } from '../../api/gateway.ts';
import { madeKey, rememberKey } from './made-key.ts';
import { PageHead } from '../../ui/PageHead.tsx';
import { setQuery, useQueryMember } from '../../app/location.ts';
import { setupStrings } from './setup-strings.ts';
import { TestCall } from './TestCall.tsx';
import { useDatabase, useSession } from '../../app/session.ts';
import { useModelNames } from '../../ui/ModelChoice.tsx';
import { useObservable } from '../../lib/observable.ts';

/** See the top of the file. */
export default function SetupPage() {
  const strings = setupStrings.use();
  const names = useModelNames();
  const wantedClient = useQueryMember('client');
  const wantedModel = useQueryMember('model');
  const made = useObservable(madeKey, (value) => value);
  const [typed, setTyped] = useState<string | null>(null);
  const [first] = clients;
  const client = clients.find(({ id }) => id === wantedClient) ?? first;
  const model = wantedModel ?? names[0] ?? 'MODEL';
  const key = typed ?? made?.key ?? '';
  if (!client) return null;
  const connection = { url: location.origin, key: key || strings.placeholder, model };
  return (
    <main id="page" className="page" tabIndex={-1}>
      <PageHead page="setup" about={strings.about} />
      <ol className="steps card">
        <li>
          <div>
            <h2>{strings.pick}</h2>
            <ClientChoice chosen={client} />
          </div>
        </li>
        <li>
          <div>
            <h2>{strings.key}</h2>
            <KeyStep client={client} value={key} isNew={typed === null && made !== null} onChange={setTyped} onMade={() => setTyped(null)} />
          </div>
        </li>
        <li>
          <div>
            <h2>{strings.model}</h2>
            {names.length === 0 ? (
              <p className="hint">{strings.noModels}</p>
            ) : (
              <select className="select" aria-label={strings.modelField} value={model} onChange={(event) => setQuery({ model: event.target.value }, { replace: true })}>
                {names.map((name) => <option key={name}>{name}</option>)}
              </select>
            )}
          </div>
        </li>
        <li>
          <div>
            <h2>{strings.lines}</h2>
            {client.snippets.map((snippet, index) => <CodeBox key={`${client.id}-${index}`} titled label={placeOf(snippet)} text={snippet.text(connection)} />)}
          </div>
        </li>
        <li>
          <div>
            <h2>{strings.test}</h2>
            <TestCall key={`${client.id} ${model} ${key}`} client={client} connection={{ ...connection, key }} />
          </div>
        </li>
      </ol>
    </main>
  );
}

function placeOf({ place }: Snippet): string {
  const strings = setupStrings.now();
  switch (place.kind) {
    case 'shell':
      return strings.shell;
    case 'file':
      return strings.file(place.path);
    case 'code':
      return strings.code(place.language);
    case 'settings':
      return strings.settings;
  }
}

function ClientChoice({ chosen }: { chosen: Client }) {
  const strings = setupStrings.use();
  return (
    <>
      {(['agents', 'sdks'] as const).map((group) => (
        <fieldset key={group}>
          <legend className="quiet">{strings[group]}</legend>
          <div className="choices">
            {clients.filter((client) => client.group === group).map(({ id, name }) => (
              <button key={id} type="button" aria-pressed={id === chosen.id} onClick={() => setQuery({ client: id }, { replace: true })}>{name}</button>
            ))}
          </div>
        </fieldset>
      ))}
    </>
  );
}

interface KeyStepProps {
  client: Client;
  value: string;
  isNew: boolean;
  onChange: (key: string) => void;
  onMade: () => void;
}

function KeyStep({ client, value, isNew, onChange, onMade }: KeyStepProps) {
  const strings = setupStrings.use();
  const mayMake = useSession().data?.role !== 'internal_user_viewer';
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const database = useDatabase();
  const make = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      rememberKey(await gateway.keys.generate({ key_alias: `${strings.madeName(client.name)} ${new Date().toISOString().slice(0, 19)}` }));
      onMade();
      void queries.invalidateQueries({ queryKey: ['keys'] });
    } catch (error) {
      setProblem(wordsOf(error));
    }
    setBusy(false);
  };
  return (
    <>
      {isNew && <p className="banner" data-tone="good" role="status">{strings.made}</p>}
      <div className="bar key-step">
        <Field label={strings.keyField} hint={database ? strings.keyHint : strings.noDatabase} error={problem}>
          <input className="field mono" type={isNew ? 'text' : 'password'} autoComplete="off" spellCheck={false} value={value} onChange={(event) => onChange(event.target.value.trim())} />
        </Field>
        {mayMake && database && (
          <button type="button" className="button" disabled={busy} onClick={() => void make()}>{busy ? strings.making : strings.make}</button>
        )}
      </div>
    </>
  );
}
