// `POST /key/delete`: keys stop working at once. What they were is kept apart, so that reports can still name them.
import { answer, refuse, unfit, withBody, type AdminCall } from '../endpoint.ts';
import { commit, type Note } from '../commit.ts';
import { deleteFields } from './fields.ts';
import { hashOfNamed } from '../../access/key-text.ts';
import { noKeysNamed } from './look.ts';
import { keyOf, keyView } from './view.ts';
import { randomUUID } from 'node:crypto';
import { rightOverKey } from './find.ts';
import type { Caller } from '../../access/caller.ts';
import type { Database } from '../database.ts';
import type { KeyRecord } from '../../access/records/key.ts';

export const deleteKeys = withBody(deleteFields, async (call, { keys, key_aliases: aliases }) => {
  const named = keys?.length ? keys : aliases ?? [];
  if (named.length === 0) return unfit(noKeysNamed);
  const found = await keysNamed(call, named, !keys?.length);
  if (found.length === 0) return refuse('managed_missing', 'No keys found');
  for (const key of found) {
    if (await rightOverKey(call, 'key.change', key, '/key/delete') === null) return refuse('managed_forbidden', 'You are not authorized to delete this key');
  }
  await commit(call, (db, note) => removeKeys(db, found, call.caller, note));
  const hashes = new Set(found.map((key) => key.token));
  const deleted = !keys?.length ? found.map((key) => key.key_alias) : named.filter((one) => hashes.has(hashOfNamed(one)));
  return answer({ deleted_keys: deleted });
});

async function keysNamed({ services }: AdminCall, named: readonly string[], byAlias: boolean): Promise<KeyRecord[]> {
  const query = services.store.db.selectFrom('virtual_keys').selectAll();
  const wanted = byAlias ? query.where('key_alias', 'in', named) : query.where('key_hash', 'in', named.map(hashOfNamed));
  return (await wanted.execute()).map(keyOf);
}

/** Deletes keys as part of a change. */
export async function removeKeys(db: Database, keys: readonly KeyRecord[], caller: Caller, note: (note: Note) => void): Promise<void> {
  for (const key of keys) {
    await db.insertInto('deleted_entities').values({
      deleted_id: randomUUID(), kind: 'key', entity_id: key.token, alias: key.key_alias, user_id: key.user_id, team_id: key.team_id, organization_id: key.organization_id,
      deleted_at_ms: Date.now(), deleted_by: caller.userId, deleted_by_key: caller.keyHash, row_value: JSON.stringify(key),
    }).execute();
    const replaced = await db.selectFrom('replaced_keys').select('key_hash').where('active_key_hash', '=', key.token).execute();
    await db.deleteFrom('replaced_keys').where('active_key_hash', '=', key.token).execute();
    await db.deleteFrom('token_keys').where('key_hash', '=', key.token).execute();
    await db.deleteFrom('virtual_keys').where('key_hash', '=', key.token).execute();
    note({ kind: 'key', id: key.token, action: 'deleted', before: keyView(key) });
    for (const { key_hash: hash } of replaced) note({ kind: 'key', id: hash, action: 'deleted' });
  }
}
