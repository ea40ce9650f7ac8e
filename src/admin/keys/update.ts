// `POST /key/update`, `/key/bulk_update`, `/team/key/bulk_update`, `/key/block`, `/key/unblock`, `/key/{key}/reset_spend`.
import { aliasTaken } from './generate.ts';
import { answer, refuse, refuseAs, unfit, withBody, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { blockFields, bulkUpdateFields, resetSpendFields, teamBulkFields, updateFields } from './fields.ts';
import { commit } from '../commit.ts';
import { exceeding } from './ceiling.ts';
import { fail, fault, faultMessage, ok, type Fault, type Result } from '../../canonical/fault.ts';
import { findTeam } from '../../access/material.ts';
import { findKey, findKeyByAlias, rightOverKey, type FoundKey } from './find.ts';
import { detailError } from '../forms.ts';
import { isKeyName } from '../../access/key-text.ts';
import type { JsonObject } from '../../lib/json.ts';
import { keyChanges } from './settings.ts';
import { keyMembers, type KeyRecord } from '../../access/records/key.ts';
import { keyOf, keyParts, keyView } from './view.ts';
import { maskedKey } from '../../access/key-text.ts';
import { nanoUsdOf } from '../../lib/money.ts';
import { projectRefused } from '../projects/endpoints.ts';
import { putObjectPermission } from '../object-permissions.ts';
import { readFields, type FieldError } from '../body/read-fields.ts';
import { rightOver } from '../../access/caller.ts';
import { unwritable } from '../../access/writable.ts';
import { aliasRefused, upperBound } from './policy.ts';
import { writeRecord } from '../../access/records/record.ts';
import type { Reach } from '../../access/permissions.ts';

const notFound = (): Fault => fault('managed_missing', 'Key not found.', { type: 'not_found_error', param: 'key' });

/** `POST /key/update`. */
export async function updateKey(call: AdminCall): Promise<AdminAnswer> {
  const updated = await update(call, call.body, '/key/update');
  if ('errors' in updated) return { ok: false, errors: updated.errors };
  if (!updated.ok) return updated;
  const key = updated.value;
  return answer({ key: call.body['key'] ?? key.token, ...keyView(key, await keyParts(call.services.store.db, key)) });
}

async function update(call: AdminCall, body: JsonObject, route: string): Promise<Result<KeyRecord> | { ok: false; errors: FieldError[] }> {
  if (body['key'] == null && body['key_alias'] == null) return unfit('either key or key_alias must be provided');
  const read = readFields(updateFields, body);
  if (!read.ok) return read;
  const { values, given } = read;
  const found = values.key !== null ? await findKey(call, values.key) : await findKeyByAlias(call, values.key_alias ?? '');
  if (!found) return fail(notFound());
  const reach = await rightOverKey(call, 'key.change', found.key, route);
  if (reach === null) return fail(fault('managed_forbidden', 'You are not allowed to change this key.'));
  const denied = unwritable('key', reach, given);
  if (denied !== null) return fail(fault('managed_forbidden', `Only proxy admins may set '${denied}' on keys.`));
  const changes = keyChanges(values, given, found.key.metadata, reach === 'all' || reach === 'organization', call.services);
  // The form of this route, whatever a new key is told.
  if (!changes.ok) return fail(fault('managed_invalid', changes.fault.message));
  const next: KeyRecord = { ...found.key, ...changes.value };
  const refused = await changeRefused(call, reach, found.key, next, changes.value);
  if (refused) return fail(refused);
  return write(call, found, changes.value, 'updated', given.has('object_permission') ? values.object_permission : undefined);
}

/** Why the caller may not make this of a key; null: it may. Asked wherever a key is changed. */
export async function changeRefused(call: AdminCall, reach: Reach, before: KeyRecord, next: KeyRecord, changes: Partial<KeyRecord>): Promise<Fault | null> {
  return aliasRefused(changes.key_alias, call.services.config) ?? await moveRefused(call, before, next) ?? widened(call, reach, before, next) ?? overBound(call, changes);
}

/** Why a key may not be given to another user or team; null: it may, or it stays. */
async function moveRefused({ caller, services }: AdminCall, before: KeyRecord, next: KeyRecord): Promise<Fault | null> {
  if (organizationRefused(caller, before.organization_id, next.organization_id)) return fault('managed_forbidden', 'You may put keys only into organizations that you administer, and take them out of none.');
  if (before.user_id === next.user_id && before.team_id === next.team_id) return null;
  const team = next.team_id === null ? null : await findTeam(services.store.db, next.team_id);
  if (next.team_id !== null && !team) return fault('managed_missing', `Team doesn't exist in db. Team=${next.team_id.slice(0, 100)}. Create team via \`/team/new\` call.`, { type: 'auth_error', param: 'None' });
  if (caller.isAdmin) return null;
  const right = rightOver(caller, 'key.create', { userId: next.user_id, teamId: next.team_id, organizationId: team?.organization_id ?? null });
  return right === null || (right === 'own' && before.team_id !== next.team_id) ? fault('managed_forbidden', 'You are not allowed to give the key to that user or team.') : null;
}

/** True when the caller may not let another organization pay for a key, or none. */
export const organizationRefused = (caller: AdminCall['caller'], before: string | null, next: string | null): boolean =>
  before !== next && !caller.isAdmin && (next === null || !caller.adminOrganizations.has(next));

// Owners narrow what they were given; nobody but an administrator exceeds the key that asks.
function widened({ caller, services }: AdminCall, reach: Reach, before: KeyRecord, next: KeyRecord): Fault | null {
  if (reach === 'all') return null;
  const { groups } = services.router();
  if (reach === 'own') {
    if (before.blocked && !next.blocked) return fault('managed_forbidden', 'Only administrators unblock keys.');
    const refused = exceeding(next, before, groups);
    if (refused) return refused;
  }
  return caller.key && caller.key.token !== next.token ? exceeding(next, caller.key, groups) : null;
}

function overBound({ caller, services }: AdminCall, changes: Partial<KeyRecord>): Fault | null {
  if (caller.kind === 'master') return null;
  for (const name of ['max_budget', 'max_parallel_requests', 'tpm_limit', 'rpm_limit'] as const) {
    const most = upperBound(services.config, name);
    const value = changes[name];
    if (most !== null && value != null && value > most) return fault('managed_invalid', `${name} is over max limit set in config - user_value=${value}; max_value=${most}`);
  }
  return null;
}

/** Writes changes of a key. */
export function write(call: AdminCall, { row, key }: FoundKey, asked: Partial<KeyRecord>, action: 'updated' | 'blocked' | 'unblocked' = 'updated', objectPermission?: JsonObject | null): Promise<Result<KeyRecord>> {
  return commit(call, async (db, note) => {
    const taken = asked.key_alias === undefined ? null : await aliasTaken(db, asked.key_alias, key.token);
    if (taken) return fail(taken);
    const next = { ...key, ...asked };
    const elsewhere = next.project_id === key.project_id && next.team_id === key.team_id ? null : await projectRefused(db, next);
    if (elsewhere !== null) return fail(fault('managed_invalid', elsewhere));
    const permission = await putObjectPermission(db, objectPermission, key.object_permission_id);
    if (!permission.ok) return permission;
    const changes: Partial<KeyRecord> = { ...asked, ...(permission.value !== undefined && { object_permission_id: permission.value }) };
    const at = new Date(call.services.nowMs()).toISOString();
    const cells = writeRecord(keyMembers, { ...changes, updated_at: at, updated_by: call.caller.userId, settings_updated_at: at }, row);
    await db.updateTable('virtual_keys').set(cells).where('key_hash', '=', key.token).execute();
    const changed = keyOf(await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', key.token).executeTakeFirstOrThrow());
    note({ kind: 'key', id: key.token, action, before: keyView(key), after: { ...changes } as JsonObject });
    if (changes.spend !== undefined) call.services.limiter?.setSpent('key', key.token, nanoUsdOf(changes.spend));
    return ok(changed);
  });
}

/** `POST /key/block` and `/key/unblock`. */
export const blockKey = (blocked: boolean) => withBody(blockFields, async (call, { key: named }) => {
  if (!isKeyName(named)) return refuse('managed_invalid', 'Invalid key format.', { type: 'bad_request_error', param: 'key' });
  const found = await findKey(call, named);
  if (!found) return refuse('managed_missing', 'Key not found.', { type: 'not_found_error', param: 'key' });
  const reach = await rightOverKey(call, 'key.change', found.key, blocked ? '/key/block' : '/key/unblock');
  if (reach === null || (reach === 'own' && !blocked)) return refuse('managed_forbidden', 'You are not allowed to change this key.');
  const written = await write(call, found, { blocked }, blocked ? 'blocked' : 'unblocked');
  return written.ok ? answer({ org_id: null, ...keyView(written.value) }) : written;
});

/** `POST /key/{key}/reset_spend`. */
export const resetSpend = withBody(resetSpendFields, async (call, { reset_to: spend }) => {
  const found = await findKey(call, call.params['key'] ?? '');
  if (!found) return refuseAs(detailError, 'managed_missing', `Key ${(call.params['key'] ?? '').slice(0, 100)} not found.`);
  if (spend < 0 || spend > found.key.spend) return refuse('managed_invalid', `reset_to must be between 0 and the current spend (${found.key.spend}).`);
  const written = await write(call, found, { spend });
  if (!written.ok) return written;
  const { token, max_budget: maxBudget, budget_reset_at: resetAt } = written.value;
  return answer({ key_hash: token, spend, previous_spend: found.key.spend, max_budget: maxBudget, budget_reset_at: resetAt });
});

interface Outcome {
  successful: JsonObject[];
  failed: JsonObject[];
}

async function updateMany(call: AdminCall, bodies: readonly JsonObject[]): Promise<AdminAnswer> {
  const outcome: Outcome = { successful: [], failed: [] };
  for (const body of bodies) {
    const named = typeof body['key'] === 'string' ? body['key'] : '';
    const shown = named.startsWith('sk-') ? maskedKey(named) : named;
    const updated = await update(call, body, '/key/update');
    if (updated.ok) outcome.successful.push({ key: shown, key_info: keyView(updated.value) });
    else outcome.failed.push({ key: shown, key_info: null, failed_reason: 'errors' in updated ? updated.errors.map((error) => error.msg).join('; ') : faultMessage(updated.fault) });
  }
  return answer({ total_requested: bodies.length, successful_updates: outcome.successful, failed_updates: outcome.failed });
}

const mostAtOnce = 500;

/** `POST /key/bulk_update`. */
export const bulkUpdateKeys = withBody(bulkUpdateFields, (call, { keys }) => {
  if (keys.length === 0) return refuseAs(detailError, 'managed_invalid', 'No keys provided for update');
  if (keys.length > mostAtOnce) return refuseAs(detailError, 'managed_invalid', `Maximum ${mostAtOnce} keys can be updated at once. Found ${keys.length} keys.`);
  return updateMany(call, keys);
});

/** `POST /team/key/bulk_update`. */
export const bulkUpdateTeamKeys = withBody(teamBulkFields, async (call, { team_id: teamId, key_ids: ids, all_keys_in_team: all, update_fields: fields }) => {
  const rows = await call.services.store.db.selectFrom('virtual_keys').select('key_hash').where('team_id', '=', teamId).execute();
  const inTeam = new Set(rows.map((row) => row.key_hash));
  const wanted = all ? [...inTeam] : ids ?? [];
  if (all && wanted.length === 0) return refuseAs(detailError, 'managed_missing', `No keys found for team ${teamId.slice(0, 100)}`);
  if (wanted.length === 0 || wanted.length > mostAtOnce) return refuse('managed_invalid', `Give 1 to ${mostAtOnce} keys of the team.`);
  const foreign = wanted.filter((id) => !inTeam.has(id));
  if (foreign.length > 0) return refuse('managed_invalid', 'Some of the keys do not belong to the team.');
  return updateMany(call, wanted.map((key) => ({ ...fields, key })));
});
