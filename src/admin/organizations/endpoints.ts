// The handlers of `/organization/*`.
import { matches } from '../matching.ts';
import { answer, endpointsOf, refuse, unfit, withBody, type AdminAnswer, type AdminCall, type AdminHandler, type Endpoints } from '../endpoint.ts';
import { anything, choice, map, number, required, text, texts } from '../body/field.ts';
import { budgetSettings } from '../budgets/fields.ts';
import { commit } from '../commit.ts';
import { detailError } from '../forms.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { findBudgets, findOrganization } from '../../access/material.ts';
import { hasEmail } from '../users/email.ts';
import { keyOf } from '../keys/view.ts';
import { memberNames, removeTeamsWithin } from '../teams/change.ts';
import { memberOneOf } from '../teams/fields.ts';
import { namesNobody, wrongMembers } from '../teams/members.ts';
import { removeKeys } from '../keys/delete.ts';
import { usdOf } from '../../lib/money.ts';
import { objectPermissionOf, putObjectPermission } from '../object-permissions.ts';
import { organizationMembers, type OrganizationRecord } from '../../access/records/people.ts';
import { putBudget, shown as shownBudget, type BudgetSettings } from '../budgets/write.ts';
import { putOrganizationMember } from '../members.ts';
import { randomUUID } from 'node:crypto';
import { reachOf } from '../../access/permissions.ts';
import { readRecord, writeRecord } from '../../access/records/record.ts';
import { rightOver, rolesOf } from '../../access/caller.ts';
import { teamRows } from '../teams/view.ts';
import { unwritable } from '../../access/writable.ts';
import type { Database } from '../database.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Row } from '../../store/schema.ts';

const settings = { organization_alias: text, models: texts, metadata: map, budget_id: text, ...budgetSettings, object_permission: map, model_rpm_limit: map, model_tpm_limit: map } as const;
const newFields = { ...settings, organization_id: text, organization_alias: required(text) } as const;
const updateFields = { ...settings, organization_id: text } as const;
const idsFields = { organization_ids: required(texts) } as const;
const organizationsFields = { organizations: required(texts) } as const;
const roleOfMember = choice('org_admin', 'internal_user', 'internal_user_viewer');
const memberForm = { role: required(roleOfMember), user_id: text, user_email: text } as const;
const memberAddFields = { organization_id: required(text), member: required(anything), max_budget_in_organization: number } as const;
const memberFields = { organization_id: required(text), user_id: text, user_email: text, role: roleOfMember, max_budget_in_organization: number } as const;
const budgetNames = Object.keys(budgetSettings) as (keyof typeof budgetSettings)[];

/** An organization with its budget, members and teams. */
async function view(db: Database, organization: OrganizationRecord): Promise<JsonObject> {
  const { organization_id: id, budget_id: budgetId } = organization;
  const budget = budgetId === null ? null : (await findBudgets(db, [budgetId])).get(budgetId) ?? null;
  const members = await db.selectFrom('organization_members').selectAll().where('organization_id', '=', id).orderBy('created_at_ms').execute();
  const teams = await db.selectFrom('teams').select('team_id').where('organization_id', '=', id).execute();
  return {
    ...organization, litellm_budget_table: budget && shownBudget(budget), object_permission: await objectPermissionOf(db, organization.object_permission_id), users: null,
    members: members.map(membershipView),
    teams: await teamRows(db, teams.map((team) => team.team_id)),
  };
}

/** A place in an organization. */
const membershipView = ({ user_id, organization_id, user_role, budget_id, spend_nano_usd, created_at_ms, updated_at_ms }: Row<'organization_members'>): JsonObject => ({
  user_id, organization_id, user_role, budget_id, spend: usdOf(spend_nano_usd), created_at: new Date(created_at_ms).toISOString(), updated_at: new Date(updated_at_ms).toISOString(), user: null, litellm_budget_table: null,
});

const missing = (id: string) => fault('managed_missing', `Organization not found, passed organization_id=${id.slice(0, 100)}`);

async function organizationFor({ caller, services }: AdminCall, action: 'organization.read' | 'organization.change', id: string): Promise<Result<OrganizationRecord>> {
  const organization = await findOrganization(services.store.db, id);
  if (!organization) return fail(missing(id));
  if (rightOver(caller, action, { organizationId: id }) !== null || (action === 'organization.read' && caller.memberOrganizations.has(id))) return ok(organization);
  return fail(action === 'organization.read' ? missing(id) : fault('managed_forbidden', 'Only admins of the organization may do this.'));
}

