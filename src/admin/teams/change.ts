// `POST /team/new`, `/team/update`, `/team/delete`, `/team/block`, `/team/unblock`, `/team/model/*`, `/team/permissions_update`.
import { answer, refuse, withBody, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { bulkPermissionFields, deleteTeamFields, memberPermissions, newTeamFields, patchTeamFields, permissionFields, teamFields, teamModelFields, updateTeamFields } from './fields.ts';
import { beyondOrganization, type TeamLimits } from './organization-limits.ts';
import { commit } from '../commit.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findOrganization, findTeam } from '../../access/material.ts';
import { isJsonObject } from '../../lib/json.ts';
import { keyOf } from '../keys/view.ts';
import { membersOf, teamOf, teamView } from './view.ts';
import { objectPermissionOf, putObjectPermission } from '../object-permissions.ts';
import { putMembersBudget, teamChanges } from './settings.ts';
import { putTeamMember, type MemberName } from '../members.ts';
import { readFields } from '../body/read-fields.ts';
import { randomUUID } from 'node:crypto';
import { removeKeys } from '../keys/delete.ts';
import { rightOver } from '../../access/caller.ts';
import { teamFor } from './find.ts';
import { teamMembers, type TeamRecord } from '../../access/records/people.ts';
import { unwritable } from '../../access/writable.ts';
import { writeRecord } from '../../access/records/record.ts';
import type { BodyOf } from '../body/field.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Note } from '../commit.ts';

/** Members as requests name them. */
export const memberNames = (list: readonly Json[]): MemberName[] => list.filter(isJsonObject).map((member) => ({
  user_id: typeof member['user_id'] === 'string' ? member['user_id'] : null, user_email: typeof member['user_email'] === 'string' ? member['user_email'] : null,
  role: typeof member['role'] === 'string' ? member['role'] : 'user',
})).filter((member) => member.user_id !== null || member.user_email !== null);

/** `POST /team/new`. What the request leaves open, `default_team_params` says. */
export async function newTeam(call: AdminCall): Promise<AdminAnswer> {
  const defaults = (call.services.config.litellmSettings.defaultTeamParams ?? {}) as JsonObject;
  const missing = Object.entries(defaults).filter(([name, value]) => value !== null && call.body[name] == null);
  const read = readFields(newTeamFields, { ...call.body, ...Object.fromEntries(missing) });
  return read.ok ? makeTeam(call, read.values, read.given, new Set(missing.map(([name]) => name))) : { ok: false, errors: read.errors };
}

async function makeTeam(call: AdminCall, values: BodyOf<typeof newTeamFields>, given: ReadonlySet<string>, fromDefaults: ReadonlySet<string>): Promise<AdminAnswer> {
  const { caller, services } = call;
  const organization = values.organization_id === null ? null : await findOrganization(services.store.db, values.organization_id);
  if (values.organization_id !== null && !organization) return refuse('managed_invalid', `Organization not found for organization_id=${values.organization_id.slice(0, 100)}`);
  const reach = rightOver(caller, 'team.create', { organizationId: values.organization_id });
  if (reach === null) return refuse('managed_forbidden', 'Organization admins create teams of their organizations: give `organization_id`.');
  const denied = unwritable('team', reach, [...given].filter((name) => !fromDefaults.has(name)));
  if (denied !== null) return refuse('managed_forbidden', `Only proxy admins may set '${denied}' on teams.`);
  const beyond = organization && await beyondOrganization(services.store.db, organization, values);
  if (beyond !== null) return refuse('managed_invalid', beyond);
  const changes = teamChanges(values, given, null, reach, services);
  if (!changes.ok) return changes;
  const teamId = values.team_id ?? randomUUID();
  const members = [...memberNames(values.members_with_roles ?? []), ...(values.members ?? []).map((id) => ({ user_id: id, role: 'user' })), ...(values.admins ?? []).map((id) => ({ user_id: id, role: 'admin' }))];
  // Whoever makes a team administers it.
  const joins = !caller.isAdmin || !services.config.generalSettings.disableAutoAddProxyAdminToTeams;
  if (joins && caller.userId !== null && !members.some((member) => member.user_id === caller.userId)) members.push({ user_id: caller.userId, user_email: null, role: 'admin' });
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    if (await findTeam(db, teamId)) return refuse('managed_invalid', `Team id = ${teamId.slice(0, 100)} already exists. Please use a different team id.`);
    const budget = await putMembersBudget(db, call, values, given, null, note);
    if (!budget.ok) return budget;
    const permission = await putObjectPermission(db, given.has('object_permission') ? values.object_permission : undefined, null);
    if (!permission.ok) return permission;
    const atMs = services.nowMs();
    const record = { ...changes.value, team_id: teamId, ...(permission.value !== undefined && { object_permission_id: permission.value }), ...(budget.value !== null && { members_budget_id: budget.value }) };
    await db.insertInto('teams').values({ team_id: teamId, created_at_ms: atMs, updated_at_ms: atMs, created_by: caller.userId, ...writeRecord(teamMembers, record) }).execute();
    for (const member of members) await putTeamMember(db, call, teamId, member, null, note);
    const shown = await shownTeam(call, teamId, db);
    note({ kind: 'team', id: teamId, action: 'created', after: shown });
    return answer(shown);
  });
}

