// Who is calling, as every later stage sees it. A caller is made once, when its key is loaded, and frozen.
import { reachOf, type Action, type Reach } from './permissions.ts';
import type { AddressSet } from './addresses.ts';
import type { JsonObject } from '../lib/json.ts';
import type { KeyRecord } from './records/key.ts';
import type { LimitScope } from '../limits/scope.ts';
import type { ModelAccess } from './model-access.ts';
import type { Role, UserRole } from './role.ts';
import type { RouteRules } from './route-rules.ts';

/** A caller whose key was accepted. */
export interface Caller {
  /**
   * `master` is the operator's own key; `open` stands for everybody where the operator switched authentication off on purpose; `key` is a
   * virtual key; `session` somebody who signed in to the dashboard; `jwt` the bearer of a token.
   */
  readonly kind: 'master' | 'open' | 'key' | 'session' | 'jwt';
  /** SHA-256 of the key in hex, or a fixed word for the master key (LiteLLM logs `litellm_proxy_master_key`). */
  readonly keyHash: string;
  /** A name to show: the key's alias, or its masked form. */
  readonly name: string;
  /** May do everything. */
  readonly isAdmin: boolean;
  /** What caches and affinities are kept apart by: the team, else the key. */
  readonly tenant: string;
  readonly role: UserRole | 'key';
  readonly userId: string | null;
  readonly userEmail: string | null;
  readonly teamId: string | null;
  readonly organizationId: string | null;
  readonly projectId: string | null;
  /** Teams and organizations that the user belongs to, and those that the user administers. */
  readonly memberTeams: ReadonlySet<string>;
  readonly adminTeams: ReadonlySet<string>;
  readonly memberOrganizations: ReadonlySet<string>;
  readonly adminOrganizations: ReadonlySet<string>;
  /** The end user for whom a token was given; null: requests say it. */
  readonly endUserId: string | null;
  /** The same caller for its other teams; null: there are none. The first whose models allow a request makes it. */
  readonly others: readonly Caller[] | null;
  /** Null: every model. */
  readonly models: ModelAccess | null;
  /** Other names for models, of the key and its team. */
  readonly modelAliases: ReadonlyMap<string, string>;
  /** Null: every route that the role may call. */
  readonly routes: RouteRules | null;
  /** Null: from everywhere. */
  readonly addresses: AddressSet | null;
  /** Whose limits hold for each request. */
  readonly scopes: readonly LimitScope[];
  /** `metadata` of the key over that of its team. */
  readonly metadata: JsonObject;
  readonly tags: readonly string[];
  readonly guardrails: readonly string[];
  /** Parameters that each request must have, such as `user` or `metadata.generation_name`. */
  readonly enforcedParams: readonly string[];
  /** The key as it is stored; null where there is none. What a key made by this caller may not exceed. */
  readonly key: KeyRecord | null;
}

const nobody: ReadonlySet<string> = new Set();

/** A caller without any restriction or belonging; others are made from it. */
export const plainCaller = {
  role: 'key', userId: null, userEmail: null, teamId: null, organizationId: null, projectId: null, endUserId: null, others: null, memberTeams: nobody, adminTeams: nobody, memberOrganizations: nobody,
  adminOrganizations: nobody, models: null, modelAliases: new Map<string, string>(), routes: null, addresses: null, scopes: [], metadata: {}, tags: [], guardrails: [],
  enforcedParams: [], key: null,
} as const satisfies Partial<Caller>;

/** LiteLLM's name for the user behind the master key. */
export const masterUserId = 'default_user_id';

/** The caller who presents the master key. */
export const masterCaller: Caller = {
  ...plainCaller, kind: 'master', keyHash: 'litellm_proxy_master_key', name: 'master key', isAdmin: true, tenant: 'master', role: 'proxy_admin', userId: masterUserId,
};

/** The caller when the operator permits calls without a master key. */
export const openCaller: Caller = { ...plainCaller, kind: 'open', keyHash: 'open', name: 'anyone', isAdmin: true, tenant: 'open', role: 'proxy_admin', userId: masterUserId };

/** Who calls a route of `public_routes` without a key: with the fewest rights that there are, and nothing of its own. */
export const anonymousCaller: Caller = Object.freeze({ ...plainCaller, kind: 'key', keyHash: 'anonymous', name: 'anonymous', isAdmin: false, tenant: 'anonymous', role: 'internal_user_viewer' });

/** Whose thing it is that a caller wants to see or change. */
export interface Owners {
  userId?: string | null;
  teamId?: string | null;
  organizationId?: string | null;
  keyHash?: string | null;
}

/** All roles of a caller: the user's, and those over teams and organizations. */
export function rolesOf(caller: Caller): Role[] {
  return [caller.role, ...(caller.adminOrganizations.size > 0 ? ['org_admin' as const] : []), ...(caller.adminTeams.size > 0 ? ['team_admin' as const] : [])];
}

/** True when at least one of the caller's roles may do this on something. */
export function mayDo(caller: Caller, action: Action): boolean {
  return reachOf(caller.role, action) !== null || (caller.adminOrganizations.size > 0 && reachOf('org_admin', action) !== null)
    || (caller.adminTeams.size > 0 && reachOf('team_admin', action) !== null);
}

/** By which right the caller may do this on that thing; null: it may not. The widest right is given. */
export function rightOver(caller: Caller, action: Action, owners: Owners): Reach | null {
  const reaches = new Set(rolesOf(caller).map((role) => reachOf(role, action)));
  if (reaches.has('all')) return 'all';
  if (reaches.has('organization') && owners.organizationId && caller.adminOrganizations.has(owners.organizationId)) return 'organization';
  if (reaches.has('team') && owners.teamId && caller.adminTeams.has(owners.teamId)) return 'team';
  return reaches.has('own') && isOwn(caller, owners) ? 'own' : null;
}

function isOwn(caller: Caller, { userId, keyHash }: Owners): boolean {
  return (caller.userId !== null && userId === caller.userId) || (keyHash != null && keyHash === caller.keyHash);
}
