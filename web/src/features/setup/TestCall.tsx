// One short call as the client would make it, with the key of the page and nothing of the session.
import { Check, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { addressOf } from '../../app/location.ts';
import { CodeBox } from '../../ui/CodeBox.tsx';
import { Link } from '../../ui/Link.tsx';
import { setupStrings } from './setup-strings.ts';
import { testRequest, type Client, type Connection } from './clients.ts';
import { useFormats } from '../../lib/numbers.ts';
import { wordsOf } from '../../api/gateway.ts';

type Outcome = { kind: 'idle' } | { kind: 'running' } | { kind: 'done'; ok: boolean; text: string; tookMs: number; requestId: string | null };

/** See the top of the file. */
export function TestCall({ client, connection }: { client: Client; connection: Connection }) {
  const strings = setupStrings.use();
  const formats = useFormats();
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'idle' });
  const run = async (): Promise<void> => {
    setOutcome({ kind: 'running' });
    const startedMs = performance.now();
    const { path, headers, body } = testRequest(client.dialect, connection);
    const done = (ok: boolean, text: string, requestId: string | null): void => setOutcome({ kind: 'done', ok, text, requestId, tookMs: performance.now() - startedMs });
    try {
      const response = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body), credentials: 'omit' });
      done(response.ok, pretty(await response.text()), response.headers.get('x-litellm-call-id'));
    } catch (error) {
      done(false, wordsOf(error), null);
    }
  };
  return (
    <>
      <p className="hint">{connection.key ? strings.testAbout : strings.needKey}</p>
      <div className="bar">
        <button type="button" className="button primary" disabled={connection.key === '' || outcome.kind === 'running'} onClick={() => void run()}>
          {outcome.kind === 'running' ? strings.running : strings.run}
        </button>
      </div>
      {outcome.kind === 'done' && (
        <>
          <p className="banner" data-tone={outcome.ok ? 'good' : 'bad'} role="status">
            {outcome.ok ? <Check aria-hidden size={16} /> : <TriangleAlert aria-hidden size={16} />}
            <span>
              {outcome.ok ? strings.works(formats.span(outcome.tookMs)) : strings.fails}{' '}
              {outcome.requestId && <Link href={addressOf('/logs', { request_id: outcome.requestId })}>{strings.seeLog}</Link>}
            </span>
          </p>
          <CodeBox titled label={strings.answer} text={outcome.text} />
        </>
      )}
    </>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
