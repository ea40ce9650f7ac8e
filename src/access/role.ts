// The roles of callers. A user has one of four; who administers organizations or teams is that besides, for those only.

/** Every role of the table of permissions. `key`: a key that belongs to no user. */
export const roles = ['proxy_admin', 'proxy_admin_viewer', 'org_admin', 'team_admin', 'internal_user', 'internal_user_viewer', 'key'] as const;
export type Role = (typeof roles)[number];

/** The roles that a user can be given. */
export const userRoles = ['proxy_admin', 'proxy_admin_viewer', 'internal_user', 'internal_user_viewer'] as const;
export type UserRole = (typeof userRoles)[number];

/** The role of a stored word. What is not known has the rights of a bare key. */
export function roleOf(stored: string | null): UserRole | 'key' {
  return userRoles.find((role) => role === stored) ?? 'key';
}
