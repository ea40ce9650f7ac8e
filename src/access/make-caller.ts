// Turns what the database knows of a key into a caller, or into the reason why it is refused.
import { AddressSet, invalidAddress } from './addresses.ts';
import { fault, type Fault } from '../canonical/fault.ts';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import { modelAccess, modelLayer, type ModelLayer } from './model-access.ts';
import { plainCaller, type Caller } from './caller.ts';
import { roleOf } from './role.ts';
import { routeRules, routesOfKeyType } from './route-rules.ts';
import { scopesOf, type ScopeOptions } from './scopes.ts';
import type { KeyRecord } from './records/key.ts';
import type { Material } from './material.ts';

/** A caller as it was loaded. `refusal`: known, but not let in. */
export interface LoadedCaller {
  caller: Caller;
  refusal: Fault | null;
  /** The key stops working then; null: never. */
  expiresAtMs: number | null;
}

/** How a caller without a key identifies itself. */
export interface Identified {
  kind: 'session' | 'jwt';
  /** SHA-256 of the token in hex. */
  hash: string;
  name: string;
  /** Replaces the role of the database. */
  role?: Caller['role'];
  /** Further lists of models, each of which must allow what is called. */
  modelLists?: readonly (readonly string[])[];
}

/** Makes a caller. */
export function makeCaller(material: Material, options: ScopeOptions, identified: Identified | null = null): LoadedCaller {
  const { key, user, team, organization } = material;
  const teamId = key?.team_id ?? team?.team_id ?? null;
  const role = identified?.role ?? roleOf(user?.user_role ?? null);
  const keyHash = key?.token ?? identified?.hash ?? '';
  const metadata = { ...withoutRights(team?.metadata ?? {}), ...key?.metadata };
  const restricted = role === 'proxy_admin' && key === null;
  const caller: Caller = {
    ...plainCaller,
    kind: identified?.kind ?? 'key', keyHash, name: key?.key_alias ?? key?.key_name ?? identified?.name ?? 'key',
    isAdmin: role === 'proxy_admin', tenant: teamId ?? keyHash, role,
    userId: key?.user_id ?? user?.user_id ?? null, userEmail: user?.user_email ?? null, teamId, organizationId: organization?.organization_id ?? key?.organization_id ?? null,
    projectId: key?.project_id ?? null,
    ...belonging(material),
    models: restricted ? null : modelAccess([...modelLayers(material), ...(identified?.modelLists ?? []).map((models) => ({ kind: 'key', models }) as const)]),
    modelAliases: aliasesOf(team?.model_aliases, key?.aliases),
    routes: key && routeRules(routesOf(key)),
    addresses: addressesOf(key?.metadata['allowed_ips'] ?? team?.metadata['allowed_ips']),
    scopes: scopesOf(material, options),
    metadata, tags: [...new Set([...stringsOf(team?.metadata['tags']), ...stringsOf(key?.metadata['tags'])])],
    guardrails: [...new Set([...stringsOf(team?.metadata['guardrails']), ...stringsOf(key?.metadata['guardrails'])])],
    enforcedParams: [...new Set([
      ...stringsOf(team?.metadata['enforced_params']), ...stringsOf(key?.metadata['enforced_params']), ...(key && isServiceAccount(key) ? options.serviceAccountParams ?? [] : []),
    ])],
    key,
  };
  return { caller: Object.freeze(caller), refusal: refusalOf(material), expiresAtMs: earliest(key?.expires ? Date.parse(key.expires) : null, material.revokedAtMs) };
}

/** True for keys of `/key/service-account/generate`. */
const isServiceAccount = ({ metadata }: Pick<KeyRecord, 'metadata'>): boolean => Object.hasOwn(metadata, 'service_account_id');

/** The routes that a key may call: its own list, else that of its type. */
export const routesOf = (key: Pick<KeyRecord, 'allowed_routes' | 'key_type'>): readonly string[] =>
  key.allowed_routes.length > 0 ? key.allowed_routes : routesOfKeyType[key.key_type ?? 'default'] ?? [];

