// One model: its answer as it comes, what it cost, and the bytes behind it.
import { X } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { playgroundStrings } from './playground-strings.ts';
import { Tabs } from '../../ui/Tabs.tsx';
import { tokensPerSecond } from '../../lib/format.ts';
import { useFormats } from '../../lib/numbers.ts';
import type { Run } from './run.ts';

const Markdown = lazy(() => import('./MarkdownAnswer.tsx'));

interface RunColumnProps {
  number: number;
  model: string;
  names: readonly string[];
  run: Run | null;
  onModel: (name: string) => void;
  onRemove: (() => void) | null;
}

/** See the top of the file. */
export function RunColumn({ number, model, names, run, onModel, onRemove }: RunColumnProps) {
  const strings = playgroundStrings.use();
  const formats = useFormats();
  return (
    <section className="card run" aria-label={model} aria-busy={run?.state === 'running'}>
      <header>
        <select className="select" aria-label={strings.model(formats.count(number))} value={model} onChange={(event) => onModel(event.target.value)}>
          {[...new Set([...names, model])].map((name) => <option key={name}>{name}</option>)}
        </select>
        {onRemove && <IconButton icon={X} size={16} label={strings.removeModel(model)} onClick={onRemove} />}
      </header>
      {run === null ? (
        <p className="hint quiet">{strings.nothing}</p>
      ) : (
        <>
          <Tabs
            label={model}
            tabs={[
              { id: 'answer', label: strings.answer, content: () => <Answer run={run} /> },
              { id: 'raw', label: strings.raw, content: () => <><CodeBox titled label={strings.rawRequest} text={JSON.stringify(run.request, null, 2)} /><CodeBox titled label={strings.rawResponse} text={run.raw || ' '} /></> },
            ]}
          />
          <Meter run={run} />
        </>
      )}
    </section>
  );
}

function Answer({ run }: { run: Run }) {
  const strings = playgroundStrings.use();
  const { answer, state, failure } = run;
  const nothing = answer.text === '' && answer.toolCalls.length === 0;
  return (
    <div className="stack tight" aria-live={state === 'running' ? 'off' : 'polite'}>
      {answer.reasoning !== '' && <details className="more"><summary>{strings.reasoning}</summary><p className="plain quiet">{answer.reasoning}</p></details>}
      {answer.text !== '' && <Suspense fallback={<p className="plain">{answer.text}</p>}><Markdown text={answer.text} growing={state === 'running'} /></Suspense>}
      {answer.toolCalls.map((call) => <CodeBox key={call.id} titled label={strings.calls(call.name)} text={call.argumentsText} />)}
      {failure !== null && <p className="form-error" role="alert">{failure}</p>}
      {nothing && state === 'running' && <p className="hint quiet">{strings.waiting}</p>}
      {nothing && state === 'done' && <p className="hint quiet">{strings.noAnswer}</p>}
    </div>
  );
}

function Meter({ run: { answer, firstTokenMs, totalMs } }: { run: Run }) {
  const { meter } = playgroundStrings.use();
  const formats = useFormats();
  const rate = answer.usage ? tokensPerSecond(answer.usage.outputTokens, firstTokenMs, totalMs) : null;
  const parts = [
    firstTokenMs !== null && meter.firstToken(formats.span(firstTokenMs)), totalMs !== null && meter.total(formats.span(totalMs)),
    answer.usage && meter.tokens(formats.count(answer.usage.inputTokens), formats.count(answer.usage.outputTokens)), rate !== null && meter.speed(formats.rate(rate)), answer.costUsd !== null && formats.usd(answer.costUsd),
  ].filter((part) => typeof part === 'string');
  return <p className="run-meter">{parts.join(' · ')}</p>;
}
