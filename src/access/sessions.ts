// Who is signed in to the dashboard. A session is a random name in a cookie; what it may do is looked up anew, so that signing out, a blocked
// key and a changed role take effect within seconds on all instances. With a database sessions live there, else in this process.
import { createHash, randomBytes } from 'node:crypto';
import { Recent } from './recent.ts';
import { maxSessions, sessionFreshMs, sessionIdleMs, sessionTtlMs } from '../lib/bounds.ts';

/** Whose rights a session has: the operator's, those of a virtual key, or those of a user. `masterDigest` ends it when the master key changes. */
export type SessionSubject = { kind: 'master'; masterDigest: string } | { kind: 'key'; keyHash: string } | { kind: 'user'; userId: string };

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

/** A session with what its name is stored as: the SHA-256, so that nothing that is kept can be used as a cookie. */
export interface FoundSession extends Session {
  hash: string;
}

/** What a new session is made of. */
export type NewSession = Pick<Session, 'subject' | 'name' | 'email' | 'method'>;

/** Where sessions are kept, by the SHA-256 of their names. */
export interface SessionTable {
  insert(hash: string, session: Session): Promise<void>;
  read(hash: string): Promise<Session | null>;
  seen(hash: string, atMs: number): Promise<void>;
  remove(hash: string): Promise<void>;
}

/** The sessions of an installation. */
export class Sessions {
  private readonly remembered = new Recent<{ session: Session; readAtMs: number }>(maxSessions);

  constructor(private readonly table: SessionTable | null = null, private readonly nowMs: () => number = Date.now) {}

  /** Starts a session and gives its name for the cookie. Rejects when the database is away. */
  async start(made: NewSession): Promise<{ token: string; session: Session }> {
    const now = this.nowMs();
    const session: Session = { ...made, createdAtMs: now, expiresAtMs: now + sessionTtlMs, lastSeenMs: now };
    const token = randomBytes(32).toString('base64url');
    await this.table?.insert(digest(token), session);
    this.remembered.set(digest(token), { session, readAtMs: now });
    return { token, session };
  }

  /** The session of a cookie, or null when it has ended or never was. Counts as a sign of life. Rejects when the database is away. */
  async find(token: string): Promise<FoundSession | null> {
    const hash = digest(token);
    const session = await this.read(hash);
    if (!session) return null;
    const now = this.nowMs();
    if (now >= session.expiresAtMs || now - session.lastSeenMs >= sessionIdleMs) {
      await this.endByHash(hash);
      return null;
    }
    session.lastSeenMs = now;
    return { ...session, hash };
  }

  /** Ends a session. */
  end(token: string): Promise<void> {
    return this.endByHash(digest(token));
  }

  /** Reads a session anew with its next use: it was changed elsewhere. */
  forget(hash: string): void {
    if (this.table) this.remembered.delete(hash);
  }

  private async endByHash(hash: string): Promise<void> {
    this.remembered.delete(hash);
    await this.table?.remove(hash);
  }

  // Another instance may have ended it: what the database says is believed for a moment only.
  private async read(hash: string): Promise<Session | null> {
    const known = this.remembered.get(hash);
    const now = this.nowMs();
    if (known && (!this.table || now - known.readAtMs < sessionFreshMs)) return known.session;
    if (!this.table) return null;
    const stored = await this.table.read(hash);
    if (!stored) {
      this.remembered.delete(hash);
      return null;
    }
    if (known && known.session.lastSeenMs > stored.lastSeenMs) {
      stored.lastSeenMs = known.session.lastSeenMs;
      await this.table.seen(hash, stored.lastSeenMs);
    }
    this.remembered.set(hash, { session: stored, readAtMs: now });
    return stored;
  }
}

/** What a master key is recognized by in a session. */
export function masterDigestOf(masterKey: string): string {
  return digest(`master:${masterKey}`);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