const newOrganization = withBody(newFields, (call, values, given) => commit(call, async (db, note): Promise<AdminAnswer> => {
  const id = values.organization_id ?? randomUUID();
  if (await findOrganization(db, id)) return refuse('managed_invalid', `Organization id=${id.slice(0, 100)} already exists.`);
  if (values.budget_id !== null && (await findBudgets(db, [values.budget_id])).size === 0) return refuse('managed_invalid', `Budget not found. budget_id=${values.budget_id.slice(0, 100)}`);
  const budget = values.budget_id === null ? await putBudget(db, call, null, budgetOf(values, given), note) : ok({ budget_id: values.budget_id });
  if (!budget.ok) return budget;
  const permission = await putObjectPermission(db, given.has('object_permission') ? values.object_permission : undefined, null);
  if (!permission.ok) return permission;
  const atMs = call.services.nowMs();
  const record = { organization_id: id, ...(permission.value !== undefined && { object_permission_id: permission.value }), organization_alias: values.organization_alias, budget_id: budget.value.budget_id, models: values.models ?? [], metadata: metadataOf(values, given, {}) };
  await db.insertInto('organizations').values({ organization_id: id, created_at_ms: atMs, updated_at_ms: atMs, created_by: call.caller.userId, updated_by: call.caller.userId, ...writeRecord(organizationMembers, record) }).execute();
  note({ kind: 'organization', id, action: 'created', after: record });
  const made = await findOrganization(db, id);
  return made ? answer(await view(db, made)) : fail(missing(id));
}));

const budgetOf = (values: { [K in keyof typeof budgetSettings]: unknown }, given: ReadonlySet<string>): BudgetSettings =>
  Object.fromEntries(budgetNames.filter((name) => given.has(name)).map((name) => [name, values[name] ?? (name === 'model_max_budget' ? {} : null)])) as BudgetSettings;

function metadataOf(values: { metadata: JsonObject | null; model_rpm_limit: JsonObject | null; model_tpm_limit: JsonObject | null }, given: ReadonlySet<string>, before: JsonObject): JsonObject {
  const metadata: JsonObject = given.has('metadata') ? { ...values.metadata } : { ...before };
  for (const name of ['model_rpm_limit', 'model_tpm_limit'] as const) if (given.has(name)) metadata[name] = values[name];
  return metadata;
}

const updateOrganization = withBody(updateFields, async (call, values, given) => {
  const id = call.params['organization_id'] ?? values.organization_id ?? '';
  if (id === '') return refuse('managed_invalid', 'organization_id is required');
  const found = await organizationFor(call, 'organization.change', id);
  if (!found.ok) return found;
  const denied = unwritable('organization', rightOver(call.caller, 'organization.change', { organizationId: id }) ?? 'own', given);
  if (denied !== null) return refuse('managed_forbidden', `Only proxy admins may set '${denied}' on organizations.`);
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    const { value: before } = found;
    const budgetValues = budgetOf(values, given);
    const budget = Object.keys(budgetValues).length > 0 ? await putBudget(db, call, before.budget_id, budgetValues, note) : null;
    // The newer route tells what is wrong with the status of its checks.
    if (budget && !budget.ok) return call.params['organization_id'] === undefined ? budget : refuse('managed_invalid', budget.fault.message, { status: 422 });
    const permission = await putObjectPermission(db, given.has('object_permission') ? values.object_permission : undefined, before.object_permission_id);
    if (!permission.ok) return permission;
    const changes: Partial<OrganizationRecord> = {
      ...(permission.value !== undefined && { object_permission_id: permission.value }),
      ...(given.has('organization_alias') && { organization_alias: values.organization_alias }), ...(given.has('models') && { models: values.models ?? [] }),
      ...(given.has('budget_id') && values.budget_id !== null && { budget_id: values.budget_id }), ...(budget && { budget_id: budget.value.budget_id }),
      metadata: metadataOf(values, given, before.metadata),
    };
    const row = await db.selectFrom('organizations').selectAll().where('organization_id', '=', id).executeTakeFirstOrThrow();
    await db.updateTable('organizations').set({ ...writeRecord(organizationMembers, changes, row), updated_at_ms: call.services.nowMs(), updated_by: call.caller.userId }).where('organization_id', '=', id).execute();
    note({ kind: 'organization', id, action: 'updated', before: { ...before }, after: { ...changes } as JsonObject });
    const changed = await findOrganization(db, id);
    return changed ? answer(await view(db, changed)) : fail(missing(id));
  });
});

/** `DELETE /organization/delete`: with its teams and all keys that it pays for, as in LiteLLM. */
const deleteOrganizations = withBody(idsFields, (call, { organization_ids: ids }) => commit(call, async (db, note): Promise<AdminAnswer> => {
  const deleted: JsonObject[] = [];
  for (const id of ids) {
    const organization = await findOrganization(db, id);
    if (!organization) return fail(missing(id));
    deleted.push(await view(db, organization));
    const teams = await db.selectFrom('teams').select('team_id').where('organization_id', '=', id).execute();
    await removeTeamsWithin(db, call, teams.map((team) => team.team_id), note);
    await removeKeys(db, (await db.selectFrom('virtual_keys').selectAll().where('organization_id', '=', id).execute()).map(keyOf), call.caller, note);
    await db.deleteFrom('organization_members').where('organization_id', '=', id).execute();
    await db.deleteFrom('organizations').where('organization_id', '=', id).execute();
    note({ kind: 'organization', id, action: 'deleted', before: { ...organization } });
  }
  return answer(deleted);
}));

