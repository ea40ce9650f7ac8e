// The handlers of `/project/*`: parts of a team with models, limits and a budget of their own. Keys belong to a project, and what it says holds for them.
import { answer, endpointsOf, refuse, refuseAs, withBody, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { budgetSettings } from '../budgets/fields.ts';
import { commit, type Note } from '../commit.ts';
import { deleteProjectFields, newProjectFields, projectMetadata, updateProjectFields } from './fields.ts';
import { detailError, usual } from '../forms.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findBudgets, findProject, findTeam } from '../../access/material.ts';
import { findObjectPermissions, putObjectPermission } from '../object-permissions.ts';
import { innerBudget, putBudget, type BudgetSettings } from '../budgets/write.ts';
import { modelsWithin } from '../../access/model-access.ts';
import { projectMembers, type ProjectRecord } from '../../access/records/things.ts';
import { randomUUID } from 'node:crypto';
import { reachOf } from '../../access/permissions.ts';
import { readRecord, writeRecord } from '../../access/records/record.ts';
import { rightOver, rolesOf } from '../../access/caller.ts';
import { isReservedMetadata, unwritable } from '../../access/writable.ts';
import type { BodyOf } from '../body/field.ts';
import type { Database } from '../database.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Reach } from '../../access/permissions.ts';
import type { TeamRecord } from '../../access/records/people.ts';

type Values = Omit<BodyOf<typeof updateProjectFields>, 'project_id'>;
const budgetNames = Object.keys(budgetSettings) as (keyof typeof budgetSettings)[];
const missing = (id: string) => fault('managed_missing', `Project not found, passed project_id=${id.slice(0, 100)}`);

async function views(db: Database, projects: readonly ProjectRecord[]): Promise<JsonObject[]> {
  const budgets = await findBudgets(db, projects.map((project) => project.budget_id).filter((id) => id !== null));
  const permissions = await findObjectPermissions(db, projects.map((project) => project.object_permission_id));
  return projects.map((project) => ({
    ...project, litellm_budget_table: innerBudget(project.budget_id === null ? null : budgets.get(project.budget_id) ?? null),
    object_permission: project.object_permission_id === null ? null : permissions.get(project.object_permission_id) ?? null,
  }));
}

const view = async (db: Database, id: string): Promise<AdminAnswer> => {
  const project = await findProject(db, id);
  const [shown] = project ? await views(db, [project]) : [];
  return shown ? answer(shown) : fail(missing(id));
};

/** By which right the caller may do this with projects of a team. */
async function teamFor({ caller, services }: AdminCall, teamId: string | null): Promise<Result<{ team: TeamRecord; reach: Reach }>> {
  const team = teamId === null ? null : await findTeam(services.store.db, teamId);
  if (!team) return fail(fault('managed_missing', `Team not found, passed team_id=${(teamId ?? '').slice(0, 100)}`));
  const reach = rightOver(caller, 'project.change', { teamId: team.team_id, organizationId: team.organization_id });
  return reach === null ? fail(fault('managed_forbidden', 'Only admins of the team or of its organization change its projects.')) : ok({ team, reach });
}

/** Writes the row and what goes with it, as part of a change. */
async function put(db: Database, call: AdminCall, id: string, values: Values, given: ReadonlySet<string>, before: ProjectRecord | null, reach: Reach, note: (note: Note) => void): Promise<Result<null>> {
  const settings = Object.fromEntries(budgetNames.filter((name) => given.has(name)).map((name) => [name, values[name] ?? (name === 'model_max_budget' ? {} : null)])) as BudgetSettings;
  if (values.budget_id !== null && (await findBudgets(db, [values.budget_id])).size === 0) return fail(fault('managed_invalid', `Budget not found. budget_id=${values.budget_id.slice(0, 100)}`));
  const budget = Object.keys(settings).length > 0 ? await putBudget(db, call, values.budget_id ?? before?.budget_id ?? null, settings, note) : ok({ budget_id: values.budget_id });
  if (!budget.ok) return budget;
  const permission = await putObjectPermission(db, given.has('object_permission') ? values.object_permission : undefined, before?.object_permission_id ?? null);
  if (!permission.ok) return permission;
  const changes: Partial<ProjectRecord> = {
    ...(budget.value.budget_id !== null && { budget_id: budget.value.budget_id }), ...(permission.value !== undefined && { object_permission_id: permission.value }),
    ...(given.has('models') && { models: values.models ?? [] }), ...(given.has('blocked') && { blocked: values.blocked ?? false }), metadata: metadataOf(values, given, before?.metadata ?? {}, reach),
    ...(given.has('model_rpm_limit') && { model_rpm_limit: values.model_rpm_limit ?? {} }), ...(given.has('model_tpm_limit') && { model_tpm_limit: values.model_tpm_limit ?? {} }),
  };
  for (const name of ['project_alias', 'description', 'team_id'] as const) if (given.has(name)) changes[name] = values[name];
  const atMs = call.services.nowMs();
  const row = before ? await db.selectFrom('projects').selectAll().where('project_id', '=', id).executeTakeFirst() ?? null : null;
  const cells = { ...writeRecord(projectMembers, changes, row), updated_at_ms: atMs, updated_by: call.caller.userId };
  if (before) await db.updateTable('projects').set(cells).where('project_id', '=', id).execute();
  else await db.insertInto('projects').values({ project_id: id, created_at_ms: atMs, created_by: call.caller.userId, ...cells }).execute();
  note({ kind: 'project', id, action: before ? 'updated' : 'created', before: before && { ...before }, after: { ...changes } as JsonObject });
  return ok(null);
}

// Members that grant or limit something are set by administrators of the organization or the installation.
function metadataOf(values: Values, given: ReadonlySet<string>, before: JsonObject, reach: Reach): JsonObject {
  const reserved = reach === 'team';
  const kept = Object.entries(before).filter(([name]) => !given.has('metadata') || (reserved && isReservedMetadata(name)));
  const asked = Object.entries(values.metadata ?? {}).filter(([name]) => !reserved || !isReservedMetadata(name));
  const metadata: JsonObject = Object.fromEntries([...kept, ...asked]);
  for (const name of projectMetadata) if (given.has(name)) metadata[name] = (values[name] ?? null) as Json;
  return metadata;
}

// A project's models are some of its team's.
const wider = (call: AdminCall, models: readonly string[], team: TeamRecord): boolean => models.length > 0 && !modelsWithin(models, team.models, call.services.router().groups);
const widerRefused = (team: TeamRecord): AdminAnswer => refuse('managed_invalid', `The models of a project are some of its team's (${team.team_id}).`);

const newProject = withBody(newProjectFields, async (call, values, given) => {
  const found = await teamFor(call, values.team_id);
  if (!found.ok) return found;
  const denied = unwritable('project', found.value.reach, given);
  if (denied !== null) return refuse('managed_forbidden', `Only proxy admins may set '${denied}' on projects.`);
  if (wider(call, values.models ?? [], found.value.team)) return widerRefused(found.value.team);
  const id = values.project_id ?? randomUUID();
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    if (await findProject(db, id)) return refuse('managed_invalid', `Project id=${id.slice(0, 100)} already exists.`);
    const made = await put(db, call, id, values, given, null, found.value.reach, note);
    return made.ok ? view(db, id) : made;
  });
});

