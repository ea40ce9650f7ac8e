// The playground: one request, up to four models side by side.
import { Play, Plus, Square } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { addressOf, useQueryMember } from '../../app/location.ts';
import { CodePanel } from './CodePanel.tsx';
import { draft, maxModels, requestOf, type Draft, type DraftProblems } from './draft.ts';
import { Link } from '../../ui/Link.tsx';
import { PageHead } from '../../ui/PageHead.tsx';
import { playgroundStrings } from './playground-strings.ts';
import { RequestForm } from './RequestForm.tsx';
import { RunColumn } from './RunColumn.tsx';
import { runModel, type Run } from './run.ts';
import { useModelNames } from '../../ui/ModelChoice.tsx';
import { useObservable } from '../../lib/observable.ts';
import { useReplay } from './use-replay.ts';

/** See the top of the file. */
export default function PlaygroundPage() {
  const strings = playgroundStrings.use();
  const names = useModelNames();
  const typed = useObservable(draft, (value) => value);
  const wanted = useQueryMember('model');
  const replayed = useReplay();
  const { runs, running, run, halt } = useRuns();
  const [problems, setProblems] = useState<DraftProblems>({});
  useEffect(() => {
    if (wanted !== null) draft.update((present) => ({ ...present, models: [wanted, ...present.models.filter((name) => name !== wanted)].slice(0, maxModels) }));
  }, [wanted]);
  const models = typed.models.length > 0 ? typed.models : names.slice(0, 1);
  const start = (): void => {
    const { body, problems: found } = requestOf(typed);
    setProblems(found);
    if (Object.keys(found).length === 0) run(models.map((model) => ({ model, ...body })));
  };
  const setModels = (next: string[]): void => draft.update((present: Draft) => ({ ...present, models: next }));
  const free = names.find((name) => !models.includes(name)) ?? names[0];
  return (
    <main id="page" className="page" tabIndex={-1} onKeyDown={(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && start()}>
      <PageHead page="playground" about={strings.about}>
        {free && models.length < maxModels && <button type="button" className="button" onClick={() => setModels([...models, free])}><Plus aria-hidden size={16} />{strings.add}</button>}
        {running ? (
          <button type="button" className="button primary" onClick={halt}><Square aria-hidden size={14} />{strings.halt}</button>
        ) : (
          <button type="button" className="button primary" title={strings.runHint} disabled={models.length === 0} onClick={start}><Play aria-hidden size={15} />{strings.run}</button>
        )}
      </PageHead>
      {replayed !== null && <p className="banner" data-tone="good" role="status">{strings[replayed]}</p>}
      <div className="playground">
        <RequestForm typed={typed} problems={problems} />
        <div className="columns" data-count={models.length}>
          {models.length === 0 && <p className="hint">{strings.noModels} <Link href={addressOf('/models', { new: '1' })}>{strings.addModel}</Link></p>}
          {models.map((model, index) => (
            <RunColumn
              key={index} number={index + 1} model={model} names={names} run={runs[index] ?? null} onModel={(name) => setModels(models.map((other, at) => (at === index ? name : other)))}
              onRemove={models.length > 1 ? () => setModels(models.filter((_, at) => at !== index)) : null}
            />
          ))}
        </div>
      </div>
      {models[0] && <CodePanel request={{ model: models[0], ...requestOf(typed).body }} />}
    </main>
  );
}

/** The answers of all columns. */
function useRuns() {
  const [runs, setRuns] = useState<(Run | null)[]>([]);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);
  const run = (requests: Run['request'][]): void => {
    controller.current?.abort();
    const mine = new AbortController();
    controller.current = mine;
    setRuns(requests.map(() => null));
    requests.forEach((request, index) => void runModel(request, mine.signal, (next) => {
      if (controller.current === mine) setRuns((present) => present.map((other, at) => (at === index ? next : other)));
    }));
  };
  return { runs, run, running: runs.some((each) => each?.state === 'running'), halt: () => controller.current?.abort() };
}
