// `POST /user/update`, `/user/bulk_update`, `/user/delete` and the bulk routes.
import { answer, refuse, refuseAs, unfit, withBody, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { bulkNewUserFields, bulkUserFields, deleteUserFields, updateUserFields } from './fields.ts';
import { detailError } from '../forms.ts';
import { commit, type Note } from '../commit.ts';
import { fail, fault, faultMessage, ok, type Fault, type Result } from '../../canonical/fault.ts';
import { firstReset, wrongBudget } from '../budgets/write.ts';
import { hasEmail, keptEmail } from './email.ts';
import { insertUser } from './write.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { keyOf } from '../keys/view.ts';
import { makeUser } from './new.ts';
import { nanoUsdOf } from '../../lib/money.ts';
import { passwordPolicy, passwordProblem } from '../../access/password-policy.ts';
import { readFields, type FieldError } from '../body/read-fields.ts';
import { removeKeys } from '../keys/delete.ts';
import { rightOver } from '../../access/caller.ts';
import { teamsOfUsers, userOf, userView } from './view.ts';
import { unwritable } from '../../access/writable.ts';
import { userMembers, type UserRecord } from '../../access/records/people.ts';
import { writeRecord, type FieldsRow } from '../../access/records/record.ts';
import type { Database } from '../database.ts';
import type { Reach } from '../../access/permissions.ts';

/** `POST /user/update`. */
export async function updateUser(call: AdminCall): Promise<AdminAnswer> {
  const updated = await changeUser(call, call.body);
  if ('errors' in updated) return { ok: false, errors: updated.errors };
  return updated.ok ? answer({ user_id: updated.value['user_id'], data: updated.value }) : updated;
}

const plain = ['user_alias', 'user_email', 'user_role', 'sso_user_id', 'max_budget', 'soft_budget', 'tpm_limit', 'rpm_limit', 'max_parallel_requests', 'budget_duration'] as const;

/** Changes the user that a body names and describes. */
export async function changeUser(call: AdminCall, body: JsonObject): Promise<Result<JsonObject> | { ok: false; errors: FieldError[] }> {
  if (body['user_id'] == null && body['user_email'] == null) return unfit('Either user id or user email must be provided');
  const read = readFields(updateUserFields, body);
  if (!read.ok) return read;
  const { values, given } = read;
  const row = await findRow(call, values.user_id, values.user_email) ?? await madeRow(call, values.user_id);
  if (!row) return refuse('managed_missing', 'User not found');
  const user = userOf(row);
  const right = await rightToChange(call, user, given, values.user_role);
  if (!right.ok) return right;
  const wrong = wrongBudget(values) ?? (values.password === null ? null : passwordProblem(values.password, passwordPolicy(call.services.config.generalSettings)));
  if (wrong !== null) return fail(fault('managed_invalid', wrong));
  const changes: Partial<UserRecord> = {};
  for (const name of plain) if (given.has(name)) Object.assign(changes, { [name]: values[name] });
  if (given.has('user_email')) changes.user_email = keptEmail(values.user_email);
  if (given.has('budget_duration')) changes.budget_reset_at = firstReset(values.budget_duration, call.services);
  if (given.has('models')) changes.models = values.models ?? [];
  if (given.has('metadata')) changes.metadata = { ...user.metadata, ...values.metadata };
  if (given.has('model_max_budget')) changes.model_max_budget = values.model_max_budget ?? {};
  if (given.has('spend')) changes.spend = values.spend ?? 0;
  if (given.has('blocked')) changes.blocked = values.blocked ?? false;
  const passwordHash = given.has('password') && values.password !== null ? await Bun.password.hash(values.password) : null;
  return ok(await write(call, row, changes, passwordHash));
}

async function findRow({ services }: AdminCall, userId: string | null, email: string | null): Promise<FieldsRow | null> {
  const query = services.store.db.selectFrom('users').selectAll();
  if (userId !== null) return await query.where('user_id', '=', userId).executeTakeFirst() ?? null;
  return email === null ? null : await query.where(hasEmail(email)).executeTakeFirst() ?? null;
}

// An administrator may set the limits of a user that is not there yet: as in LiteLLM it is made by that.
async function madeRow(call: AdminCall, userId: string | null): Promise<FieldsRow | null> {
  if (userId === null || rightOver(call.caller, 'user.change', { userId }) !== 'all') return null;
  await commit(call, (db, note) => insertUser(db, call, { user_id: userId, user_role: 'internal_user' }, note));
  return findRow(call, userId, null);
}

async function rightToChange({ caller, services }: AdminCall, user: UserRecord, given: ReadonlySet<string>, role: string | null): Promise<Result<Reach>> {
  const memberships = await services.store.db.selectFrom('organization_members').select('organization_id').where('user_id', '=', user.user_id).execute();
  const organization = memberships.find((membership) => caller.adminOrganizations.has(membership.organization_id));
  const reach = rightOver(caller, 'user.change', { userId: user.user_id, organizationId: organization?.organization_id ?? null });
  if (reach === null) return refuse('managed_forbidden', 'You are not allowed to change this user.');
  const denied = unwritable('user', reach, given);
  if (denied !== null) return refuse('managed_forbidden', `Only proxy admins may set '${denied}' on users.`);
  // Whoever administers the installation is not in the hands of an organization.
  if (reach !== 'all' && (user.user_role === 'proxy_admin' || user.user_role === 'proxy_admin_viewer') && caller.userId !== user.user_id) return refuse('managed_forbidden', 'You are not allowed to change this user.');
  if (reach !== 'all' && role !== null && role !== 'internal_user' && role !== 'internal_user_viewer') return refuse('managed_forbidden', `Only proxy admins may give the role '${role}'.`);
  return ok(reach);
}

async function write(call: AdminCall, row: FieldsRow, changes: Partial<UserRecord>, passwordHash: string | null): Promise<JsonObject> {
  const user = userOf(row);
  return commit(call, async (db, note) => {
    const cells = writeRecord(userMembers, changes, row);
    await db.updateTable('users').set({ ...cells, ...(passwordHash !== null && { password_hash: passwordHash }), updated_at_ms: call.services.nowMs(), updated_by: call.caller.userId }).where('user_id', '=', user.user_id).execute();
    const revoked = passwordHash !== null || changes.blocked === true || (changes.user_role !== undefined && changes.user_role !== user.user_role);
    if (revoked) await endSessions(db, user.user_id, note);
    const changed = userOf(await db.selectFrom('users').selectAll().where('user_id', '=', user.user_id).executeTakeFirstOrThrow());
    const teams = (await teamsOfUsers(db, [user.user_id])).get(user.user_id) ?? [];
    note({ kind: 'user', id: user.user_id, action: 'updated', before: userView(user, teams), after: { ...changes, ...(passwordHash !== null && { password: 'changed' }) } as JsonObject });
    if (changes.spend !== undefined) call.services.limiter?.setSpent('user', user.user_id, nanoUsdOf(changes.spend));
    return userView(changed, teams);
  });
}

/** Ends the sessions of a user: whoever is signed in must sign in again. */
export async function endSessions(db: Database, userId: string, note: (note: Note) => void): Promise<void> {
  const sessions = await db.selectFrom('sessions').select(['session_hash', 'key_hash']).where('user_id', '=', userId).execute();
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute();
  for (const { session_hash: hash } of sessions) note({ kind: 'session', id: hash, action: 'deleted' });
}

const reason = (failed: { fault: Fault } | { errors: readonly FieldError[] }): string => ('errors' in failed ? failed.errors.map((error) => `${error.loc.join('.')}: ${error.msg}`).join('; ') : faultMessage(failed.fault));

/** `POST /user/bulk_update`. */
export const bulkUpdateUsers = withBody(bulkUserFields, async (call, { users, all_users: all, user_updates: updates }) => {
  const everyone = all ? await call.services.store.db.selectFrom('users').select('user_id').limit(mostAtOnce).execute() : [];
  const bodies: JsonObject[] = all ? everyone.map((user) => ({ ...updates, user_id: user.user_id })) : (users ?? []).filter(isJsonObject);
  if (bodies.length === 0) return refuseAs(detailError, 'managed_invalid', "Must specify either 'users' for individual updates or 'all_users=True' with 'user_updates' for bulk updates");
  if (bodies.length > mostAtOnce) return refuseAs(detailError, 'managed_invalid', `Maximum ${mostAtOnce} users can be updated at once. Found ${bodies.length} users.`);
  const results: JsonObject[] = [];
  for (const body of bodies) {
    const updated = await changeUser(call, body);
    const who = { user_id: body['user_id'] ?? null, user_email: body['user_email'] ?? null };
    results.push(updated.ok ? { ...who, success: true, error: null, updated_user: { ...updated.value, data: updated.value } } : { ...who, success: false, error: reason(updated), updated_user: null });
  }
  const successful = results.filter((result) => result['success'] === true).length;
  return answer({ results, total_requested: results.length, successful_updates: successful, failed_updates: results.length - successful });
});

const mostAtOnce = 500;

/** `POST /management/v1/users/bulk`. */
export const bulkNewUsers = withBody(bulkNewUserFields, async (call, { users }) => {
  const results: JsonObject[] = [];
  for (const body of users.filter(isJsonObject).slice(0, mostAtOnce)) {
    const made = await makeUser(call, { auto_create_key: false, ...body });
    const user = made.ok ? made.body as JsonObject : {};
    const who = { user_id: user['user_id'] ?? body['user_id'] ?? null, user_email: user['user_email'] ?? body['user_email'] ?? null };
    results.push(made.ok ? { ...who, success: true, teams: user['teams'] ?? [], key: user['key'] || null, error: null } : { ...who, success: false, teams: null, key: null, error: reason(made) });
  }
  const created = results.filter((result) => result['success'] === true).length;
  return answer({ data: results, meta: { total_requested: users.length, created, failed: results.length - created } });
});

/** `POST /user/delete`: the users and all that is theirs. */
export const deleteUsers = withBody(deleteUserFields, async (call, { user_ids: ids }) => {
  const removed = await removeUsers(call, ids);
  return removed.ok ? answer(removed.value) : removed;
});

/** `POST /management/v1/users/bulk_delete`. */
export const bulkDeleteUsers = withBody(deleteUserFields, async (call, { user_ids: ids }) => {
  const results: JsonObject[] = [];
  for (const id of ids.slice(0, mostAtOnce)) {
    const teams = (await teamsOfUsers(call.services.store.db, [id])).get(id) ?? [];
    const email = (await findRow(call, id, null))?.['user_email'];
    const removed = await removeUsers(call, [id]);
    results.push({ user_id: id, user_email: typeof email === 'string' ? email : null, success: removed.ok, teams_removed: removed.ok ? teams : [], error: removed.ok ? null : removed.fault.message });
  }
  return answer({ data: results });
});

/** Removes users and all that is theirs; gives how many. */
export async function removeUsers(call: AdminCall, ids: readonly string[]): Promise<Result<number>> {
  const { store } = call.services;
  if (ids.length === 0) return ok(0);
  const rows = await store.db.selectFrom('users').selectAll().where('user_id', 'in', ids).execute();
  const unknown = ids.find((id) => !rows.some((row) => row.user_id === id));
  if (unknown !== undefined) return refuse('managed_missing', `User not found, passed user_id=${unknown.slice(0, 100)}`);
  for (const row of rows) {
    const right = await rightToChange(call, userOf(row), new Set(), null);
    if (!right.ok) return right;
    if (right.value === 'own') return refuse('managed_forbidden', 'You are not allowed to delete this user.');
  }
  await commit(call, async (db, note) => {
    const keys = (await db.selectFrom('virtual_keys').selectAll().where('user_id', 'in', ids).execute()).map(keyOf);
    await removeKeys(db, keys, call.caller, note);
    for (const id of ids) await endSessions(db, id, note);
    for (const table of ['team_members', 'organization_members', 'invitations', 'users'] as const) await db.deleteFrom(table).where('user_id', 'in', ids).execute();
    for (const row of rows) note({ kind: 'user', id: row.user_id, action: 'deleted', before: userView(userOf(row), []) });
  });
  return ok(rows.length);
}
