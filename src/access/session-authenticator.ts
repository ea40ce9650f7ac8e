// Lets the dashboard's page call the same API as everybody: a session's cookie stands in for a key, where no key is presented.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { keyHeaders } from './presented-key.ts';
import { masterCaller, type Caller } from './caller.ts';
import { masterDigestOf, type Session, type Sessions } from './sessions.ts';
import { presentedSession } from './session-cookie.ts';
import type { Authenticator } from './authenticator.ts';

/** An authenticator that also takes sessions. */
export function withSessions(keys: Authenticator, sessions: Sessions, masterKey: string | null): Authenticator {
  const masterDigest = masterKey === null ? null : masterDigestOf(masterKey);
  return {
    ...keys,
    authenticate(headers) {
      if (headers.has('authorization') || keyHeaders.some((name) => headers.has(name))) return keys.authenticate(headers);
      const token = presentedSession(headers);
      if (token === null) return keys.authenticate(headers);
      const session = sessions.find(token);
      return session ? callerOf(session, masterDigest) : fail(sessionEnded());
    },
  };
}

function callerOf({ subject }: Session, masterDigest: string | null): Result<Caller> {
  switch (subject.kind) {
    case 'master':
      return subject.masterDigest === masterDigest ? ok(masterCaller) : fail(sessionEnded());
    case 'key':
      return fail(sessionEnded());
  }
}

const sessionEnded = () => fault('session_ended', 'The session has ended. Sign in again.');
