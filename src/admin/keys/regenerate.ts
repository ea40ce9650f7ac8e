// `POST /key/{key}/regenerate`: a new text for a key with the same rights. With a `grace_period` the old one works on until it is over.
import { after } from '../durations.ts';
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { commit } from '../commit.ts';
import { changeRefused } from './update.ts';
import { customKeyRefused } from './policy.ts';
import { findKey, rightOverKey, type FoundKey } from './find.ts';
import { generatedView, keyOf, keyParts, keyView } from './view.ts';
import { hashOf, maskedKey, newKey } from '../../access/key-text.ts';
import { keyChanges } from './settings.ts';
import { keyMembers, type KeyRecord } from '../../access/records/key.ts';
import { projectRefused } from '../projects/endpoints.ts';
import { readFields } from '../body/read-fields.ts';
import { regenerateFields } from './fields.ts';
import { unwritable } from '../../access/writable.ts';
import { writeRecord } from '../../access/records/record.ts';

/** The handler of both paths; the key stands in the path, the query or the body. */
export async function regenerateKey(call: AdminCall): Promise<AdminAnswer> {
  const read = readFields(regenerateFields, call.body);
  if (!read.ok) return { ok: false, errors: read.errors };
  const { values, given } = read;
  const named = call.params['key'] ?? call.query.get('key') ?? values.key;
  const found = named === null ? null : await findKey(call, named);
  if (!found) return refuse('managed_missing', 'Key not found.', { type: 'not_found_error', param: 'key' });
  const reach = await rightOverKey(call, 'key.change', found.key, '/key/regenerate');
  if (reach === null) return refuse('managed_forbidden', 'You are not authorized to regenerate this key');
  const set = new Set([...given].filter((name) => name !== 'key' && name !== 'new_master_key'));
  const denied = unwritable('key', reach, set);
  if (denied !== null) return refuse('managed_forbidden', `Only proxy admins may set '${denied}' on keys.`);
  const changes = keyChanges(values, set, found.key.metadata, reach === 'all' || reach === 'organization', call.services);
  if (!changes.ok) return changes;
  const next = { ...found.key, ...changes.value };
  const refused = await changeRefused(call, reach, found.key, next, changes.value);
  if (refused) return { ok: false, fault: refused };
  const elsewhere = await projectRefused(call.services.store.db, next);
  if (elsewhere !== null) return refuse('managed_invalid', elsewhere);
  const graceUntilMs = values.grace_period === null ? null : after(values.grace_period, call.services.nowMs());
  if (values.grace_period !== null && graceUntilMs === null) return refuse('managed_invalid', 'Invalid grace_period: use 30s, 15m, 24h or 7d.');
  const custom = values.new_key === null ? null : customKeyRefused(call.services.config);
  if (custom) return { ok: false, fault: custom };
  const plain = values.new_key ?? newKey();
  if (!plain.startsWith('sk-') || /\s/.test(plain)) return refuse('managed_invalid', "New key must start with 'sk-'. This is to distinguish a key hash (used by litellm for logging / internal logic) from the actual key.");
  const key = await replace(call, found, plain, changes.value, graceUntilMs);
  return answer(generatedView(key, plain, await keyParts(call.services.store.db, key)));
}

/** Puts a new key in the old one's place. Also what the automatic rotation does. */
export function replace(call: Pick<AdminCall, 'services' | 'caller'>, { row, key }: FoundKey, plain: string, changes: Partial<KeyRecord>, graceUntilMs: number | null): Promise<KeyRecord> {
  const { services, caller } = call;
  const nowMs = services.nowMs();
  const at = new Date(nowMs).toISOString();
  const hash = hashOf(plain);
  const due = key.auto_rotate && key.rotation_interval !== null ? after(key.rotation_interval, nowMs) : null;
  return commit(call, async (db, note) => {
    const cells = writeRecord(keyMembers, {
      ...changes, token: hash, key_name: maskedKey(plain), updated_at: at, updated_by: caller.userId, settings_updated_at: at, last_rotation_at: at,
      rotation_count: key.rotation_count + 1, key_rotation_at: due === null ? null : new Date(due).toISOString(),
    }, row);
    await db.updateTable('virtual_keys').set(cells).where('key_hash', '=', key.token).execute();
    await db.updateTable('token_keys').set({ key_hash: hash }).where('key_hash', '=', key.token).execute();
    const older = await db.selectFrom('replaced_keys').select('key_hash').where('active_key_hash', '=', key.token).execute();
    await db.updateTable('replaced_keys').set({ active_key_hash: hash }).where('active_key_hash', '=', key.token).execute();
    if (graceUntilMs !== null) await db.insertInto('replaced_keys').values({ key_hash: key.token, active_key_hash: hash, revoke_at_ms: graceUntilMs, created_at_ms: nowMs }).execute();
    const replaced = keyOf(await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', hash).executeTakeFirstOrThrow());
    note({ kind: 'key', id: key.token, action: 'regenerated', before: keyView(key), after: { token: hash, grace_until: graceUntilMs === null ? null : new Date(graceUntilMs).toISOString() } });
    note({ kind: 'key', id: hash, action: 'created', after: keyView(replaced) });
    for (const { key_hash: before } of older) note({ kind: 'key', id: before, action: 'updated', after: { active_key: hash } });
    return replaced;
  });
}
