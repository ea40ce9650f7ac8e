// What a verified token says of its bearer.
import { fail, fault, ok, type Fault, type Result } from '../../canonical/fault.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { roleOf, type UserRole } from '../role.ts';
import type { BearerKind, JwtSettings } from './settings.ts';

/** The bearer of a token. */
export interface Bearer {
  userId: string | null;
  userEmail: string | null;
  /** Teams that the token names, the one that counts first. */
  teamIds: readonly string[];
  teamAlias: string | null;
  organizationId: string | null;
  organizationAlias: string | null;
  endUserId: string | null;
  /** What the provider says; null: what the database says. */
  role: UserRole | null;
  isAdmin: boolean;
  /** As what it comes; null: as nobody that is known. */
  kind: BearerKind | null;
  /** The only models that its scopes give; null: scopes decide nothing. */
  scopeModels: readonly string[] | null;
  /** Seconds since the epoch. */
  expiresAt: number | null;
}

/** A claim by its name, which may lead into another. */
export function claimAt(claims: JsonObject, field: string | null): Json | undefined {
  if (field === null) return undefined;
  // Names of claims may be addresses, which have dots.
  if (Object.hasOwn(claims, field)) return claims[field];
  return field.split('.').reduce<Json | undefined>((value, step) => (isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), claims);
}

/** A claim as text; null: it is none. */
export const textOf = (value: Json | undefined): string | null => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null);
const textsOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? value.split(/[\s,]+/).filter((item) => item !== '') : []);

/** The bearer, or why the token is not enough. */
export function bearerOf(claims: JsonObject, settings: JwtSettings): Result<Bearer> {
  const scopes = [...textsOf(claims['scope']), ...textsOf(claims['scp'])];
  const userEmail = textOf(claimAt(claims, settings.userEmailField));
  const domain = settings.userEmailDomain;
  if (domain !== null && !userEmail?.toLowerCase().endsWith(`@${domain.toLowerCase()}`)) return fail(notEnough('the e-mail address is not of the permitted domain'));
  const roles = textsOf(claimAt(claims, settings.userRolesField));
  if (settings.userAllowedRoles !== null && !roles.some((role) => settings.userAllowedRoles?.includes(role))) return fail(notEnough('none of its roles is permitted'));
  const mapped = roles.map((role) => settings.roleMap.get(role)).find((role) => role !== undefined);
  const role = mapped === undefined ? null : roleOf(mapped);
  const named = identityOf(claims, settings);
  const isAdmin = scopes.includes(settings.adminScope) || named.kind === 'proxy_admin';
  const kind = isAdmin ? 'proxy_admin' : named.kind;
  if (settings.rolesEnforced && kind === null) return fail(fault('managed_forbidden', 'Unmatched token passed in. enforce_rbac is set to True. Token must belong to a proxy admin, team, or user.'));
  return ok({
    userId: named.userId, userEmail, teamIds: named.teamIds, teamAlias: textOf(claimAt(claims, settings.teamAliasField)),
    organizationId: textOf(claimAt(claims, settings.organizationField)), organizationAlias: textOf(claimAt(claims, settings.organizationAliasField)),
    endUserId: textOf(claimAt(claims, settings.endUserField)), role: isAdmin ? 'proxy_admin' : role === 'key' ? null : role, isAdmin, kind,
    scopeModels: settings.scopeModels && scopes.flatMap((scope) => settings.scopeModels?.get(scope) ?? []),
    expiresAt: typeof claims['exp'] === 'number' ? claims['exp'] : null,
  });
}

/** Who it is: a team, a user, or what the provider's words for roles make of the object that the token stands for. */
function identityOf(claims: JsonObject, settings: JwtSettings): Pick<Bearer, 'userId' | 'teamIds' | 'kind'> {
  const explicit = textOf(claimAt(claims, settings.userIdField));
  const plural = textsOf(claimAt(claims, settings.teamIdsField));
  const single = claimAt(claims, settings.teamIdField);
  const named = [...new Set([...(Array.isArray(single) ? textsOf(single) : [textOf(single)]), ...plural])].filter((id) => id !== null);
  const teamIds = named.length > 0 || settings.teamDefault === null ? named : [settings.teamDefault];
  if (teamIds.length > 0) return { userId: explicit ?? subjectOf(claims, settings), teamIds, kind: 'team' };
  if (explicit !== null) return { userId: explicit, teamIds, kind: 'internal_user' };
  const words = new Set(textsOf(claimAt(claims, settings.rolesField)));
  const kind = settings.roleMappings.find(([word]) => words.has(word))?.[1] ?? null;
  const object = textOf(claimAt(claims, settings.objectIdField));
  if (kind === 'team') return { userId: null, teamIds: object === null ? [] : [object], kind: object === null ? null : kind };
  const subject = kind === 'internal_user' && object !== null ? object : subjectOf(claims, settings);
  return { userId: subject, teamIds, kind: kind === 'internal_user' && subject === null ? null : kind };
}

// LiteLLM names no user where no claim is configured; the subject is the bearer all the same. Where roles are enforced only what is configured counts.
const subjectOf = (claims: JsonObject, { userIdField, rolesEnforced }: JwtSettings): string | null => (userIdField !== null || rolesEnforced ? null : textOf(claims['sub']));

/** A refusal of a token that is valid. */
export const notEnough = (why: string): Fault => fault('unknown_key', `Authentication Error, the token is valid, but ${why}.`, { type: 'auth_error', param: 'None' });
