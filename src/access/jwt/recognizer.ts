// Takes tokens of an identity provider as keys (`enable_jwt_auth`). A token is verified once and then known by its whole SHA-256 until it expires.
import { bearerOf, claimAt, notEnough, textOf, type Bearer } from './claims.ts';
import { bothRules, routeRules, type RouteRules } from '../route-rules.ts';
import { clockToleranceSeconds, tokenVerifier } from './verify.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { hashOf } from '../key-text.ts';
import { judgeLoaded, storeAway, type Recognizer } from '../authenticator.ts';
import { jwtFreshMs, maxRememberedKeys } from '../../lib/bounds.ts';
import { loadIdentity, loadKey, noMaterial } from '../material.ts';
import { makeCaller, type LoadedCaller } from '../make-caller.ts';
import { follow, organizationOf, teamsOf, upsert } from './people.ts';
import { Recent } from '../recent.ts';
import { storeProblem } from '../../store/store-problem.ts';
import type { Caller } from '../caller.ts';
import type { Changes } from '../changes.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { JwtSettings } from './settings.ts';
import type { ScopeOptions } from '../scopes.ts';
import type { Store } from '../../store/store.ts';

const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;
/** LiteLLM's header in which a bearer of several teams says for which it calls, by id or name. */
const teamHeader = 'x-litellm-team-id';
const mostTeams = 50;

/** What tokens are held against. */
export interface TokenParts {
  settings: JwtSettings;
  store: Store | null;
  changes: Changes;
  scopes: ScopeOptions;
  nowMs?: () => number;
}

interface Known {
  loaded: LoadedCaller;
  untilMs: number;
}

/** The recognizer of tokens. */
export function tokenRecognizer({ settings, store, changes, scopes, nowMs = Date.now }: TokenParts): Recognizer {
  const verify = tokenVerifier(settings, nowMs);
  const known = new Recent<Known>(maxRememberedKeys);
  changes.subscribe(({ kind }) => {
    if ((kind !== 'key' || settings.keyClaim) && kind !== 'model' && kind !== 'config') known.clear();
  });
  const read = async (token: string, team: string | null, id: string): Promise<Result<Caller>> => {
    const claims = await verify(token);
    if (!claims.ok) return claims;
    try {
      const asKey = await keyOfToken(claims.value, store, settings, scopes, nowMs());
      if (!asKey.ok) return asKey;
      if (asKey.value) {
        known.set(id, { loaded: asKey.value, untilMs: Math.min(nowMs() + jwtFreshMs, asKey.value.expiresAtMs ?? Number.POSITIVE_INFINITY) });
        return judgeLoaded(asKey.value, 'token', nowMs());
      }
      const bearer = bearerOf(claims.value, settings);
      if (!bearer.ok) return bearer;
      const loaded = await callerOf(bearer.value, claims.value, team, { settings, store, changes, scopes });
      if (!loaded.ok) return loaded;
      const expiresMs = bearer.value.expiresAt === null ? Number.POSITIVE_INFINITY : bearer.value.expiresAt * 1_000;
      known.set(id, { loaded: loaded.value, untilMs: Math.min(nowMs() + jwtFreshMs, expiresMs) });
      return judgeLoaded(loaded.value, 'token', nowMs());
    } catch (error) {
      if (storeProblem(error) === 'away') return fail(storeAway());
      throw error;
    }
  };
  return {
    recognizes: (presented) => form.test(presented) && presented.startsWith('ey'),
    authenticate(token, headers) {
      const team = headers.get(teamHeader);
      const id = team === null ? hashOf(token) : `${hashOf(token)} ${team.slice(0, 200)}`;
      const entry = known.get(id);
      return entry && entry.untilMs > nowMs() ? judgeLoaded(entry.loaded, 'token', nowMs()) : read(token, team, id);
    },
  };
}

/** The virtual key with whose rights a token acts; null: with those of its bearer. */
async function keyOfToken(claims: JsonObject, store: Store | null, { keyClaim }: JwtSettings, scopes: ScopeOptions, nowMs: number): Promise<Result<LoadedCaller | null>> {
  if (!keyClaim || !store) return ok(null);
  const value = textOf(claimAt(claims, keyClaim.field));
  const rows = value === null ? [] : await store.db.selectFrom('token_keys').select(['key_hash', 'issuer']).where('claim_name', '=', keyClaim.field).where('claim_value', '=', value)
    .where('issuer', 'in', ['', String(claims['iss'] ?? '')]).where('is_active', '=', 1).execute();
  // A mapping for this issuer counts before one for any.
  const row = rows.find((one) => one.issuer !== '') ?? rows[0];
  const material = row && await loadKey(store.db, row.key_hash, nowMs);
  if (!material) return keyClaim.othersRefused ? fail(fault('managed_forbidden', `No virtual key is registered for this token (${keyClaim.field}).`)) : ok(null);
  const loaded = makeCaller(material, scopes);
  const expiresMs = typeof claims['exp'] === 'number' ? (claims['exp'] + clockToleranceSeconds) * 1_000 : null;
  return ok({ ...loaded, expiresAtMs: expiresMs === null ? loaded.expiresAtMs : Math.min(expiresMs, loaded.expiresAtMs ?? expiresMs) });
}

