// The keys of the database, remembered: which callers they stand for. A change of a key, or of whom it belongs to, is felt at once.
import { loadKey } from './material.ts';
import { Lookup, type Looked } from './lookup.ts';
import { makeCaller, type LoadedCaller } from './make-caller.ts';
import { maxRememberedKeys, keyRefreshMs, lookupTimeoutMs, missingKeyMs } from '../lib/bounds.ts';
import type { AccessChange, Changes } from './changes.ts';
import type { Caller } from './caller.ts';
import type { ScopeOptions } from './scopes.ts';
import type { Store } from '../store/store.ts';

/** Finds callers by the SHA-256 (hex) of a key. */
export interface KeyDirectory {
  find(keyHash: string): Looked<LoadedCaller> | Promise<Looked<LoadedCaller>>;
}

/** What a directory is made with. */
export interface DirectoryOptions extends ScopeOptions {
  nowMs?: () => number;
  /** `user_api_key_cache_ttl`: after this time a key is read anew behind the scenes. */
  refreshMs?: number | undefined;
  /** `user_api_key_cache_max_size`: so many keys are remembered. */
  capacity?: number;
}

/** The directory over a database. */
export function createKeyDirectory(store: Store, changes: Changes, options: DirectoryOptions): KeyDirectory {
  const nowMs = options.nowMs ?? Date.now;
  const lookup = new Lookup<LoadedCaller>({
    nowMs, capacity: options.capacity ?? maxRememberedKeys, refreshMs: options.refreshMs ?? keyRefreshMs, missingMs: missingKeyMs, timeoutMs: lookupTimeoutMs,
    async load(keyHash) {
      const material = await loadKey(store.db, keyHash, nowMs());
      return material && makeCaller(material, options);
    },
  });
  changes.subscribe((change) => {
    if (change.kind === 'key') lookup.forget(change.id);
    const touched = touchedBy(change);
    if (touched) lookup.forgetWhere(({ caller }) => touched(caller));
  });
  return { find: (keyHash) => lookup.get(keyHash) };
}

// Whose remembered callers a change touches; null: nobody's.
function touchedBy({ kind, id }: AccessChange): ((caller: Caller) => boolean) | null {
  switch (kind) {
    // A replaced key is remembered under its old hash.
    case 'key': return (caller) => caller.keyHash === id;
    case 'user': return (caller) => caller.userId === id;
    case 'team': return (caller) => caller.teamId === id || caller.memberTeams.has(id);
    case 'organization': return (caller) => caller.organizationId === id || caller.memberOrganizations.has(id);
    case 'project': return (caller) => caller.projectId === id;
    // Budgets and access groups are shared by many, and change seldom.
    case 'budget':
    case 'access_group': return () => true;
    case 'end_user':
    case 'tag':
    case 'model':
    case 'credential':
    case 'config':
    case 'session': return null;
  }
}