async function listOrganizations({ services, caller, query }: AdminCall): Promise<AdminAnswer> {
  const { db } = services.store;
  let rows = db.selectFrom('organizations').selectAll();
  if (!rolesOf(caller).some((role) => reachOf(role, 'organization.read') === 'all')) rows = rows.where('organization_id', 'in', [...caller.memberOrganizations, caller.organizationId ?? '']);
  const id = query.get('org_id');
  if (id) rows = rows.where('organization_id', '=', id);
  const alias = query.get('org_alias');
  if (alias) rows = rows.where(matches('organization_alias', alias));
  const found = await rows.orderBy('created_at_ms').limit(1_000).execute();
  return answer(await Promise.all(found.map((row) => view(db, readRecord(organizationMembers, row)))));
}

async function organizationInfo(call: AdminCall): Promise<AdminAnswer> {
  const found = await organizationFor(call, 'organization.read', call.query.get('organization_id') ?? '');
  return found.ok ? answer(await view(call.services.store.db, found.value)) : found;
}

const organizationsInfo = withBody(organizationsFields, async (call, { organizations }) => {
  if (organizations.length === 0) return refuse('managed_invalid', "Specify list of organization id's to query. Passed in=[]");
  const found = await Promise.all(organizations.map((id) => organizationFor(call, 'organization.read', id)));
  return answer(await Promise.all(found.flatMap((one) => (one.ok ? [view(call.services.store.db, one.value)] : []))));
});

const addMembers = withBody(memberAddFields, async (call, values) => {
  const wrong = wrongMembers(values.member, memberForm);
  if (wrong) return { ok: false, errors: wrong };
  const found = await organizationFor(call, 'organization.change', values.organization_id);
  if (!found.ok) return found;
  const members = memberNames(Array.isArray(values.member) ? values.member : [values.member]);
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    const users = [];
    for (const member of members) {
      const budget = values.max_budget_in_organization === null ? null : await putBudget(db, call, null, { max_budget: values.max_budget_in_organization }, note);
      if (budget && !budget.ok) return budget;
      users.push(await putOrganizationMember(db, call, values.organization_id, member, budget ? budget.value.budget_id : null, note));
    }
    const shown = await view(db, found.value);
    return answer({ organization_id: values.organization_id, updated_users: users, updated_organization_memberships: shown['members'] });
  });
});

async function memberRow(call: AdminCall, values: { organization_id: string; user_id: string | null; user_email: string | null }) {
  const { db } = call.services.store;
  const userId = values.user_id ?? (values.user_email === null ? undefined : (await db.selectFrom('users').select('user_id').where(hasEmail(values.user_email)).executeTakeFirst())?.user_id);
  return userId === undefined ? undefined : db.selectFrom('organization_members').selectAll().where('organization_id', '=', values.organization_id).where('user_id', '=', userId).executeTakeFirst();
}

const updateMember: AdminHandler = (call) => (namesNobody(call.body) ? unfit(memberOneOf.words) : changeMember(call));

const changeMember = withBody(memberFields, async (call, values) => {
  const found = await organizationFor(call, 'organization.change', values.organization_id);
  if (!found.ok) return found;
  const row = await memberRow(call, values);
  if (!row) return refuse('managed_missing', 'The user is not a member of this organization.');
  return commit(call, async (db, note): Promise<AdminAnswer> => {
    const budget = values.max_budget_in_organization === null ? null : await putBudget(db, call, row.budget_id, { max_budget: values.max_budget_in_organization }, note);
    if (budget && !budget.ok) return budget;
    await putOrganizationMember(db, call, values.organization_id, { user_id: row.user_id, role: values.role ?? row.user_role }, budget ? budget.value.budget_id : null, note);
    return answer(membershipView({ ...row, user_role: values.role ?? row.user_role, budget_id: budget ? budget.value.budget_id : row.budget_id }));
  });
});

const deleteMember: AdminHandler = (call) => (namesNobody(call.body) ? unfit(memberOneOf.words) : takeOut(call));

const takeOut = withBody(memberFields, async (call, values) => {
  const found = await organizationFor(call, 'organization.change', values.organization_id);
  if (!found.ok) return found;
  const row = await memberRow(call, values);
  if (!row) return refuse('managed_missing', 'The user is not a member of this organization.');
  await commit(call, async (db, note) => {
    await db.deleteFrom('organization_members').where('organization_id', '=', values.organization_id).where('user_id', '=', row.user_id).execute();
    note({ kind: 'user', id: row.user_id, action: 'updated', before: { organization_id: values.organization_id, organization_role: row.user_role }, after: { organization_id: null } });
  });
  return answer(membershipView(row));
});

export const organizationEndpoints: Endpoints = endpointsOf(detailError, {
  'POST /organization/new': newOrganization,
  'PATCH /organization/update': updateOrganization,
  'PATCH /v2/organization/{organization_id}': updateOrganization,
  'DELETE /organization/delete': deleteOrganizations,
  'GET /organization/list': listOrganizations,
  'GET /organization/info': organizationInfo,
  'POST /organization/info': organizationsInfo,
  'POST /organization/member_add': addMembers,
  'PATCH /organization/member_update': updateMember,
  'DELETE /organization/member_delete': deleteMember,
});
