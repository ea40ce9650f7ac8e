// What a session may do now: the caller of its key or user, read from the database anew every few seconds and after each change here.
import { loadIdentity, loadKey } from './material.ts';
import { makeCaller, type LoadedCaller } from './make-caller.ts';
import { maxSessions, sessionFreshMs } from '../lib/bounds.ts';
import { Recent } from './recent.ts';
import type { Changes } from './changes.ts';
import type { FoundSession } from './sessions.ts';
import type { ScopeOptions } from './scopes.ts';
import type { Store } from '../store/store.ts';

/** Finds the caller of a session that is not the operator's. Null: the key or the user does not exist any more. Rejects when the database is away. */
export type SessionCallers = (session: FoundSession) => Promise<LoadedCaller | null>;

/** The callers over a database. */
export function sessionCallers(store: Store, changes: Changes, options: ScopeOptions, nowMs: () => number = Date.now): SessionCallers {
  const known = new Recent<{ loaded: LoadedCaller; readAtMs: number }>(maxSessions);
  let generation = 0;
  changes.subscribe(() => void generation++);
  return async (session) => {
    const key = `${session.hash} ${generation}`;
    const present = known.get(key);
    const now = nowMs();
    if (present && now - present.readAtMs < sessionFreshMs) return present.loaded;
    const loaded = await load(session, store, options, now);
    if (loaded) known.set(key, { loaded, readAtMs: now });
    return loaded;
  };
}

async function load({ subject, hash, name }: FoundSession, { db }: Store, options: ScopeOptions, now: number): Promise<LoadedCaller | null> {
  switch (subject.kind) {
    case 'master':
      return null;
    case 'key': {
      const material = await loadKey(db, subject.keyHash, now);
      return material && makeCaller(material, options);
    }
    case 'user': {
      const material = await loadIdentity(db, { userId: subject.userId, teamId: null, organizationId: null });
      return material.user && makeCaller(material, options, { kind: 'session', hash, name });
    }
  }
}
