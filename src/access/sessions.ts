// Who is signed in to the dashboard. A session is a random name in a cookie; what it may do is looked up anew at each request, so that
// signing out, a blocked key and a changed role take effect at once.
import { createHash, randomBytes } from 'node:crypto';
import { maxSessions, sessionIdleMs, sessionTtlMs } from '../lib/bounds.ts';

/** Whose rights a session has: the operator's, or those of a virtual key. `masterDigest` ends it when the master key changes. */
export type SessionSubject = { kind: 'master'; masterDigest: string } | { kind: 'key'; keyHash: string };

/** How somebody proved who they are. */
export type SignInMethod = 'key' | 'password' | 'sso';

/** A sign-in. Times are milliseconds since 1970. */
export interface Session {
  subject: SessionSubject;
  /** A name to show. */
  name: string;
  email: string | null;
  method: SignInMethod;
  createdAtMs: number;
  expiresAtMs: number;
  lastSeenMs: number;
}

/** What a new session is made of. */
export type NewSession = Pick<Session, 'subject' | 'name' | 'email' | 'method'>;

/** The sessions of this process. They are not written anywhere: a restart signs everybody out. */
export class Sessions {
  /** By the SHA-256 of the name, so that nothing in memory can be used as a cookie. */
  private readonly byDigest = new Map<string, Session>();
  private readonly nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.nowMs = nowMs;
  }

  /** Starts a session and gives its name for the cookie. */
  start(made: NewSession): { token: string; session: Session } {
    const now = this.nowMs();
    const session: Session = { ...made, createdAtMs: now, expiresAtMs: now + sessionTtlMs, lastSeenMs: now };
    const token = randomBytes(32).toString('base64url');
    if (this.byDigest.size >= maxSessions) this.forgetOldest();
    this.byDigest.set(digest(token), session);
    return { token, session };
  }

  /** The session of a cookie, or null when it has ended or never was. Counts as a sign of life. */
  find(token: string): Session | null {
    const key = digest(token);
    const session = this.byDigest.get(key);
    if (!session) return null;
    const now = this.nowMs();
    if (now >= session.expiresAtMs || now - session.lastSeenMs >= sessionIdleMs) {
      this.byDigest.delete(key);
      return null;
    }
    session.lastSeenMs = now;
    return session;
  }

  /** Ends a session. */
  end(token: string): void {
    this.byDigest.delete(digest(token));
  }

  /** Ends all sessions that a condition holds for, such as those of a deleted user. Gives their number. */
  endWhere(condition: (session: Session) => boolean): number {
    const gone = [...this.byDigest].filter(([, session]) => condition(session));
    for (const [key] of gone) this.byDigest.delete(key);
    return gone.length;
  }

  // A map keeps the order of insertion.
  private forgetOldest(): void {
    const [oldest] = this.byDigest.keys();
    if (oldest !== undefined) this.byDigest.delete(oldest);
  }
}

/** What a master key is recognized by in a session. */
export function masterDigestOf(masterKey: string): string {
  return digest(`master:${masterKey}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
