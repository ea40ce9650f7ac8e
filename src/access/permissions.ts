// THE table of permissions: what every role may do, and on whose things. What is not here is refused.
import type { Role } from './role.ts';

/**
 * On whose things: `all`; those of the organizations or teams that the caller administers; `own`: the caller's own, and of a team what its
 * members are permitted (`team_member_permissions`).
 */
export type Reach = 'all' | 'organization' | 'team' | 'own';

type Row = Readonly<Partial<Record<Role, Reach>>>;

const everyone: Row = { proxy_admin: 'all', proxy_admin_viewer: 'all', org_admin: 'organization', team_admin: 'team', internal_user: 'own', internal_user_viewer: 'own', key: 'own' };
const callers: Row = { proxy_admin: 'all', org_admin: 'own', team_admin: 'own', internal_user: 'own', internal_user_viewer: 'own', key: 'own' };
const admins: Row = { proxy_admin: 'all' };
const viewers: Row = { proxy_admin: 'all', proxy_admin_viewer: 'all' };
const owners: Row = { proxy_admin: 'all', org_admin: 'organization', team_admin: 'team', internal_user: 'own' };
const people: Row = { proxy_admin: 'all', proxy_admin_viewer: 'all', org_admin: 'organization', team_admin: 'team', internal_user: 'own', internal_user_viewer: 'own' };
const teamLeads: Row = { proxy_admin: 'all', org_admin: 'organization', team_admin: 'team' };
const organizationLeads: Row = { proxy_admin: 'all', org_admin: 'organization' };

/** Actions and who may do them. */
export const permissions = {
  'models.call': callers,
  'models.list': everyone,
  'chat.keep': everyone,
  'gateway.look': everyone,
  'gateway.read': viewers,
  'gateway.change': admins,
  'provider.call': admins,
  'key.create': owners,
  'key.change': owners,
  'key.read': everyone,
  'key.list': everyone,
  'user.create': organizationLeads,
  'user.change': { proxy_admin: 'all', org_admin: 'organization', team_admin: 'own', internal_user: 'own', internal_user_viewer: 'own' },
  'own.password': { proxy_admin: 'all', proxy_admin_viewer: 'own', org_admin: 'own', team_admin: 'own', internal_user: 'own', internal_user_viewer: 'own' },
  'user.read': everyone,
  'user.list': { proxy_admin: 'all', proxy_admin_viewer: 'all', org_admin: 'organization', team_admin: 'team' },
  'team.create': organizationLeads,
  'team.change': teamLeads,
  'team.delete': organizationLeads,
  'team.block': organizationLeads,
  'team.read': everyone,
  'team.list': people,
  'organization.create': admins,
  'organization.change': organizationLeads,
  'organization.delete': admins,
  'organization.read': people,
  'customer.change': admins,
  'customer.read': viewers,
  'budget.change': admins,
  'budget.read': viewers,
  'tag.change': admins,
  'tag.read': viewers,
  'project.change': teamLeads,
  'project.read': people,
  'model.change': admins,
  'model.read': everyone,
  'credential.change': admins,
  'credential.read': viewers,
  'access_group.change': admins,
  'access_group.read': viewers,
  'invitation.change': organizationLeads,
  'scim.read': viewers,
  'scim.change': admins,
  'config.change': admins,
  'config.read': viewers,
  'audit.read': viewers,
  'spend.read': everyone,
  'spend.read_all': viewers,
  'spend.change': admins,
} as const satisfies Record<string, Row>;

/** The name of something that can be done. */
export type Action = keyof typeof permissions;

/** How far this role reaches; null: not at all. */
export function reachOf(role: Role, action: Action): Reach | null {
  return (permissions[action] as Row)[role] ?? null;
}
