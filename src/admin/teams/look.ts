// `GET /team/info`, `/team/list`, `/v2/team/list`, `/team/permissions_list`, `/team/{team_id}/members/me`.
import { answer, refuse, refuseAs, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { detailError } from '../forms.ts';
import { findBudgets, findOrganization } from '../../access/material.ts';
import { findMember } from './members.ts';
import { given, pageOf, pagesOf } from '../paging.ts';
import { innerBudget } from '../budgets/write.ts';
import { keyOf, keyView } from '../keys/view.ts';
import { matches } from '../matching.ts';
import { memberPermissions } from './fields.ts';
import { membershipViews, membersOf, teamOf, teamView } from './view.ts';
import { objectPermissionOf } from '../object-permissions.ts';
import { reachOf } from '../../access/permissions.ts';
import { rolesOf } from '../../access/caller.ts';
import { sql, type SelectQueryBuilder } from 'kysely';
import { teamFor } from './find.ts';
import type { Schema } from '../../store/schema.ts';
import type { TeamMembershipRecord } from '../../access/records/people.ts';

const mostKeys = 1_000;

/** `GET /team/info`. Keys of others are shown to whoever administers the team. */
export async function teamInfo(call: AdminCall): Promise<AdminAnswer> {
  const { caller, services, query } = call;
  const { db } = services.store;
  const named = query.get('team_id') ?? caller.teamId;
  if (named === null) return refuse('managed_invalid', 'Malformed request. No team id passed in.', { status: 422, type: 'auth_error', param: 'None' });
  const found = await teamFor(call, 'team.read', named);
  if (!found.ok) return found;
  const { team, reach } = found.value;
  const members = (await membersOf(db, [team.team_id])).get(team.team_id) ?? [];
  const aliases = await userAliases(call, members);
  let keys = db.selectFrom('virtual_keys').selectAll().where('team_id', '=', team.team_id);
  if (reach === 'own') keys = keys.where((row) => row.or([row('user_id', '=', caller.userId ?? ''), row('key_hash', '=', caller.keyHash)]));
  const shown = teamView(team, members);
  const organization = team.organization_id === null ? null : await findOrganization(db, team.organization_id);
  const shared = team.members_budget_id === null ? null : (await findBudgets(db, [team.members_budget_id])).get(team.members_budget_id) ?? null;
  return answer({
    team_id: team.team_id,
    team_info: {
      ...shown, object_permission: await objectPermissionOf(db, team.object_permission_id), members_with_roles: members.map(({ user_id, user_email, role }) => ({ user_id, user_email, role, user_alias: aliases.get(user_id) ?? null })),
      team_member_budget_table: innerBudget(shared), access_group_models: null, access_group_mcp_server_ids: null, access_group_agent_ids: null, access_group_details: null,
      organization_models: organization?.models ?? null, model_max_budget_usage: {}, caller_edit_access: { kind: reach === 'all' || reach === 'organization' ? 'unrestricted' : reach === 'team' ? 'team_admin' : 'none' },
    },
    keys: (await keys.orderBy('created_at_ms', 'desc').limit(Math.min(Number(query.get('key_limit')) || mostKeys, mostKeys)).execute()).map((row) => keyView(keyOf(row))),
    team_memberships: await membershipViews(db, team, reach === 'own' ? members.filter((member) => member.user_id === caller.userId) : members),
  });
}

async function userAliases({ services }: AdminCall, members: readonly TeamMembershipRecord[]): Promise<Map<string, string | null>> {
  if (members.length === 0) return new Map();
  const rows = await services.store.db.selectFrom('users').select(['user_id', 'user_alias']).where('user_id', 'in', members.map((member) => member.user_id)).execute();
  return new Map(rows.map((row) => [row.user_id, row.user_alias]));
}

type Teams = SelectQueryBuilder<Schema, 'teams', unknown>;

/** The teams that the caller may see, as the query narrows them down. */
function visible({ caller, services, query }: AdminCall): Teams {
  let teams: Teams = services.store.db.selectFrom('teams');
  if (!rolesOf(caller).some((role) => reachOf(role, 'team.list') === 'all')) {
    teams = teams.where((rows) => rows.or([
      rows('team_id', 'in', [...caller.memberTeams, caller.teamId ?? '']), rows('organization_id', 'in', [...caller.adminOrganizations, '']),
    ]));
  }
  const user = given(query, 'user_id');
  if (user !== null) teams = teams.where('team_id', 'in', (rows) => rows.selectFrom('team_members').select('team_members.team_id').where('team_members.user_id', '=', user));
  for (const name of ['organization_id', 'team_id'] as const) {
    const value = given(query, name);
    if (value !== null) teams = teams.where(name, '=', value);
  }
  const alias = given(query, 'team_alias');
  if (alias !== null) teams = teams.where(matches('team_alias', alias));
  const search = given(query, 'search');
  return search === null ? teams : teams.where((rows) => rows.or([matches('team_alias', search), query.get('search_team_id_match') === 'prefix' ? rows('team_id', '>=', search).and('team_id', '<', `${search}\uffff`) : rows('team_id', '=', search)]));
}

const mostTeams = 1_000;

/** `GET /team/list`. */
export async function listTeams(call: AdminCall): Promise<AdminAnswer> {
  const { db } = call.services.store;
  const teams = (await visible(call).selectAll().orderBy('created_at_ms').limit(mostTeams).execute()).map(teamOf);
  const members = await membersOf(db, teams.map((team) => team.team_id));
  const leads = (teamId: string, organizationId: string | null): boolean => rolesOf(call.caller).some((role) => reachOf(role, 'team.list') === 'all') || call.caller.adminTeams.has(teamId) || call.caller.adminOrganizations.has(organizationId ?? '');
  return answer(await Promise.all(teams.map(async (team) => {
    const list = members.get(team.team_id) ?? [];
    const keys = leads(team.team_id, team.organization_id) ? await db.selectFrom('virtual_keys').selectAll().where('team_id', '=', team.team_id).limit(mostKeys).execute() : [];
    const memberships = (await membershipViews(db, team, list)).filter((view) => leads(team.team_id, team.organization_id) || view['user_id'] === call.caller.userId);
    return { ...teamView(team, list), team_memberships: memberships, keys: keys.map((row) => keyView(keyOf(row))) };
  })));
}

const sortNames = { created_at: 'created_at_ms', team_alias: 'team_alias', spend: 'spend_nano_usd', max_budget: 'max_budget', team_id: 'team_id' } as const;

/** `GET /v2/team/list`. */
export async function pageOfTeams(call: AdminCall): Promise<AdminAnswer> {
  const { query, services } = call;
  const { db } = services.store;
  const page = pageOf(query, 'page_size', 10);
  const status = given(query, 'status');
  if (status !== null && status !== 'deleted') return refuseAs(detailError, 'managed_invalid', "Invalid status value. Currently only 'deleted' is supported.");
  if (status === 'deleted') return deletedTeams(call);
  const counted = await visible(call).select(sql<number>`count(*)`.as('count')).executeTakeFirst();
  const sortBy = query.get('sort_by') ?? '';
  const sort = Object.hasOwn(sortNames, sortBy) ? sortNames[sortBy as keyof typeof sortNames] : 'created_at_ms';
  // Without a column to sort by, the newest come first.
  const order = query.get('sort_order') === 'desc' || !Object.hasOwn(sortNames, sortBy) ? 'desc' : 'asc';
  const teams = (await visible(call).selectAll().orderBy(sort, order).orderBy('team_id').limit(page.size).offset(page.offset).execute()).map(teamOf);
  const ids = teams.map((team) => team.team_id);
  const members = await membersOf(db, ids);
  const counts = ids.length === 0 ? [] : await db.selectFrom('virtual_keys').select(['team_id', sql<number>`count(*)`.as('count')]).where('team_id', 'in', ids).groupBy('team_id').execute();
  const keyCounts = new Map(counts.map((row) => [row.team_id, Number(row.count)]));
  const total = Number(counted?.count ?? 0);
  return answer({
    teams: teams.map((team) => ({
      ...teamView(team, members.get(team.team_id) ?? []), members_count: members.get(team.team_id)?.length ?? 0, keys_count: keyCounts.get(team.team_id) ?? 0,
      access_group_models: null, access_group_mcp_server_ids: null, access_group_agent_ids: null,
    })),
    total, page: page.page, page_size: page.size, total_pages: pagesOf(total, page),
  });
}

// Teams that were deleted, as they were.
async function deletedTeams({ services, caller, query }: AdminCall): Promise<AdminAnswer> {
  const page = pageOf(query, 'page_size', 10);
  let rows = services.store.db.selectFrom('deleted_entities').where('kind', '=', 'team');
  if (!rolesOf(caller).some((role) => reachOf(role, 'team.list') === 'all')) rows = rows.where('organization_id', 'in', [...caller.adminOrganizations, '']);
  for (const [name, column] of [['team_id', 'entity_id'], ['organization_id', 'organization_id']] as const) {
    const value = given(query, name);
    if (value !== null) rows = rows.where(column, '=', value);
  }
  const alias = given(query, 'team_alias') ?? given(query, 'search');
  if (alias !== null) rows = rows.where(matches('alias', alias));
  const counted = await rows.select(sql<number>`count(*)`.as('count')).executeTakeFirst();
  const found = await rows.selectAll().orderBy('deleted_at_ms', 'desc').orderBy('deleted_id').limit(page.size).offset(page.offset).execute();
  const total = Number(counted?.count ?? 0);
  return answer({
    teams: found.map((row) => ({
      ...JSON.parse(row.row_value), id: row.deleted_id, deleted_at: new Date(row.deleted_at_ms).toISOString(), deleted_by: row.deleted_by, deleted_by_api_key: row.deleted_by_key, litellm_changed_by: null,
    })),
    total, page: page.page, page_size: page.size, total_pages: pagesOf(total, page),
  });
}

/** `GET /team/permissions_list`. */
export async function permissionsList(call: AdminCall): Promise<AdminAnswer> {
  const found = await teamFor(call, 'team.read', call.query.get('team_id') ?? '');
  return found.ok ? answer({ team_id: found.value.team.team_id, team_member_permissions: found.value.team.team_member_permissions, all_available_permissions: [...memberPermissions] }) : found;
}

/** `GET /team/{team_id}/members/me`. */
export async function memberMe(call: AdminCall): Promise<AdminAnswer> {
  const found = await teamFor(call, 'team.read', call.params['team_id'] ?? '');
  if (!found.ok) return found;
  const member = await findMember(call, found.value.team.team_id, { user_id: call.caller.userId, user_email: null });
  if (!member) return refuse('managed_missing', 'You are not a member of this team.');
  const [view] = await membershipViews(call.services.store.db, found.value.team, [member]);
  return answer({ ...view, role: member.role, user_email: member.user_email, team_alias: found.value.team.team_alias });
}

/** `GET /team/available`: no team can be joined without being invited. */
export const availableTeams = (): AdminAnswer => answer([]);
export const metadataSchema = ({ services }: AdminCall): AdminAnswer => answer({
  fields: (services.config.generalSettings.teamMetadataSchema ?? []).map(({ key, label }) => ({ key, label: label ?? null })),
});
