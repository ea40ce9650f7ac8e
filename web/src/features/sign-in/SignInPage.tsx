// Signing in: by a key, by name and password, or by an identity provider.
import { useEffect, useState, type FormEvent } from 'react';
import { base, currentPlace, useQueryMember } from '../../app/location.ts';
import { checkSession } from '../../app/session.ts';
import { Field } from '../../ui/Field.tsx';
import { gateway, queries, wordsOf } from '../../api/gateway.ts';
import { GatewayError, type SessionInfo } from '../../../../client/index.ts';
import { InvitationForm } from './InvitationForm.tsx';
import { Settings } from '../../app/Settings.tsx';
import { shared } from '../../i18n/shared-strings.ts';
import { signInStrings } from './sign-in-strings.ts';

type Way = 'key' | 'password';

const providerNames: Readonly<Record<string, string>> = { google: 'Google', microsoft: 'Microsoft', github: 'GitHub' };

/** See the top of the file. */
export default function SignInPage({ session }: { session: SessionInfo }) {
  const strings = signInStrings.use();
  const invitation = useQueryMember('invitation_id');
  const returned = currentPlace().search.get('sign_in');
  const ways = [['key', strings.withKey], ...(session.methods.password ? [['password', strings.withPassword]] as const : [])] as const;
  const [way, setWay] = useState<Way>('key');
  // Decided once: whoever came back from there, or has just signed out, stays on this page.
  const [leaves] = useState(session.methods.redirect === true && invitation === null && returned === null);
  useEffect(() => {
    if (leaves) location.replace('/sso/key/generate');
  }, [leaves]);
  return (
    <main id="page" className="sign-in">
      <div className="sign-in-card">
        <span className="brand">
          <img src={`${base}/favicon.svg`} alt="" width={24} height={24} />
          Weir
        </span>
        <div>
          <h1>{invitation === null ? strings.title : strings.invited}</h1>
          {invitation === null && <p className="quiet">{strings.about}</p>}
        </div>
        {invitation !== null && <InvitationForm id={invitation} />}
        {(returned === 'unknown' || returned === 'failed') && (
          <p className="banner" role="alert">
            {strings[returned]}
          </p>
        )}
        {invitation === null && session.methods.sso.length > 0 && (
          <>
            <div className="sign-in-sso">
              {session.methods.sso.map((name) => (
                <a key={name} className="button" href={`/sso/key/generate?provider=${name}`}>
                  {strings.provider(providerNames[name] ?? strings.generic)}
                </a>
              ))}
            </div>
            <div className="divider">{strings.or}</div>
          </>
        )}
        {invitation === null && ways.length > 1 && <div className="segments" role="group" aria-label={strings.how}>
          {ways.map(([id, label]) => (
            <button key={id} type="button" aria-pressed={way === id} onClick={() => setWay(id)}>
              {label}
            </button>
          ))}
        </div>}
        {invitation === null && <SignInForm key={way} way={way} />}
        <Settings />
      </div>
    </main>
  );
}

function SignInForm({ way }: { way: Way }) {
  const strings = signInStrings.use();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string): string => String(form.get(name) ?? '');
    setBusy(true);
    setProblem(null);
    try {
      await gateway.session.start(way === 'key' ? { key: text('key').trim() } : { username: text('username').trim(), password: text('password') });
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
      checkSession();
    } catch (error) {
      setBusy(false);
      setProblem(problemOf(error, way));
    }
  };
  return (
    <form className="form" onSubmit={(event) => void submit(event)}>
      {way === 'key' ? (
        <Field label={strings.key} hint={strings.keyHint} error={problem}>
          <input className="field mono" name="key" type="password" autoComplete="current-password" required autoFocus spellCheck={false} />
        </Field>
      ) : (
        <>
          <Field label={strings.username}>
            <input className="field" name="username" autoComplete="username" required autoFocus />
          </Field>
          <Field label={strings.password} error={problem}>
            <input className="field" name="password" type="password" autoComplete="current-password" required />
          </Field>
        </>
      )}
      <button type="submit" className="button primary" disabled={busy}>
        {strings.submit}
      </button>
    </form>
  );
}

function problemOf(error: unknown, way: Way): string {
  const strings = signInStrings.now();
  if (!(error instanceof GatewayError)) return wordsOf(error);
  if (error.kind === 'rateLimit') return strings.wait(String(Math.ceil((error.retryAfterMs ?? 0) / 1000)));
  if (error.kind === 'connection') return shared.now().states.offlineTitle;
  return error.status === 401 ? (way === 'key' ? strings.wrongKey : strings.wrongPassword) : wordsOf(error);
}
