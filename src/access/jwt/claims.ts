// What a verified token says of its bearer.
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import { roleOf, type UserRole } from '../role.ts';
import type { JwtSettings } from './settings.ts';

/** The bearer of a token. */
export interface Bearer {
  userId: string | null;
  userEmail: string | null;
  teamId: string | null;
  teamAlias: string | null;
  organizationId: string | null;
  /** What the provider says; null: what the database says. */
  role: UserRole | null;
  isAdmin: boolean;
  /** Seconds since the epoch. */
  expiresAt: number | null;
}

function claimAt(claims: JsonObject, field: string | null): Json | undefined {
  if (field === null) return undefined;
  // Names of claims may be addresses, which have dots.
  if (Object.hasOwn(claims, field)) return claims[field];
  return field.split('.').reduce<Json | undefined>((value, step) => (isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined), claims);
}

const textOf = (value: Json | undefined): string | null => (typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null);
const textsOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : typeof value === 'string' ? value.split(/[\s,]+/).filter((item) => item !== '') : []);

/** The bearer, or why the token is not enough. */
export function bearerOf(claims: JsonObject, settings: JwtSettings): Result<Bearer> {
  const scopes = [...textsOf(claims['scope']), ...textsOf(claims['scp'])];
  const userEmail = textOf(claimAt(claims, settings.userEmailField));
  const domain = settings.userEmailDomain;
  if (domain !== null && !userEmail?.toLowerCase().endsWith(`@${domain.toLowerCase()}`)) return refused('the e-mail address is not of the permitted domain');
  const roles = textsOf(claimAt(claims, settings.userRolesField));
  if (settings.userAllowedRoles !== null && !roles.some((role) => settings.userAllowedRoles?.includes(role))) return refused('none of its roles is permitted');
  const mapped = roles.map((role) => settings.roleMap.get(role)).find((role) => role !== undefined);
  const role = mapped === undefined ? null : roleOf(mapped);
  const isAdmin = scopes.includes(settings.adminScope);
  return ok({
    userId: textOf(claimAt(claims, settings.userIdField)), userEmail,
    teamId: textOf(claimAt(claims, settings.teamIdField)) ?? textsOf(claimAt(claims, settings.teamIdsField))[0] ?? settings.teamDefault,
    teamAlias: textOf(claimAt(claims, settings.teamAliasField)), organizationId: textOf(claimAt(claims, settings.organizationField)),
    role: isAdmin ? 'proxy_admin' : role === 'key' ? null : role, isAdmin,
    expiresAt: typeof claims['exp'] === 'number' ? claims['exp'] : null,
  });
}

const refused = (why: string) => fail(fault('unknown_key', `Authentication Error, the token is valid, but ${why}.`, { type: 'auth_error', param: 'None' }));
