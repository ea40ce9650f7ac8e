// `GET /user/info`, `/v2/user/info`, `/user/list`, `/user/available_roles`.
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { findUser } from '../../access/material.ts';
import { given, pageOf, pagesOf } from '../paging.ts';
import { keyOf, keyView } from '../keys/view.ts';
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

const unknown = ({ query }: AdminCall): AdminAnswer => refuse('managed_missing', `User ${(query.get('user_id') ?? '').slice(0, 100)} not found`, { type: 'not_found_error', param: 'user_id' });

/** `GET /user/info`. */
export async function userInfo(call: AdminCall): Promise<AdminAnswer> {
  const { db } = call.services.store;
  const user = await userAsked(call);
  if (!user) return call.caller.isAdmin && !call.query.has('user_id') ? answer({ user_id: call.caller.userId, user_info: null, keys: [], teams: [] }) : unknown(call);
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

/** `GET /user/list`. */
export async function listUsers({ services, caller, query }: AdminCall): Promise<AdminAnswer> {
  const { db } = services.store;
  const page = pageOf(query, 'page_size', 25);
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
  if (email !== null) rows = rows.where('user_email', 'like', `%${email}%`);
  const search = given(query, 'search');
  if (search !== null) rows = rows.where((users) => users.or([users('user_email', 'like', `%${search}%`), users('user_id', 'like', `%${search}%`), users('user_alias', 'like', `%${search}%`)]));
  const team = given(query, 'team');
  if (team !== null) rows = rows.where('user_id', 'in', db.selectFrom('team_members').select('user_id').where('team_id', '=', team));
  const organizations = given(query, 'organization_ids');
  if (organizations !== null) rows = rows.where('user_id', 'in', db.selectFrom('organization_members').select('user_id').where('organization_id', 'in', organizations.split(',')));
  const counted = await rows.select((users) => users.fn.countAll<number>().as('count')).executeTakeFirst();
  const sortBy = query.get('sort_by') ?? '';
  const sort = Object.hasOwn(sortNames, sortBy) ? sortNames[sortBy as keyof typeof sortNames] : 'created_at_ms';
  const found = (await rows.selectAll().orderBy(sort, query.get('sort_order') === 'desc' ? 'desc' : 'asc').orderBy('user_id').limit(page.size).offset(page.offset).execute()).map(userOf);
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
  return answer({ total_users: null, total_users_used: Number(counted?.count ?? 0), total_users_remaining: null });
}
