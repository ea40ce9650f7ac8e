// `GET /user/info`, `/v2/user/info`, `/user/list`, `/user/available_roles`.
import { answer, refuse, refuseAs, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { detailError } from '../forms.ts';
import { findUser } from '../../access/material.ts';
import { given, pageOf, pagesOf } from '../paging.ts';
import { keyOf, keyView } from '../keys/view.ts';
import { matches } from '../matching.ts';
import { reachOf } from '../../access/permissions.ts';
import { rightOver, rolesOf } from '../../access/caller.ts';
import { teamsOfUsers, userOf, userView } from './view.ts';
import { teamRows } from '../teams/view.ts';
import type { UserRecord } from '../../access/records/people.ts';

const mostKeys = 1_000;

async function userAsked(call: AdminCall): Promise<UserRecord | null> {
  const { caller, services, query } = call;
  const id = given(query, 'user_id') ?? caller.userId;
  if (id === null) return null;
  const user = await findUser(services.store.db, id);
  if (!user) return null;
  const memberships = await services.store.db.selectFrom('organization_members').select('organization_id').where('user_id', '=', id).execute();
  const organization = memberships.find((membership) => caller.adminOrganizations.has(membership.organization_id));
  const teams = (await teamsOfUsers(services.store.db, [id])).get(id) ?? [];
  const right = rightOver(caller, 'user.read', { userId: id, organizationId: organization?.organization_id ?? null, teamId: teams.find((team) => caller.adminTeams.has(team)) ?? null });
  return right === null ? null : user;
}

// Who may not see a user does not learn that it exists: whatever user is named, the answer is the same.
const unknown = ({ query, caller }: AdminCall): AdminAnswer => (rolesOf(caller).some((role) => reachOf(role, 'user.read') === 'all') ? missing(query) : refuse('managed_forbidden', `key not allowed to access this user's info. user_id=${(query.get('user_id') ?? 'None').slice(0, 100)}, key's user_id=${caller.userId ?? 'None'}`, { type: 'auth_error', param: 'None' }));
const missing = (query: URLSearchParams): AdminAnswer => refuse('managed_missing', `User ${(query.get('user_id') ?? '').slice(0, 100)} not found`, { type: 'not_found_error', param: 'user_id' });

/** `GET /user/info`. */
export async function userInfo(call: AdminCall): Promise<AdminAnswer> {
  const { db } = call.services.store;
  const user = await userAsked(call);
  if (call.caller.isAdmin && !call.query.has('user_id')) return everything(call, user);
  if (!user) return unknown(call);
  const teamIds = (await teamsOfUsers(db, [user.user_id])).get(user.user_id) ?? [];
  const [keys, teams, organizations] = await Promise.all([
    db.selectFrom('virtual_keys').selectAll().where('user_id', '=', user.user_id).orderBy('created_at_ms', 'desc').limit(mostKeys).execute(),
    teamRows(db, teamIds),
    db.selectFrom('organization_members').select(['organization_id', 'user_role']).where('user_id', '=', user.user_id).execute(),
  ]);
  const aliases = new Map(teams.map((team) => [team['team_id'], team['team_alias']]));
  return answer({
    user_id: user.user_id,
    user_info: { ...userView(user, teamIds), organization_memberships: organizations, model_max_budget_usage: {} },
    keys: keys.map((row) => ({ ...keyView(keyOf(row)), team_alias: aliases.get(row.team_id ?? '') ?? 'None' })),
    teams,
  });
}

// An administrator who names nobody sees all keys and teams.
async function everything({ services: { store: { db } }, caller }: AdminCall, user: UserRecord | null): Promise<AdminAnswer> {
  const keys = await db.selectFrom('virtual_keys').selectAll().orderBy('created_at_ms', 'desc').limit(mostKeys).execute();
  const ids = await db.selectFrom('teams').select('team_id').orderBy('created_at_ms').limit(mostKeys).execute();
  const teams = await teamRows(db, ids.map((team) => team.team_id));
  const aliases = new Map(teams.map((team) => [team['team_id'], team['team_alias']]));
  return answer({ user_id: caller.userId, user_info: user && userView(user, []), keys: keys.map((row) => ({ ...keyView(keyOf(row)), team_alias: aliases.get(row.team_id ?? '') ?? 'None' })), teams });
}

/** `GET /v2/user/info`: the user alone. */
export async function userInfoShort(call: AdminCall): Promise<AdminAnswer> {
  const user = await userAsked(call);
  if (!user) return unknown(call);
  const teams = (await teamsOfUsers(call.services.store.db, [user.user_id])).get(user.user_id) ?? [];
  const { user_id, user_email, user_alias, user_role, spend, max_budget, tpm_limit, rpm_limit, models, budget_duration, budget_reset_at, metadata, created_at, updated_at, sso_user_id, model_max_budget } = user;
  return answer({
    user_id, user_email, user_alias, user_role, spend, max_budget, tpm_limit, rpm_limit, models, budget_duration, budget_reset_at, metadata, created_at, updated_at, sso_user_id, teams,
    object_permission: null, model_max_budget, model_max_budget_usage: {},
  });
}

const sortNames = { created_at: 'created_at_ms', user_id: 'user_id', user_email: 'user_email', spend: 'spend_nano_usd', user_alias: 'user_alias', user_role: 'user_role' } as const;

const isSortName = (name: string): name is keyof typeof sortNames => Object.hasOwn(sortNames, name);

/** `GET /user/list`. */
export async function listUsers({ services, caller, query }: AdminCall): Promise<AdminAnswer> {
  const { db } = services.store;
  const page = pageOf(query, 'page_size', 25);
  const sortBy = given(query, 'sort_by');
  if (sortBy !== null && !isSortName(sortBy)) return refuseAs(detailError, 'managed_invalid', `Invalid sort column. Must be one of: ${Object.keys(sortNames).join(', ')}`);
  const order = sortBy === null ? 'desc' : given(query, 'sort_order')?.toLowerCase() ?? 'asc';
  if (order !== 'asc' && order !== 'desc') return refuseAs(detailError, 'managed_invalid', "Invalid sort order. Must be 'asc' or 'desc'");
  let rows = db.selectFrom('users');
  if (!rolesOf(caller).some((role) => reachOf(role, 'user.list') === 'all')) {
    rows = rows.where((users) => users.or([
      users('user_id', 'in', users.selectFrom('organization_members').select('user_id').where('organization_id', 'in', [...caller.adminOrganizations, ''])),
      users('user_id', 'in', users.selectFrom('team_members').select('user_id').where('team_id', 'in', [...caller.adminTeams, ''])),
    ]));
  }
  const role = given(query, 'role');
  if (role !== null) rows = rows.where('user_role', '=', role);
  const ids = given(query, 'user_ids');
  if (ids !== null) rows = rows.where('user_id', 'in', ids.split(',').map((id) => id.trim()));
  const ssoIds = given(query, 'sso_user_ids');
  if (ssoIds !== null) rows = rows.where('sso_user_id', 'in', ssoIds.split(',').map((id) => id.trim()));
  const email = given(query, 'user_email');
  if (email !== null) rows = rows.where(matches('user_email', email));
  const search = given(query, 'search');
  if (search !== null) rows = rows.where((users) => users.or([matches('user_email', search), matches('user_id', search), matches('user_alias', search)]));
  const team = given(query, 'team');
  if (team !== null) rows = rows.where('user_id', 'in', db.selectFrom('team_members').select('user_id').where('team_id', '=', team));
  const organizations = given(query, 'organization_ids');
  if (organizations !== null) rows = rows.where('user_id', 'in', db.selectFrom('organization_members').select('user_id').where('organization_id', 'in', organizations.split(',')));
  const counted = await rows.select((users) => users.fn.countAll<number>().as('count')).executeTakeFirst();
  const sort = sortBy === null ? 'created_at_ms' : sortNames[sortBy];
  const found = (await rows.selectAll().orderBy(sort, order).orderBy('user_id').limit(page.size).offset(page.offset).execute()).map(userOf);
  const userIds = found.map((user) => user.user_id);
  const teams = await teamsOfUsers(db, userIds);
  const counts = userIds.length === 0 ? [] : await db.selectFrom('virtual_keys').select(['user_id', (keys) => keys.fn.countAll<number>().as('count')]).where('user_id', 'in', userIds).groupBy('user_id').execute();
  const keyCounts = new Map(counts.map((count) => [count.user_id, Number(count.count)]));
  const total = Number(counted?.count ?? 0);
  return answer({
    users: found.map((user) => ({ ...userView(user, teams.get(user.user_id) ?? []), key_count: keyCounts.get(user.user_id) ?? 0 })),
    total, page: page.page, page_size: page.size, total_pages: pagesOf(total, page),
  });
}

/** `GET /user/available_roles`. */
export const availableRoles = (): AdminAnswer => answer({
  proxy_admin: { description: 'admin over litellm proxy, has all permissions', ui_label: 'Admin (All Permissions)' },
  proxy_admin_viewer: { description: 'view all keys, view all spend', ui_label: 'Admin (View Only)' },
  internal_user: { description: 'view/create/delete their own keys, view their own spend', ui_label: 'Internal User (Create/Delete/View)' },
  internal_user_viewer: { description: 'view their own keys, view their own spend', ui_label: 'Internal User (View Only)' },
});

/** `GET /user/available_users`: there is no licence that counts users. */
export async function availableUsers({ services }: AdminCall): Promise<AdminAnswer> {
  const counted = await services.store.db.selectFrom('users').select((users) => users.fn.countAll<number>().as('count')).executeTakeFirst();
  const teams = await services.store.db.selectFrom('teams').select((rows) => rows.fn.countAll<number>().as('count')).executeTakeFirst();
  return answer({ total_users: null, total_users_used: Number(counted?.count ?? 0), total_users_remaining: null, total_teams: null, total_teams_used: Number(teams?.count ?? 0), total_teams_remaining: null });
}