/** A team as it is now. */
export async function shownTeam({ services }: Pick<AdminCall, 'services'>, teamId: string, db = services.store.db): Promise<JsonObject> {
  const team = teamOf(await db.selectFrom('teams').selectAll().where('team_id', '=', teamId).executeTakeFirstOrThrow());
  return { ...teamView(team, (await membersOf(db, [teamId])).get(teamId) ?? []), object_permission: await objectPermissionOf(db, team.object_permission_id) };
}

/** `POST /team/update`. */
export const updateTeam = withBody(updateTeamFields, async (call, values, given) => {
  const updated = await update(call, values.team_id, values, given);
  return updated.ok ? answer({ team_id: values.team_id, data: updated.value }) : updated;
});

/** `PATCH /team/{team_id}`. */
export const patchTeam = withBody(patchTeamFields, async (call, values, given) => {
  const updated = await update(call, call.params['team_id'] ?? '', values, given);
  return updated.ok ? answer(updated.value) : updated;
});

// What a request does not touch was checked when it was set.
const none: TeamLimits = { max_budget: null, tpm_limit: null, rpm_limit: null, models: null };

async function update(call: AdminCall, teamId: string, values: BodyOf<typeof patchTeamFields>, given: ReadonlySet<string>): Promise<Result<JsonObject>> {
  const found = await teamFor(call, 'team.change', teamId);
  if (!found.ok) return found;
  const { team, reach } = found.value;
  const denied = unwritable('team', reach, given);
  if (denied !== null) return fail(fault('managed_forbidden', `You may not set '${denied}' on this team.`));
  if (given.has('organization_id') && values.organization_id !== team.organization_id && values.organization_id !== null && rightOver(call.caller, 'team.create', { organizationId: values.organization_id }) === null) {
    return fail(fault('managed_forbidden', 'You may not move the team to that organization.'));
  }
  const owner = (given.has('organization_id') ? values.organization_id : team.organization_id) || null;
  const organization = owner === null ? null : await findOrganization(call.services.store.db, owner);
  if (owner !== null && !organization && given.has('organization_id')) return fail(fault('managed_missing', `Organization not found, passed organization_id=${owner.slice(0, 100)}`));
  const changes = teamChanges(values, given, team, reach, call.services);
  if (!changes.ok) return changes;
  const beyond = organization && await beyondOrganization(call.services.store.db, organization, given.has('organization_id') ? { ...team, ...changes.value } : { ...none, ...changes.value });
  if (beyond !== null) return fail(fault('managed_invalid', beyond));
  return commit(call, async (db, note) => {
    const budget = await putMembersBudget(db, call, values, given, team, note);
    if (!budget.ok) return budget;
    const permission = await putObjectPermission(db, given.has('object_permission') ? values.object_permission : undefined, team.object_permission_id);
    if (!permission.ok) return permission;
    return ok(await writeTeam(db, call, team, { ...changes.value, ...(permission.value !== undefined && { object_permission_id: permission.value }), ...(budget.value !== null && { members_budget_id: budget.value }) }, note));
  });
}

async function writeTeam(db: AdminCall['services']['store']['db'], call: AdminCall, team: TeamRecord, changes: Partial<TeamRecord>, note: (note: Note) => void, action: Note['action'] = 'updated'): Promise<JsonObject> {
  const row = await db.selectFrom('teams').selectAll().where('team_id', '=', team.team_id).executeTakeFirstOrThrow();
  await db.updateTable('teams').set({ ...writeRecord(teamMembers, changes, row), updated_at_ms: call.services.nowMs(), updated_by: call.caller.userId }).where('team_id', '=', team.team_id).execute();
  const shown = await shownTeam(call, team.team_id, db);
  note({ kind: 'team', id: team.team_id, action, before: { ...team }, after: { ...changes } as JsonObject });
  return shown;
}

/** Changes a team that the caller may change. */
export async function changeTeam(call: AdminCall, action: 'team.change' | 'team.block', teamId: string, change: (team: TeamRecord) => Partial<TeamRecord>, noted: Note['action'] = 'updated'): Promise<Result<JsonObject>> {
  const found = await teamFor(call, action, teamId);
  if (!found.ok) return found;
  return ok(await commit(call, (db, note) => writeTeam(db, call, found.value.team, change(found.value.team), note, noted)));
}

