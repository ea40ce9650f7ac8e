// Whose conversations a caller means: a person's are theirs by whatever way they signed in; a key's are the key's, also where somebody owns it, since
// it may be in a program's hands. Nobody reaches another's.
import type { Caller } from '../../access/caller.ts';

/** The owner in the tables of the chat. */
export function ownerOf({ kind, role, userId, keyHash }: Pick<Caller, 'kind' | 'role' | 'userId' | 'keyHash'>): string {
  return kind === 'key' || role === 'key' || userId === null ? `key:${keyHash}` : `user:${userId}`;
}
