// What stands where something could not be loaded: why, and what to do about it.
import { Database, Lock, PlugZap, TriangleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { checkSession } from '../app/session.ts';
import { CodeBox } from './CodeBox.tsx';
import { isForbidden, isSignedOut, isWithoutDatabase, wordsOf } from '../api/gateway.ts';
import { shared } from '../i18n/shared-strings.ts';

/** Chooses by the kind of failure. */
export function Problem({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const strings = shared.use();
  const signedOut = isSignedOut(error);
  useEffect(() => {
    if (signedOut) checkSession();
  }, [signedOut]);
  if (isWithoutDatabase(error)) return <WithoutDatabase />;
  const forbidden = isForbidden(error);
  const offline = error instanceof Error && 'kind' in error && error.kind === 'connection';
  const Icon = forbidden ? Lock : offline ? PlugZap : TriangleAlert;
  return (
    <div className="empty" role="alert">
      <Icon aria-hidden size={22} strokeWidth={1.6} />
      <p>{forbidden ? strings.states.refused : signedOut ? strings.states.signedOut : offline ? strings.states.offlineTitle : strings.states.failed}</p>
      {!forbidden && !signedOut && !offline && <p className="quiet">{wordsOf(error)}</p>}
      {onRetry && !forbidden && (
        <button type="button" className="button" onClick={onRetry}>
          {strings.actions.retry}
        </button>
      )}
    </div>
  );
}

/** How to switch a database on. */
export function WithoutDatabase() {
  const { noDatabase } = shared.use();
  return (
    <section className="empty wide">
      <Database aria-hidden size={22} strokeWidth={1.6} />
      <h2>{noDatabase.title}</h2>
      <p className="quiet">{noDatabase.text}</p>
      <p>{noDatabase.how}</p>
      <CodeBox text={'DATABASE_URL=sqlite:weir.db ./start.sh'} />
      <p>{noDatabase.or}</p>
      <CodeBox text={'./start.sh --data DIR'} />
      <p className="quiet">{noDatabase.afterwards}</p>
    </section>
  );
}
