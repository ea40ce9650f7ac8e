// How tokens of an identity provider are read: `general_settings.litellm_jwtauth`, with LiteLLM's names and defaults.
import { numberAt, stringAt, type JsonObject } from '../../lib/json.ts';

/** The settings. Fields name claims; `a.b` is a member of a member. */
export interface JwtSettings {
  /** Where the provider's keys are (`JWT_PUBLIC_KEY_URL`, several with commas). */
  keyUrls: readonly string[];
  /** `JWT_AUDIENCE` and `JWT_ISSUER`; null: not checked. */
  audience: readonly string[] | null;
  issuer: readonly string[] | null;
  adminScope: string;
  adminRoutes: readonly string[];
  teamRoutes: readonly string[];
  teamIdField: string | null;
  teamIdsField: string | null;
  teamAliasField: string | null;
  teamDefault: string | null;
  teamUpsert: boolean;
  organizationField: string | null;
  userIdField: string;
  userEmailField: string | null;
  userEmailDomain: string | null;
  userRolesField: string | null;
  userAllowedRoles: readonly string[] | null;
  userUpsert: boolean;
  /** Words of the provider, and the roles that they stand for here. */
  roleMap: ReadonlyMap<string, string>;
  keyTtlMs: number;
  /** How much longer the last good keys are believed while the provider is away. */
  keyStaleMs: number;
}

const adminRoutes = ['management_routes', 'spend_tracking_routes', 'info_routes'];
const teamRoutes = ['llm_api_routes', 'info_routes', 'mcp_routes'];

/** The settings, or null when tokens are not taken. */
export function jwtSettings(enabled: boolean, given: JsonObject, environment: (name: string) => string | undefined): JwtSettings | null {
  const urls = words(environment('JWT_PUBLIC_KEY_URL'));
  if (!enabled || !urls) return null;
  const list = (name: string, usual: readonly string[]): readonly string[] => (Array.isArray(given[name]) ? given[name].filter((item) => typeof item === 'string') : usual);
  const text = (name: string): string | null => stringAt(given, name) ?? null;
  const map = Array.isArray(given['jwt_litellm_role_map']) ? given['jwt_litellm_role_map'] : [];
  return {
    keyUrls: urls, audience: words(environment('JWT_AUDIENCE')), issuer: words(environment('JWT_ISSUER')),
    adminScope: text('admin_jwt_scope') ?? 'litellm_proxy_admin', adminRoutes: list('admin_allowed_routes', adminRoutes), teamRoutes: list('team_allowed_routes', teamRoutes),
    teamIdField: text('team_id_jwt_field'), teamIdsField: text('team_ids_jwt_field'), teamAliasField: text('team_alias_jwt_field'), teamDefault: text('team_id_default'), teamUpsert: given['team_id_upsert'] === true,
    organizationField: text('org_id_jwt_field'), userIdField: text('user_id_jwt_field') ?? 'sub', userEmailField: text('user_email_jwt_field'), userEmailDomain: text('user_allowed_email_domain'),
    userRolesField: text('user_roles_jwt_field') ?? text('roles_jwt_field'), userAllowedRoles: Array.isArray(given['user_allowed_roles']) ? list('user_allowed_roles', []) : null, userUpsert: given['user_id_upsert'] === true,
    roleMap: new Map(map.flatMap((entry) => {
      const pair = typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? [stringAt(entry, 'jwt_role'), stringAt(entry, 'litellm_role')] : [];
      return pair[0] !== undefined && pair[1] !== undefined ? [[pair[0], pair[1]] as const] : [];
    })),
    keyTtlMs: (numberAt(given, 'public_key_ttl') ?? 600) * 1_000, keyStaleMs: (numberAt(given, 'public_key_stale_ttl') ?? 3_600) * 1_000,
  };
}

const words = (value: string | undefined): string[] | null => (value ? value.split(',').map((word) => word.trim()).filter((word) => word !== '') : null);
