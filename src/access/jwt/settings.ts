// How tokens of an identity provider are read: `general_settings.litellm_jwtauth`, with LiteLLM's names and defaults.
import { isJsonObject, numberAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';

/** The settings. Fields name claims; `a.b` is a member of a member. */
export interface JwtSettings {
  /** Where the provider's keys are (`JWT_PUBLIC_KEY_URL`, several with commas). Empty only where the provider is asked about each token. */
  keyUrls: readonly string[];
  /** `JWT_AUDIENCE` and `JWT_ISSUER`; null: not checked. */
  audience: readonly string[] | null;
  issuer: readonly string[] | null;
  /** `oidc_userinfo_endpoint`, when it is switched on: the provider is asked for the bearer's claims. */
  userinfo: { url: string; ttlMs: number } | null;
  adminScope: string;
  adminRoutes: readonly string[];
  teamRoutes: readonly string[];
  teamIdField: string | null;
  teamIdsField: string | null;
  teamAliasField: string | null;
  teamDefault: string | null;
  teamUpsert: boolean;
  /** The user's teams in the database stand in for claims that name none (`fallback_to_db_teams`). */
  teamsOfDatabase: boolean;
  /** The user's role and teams in the database follow the token (`sync_user_role_and_teams`). */
  peopleFollow: boolean;
  /** A token must name a team (`enforce_team_based_model_access`). */
  teamNeeded: boolean;
  organizationField: string | null;
  organizationAliasField: string | null;
  /** Null: `sub`, unless roles are enforced. */
  userIdField: string | null;
  userEmailField: string | null;
  userEmailDomain: string | null;
  userRolesField: string | null;
  userAllowedRoles: readonly string[] | null;
  userUpsert: boolean;
  endUserField: string | null;
  /** Words of the provider, and the roles that they stand for here (`jwt_litellm_role_map`). */
  roleMap: ReadonlyMap<string, string>;
  /** What a bearer is who is neither a known team nor a user: words of the provider, and `proxy_admin`, `team` or `internal_user` (`role_mappings`), by the claims `rolesField` and `objectIdField`. */
  roleMappings: readonly (readonly [word: string, kind: BearerKind])[];
  rolesField: string | null;
  objectIdField: string | null;
  /** A bearer who is nobody is refused, and `rolePermissions` hold (`enforce_rbac`). */
  rolesEnforced: boolean;
  rolePermissions: ReadonlyMap<BearerKind, RolePermission>;
  /** The models that scopes give; null: scopes decide nothing (`scope_mappings` with `enforce_scope_based_access`). */
  scopeModels: ReadonlyMap<string, readonly string[]> | null;
  /** The claim by which tokens act as virtual keys (`virtual_key_claim_field`), and whether others are refused. */
  keyClaim: { field: string; othersRefused: boolean } | null;
  keyTtlMs: number;
  /** How much longer the last good keys are believed while the provider is away. */
  keyStaleMs: number;
}

/** As what a token's bearer comes. */
export type BearerKind = 'proxy_admin' | 'team' | 'internal_user';
const bearerKinds: readonly BearerKind[] = ['proxy_admin', 'team', 'internal_user'];

/** What a kind of bearer may call (`general_settings.role_permissions`); null: everything. */
export interface RolePermission {
  models: readonly string[] | null;
  routes: readonly string[] | null;
}

const adminRoutes = ['management_routes', 'spend_tracking_routes', 'info_routes'];
const teamRoutes = ['llm_api_routes', 'info_routes', 'mcp_routes'];

/** What the settings are read from. */
export interface JwtSource {
  enabled: boolean;
  /** `litellm_jwtauth`. */
  given: JsonObject;
  /** `role_permissions`. */
  rolePermissions: readonly Json[];
  environment: (name: string) => string | undefined;
}

/** The settings, or null when tokens are not taken. */
export function jwtSettings({ enabled, given, rolePermissions, environment }: JwtSource): JwtSettings | null {
  const urls = words(environment('JWT_PUBLIC_KEY_URL')) ?? [];
  const userinfo = userinfoOf(given);
  if (!enabled || (urls.length === 0 && !userinfo)) return null;
  const list = (name: string, usual: readonly string[]): readonly string[] => textsOf(given[name]) ?? usual;
  const text = (name: string): string | null => stringAt(given, name) ?? null;
  const pairs = (name: string, key: string, value: string): [string, string][] => objects(given[name]).flatMap((entry) => {
    const [from, to] = [stringAt(entry, key), stringAt(entry, value)];
    return from !== undefined && to !== undefined ? [[from, to]] : [];
  });
  return {
    keyUrls: urls, audience: words(environment('JWT_AUDIENCE')), issuer: words(environment('JWT_ISSUER')), userinfo,
    adminScope: text('admin_jwt_scope') ?? 'litellm_proxy_admin', adminRoutes: list('admin_allowed_routes', adminRoutes), teamRoutes: list('team_allowed_routes', teamRoutes),
    teamIdField: text('team_id_jwt_field'), teamIdsField: text('team_ids_jwt_field'), teamAliasField: text('team_alias_jwt_field'), teamDefault: text('team_id_default'), teamUpsert: given['team_id_upsert'] === true,
    teamsOfDatabase: given['fallback_to_db_teams'] === true, teamNeeded: given['enforce_team_based_model_access'] === true, peopleFollow: given['sync_user_role_and_teams'] === true,
    organizationField: text('org_id_jwt_field'), organizationAliasField: text('org_alias_jwt_field'),
    userIdField: text('user_id_jwt_field'), userEmailField: text('user_email_jwt_field'), userEmailDomain: text('user_allowed_email_domain'),
    userRolesField: text('user_roles_jwt_field') ?? text('roles_jwt_field'), userAllowedRoles: textsOf(given['user_allowed_roles']), userUpsert: given['user_id_upsert'] === true,
    endUserField: text('end_user_id_jwt_field'), roleMap: new Map(pairs('jwt_litellm_role_map', 'jwt_role', 'litellm_role')),
    roleMappings: pairs('role_mappings', 'role', 'internal_role').flatMap(([word, kind]) => bearerKinds.filter((known) => known === kind).map((known) => [word, known] as const)),
    rolesField: text('roles_jwt_field'), objectIdField: text('object_id_jwt_field'),
    rolesEnforced: given['enforce_rbac'] === true, rolePermissions: permissionsOf(rolePermissions),
    scopeModels: given['enforce_scope_based_access'] === true ? new Map(objects(given['scope_mappings']).map((entry) => [stringAt(entry, 'scope') ?? '', textsOf(entry['models']) ?? []])) : null,
    keyClaim: keyClaimOf(given),
    keyTtlMs: (numberAt(given, 'public_key_ttl') ?? 600) * 1_000, keyStaleMs: (numberAt(given, 'public_key_stale_ttl') ?? 3_600) * 1_000,
  };
}

function userinfoOf(given: JsonObject): JwtSettings['userinfo'] {
  const url = stringAt(given, 'oidc_userinfo_endpoint');
  return given['oidc_userinfo_enabled'] === true && url !== undefined && URL.canParse(url) ? { url, ttlMs: (numberAt(given, 'oidc_userinfo_cache_ttl') ?? 300) * 1_000 } : null;
}

function keyClaimOf(given: JsonObject): JwtSettings['keyClaim'] {
  const field = stringAt(given, 'virtual_key_claim_field') ?? stringAt(given, 'jwt_client_id_field');
  return field === undefined ? null : { field, othersRefused: (given['unregistered_jwt_client_behavior'] ?? 'fallback_team_mapping') !== 'fallback_team_mapping' };
}

function permissionsOf(entries: readonly Json[]): ReadonlyMap<BearerKind, RolePermission> {
  const permissions = new Map<BearerKind, RolePermission>();
  for (const entry of entries.filter(isJsonObject)) {
    const kind = bearerKinds.find((known) => known === entry['role']);
    if (kind) permissions.set(kind, { models: textsOf(entry['models']), routes: textsOf(entry['routes']) });
  }
  return permissions;
}

const objects = (value: Json | undefined): JsonObject[] => (Array.isArray(value) ? value.filter(isJsonObject) : []);
const textsOf = (value: Json | undefined): string[] | null => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : null);
const words = (value: string | undefined): string[] | null => (value ? value.split(',').map((word) => word.trim()).filter((word) => word !== '') : null);