function belonging({ memberships, organizationMemberships }: Material): Pick<Caller, 'memberTeams' | 'adminTeams' | 'memberOrganizations' | 'adminOrganizations'> {
  return {
    memberTeams: new Set(memberships.map(({ team_id }) => team_id)),
    adminTeams: new Set(memberships.filter(({ role }) => role === 'admin').map(({ team_id }) => team_id)),
    memberOrganizations: new Set(organizationMemberships.map(({ organization_id }) => organization_id)),
    adminOrganizations: new Set(organizationMemberships.filter(({ user_role }) => user_role === 'org_admin').map(({ organization_id }) => organization_id)),
  };
}

function refusalOf({ key, user, team, project }: Material): Fault | null {
  if (key?.blocked) return fault('blocked_key', "Authentication Error, Key is blocked. Update via '/key/unblock' if you're an admin.");
  if (key?.team_id && !team) return fault('blocked_key', 'Authentication Error, the team of this key does not exist any more.');
  if (team?.blocked) return fault('blocked_key', `Authentication Error, Team=${team.team_id} is blocked. Update via '/team/unblock' if you're an admin.`);
  if (user?.blocked) return fault('blocked_key', 'Authentication Error, the user of this key is blocked.');
  if (project?.blocked) return fault('blocked_key', 'Authentication Error, the project of this key is blocked.');
  return null;
}

function modelLayers(material: Material): (ModelLayer | null)[] {
  const { key, user, team, organization, project, memberships, budgets, accessGroups } = material;
  const grouped = (ids: readonly string[]): string[] => ids.flatMap((id) => accessGroups.get(id) ?? []);
  const teamModels = team ? [...team.models, ...grouped(team.access_group_ids)] : [];
  const ownModels = key ? [...key.models, ...grouped(key.access_group_ids)] : [];
  const member = team && memberships.find(({ team_id }) => team_id === team.team_id);
  const memberBudget = member && budgets.get(member.budget_id ?? team.members_budget_id ?? '');
  return [
    // "The team's models" is said by the team's own list, which holds anyway.
    ownModels.includes('all-team-models') && team !== null ? null : modelLayer('key', ownModels.filter((name) => name !== 'all-team-models')),
    modelLayer('team', teamModels),
    modelLayer('team_member', memberBudget?.allowed_models.length ? memberBudget.allowed_models : team && member ? team.default_team_member_models : []),
    team ? null : modelLayer('user', user?.models ?? []),
    modelLayer('organization', organization?.models ?? []),
    modelLayer('project', project?.models ?? []),
  ];
}

function aliasesOf(...maps: readonly (JsonObject | undefined)[]): ReadonlyMap<string, string> {
  const entries = maps.flatMap((map) => Object.entries(map ?? {})).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return entries.length > 0 ? new Map(entries) : plainCaller.modelAliases;
}

function addressesOf(stored: Json | undefined): AddressSet | null {
  const entries = stringsOf(stored);
  // An entry that cannot be read lets nobody in, and takes no others along.
  return Array.isArray(stored) && stored.length > 0 ? new AddressSet(entries.filter((entry) => invalidAddress(entry) === null)) : null;
}

// A team's notes are its keys' notes; what grants or limits is read where it stands.
const rightsNames = new Set(['tags', 'guardrails', 'allowed_ips', 'enforced_params', 'model_rpm_limit', 'model_tpm_limit', 'priority', 'shadow_limits', 'logging']);
const withoutRights = (metadata: JsonObject): JsonObject => Object.fromEntries(Object.entries(metadata).filter(([name]) => !rightsNames.has(name)));

const stringsOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : isJsonObject(value) ? [] : []);
const earliest = (...times: readonly (number | null)[]): number | null => times.reduce((least, at) => (at === null ? least : least === null ? at : Math.min(least, at)), null);
