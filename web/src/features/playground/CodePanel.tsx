// The request of the playground as code.
import { asCurl, asPython, asTypeScript } from './code.ts';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { playgroundStrings } from './playground-strings.ts';
import { Tabs } from '../../ui/Tabs.tsx';
import type { ChatRequest } from '../../../../client/index.ts';

const writers = [['curl', asCurl], ['Python', asPython], ['TypeScript', asTypeScript]] as const;

/** See the top of the file. */
export function CodePanel({ request }: { request: ChatRequest }) {
  const strings = playgroundStrings.use();
  return (
    <section className="card">
      <header><h2>{strings.code}</h2></header>
      <Tabs label={strings.code} tabs={writers.map(([name, write]) => ({ id: name, label: name, content: () => <CodeBox label={name} text={write(request, location.origin)} /> }))} />
    </section>
  );
}
