// Takes tokens of an identity provider as keys (`enable_jwt_auth`). A token is verified once and then known by its whole SHA-256 until it expires.
import { bearerOf, type Bearer } from './claims.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { hashOf } from '../key-text.ts';
import { judgeLoaded, storeAway, type Recognizer } from '../authenticator.ts';
import { jwtFreshMs, maxRememberedKeys } from '../../lib/bounds.ts';
import { KeysAway, KeySet } from './key-set.ts';
import { loadIdentity, type Material } from '../material.ts';
import { makeCaller, type LoadedCaller } from '../make-caller.ts';
import { Recent } from '../recent.ts';
import { routeRules } from '../route-rules.ts';
import { storeProblem } from '../../store/store-problem.ts';
import type { Changes } from '../changes.ts';
import type { Caller } from '../caller.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { JwtSettings } from './settings.ts';
import type { ScopeOptions } from '../scopes.ts';
import type { Store } from '../../store/store.ts';

// Never the ones with a shared secret: the provider's public key would be one.
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const clockToleranceSeconds = 30;
const form = /^[\w-]+\.[\w-]+\.[\w-]+$/;

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
  const keySets = settings.keyUrls.map((url) => new KeySet(url, settings.keyTtlMs, settings.keyStaleMs, nowMs));
  const known = new Recent<Known>(maxRememberedKeys);
  changes.subscribe(({ kind }) => {
    if (kind !== 'key' && kind !== 'model' && kind !== 'config') known.clear();
  });
  const verify = async (token: string, hash: string): Promise<Result<Caller>> => {
    const claims = await verifiedClaims(token, keySets, settings, nowMs());
    if (!claims.ok) return claims;
    const bearer = bearerOf(claims.value, settings);
    if (!bearer.ok) return bearer;
    try {
      const loaded = await callerOf(bearer.value, claims.value, store, settings, scopes);
      if (!loaded.ok) return loaded;
      const expiresMs = bearer.value.expiresAt === null ? Number.POSITIVE_INFINITY : bearer.value.expiresAt * 1_000;
      known.set(hash, { loaded: loaded.value, untilMs: Math.min(nowMs() + jwtFreshMs, expiresMs) });
      return judgeLoaded(loaded.value, 'token', nowMs());
    } catch (error) {
      if (storeProblem(error) === 'away') return fail(storeAway());
      throw error;
    }
  };
  return {
    recognizes: (presented) => form.test(presented) && presented.startsWith('ey'),
    authenticate(token) {
      const hash = hashOf(token);
      const entry = known.get(hash);
      return entry && entry.untilMs > nowMs() ? judgeLoaded(entry.loaded, 'token', nowMs()) : verify(token, hash);
    },
  };
}

async function verifiedClaims(token: string, keySets: readonly KeySet[], settings: JwtSettings, nowMs: number): Promise<Result<JsonObject>> {
  const { jwtVerify } = await import('jose');
  let away = false;
  for (const keys of keySets) {
    try {
      const { payload } = await jwtVerify(token, keys.find, {
        algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['exp'], currentDate: new Date(nowMs),
        ...(settings.audience && { audience: [...settings.audience] }), ...(settings.issuer && { issuer: [...settings.issuer] }),
      });
      return ok(payload as JsonObject);
    } catch (error) {
      away ||= error instanceof KeysAway;
    }
  }
  return fail(away ? fault('store_unavailable', 'The identity provider cannot be reached, and its keys are not known here yet. Try again in a moment.', { retryAfterSeconds: 5 })
    : fault('unknown_key', 'Authentication Error, the token is not valid here: its signature, audience, issuer or expiry is wrong.', { type: 'auth_error', param: 'None' }));
}

const nothing: Material = {
  key: null, revokedAtMs: null, user: null, team: null, organization: null, project: null, memberships: [], organizationMemberships: [], budgets: new Map(), accessGroups: new Map(),
};

async function callerOf(bearer: Bearer, claims: JsonObject, store: Store | null, settings: JwtSettings, scopes: ScopeOptions): Promise<Result<LoadedCaller>> {
  const subject = bearer.userId ?? bearer.teamId ?? 'unknown';
  const teamId = bearer.teamId ?? (store && bearer.teamAlias !== null ? await teamByAlias(store, bearer.teamAlias) : null);
  if (store) await upsert(store, bearer, teamId, settings);
  const material = store ? await loadIdentity(store.db, { userId: bearer.userId, teamId, organizationId: bearer.organizationId }) : nothing;
  if (store && teamId !== null && !material.team && !bearer.isAdmin) return fail(fault('unknown_key', `Authentication Error, the token's team ${teamId.slice(0, 100)} does not exist here.`, { type: 'auth_error', param: 'None' }));
  // The bearer is the same with the next token: limits, caches and the ledger go by who it is.
  const hash = hashOf(`jwt:${String(claims['iss'] ?? '')}:${subject}:${teamId ?? ''}`);
  const made = makeCaller(material, scopes, { kind: 'jwt', hash, name: bearer.userEmail ?? subject, ...(bearer.role && { role: bearer.role }) });
  const routes = bearer.isAdmin ? routeRules(settings.adminRoutes) : teamId === null ? null : routeRules(settings.teamRoutes);
  return ok({
    ...made, expiresAtMs: bearer.expiresAt === null ? null : bearer.expiresAt * 1_000 + clockToleranceSeconds * 1_000,
    caller: Object.freeze({ ...made.caller, routes, userId: bearer.userId, userEmail: made.caller.userEmail ?? bearer.userEmail, teamId, tenant: teamId ?? hash }),
  });
}

async function teamByAlias({ db }: Store, alias: string): Promise<string | null> {
  const teams = await db.selectFrom('teams').select('team_id').where('team_alias', '=', alias).limit(2).execute();
  // A name that two teams have says nothing.
  return teams.length === 1 ? teams[0]?.team_id ?? null : null;
}

/** Makes the user and the team of a token, where the settings say so. */
async function upsert({ db }: Store, { userId, userEmail }: Bearer, teamId: string | null, { userUpsert, teamUpsert }: JwtSettings): Promise<void> {
  const atMs = Date.now();
  const times = { created_at_ms: atMs, updated_at_ms: atMs, created_by: 'jwt' };
  if (userUpsert && userId !== null) {
    await db.insertInto('users').values({ user_id: userId, user_email: userEmail, user_role: 'internal_user', ...times }).onConflict((conflict) => conflict.column('user_id').doNothing()).execute();
  }
  if (teamUpsert && teamId !== null) {
    await db.insertInto('teams').values({ team_id: teamId, ...times }).onConflict((conflict) => conflict.column('team_id').doNothing()).execute();
  }
}
