// The file as text: check it, see what would change, apply it.
import { useState } from 'react';
import { applyConfiguration } from './apply.ts';
import { configurationDraft } from './draft.ts';
import { configurationStrings } from './configuration-strings.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DiffView } from './DiffView.tsx';
import { gateway, wordsOf } from '../../api/gateway.ts';
import { GatewayError, type Configuration, type ConfigurationProblem } from '../../../../client/index.ts';
import { ProblemList } from './ProblemList.tsx';
import { useObservable } from '../../lib/observable.ts';

/** See the top of the file. */
export function FileEditor({ configuration }: { configuration: Configuration }) {
  const strings = configurationStrings.use();
  const draft = useObservable(configurationDraft, (value) => value);
  const text = draft?.text ?? configuration.text;
  const changed = text !== configuration.text;
  const [problems, setProblems] = useState<ConfigurationProblem[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [reviewing, setReviewing] = useState(false);
  const check = async (): Promise<ConfigurationProblem[] | null> => {
    setFailure(null);
    try {
      const found = await gateway.configuration.check(text);
      setProblems(found);
      return found;
    } catch (error) {
      setFailure(wordsOf(error));
      return null;
    }
  };
  const review = async (): Promise<void> => {
    const found = await check();
    if (found && !found.some(({ severity }) => severity === 'error')) setReviewing(true);
  };
  const apply = async (): Promise<void> => {
    setReviewing(false);
    try {
      await applyConfiguration({ text: configuration.text, etag: draft?.etag ?? configuration.etag }, text, strings.applied);
      configurationDraft.update(() => null);
    } catch (error) {
      setFailure(error instanceof GatewayError && error.status === 409 ? strings.changedMeanwhile : wordsOf(error));
    }
  };
  return (
    <div className="stack tight">
      <p className="hint quiet"><span className="mono">{configuration.file}</span> · {configuration.writable ? strings.secrets : strings.readOnly}</p>
      <textarea
        className="field code editor" aria-label={strings.editor} spellCheck={false} rows={Math.min(34, Math.max(14, text.split('\n').length + 1))} value={text} readOnly={!configuration.writable}
        onChange={(event) => configurationDraft.update((present) => ({ text: event.target.value, etag: present?.etag ?? configuration.etag }))}
      />
      {failure !== null && <p className="banner" data-tone="bad" role="alert">{failure}</p>}
      {problems && <ProblemList problems={problems} />}
      {configuration.writable && (
        <div className="bar">
          <button type="button" className="button" onClick={() => void check()}>{strings.check}</button>
          <button type="button" className="button primary" disabled={!changed} onClick={() => void review()}>{strings.review}</button>
          {changed && <button type="button" className="text-button" onClick={() => { configurationDraft.update(() => null); setProblems(null); }}>{strings.discard}</button>}
        </div>
      )}
      {reviewing && (
        <Dialog title={strings.diffTitle} onClose={() => setReviewing(false)}>
          <DiffView before={configuration.text} after={text} />
          <footer><button type="button" className="button primary" autoFocus onClick={() => void apply()}>{strings.apply}</button></footer>
        </Dialog>
      )}
    </div>
  );
}
