// Shows what a form would change in the configuration file, line by line, before it is applied.
import { useEffect, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { applyConfiguration } from '../apply.ts';
import { configurationStrings } from '../configuration-strings.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { DiffView } from '../DiffView.tsx';
import { gateway, wordsOf } from '../../../api/gateway.ts';
import { GatewayError, type Configuration, type ConfigurationProblem } from '../../../../../client/index.ts';
import { Problem } from '../../../ui/Problem.tsx';
import { ProblemList } from '../ProblemList.tsx';
import { shared } from '../../../i18n/shared-strings.ts';
import { TableSkeleton } from '../../../ui/TableSkeleton.tsx';
import type { SettingPath } from './set-setting.ts';

/** A setting and its new value; undefined takes it away. */
export interface SettingChange {
  path: SettingPath;
  value: unknown;
}

interface ReviewProps {
  title: string;
  changes: readonly SettingChange[];
  /** The notice when it is applied. */
  done: string;
  onClose: () => void;
  onApplied?: () => void;
}

/** Is open as long as it is rendered. */
export function ReviewChange({ title, changes, done, onClose, onApplied }: ReviewProps) {
  const strings = configurationStrings.use();
  // Not the one of the cache: what is compared must be what is in force.
  const query = useQuery({ queryKey: ['configuration', 'review'], queryFn: ({ signal }) => gateway.configuration.show(signal), staleTime: 0, gcTime: 0, refetchOnWindowFocus: false });
  const noFile = query.error instanceof GatewayError && query.error.status === 404;
  return (
    <Dialog title={title} onClose={onClose}>
      {query.isPending && <TableSkeleton rows={3} />}
      {noFile && <p className="hint">{strings.noFile}</p>}
      {query.error && !noFile && <Problem error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && !query.data.writable && <p className="hint">{strings.readOnly}</p>}
      {query.data?.writable && <Review configuration={query.data} changes={changes} done={done} onClose={onClose} onApplied={onApplied ?? onClose} />}
    </Dialog>
  );
}

function Review({ configuration, changes, done, onClose, onApplied }: Omit<ReviewProps, 'title'> & { configuration: Configuration; onApplied: () => void }) {
  const strings = configurationStrings.use();
  const { actions } = shared.use();
  const [text, setText] = useState<string | null>(null);
  const [problems, setProblems] = useState<readonly ConfigurationProblem[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    let current = true;
    void prepare(configuration.text, changes).then((prepared) => {
      if (!current) return;
      setText(prepared.text);
      setProblems(prepared.problems);
    }, (error: unknown) => current && setFailure(wordsOf(error)));
    return () => {
      current = false;
    };
  }, [configuration, changes]);
  const apply = async (): Promise<void> => {
    setBusy(true);
    try {
      await applyConfiguration(configuration, text ?? '', done);
      onApplied();
    } catch (error) {
      setBusy(false);
      setFailure(error instanceof GatewayError && error.status === 409 ? strings.changedMeanwhile : wordsOf(error));
    }
  };
  const refused = problems.some(({ severity }) => severity === 'error');
  return (
    <>
      <p className="hint quiet"><span className="mono">{configuration.file}</span></p>
      {text !== null && <DiffView before={configuration.text} after={text} />}
      {problems.length > 0 && <ProblemList problems={problems} />}
      {failure !== null && <p className="form-error" role="alert">{failure}</p>}
      <footer>
        <button type="button" className="button" onClick={onClose}>{actions.cancel}</button>
        <button type="button" className="button primary" disabled={busy || refused || text === null || text === configuration.text} onClick={() => void apply()}>{strings.apply}</button>
      </footer>
    </>
  );
}

/** The changed text, and what the gateway says about it. */
async function prepare(before: string, changes: readonly SettingChange[]): Promise<{ text: string; problems: readonly ConfigurationProblem[] }> {
  const { setSetting } = await import('./set-setting.ts');
  const text = changes.reduce((present, { path, value }) => setSetting(present, path, value) ?? present, before);
  if (text === before) return { text, problems: [] };
  const [known, found] = await Promise.all([gateway.configuration.check(before), gateway.configuration.check(text)]);
  // What was wrong before is not this change's doing.
  const earlier = new Set(known.map(({ path, message }) => `${path} ${message}`));
  return { text, problems: found.filter(({ path, message, severity }) => severity === 'error' || !earlier.has(`${path} ${message}`)) };
}
