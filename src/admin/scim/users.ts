// `/scim/v2/Users`: an identity provider makes, changes, switches off and removes users. Who is switched off is out at once, with all keys.
import { changeUser, removeUsers } from '../users/change.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { arrayAt, isJsonObject, objectAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import { findUser } from '../../access/material.ts';
import { makeUser } from '../users/new.ts';
import { metaOf, readFilter, readPatch, scimAnswer, scimList, scimMissing, scimPage, truth, userSchema, type Operation } from './protocol.ts';
import { refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { teamsOfUsers, userOf } from '../users/view.ts';
import type { Database } from '../database.ts';
import type { UserRecord } from '../../access/records/people.ts';

const noteOf = (user: UserRecord): JsonObject => objectAt(user.metadata, 'scim_metadata') ?? {};

async function views(db: Database, users: readonly UserRecord[]): Promise<JsonObject[]> {
  const teams = await teamsOfUsers(db, users.map((user) => user.user_id));
  const ids = [...new Set([...teams.values()].flat())];
  const rows = ids.length === 0 ? [] : await db.selectFrom('teams').select(['team_id', 'team_alias']).where('team_id', 'in', ids).execute();
  const aliases = new Map(rows.map((row) => [row.team_id, row.team_alias]));
  return users.map((user) => {
    const note = noteOf(user);
    const [givenName, familyName] = [stringAt(note, 'givenName') ?? null, stringAt(note, 'familyName') ?? null];
    return {
      schemas: [userSchema], id: user.user_id, externalId: user.sso_user_id, userName: stringAt(note, 'userName') ?? user.user_email ?? user.user_id, active: !user.blocked,
      name: { givenName, familyName, formatted: [givenName, familyName].filter(Boolean).join(' ') || user.user_alias }, displayName: user.user_alias,
      emails: user.user_email === null ? [] : [{ value: user.user_email, type: 'work', primary: true }],
      groups: (teams.get(user.user_id) ?? []).map((id) => ({ value: id, display: aliases.get(id) ?? id, type: 'direct' })), meta: metaOf('User', user.user_id, user.created_at, user.updated_at),
    };
  });
}

async function shown({ services }: AdminCall, id: string, status = 200): Promise<AdminAnswer> {
  const user = await findUser(services.store.db, id);
  const [view] = user ? await views(services.store.db, [user]) : [];
  return view ? scimAnswer(view, status) : scimMissing('User', id);
}

/** What a resource says of a user. */
function bodyOf(resource: JsonObject): Result<JsonObject & { userName: string }> {
  const userName = stringAt(resource, 'userName');
  if (userName === undefined || userName === '' || userName.length > 300) return fail(fault('managed_invalid', 'userName is required, with at most 300 characters.', { type: 'invalidValue' }));
  const emails = arrayAt(resource, 'emails').filter(isJsonObject);
  const email = stringAt(emails.find((entry) => entry['primary'] === true) ?? emails[0], 'value') ?? (userName.includes('@') ? userName : null);
  const name = objectAt(resource, 'name');
  const [givenName, familyName] = [stringAt(name, 'givenName') ?? null, stringAt(name, 'familyName') ?? null];
  return ok({
    userName, user_email: email, user_alias: stringAt(resource, 'displayName') ?? (([givenName, familyName].filter(Boolean).join(' ') || stringAt(name, 'formatted')) ?? null), sso_user_id: stringAt(resource, 'externalId') ?? null,
    blocked: truth(resource['active']) === false, metadata: { scim_metadata: { userName, givenName, familyName } },
  });
}

/** `POST /scim/v2/Users`. */
export async function createUser(call: AdminCall): Promise<AdminAnswer> {
  const read = bodyOf(call.body);
  if (!read.ok) return read;
  const { userName, blocked, ...user } = read.value;
  const made = await makeUser(call, { ...user, user_id: userName, auto_create_key: false });
  if (!made.ok) return 'fault' in made && made.fault.code === 'managed_conflict' ? refuse('managed_conflict', 'User already exists.', { type: 'uniqueness' }) : made;
  if (blocked === true) await changeUser(call, { user_id: userName, blocked: true });
  return shown(call, userName, 201);
}

/** `GET /scim/v2/Users/{user_id}`. */
export const showUser = (call: AdminCall): Promise<AdminAnswer> => shown(call, call.params['user_id'] ?? '');

/** `GET /scim/v2/Users`. */
export async function listUsers({ services, query }: AdminCall): Promise<AdminAnswer> {
  const filter = readFilter(query.get('filter'));
  if (!filter.ok) return filter;
  let rows = services.store.db.selectFrom('users');
  for (const { attribute, value } of filter.value) {
    if (attribute === 'username' || attribute === 'emails' || attribute === 'emails.value') rows = rows.where((users) => users.or([users('user_id', '=', value), users(users.fn<string>('lower', ['user_email']), '=', value.toLowerCase())]));
    else if (attribute === 'id') rows = rows.where('user_id', '=', value);
    else if (attribute === 'externalid') rows = rows.where('sso_user_id', '=', value);
    else if (attribute === 'displayname') rows = rows.where('user_alias', '=', value);
    else if (attribute === 'active') rows = rows.where('blocked', '=', value === 'true' ? 0 : 1);
    else return refuse('managed_invalid', `Filtering by ${attribute.slice(0, 50)} is not supported.`, { type: 'invalidFilter' });
  }
  const { startIndex, count } = scimPage(query);
  const counted = await rows.select((users) => users.fn.countAll<number>().as('count')).executeTakeFirst();
  const found = count === 0 ? [] : await rows.selectAll().orderBy('created_at_ms').orderBy('user_id').offset(startIndex - 1).limit(count).execute();
  return scimList(await views(services.store.db, found.map(userOf)), Number(counted?.count ?? 0), startIndex);
}

async function change(call: AdminCall, changes: JsonObject): Promise<AdminAnswer> {
  const id = call.params['user_id'] ?? '';
  const changed = Object.keys(changes).length === 0 ? ok(null) : await changeUser(call, { ...changes, user_id: id });
  if ('errors' in changed) return { ok: false, errors: changed.errors };
  return changed.ok ? shown(call, id) : changed;
}

/** `PUT /scim/v2/Users/{user_id}`. */
export async function replaceUser(call: AdminCall): Promise<AdminAnswer> {
  const id = call.params['user_id'] ?? '';
  if (!await findUser(call.services.store.db, id)) return scimMissing('User', id);
  const read = bodyOf(call.body);
  if (!read.ok) return read;
  const { userName: _name, ...changes } = read.value;
  return change(call, changes);
}

/** `PATCH /scim/v2/Users/{user_id}`. */
export async function patchUser(call: AdminCall): Promise<AdminAnswer> {
  const id = call.params['user_id'] ?? '';
  const user = await findUser(call.services.store.db, id);
  if (!user) return scimMissing('User', id);
  const operations = readPatch(call.body);
  if (!operations.ok) return operations;
  const note = { ...noteOf(user) };
  const changes: JsonObject = {};
  for (const operation of operations.value) apply(operation, changes, note);
  if (JSON.stringify(note) !== JSON.stringify(noteOf(user))) changes['metadata'] = { scim_metadata: note };
  return change(call, changes);
}

// Attributes that Weir has no place for are passed over, as the specification lets servers do.
function apply({ op, path, value }: Operation, changes: JsonObject, note: JsonObject): void {
  const given = op === 'remove' ? null : value;
  const words = typeof given === 'string' ? given : null;
  switch (path) {
    case 'active': if (truth(given) !== null) changes['blocked'] = truth(given) === false; break;
    case 'displayname': changes['user_alias'] = words; break;
    case 'externalid': changes['sso_user_id'] = words; break;
    case 'emails': case 'emails.value': changes['user_email'] = words ?? firstEmail(given); break;
    case 'username': if (words !== null) note['userName'] = words; break;
    case 'name.givenname': note['givenName'] = words; break;
    case 'name.familyname': note['familyName'] = words; break;
    case 'name':
      if (isJsonObject(given)) Object.assign(note, { givenName: given['givenName'] ?? note['givenName'] ?? null, familyName: given['familyName'] ?? note['familyName'] ?? null });
      break;
    default: break;
  }
}

const firstEmail = (value: Json): string | null => (Array.isArray(value) ? stringAt(value.find(isJsonObject), 'value') ?? null : null);

/** `DELETE /scim/v2/Users/{user_id}`. */
export async function deleteUser(call: AdminCall): Promise<AdminAnswer> {
  const id = call.params['user_id'] ?? '';
  if (!await findUser(call.services.store.db, id)) return scimMissing('User', id);
  const removed = await removeUsers(call, [id]);
  return removed.ok ? scimAnswer(null, 204) : removed;
}