const updateProject = withBody(updateProjectFields, async (call, values, given) => {
  const { project_id: id } = values;
  const before = await findProject(call.services.store.db, id);
  if (!before) return fail(missing(id));
  const own = await teamFor(call, before.team_id);
  if (!own.ok && !(call.caller.isAdmin && before.team_id === null)) return own;
  const target = given.has('team_id') ? await teamFor(call, values.team_id) : own;
  if (!target.ok) return target;
  const denied = unwritable('project', target.value.reach, given);
  if (denied !== null) return refuse('managed_forbidden', `Only proxy admins may set '${denied}' on projects.`);
  if (wider(call, given.has('models') ? values.models ?? [] : before.models, target.value.team)) return widerRefused(target.value.team);
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    if (target.value.team.team_id !== before.team_id && await db.selectFrom('virtual_keys').select('key_hash').where('project_id', '=', id).executeTakeFirst()) {
      return refuse('managed_invalid', 'A project with keys stays in its team: delete or move the keys first.');
    }
    const changed = await put(db, call, id, values, given, before, target.value.reach, note);
    return changed.ok ? view(db, id) : changed;
  });
});

/** `DELETE /project/delete`: a project with keys stays, since its limits would be gone from them. */
const deleteProjects = withBody(deleteProjectFields, async (call, { project_ids: ids }) => {
  const projects: ProjectRecord[] = [];
  for (const id of ids) {
    const project = await findProject(call.services.store.db, id);
    if (!project) return fail(missing(id));
    const found = await teamFor(call, project.team_id);
    if (!found.ok && !(call.caller.isAdmin && project.team_id === null)) return found;
    projects.push(project);
  }
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    const used = ids.length === 0 ? undefined : await db.selectFrom('virtual_keys').select('project_id').where('project_id', 'in', ids).executeTakeFirst();
    if (used) return refuse('managed_invalid', `The project ${used.project_id} has keys: delete or move them first.`);
    const shown = await views(db, projects);
    for (const project of projects) {
      await putObjectPermission(db, null, project.object_permission_id);
      await db.deleteFrom('projects').where('project_id', '=', project.project_id).execute();
      note({ kind: 'project', id: project.project_id, action: 'deleted', before: { ...project } });
    }
    return answer(shown);
  });
});

