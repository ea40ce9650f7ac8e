// `/scim/v2/Groups`: an identity provider's groups are teams here; who is in a group is in the team.
import { commit, type Note } from '../commit.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findTeam } from '../../access/material.ts';
import { groupSchema, memberIds, metaOf, readFilter, readPatch, scimAnswer, scimList, scimMissing, scimPage } from './protocol.ts';
import { insertUser } from '../users/write.ts';
import { judgeRoles, scimRole } from './admin-group.ts';
import { membersOf, teamOf } from '../teams/view.ts';
import { newTeamFields } from '../teams/fields.ts';
import { objectAt, stringAt, type JsonObject } from '../../lib/json.ts';
import { putTeamMember } from '../members.ts';
import { randomUUID } from 'node:crypto';
import { readFields } from '../body/read-fields.ts';
import { refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { removeMember } from '../teams/members.ts';
import { removeTeams } from '../teams/change.ts';
import { teamChanges } from '../teams/settings.ts';
import { teamMembers, type TeamRecord } from '../../access/records/people.ts';
import { writeRecord } from '../../access/records/record.ts';
import type { Database } from '../database.ts';

const externalIdOf = (team: TeamRecord): string | null => stringAt(objectAt(team.metadata, 'scim_metadata'), 'externalId') ?? null;

async function views(db: Database, teams: readonly TeamRecord[], withMembers: boolean): Promise<JsonObject[]> {
  const members = withMembers ? await membersOf(db, teams.map((team) => team.team_id)) : new Map<string, never[]>();
  return teams.map((team) => ({
    schemas: [groupSchema], id: team.team_id, externalId: externalIdOf(team), displayName: team.team_alias ?? team.team_id,
    ...(withMembers && { members: (members.get(team.team_id) ?? []).map(({ user_id: id, user_email: email }) => ({ value: id, display: email ?? id, $ref: `/scim/v2/Users/${encodeURIComponent(id)}` })) }),
    meta: metaOf('Group', team.team_id, team.created_at, team.updated_at),
  }));
}

async function shown(db: Database, id: string, query: URLSearchParams, status = 200): Promise<AdminAnswer> {
  const team = await findTeam(db, id);
  const [view] = team ? await views(db, [team], query.get('excludedAttributes')?.includes('members') !== true) : [];
  return view ? scimAnswer(view, status) : scimMissing('Group', id);
}

/** Puts these users into a team and, where `others` says so, all others out of it. */
async function setMembers(db: Database, call: AdminCall, teamId: string, ids: readonly string[], others: 'stay' | 'go', note: (note: Note) => void): Promise<Result<null>> {
  const present = (await membersOf(db, [teamId])).get(teamId) ?? [];
  const known = ids.length === 0 ? [] : await db.selectFrom('users').select('user_id').where('user_id', 'in', ids).execute();
  const missing = ids.filter((id) => !known.some((user) => user.user_id === id));
  const [unknown] = missing;
  if (unknown !== undefined && !call.services.config.litellmSettings.scimUpsertUser) return fail(fault('managed_invalid', `There is no user ${unknown.slice(0, 100)}.`, { type: 'invalidValue' }));
  for (const id of new Set(missing)) await insertUser(db, call, { user_id: id, user_role: scimRole(call.services.config) }, note);
  for (const id of ids) if (!present.some((member) => member.user_id === id)) await putTeamMember(db, call, teamId, { user_id: id, role: 'user' }, null, note);
  if (others === 'go') for (const member of present) if (!ids.includes(member.user_id)) await removeMember(db, call, member, note);
  return ok(null);
}

/** `POST /scim/v2/Groups`. A new team starts with `default_team_params`. */
export async function createGroup(call: AdminCall): Promise<AdminAnswer> {
  const { body, services, caller } = call;
  const displayName = stringAt(body, 'displayName');
  if (displayName === undefined || displayName === '' || displayName.length > 300) return refuse('managed_invalid', 'displayName is required, with at most 300 characters.', { type: 'invalidValue' });
  const defaults = (services.config.litellmSettings.defaultTeamParams ?? {}) as JsonObject;
  const read = readFields(newTeamFields, { ...defaults, team_alias: displayName, metadata: { ...objectAt(defaults, 'metadata'), scim_metadata: { externalId: stringAt(body, 'externalId') ?? null } } });
  if (!read.ok) return { ok: false, errors: read.errors };
  const changes = teamChanges(read.values, read.given, null, 'all', services);
  if (!changes.ok) return changes;
  const id = randomUUID();
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    const taken = await db.selectFrom('teams').select('team_id').where('team_alias', '=', displayName).executeTakeFirst();
    if (taken) return refuse('managed_conflict', 'A group of this name exists already.', { type: 'uniqueness' });
    const atMs = services.nowMs();
    await db.insertInto('teams').values({ team_id: id, created_at_ms: atMs, updated_at_ms: atMs, created_by: caller.userId, ...writeRecord(teamMembers, { ...changes.value, team_id: id }) }).execute();
    const put = await setMembers(db, call, id, memberIds(body['members']), 'stay', note);
    // What was written is taken back with the transaction.
    if (!put.ok) throw new Refused(put.fault.message);
    await judgeRoles(db, call, memberIds(body['members']), note);
    note({ kind: 'team', id, action: 'created', after: { team_alias: displayName } });
    return shown(db, id, call.query, 201);
  }).catch(refusedAnswer);
}

/** Ends a transaction with a refusal. */
class Refused extends Error {}