const shownOr = (result: Result<JsonObject>): AdminAnswer => (result.ok ? answer(result.value) : result);

/** `POST /team/block` and `/team/unblock`. */
export const blockTeam = (blocked: boolean) => withBody(teamFields, async (call, { team_id: id }) =>
  shownOr(await changeTeam(call, 'team.block', id, () => ({ blocked }), blocked ? 'blocked' : 'unblocked')));

/** A list without these. What is left of a list must not be empty: that would permit everything. */
export function withoutModels(list: readonly string[], gone: readonly string[]): string[] {
  const left = list.filter((model) => !gone.includes(model));
  return left.length === 0 && list.length > 0 ? ['no-default-models'] : left;
}

/** `POST /team/model/add` and `/team/model/delete`. Only who may set a team's models does. */
export const teamModels = (adding: boolean) => withBody(teamModelFields, async (call, { team_id: id, models }) => {
  const found = await teamFor(call, 'team.change', id);
  if (!found.ok) return found;
  if (unwritable('team', found.value.reach, ['models']) !== null) return refuse('managed_forbidden', "You may not set 'models' on this team.");
  return shownOr(await changeTeam(call, 'team.change', id, (team) => ({ models: adding ? [...new Set([...(team.models.length === 0 ? ['all-proxy-models'] : team.models), ...models])] : withoutModels(team.models, models) })));
});

/** `POST /team/permissions_update`. */
export const updatePermissions = withBody(permissionFields, async (call, { team_id: id, team_member_permissions: permissions }) => {
  const unknown = permissions.find((permission) => !memberPermissions.some((known) => known === permission));
  if (unknown !== undefined) return refuse('managed_invalid', `Unknown permission '${unknown.slice(0, 60)}'. Known: ${memberPermissions.join(', ')}.`);
  return shownOr(await changeTeam(call, 'team.change', id, () => ({ team_member_permissions: permissions })));
});

/** `POST /team/permissions_bulk_update`: adds permissions to many teams. */
export const bulkUpdatePermissions = withBody(bulkPermissionFields, async (call, { permissions, team_ids: ids, apply_to_all_teams: all }) => {
  if (!call.caller.isAdmin) return refuse('managed_forbidden', 'Only proxy admins may do this.');
  const teams = all ? (await call.services.store.db.selectFrom('teams').select('team_id').execute()).map((team) => team.team_id) : ids ?? [];
  for (const id of teams) {
    const changed = await changeTeam(call, 'team.change', id, (team) => ({ team_member_permissions: [...new Set([...team.team_member_permissions, ...permissions])] }));
    if (!changed.ok) return changed;
  }
  return answer({ message: `Updated ${teams.length} teams`, teams_updated: teams.length, permissions_appended: permissions });
});

/** `POST /team/delete`: the teams, their keys and their members' places. */
export const deleteTeams = withBody(deleteTeamFields, async (call, { team_ids: ids }) => {
  for (const id of ids) {
    const found = await teamFor(call, 'team.delete', id);
    if (!found.ok) return found;
  }
  await removeTeams(call, ids);
  return answer({ deleted_teams: ids });
});

/** Removes teams, their keys and their members' places. That the caller may was checked before. */
export async function removeTeams(call: AdminCall, ids: readonly string[]): Promise<void> {
  await commit(call, (db, note) => removeTeamsWithin(db, call, ids, note));
}

/** The same as part of a larger change. */
export async function removeTeamsWithin(db: AdminCall['services']['store']['db'], call: AdminCall, ids: readonly string[], note: (note: Note) => void): Promise<void> {
  const keys = ids.length === 0 ? [] : (await db.selectFrom('virtual_keys').selectAll().where('team_id', 'in', ids).execute()).map(keyOf);
  await removeKeys(db, keys, call.caller, note);
  for (const id of ids) {
    const before = await shownTeam(call, id, db);
    const team = teamOf(await db.selectFrom('teams').selectAll().where('team_id', '=', id).executeTakeFirstOrThrow());
    await db.insertInto('deleted_entities').values({
      deleted_id: randomUUID(), kind: 'team', entity_id: id, alias: team.team_alias, team_id: id, organization_id: team.organization_id, deleted_at_ms: call.services.nowMs(),
      deleted_by: call.caller.userId, deleted_by_key: call.caller.keyHash, row_value: JSON.stringify(before),
    }).execute();
    await db.deleteFrom('team_members').where('team_id', '=', id).execute();
    await db.deleteFrom('teams').where('team_id', '=', id).execute();
    note({ kind: 'team', id, action: 'deleted', before });
  }
}