async function callerOf(bearer: Bearer, claims: JsonObject, asked: string | null, { settings, store, changes, scopes }: TokenParts): Promise<Result<LoadedCaller>> {
  if (store) {
    await upsert(store, bearer, settings);
    // Keys of the user are read anew, here and elsewhere.
    if (await follow(store, bearer, settings) && bearer.userId !== null) changes.publish('user', bearer.userId);
  }
  const teams = store ? await teamsOf(store, bearer, settings) : bearer.teamIds.map((id) => ({ id, alias: null }));
  const named = teams.filter((team) => asked === null || team.id === asked || team.alias === asked).slice(0, mostTeams);
  if (asked !== null && named.length === 0 && !bearer.isAdmin) return fail(fault('managed_forbidden', `Team '${asked.slice(0, 100)}' (from the ${teamHeader} header) is not one of the token's teams.`));
  const wanted = bearer.teamIds[0] ?? bearer.teamAlias;
  if (named.length === 0 && wanted !== null && !bearer.isAdmin) return fail(notEnough(`the token's team ${wanted.slice(0, 100)} does not exist here`));
  if (named.length === 0 && settings.teamNeeded && !bearer.isAdmin) return fail(fault('managed_forbidden', 'No teams found in token. `enforce_team_based_model_access` is set to True. Token must belong to a team.'));
  const organizationId = store ? await organizationOf(store, bearer) : bearer.organizationId;
  const made: LoadedCaller[] = [];
  for (const teamId of named.length === 0 ? [null] : named.map((team) => team.id)) made.push(await callerFor(teamId, { ...bearer, organizationId }, claims, store, settings, scopes));
  const [first, ...rest] = made;
  if (!first) return fail(fault('internal', 'A token has no caller.'));
  // A team that is blocked stands in for none of the others, nor they for it where it was asked for.
  const chosen = made.find(({ refusal }) => refusal === null) ?? first;
  const others = [chosen, ...rest].filter((one) => one !== chosen && one.refusal === null).map(({ caller }) => caller);
  return ok(others.length === 0 ? chosen : { ...chosen, caller: Object.freeze({ ...chosen.caller, others }) });
}

/** The bearer as it acts for one team, or for none. */
async function callerFor(teamId: string | null, bearer: Bearer, claims: JsonObject, store: Store | null, settings: JwtSettings, scopes: ScopeOptions): Promise<LoadedCaller> {
  const subject = bearer.userId ?? teamId ?? 'unknown';
  const material = store ? await loadIdentity(store.db, { userId: bearer.userId, teamId, organizationId: bearer.organizationId }) : noMaterial;
  // The bearer is the same with the next token: limits, caches and the ledger go by who it is.
  const hash = hashOf(`jwt:${String(claims['iss'] ?? '')}:${subject}:${teamId ?? ''}`);
  const permission = settings.rolesEnforced && bearer.kind ? settings.rolePermissions.get(bearer.kind) : undefined;
  const made = makeCaller(material, scopes, {
    kind: 'jwt', hash, name: bearer.userEmail ?? subject, ...(bearer.role && { role: bearer.role }),
    modelLists: [bearer.scopeModels, permission?.models ?? null].filter((list) => list !== null),
  });
  return {
    ...made, expiresAtMs: bearer.expiresAt === null ? null : bearer.expiresAt * 1_000 + clockToleranceSeconds * 1_000,
    caller: Object.freeze({
      ...made.caller, routes: bothRules(ownRoutes(bearer, teamId, settings), routeRules(permission?.routes ?? [])), userId: bearer.userId, userEmail: made.caller.userEmail ?? bearer.userEmail,
      teamId, endUserId: bearer.endUserId, tenant: teamId ?? hash,
    }),
  };
}

const ownRoutes = ({ isAdmin }: Bearer, teamId: string | null, { adminRoutes, teamRoutes }: JwtSettings): RouteRules | null =>
  (isAdmin ? routeRules(adminRoutes) : teamId === null ? null : routeRules(teamRoutes));