function refusedAnswer(error: unknown): AdminAnswer {
  if (error instanceof Refused) return refuse('managed_invalid', error.message, { type: 'invalidValue' });
  throw error;
}

/** `GET /scim/v2/Groups/{group_id}`. */
export const showGroup = ({ services, params, query }: AdminCall): Promise<AdminAnswer> => shown(services.store.db, params['group_id'] ?? '', query);

/** `GET /scim/v2/Groups`. */
export async function listGroups({ services, query }: AdminCall): Promise<AdminAnswer> {
  const { db } = services.store;
  const filter = readFilter(query.get('filter'));
  if (!filter.ok) return filter;
  let rows = db.selectFrom('teams');
  for (const { attribute, value } of filter.value) {
    if (attribute === 'displayname') rows = rows.where('team_alias', '=', value);
    else if (attribute === 'id') rows = rows.where('team_id', '=', value);
    else if (attribute === 'members' || attribute === 'members.value') rows = rows.where('team_id', 'in', (teams) => teams.selectFrom('team_members').select('team_members.team_id').where('team_members.user_id', '=', value));
    else if (attribute === 'externalid') rows = rows.where('fields', 'like', `%"externalId":${JSON.stringify(value).replace(/[%_\\]/g, '_')}%`);
    else return refuse('managed_invalid', `Filtering by ${attribute.slice(0, 50)} is not supported.`, { type: 'invalidFilter' });
  }
  const { startIndex, count } = scimPage(query);
  const counted = await rows.select((teams) => teams.fn.countAll<number>().as('count')).executeTakeFirst();
  const found = count === 0 ? [] : await rows.selectAll().orderBy('created_at_ms').orderBy('team_id').offset(startIndex - 1).limit(count).execute();
  return scimList(await views(db, found.map(teamOf), query.get('excludedAttributes')?.includes('members') !== true), Number(counted?.count ?? 0), startIndex);
}

interface GroupChange {
  name?: string;
  externalId?: string | null;
  /** Who comes, who goes, and whether everybody else goes. */
  add: string[];
  remove: string[];
  replace: string[] | null;
}

async function changeGroup(call: AdminCall, change: GroupChange): Promise<AdminAnswer> {
  const id = call.params['group_id'] ?? '';
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    const row = await db.selectFrom('teams').selectAll().where('team_id', '=', id).executeTakeFirst();
    if (!row) return scimMissing('Group', id);
    const team = teamOf(row);
    const changes: Partial<TeamRecord> = {
      ...(change.name !== undefined && { team_alias: change.name }),
      ...(change.externalId !== undefined && { metadata: { ...team.metadata, scim_metadata: { ...objectAt(team.metadata, 'scim_metadata'), externalId: change.externalId } } }),
    };
    await db.updateTable('teams').set({ ...writeRecord(teamMembers, changes, row), updated_at_ms: call.services.nowMs(), updated_by: call.caller.userId }).where('team_id', '=', id).execute();
    const before = (await membersOf(db, [id])).get(id) ?? [];
    const put = change.replace ? await setMembers(db, call, id, change.replace, 'go', note) : await setMembers(db, call, id, change.add, 'stay', note);
    if (!put.ok) throw new Refused(put.fault.message);
    for (const member of (await membersOf(db, [id])).get(id) ?? []) if (change.remove.includes(member.user_id)) await removeMember(db, call, member, note);
    // Another name may make it the administrators' group, or not any more.
    await judgeRoles(db, call, [...before, ...(await membersOf(db, [id])).get(id) ?? []].map((member) => member.user_id), note);
    note({ kind: 'team', id, action: 'updated', before: { team_alias: team.team_alias }, after: { ...changes } as JsonObject });
    return shown(db, id, call.query);
  }).catch(refusedAnswer);
}

/** `PUT /scim/v2/Groups/{group_id}`. */
export function replaceGroup(call: AdminCall): Promise<AdminAnswer> | AdminAnswer {
  const name = stringAt(call.body, 'displayName');
  if (name === undefined || name === '') return refuse('managed_invalid', 'displayName is required.', { type: 'invalidValue' });
  return changeGroup(call, { name, externalId: stringAt(call.body, 'externalId') ?? null, add: [], remove: [], replace: memberIds(call.body['members']) });
}

/** `PATCH /scim/v2/Groups/{group_id}`. */
export function patchGroup(call: AdminCall): Promise<AdminAnswer> | AdminAnswer {
  const operations = readPatch(call.body);
  if (!operations.ok) return operations;
  const change: GroupChange = { add: [], remove: [], replace: null };
  for (const { op, path, of, value } of operations.value) {
    if (path === 'displayname' && typeof value === 'string' && value !== '') change.name = value;
    else if (path === 'externalid') change.externalId = typeof value === 'string' ? value : null;
    else if (path === 'members') {
      const ids = of === null ? memberIds(value) : [of];
      if (op === 'add') change.add.push(...ids);
      else if (op === 'remove' && ids.length > 0) change.remove.push(...ids);
      else change.replace = op === 'remove' ? [] : ids;
    }
  }
  return changeGroup(call, change);
}

/** `DELETE /scim/v2/Groups/{group_id}`. */
export async function deleteGroup(call: AdminCall): Promise<AdminAnswer> {
  const id = call.params['group_id'] ?? '';
  if (!await findTeam(call.services.store.db, id)) return scimMissing('Group', id);
  const members = (await membersOf(call.services.store.db, [id])).get(id) ?? [];
  await removeTeams(call, [id]);
  await commit(call, (db, note) => judgeRoles(db, call, members.map((member) => member.user_id), note));
  return scimAnswer(null, 204);
}
