// Lets the dashboard's page call the same API as everybody: a session's cookie stands in for a key, where no key is presented.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { judgeLoaded, storeAway, type Authenticator } from './authenticator.ts';
import { keyHeaders } from './presented-key.ts';
import { masterCaller, type Caller } from './caller.ts';
import { masterDigestOf, type Sessions } from './sessions.ts';
import { reachOf } from './permissions.ts';
import { presentedSession } from './session-cookie.ts';
import type { SessionCallers } from './session-callers.ts';

/** An authenticator that also takes sessions. `callers` is null without a database. `adminsOnly`: only who may see everything may use the dashboard. */
export function withSessions(keys: Authenticator, sessions: Sessions, masterKey: string | null, callers: SessionCallers | null, adminsOnly = false): Authenticator {
  const masterDigest = masterKey === null ? null : masterDigestOf(masterKey);
  const callerOf = async (token: string): Promise<Result<Caller>> => {
    try {
      const session = await sessions.find(token);
      if (session?.subject.kind === 'master') return session.subject.masterDigest === masterDigest ? ok(masterCaller) : fail(sessionEnded());
      const loaded = session && callers ? await callers(session) : null;
      if (!loaded) return fail(sessionEnded());
      return adminsOnly && reachOf(loaded.caller.role, 'gateway.read') !== 'all' ? fail(notForYou()) : judgeLoaded(loaded, 'session', Date.now());
    } catch {
      return fail(storeAway());
    }
  };
  return {
    authenticate(headers) {
      if (headers.has('authorization') || keyHeaders.some((name) => headers.has(name))) return keys.authenticate(headers);
      const token = presentedSession(headers);
      return token === null ? keys.authenticate(headers) : callerOf(token);
    },
  };
}

const notForYou = () => fault('admin_only', 'The dashboard is for administrators only (general_settings.ui_access_mode).');
const sessionEnded = () => fault('session_ended', 'The session has ended. Sign in again.');
