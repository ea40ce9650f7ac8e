// The application: signing in, then the frame with the page that the address names.
import { lazy, Suspense } from 'react';
import { NoticeBar } from '../ui/NoticeBar.tsx';
import { shared } from '../i18n/shared-strings.ts';
import { Shell } from './shell/Shell.tsx';
import { usePath } from './location.ts';
import { useSession } from './session.ts';

const SharedPage = lazy(() => import('../features/chat/SharedPage.tsx'));
const SignInPage = lazy(() => import('../features/sign-in/SignInPage.tsx'));

/** See the top of the file. */
export function App() {
  const strings = shared.use();
  const path = usePath();
  const token = /^\/shared\/([\w-]+)$/.exec(path)?.[1];
  const { data: session, isError } = useSession();
  if (token !== undefined) return <Suspense fallback={null}><SharedPage token={token} /></Suspense>;
  return (
    <>
      {session && (session.signed_in || (session.chat_open && path.startsWith('/chat'))) ? (
        <Shell session={session} />
      ) : session ? (
        <Suspense fallback={null}>
          <SignInPage session={session} />
        </Suspense>
      ) : (
        <div className="first-load" role="status">
          <span className={isError ? '' : 'visually-hidden'}>{isError ? strings.states.offlineTitle : strings.states.loading}</span>
        </div>
      )}
      <NoticeBar />
    </>
  );
}