/** The projects that the caller may see: all, or those of its teams. */
function visible({ caller, services }: AdminCall) {
  const rows = services.store.db.selectFrom('projects').selectAll();
  if (rolesOf(caller).some((role) => reachOf(role, 'project.read') === 'all')) return rows;
  return rows.where((projects) => projects.or([
    projects('team_id', 'in', [...caller.memberTeams, caller.teamId ?? '']), projects('project_id', '=', caller.projectId ?? ''),
    projects('team_id', 'in', projects.selectFrom('teams').select('teams.team_id').where('teams.organization_id', 'in', [...caller.adminOrganizations, ''])),
  ]));
}

async function projectInfo(call: AdminCall): Promise<AdminAnswer> {
  const id = call.query.get('project_id') ?? '';
  const row = await visible(call).where('project_id', '=', id).executeTakeFirst();
  // Who may not see a project does not learn that it exists.
  return row ? view(call.services.store.db, id) : refuseAs(usual, 'managed_missing', `Project not found, project_id=${id.slice(0, 100)}`, { type: 'not_found', param: 'project_id' });
}

async function listProjects(call: AdminCall): Promise<AdminAnswer> {
  const team = call.query.get('team_id');
  const rows = await (team ? visible(call).where('team_id', '=', team) : visible(call)).orderBy('created_at_ms', 'desc').limit(1_000).execute();
  return answer(await views(call.services.store.db, rows.map((row) => readRecord(projectMembers, row))));
}

/** Why a key may not belong to its project; null: it may. */
export async function projectRefused(db: Database, key: { project_id: string | null; team_id: string | null }): Promise<string | null> {
  if (key.project_id === null) return null;
  const project = await findProject(db, key.project_id);
  if (!project) return `Project not found, project_id=${key.project_id.slice(0, 100)}`;
  return project.team_id === null || project.team_id === key.team_id ? null : `The project ${key.project_id.slice(0, 100)} belongs to another team than the key.`;
}

export const projectEndpoints: Endpoints = endpointsOf(detailError, {
  'POST /project/new': newProject, 'POST /project/update': updateProject, 'DELETE /project/delete': deleteProjects, 'GET /project/info': projectInfo, 'GET /project/list': listProjects,
});
