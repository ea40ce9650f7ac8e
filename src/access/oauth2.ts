// Takes OAuth 2 tokens as keys (`enable_oauth2_auth`): the server that issued them is asked whose they are (RFC 7662, or a plain endpoint about tokens). The
// variables are LiteLLM's. Such callers reach models and what is known about them, never the administration.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { hashOf } from './key-text.ts';
import { isJsonObject, numberAt, stringAt, type Json, type JsonObject } from '../lib/json.ts';
import { judgeLoaded, storeAway, type Recognizer } from './authenticator.ts';
import { jwksTimeoutMs, jwtFreshMs, maxJwksBytes, maxRememberedKeys, maxTokenAsks } from '../lib/bounds.ts';
import { loadIdentity, noMaterial } from './material.ts';
import { makeCaller, type LoadedCaller } from './make-caller.ts';
import { Recent } from './recent.ts';
import { routeRules } from './route-rules.ts';
import { storeProblem } from '../store/store-problem.ts';
import { userRoles } from './role.ts';
import type { Caller } from './caller.ts';
import type { Changes } from './changes.ts';
import type { Config } from '../config/config.ts';
import type { ScopeOptions } from './scopes.ts';
import type { Store } from '../store/store.ts';

/** How the server is asked. */
export interface OAuth2Settings {
  /** `OAUTH_TOKEN_INFO_ENDPOINT`; null: the operator has not named it, and no token is taken. */
  url: string | null;
  /** The client's name and secret, for a server that introspects; null: the token itself signs in. */
  client: { id: string; secret: string } | null;
  userField: string;
  roleField: string;
  teamField: string;
}

/** The settings of a configuration; null: such tokens are not taken. */
export function oauth2Settings({ generalSettings, environmentValue }: Pick<Config, 'generalSettings' | 'environmentValue'>): OAuth2Settings | null {
  if (!generalSettings.enableOauth2Auth) return null;
  const value = (name: string): string | null => environmentValue(name) || null;
  const [url, id, secret] = [value('OAUTH_TOKEN_INFO_ENDPOINT'), value('OAUTH_CLIENT_ID'), value('OAUTH_CLIENT_SECRET')];
  return {
    url, client: url !== null && /introspect/i.test(url) && id !== null && secret !== null ? { id, secret } : null,
    userField: value('OAUTH_USER_ID_FIELD_NAME') ?? 'sub', roleField: value('OAUTH_USER_ROLE_FIELD_NAME') ?? 'role', teamField: value('OAUTH_USER_TEAM_ID_FIELD_NAME') ?? 'team_id',
  };
}

/** What tokens are held against. */
export interface OAuth2Parts {
  settings: OAuth2Settings;
  store: Store | null;
  changes: Changes;
  scopes: ScopeOptions;
  nowMs?: () => number;
}

const routes = routeRules(['llm_api_routes', 'info_routes']);
const jwtForm = /^ey[\w-]+\.[\w-]+\.[\w-]+$/;
const refusedMs = 10_000;
const longestToken = 16_384;

/** The recognizer of such tokens. `jwtsElsewhere`: JSON web tokens are somebody else's. */
export function oauth2Recognizer({ settings, store, changes, scopes, nowMs = Date.now }: OAuth2Parts, jwtsElsewhere: boolean): Recognizer {
  const known = new Recent<{ loaded: Result<LoadedCaller>; untilMs: number }>(maxRememberedKeys);
  const asking = new Map<string, Promise<Result<LoadedCaller>>>();
  changes.subscribe(({ kind }) => {
    if (kind !== 'key' && kind !== 'model' && kind !== 'config') known.clear();
  });
  const read = async (token: string, hash: string): Promise<Result<LoadedCaller>> => {
    const claims = await askServer(settings, token);
    if (!claims.ok) {
      // Guessing must not become the server's load.
      if (claims.fault.code === 'unknown_key') known.set(hash, { loaded: claims, untilMs: nowMs() + refusedMs });
      return claims;
    }
    const loaded = await callerOf(claims.value, hash, { settings, store, changes, scopes });
    if (!loaded.ok) return loaded;
    known.set(hash, { loaded, untilMs: Math.min(nowMs() + jwtFreshMs, loaded.value.expiresAtMs ?? Infinity) });
    return loaded;
  };
  const judged = (loaded: Result<LoadedCaller>): Result<Caller> => (loaded.ok ? judgeLoaded(loaded.value, 'token', nowMs()) : loaded);
  return {
    recognizes: (presented) => !presented.startsWith('sk-') && !(jwtsElsewhere && jwtForm.test(presented)),
    authenticate(token) {
      const hash = hashOf(token);
      const entry = known.get(hash);
      if (entry && entry.untilMs > nowMs()) return judged(entry.loaded);
      let asked = asking.get(hash);
      // Tokens that somebody makes up must not become a flood of questions.
      if (!asked && asking.size >= maxTokenAsks) return fail(serverAway());
      if (!asked) {
        asked = read(token, hash).catch((error: unknown) => {
          if (storeProblem(error) === 'away') return fail(storeAway());
          throw error;
        }).finally(() => asking.delete(hash));
        asking.set(hash, asked);
      }
      return asked.then(judged);
    },
  };
}

const notValid = (why: string): Result<never> => fail(fault('unknown_key', `Oauth 2.0 Token validation failed: ${why}`, { type: 'auth_error' }));

/** What the server says of a token. It goes to this address only, which the operator named. */
async function askServer({ url, client }: OAuth2Settings, token: string): Promise<Result<JsonObject>> {
  if (url === null) return notValid('OAUTH_TOKEN_INFO_ENDPOINT environment variable is not set');
  if (token.length > longestToken) return notValid('it is too long');
  try {
    const response = await fetch(url, {
      redirect: 'error', signal: AbortSignal.timeout(jwksTimeoutMs), method: client ? 'POST' : 'GET',
      headers: client
        ? { 'authorization': `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded', 'accept': 'application/json' }
        : { authorization: `Bearer ${token}`, accept: 'application/json' },
      ...(client && { body: new URLSearchParams({ token }).toString() }),
    });
    const text = await response.text();
    if (response.status >= 500) return fail(serverAway());
    if (!response.ok || text.length > maxJwksBytes) return notValid(`the server answered ${response.status}`);
    const claims = parsed(text);
    if (!claims || claims['active'] === false || (client && claims['active'] !== true)) return notValid('Token is not active');
    return ok(claims);
  } catch {
    return fail(serverAway());
  }
}

const serverAway = () => fault('store_unavailable', 'The server of OAuth 2 tokens cannot be reached. Try again in a moment.', { retryAfterSeconds: 5 });

function parsed(text: string): JsonObject | null {
  try {
    const value = JSON.parse(text) as Json;
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

async function callerOf(claims: JsonObject, tokenHash: string, { settings, store, scopes }: OAuth2Parts): Promise<Result<LoadedCaller>> {
  const userId = stringAt(claims, settings.userField) ?? null;
  const teamId = stringAt(claims, settings.teamField) ?? null;
  const said = stringAt(claims, settings.roleField);
  const role = userRoles.find((one) => one === said);
  const material = store ? await loadIdentity(store.db, { userId, teamId, organizationId: null }) : noMaterial;
  // A team that is not here would limit nothing.
  if (store && teamId !== null && material.team === null) return notValid(`the team ${teamId.slice(0, 100)} does not exist here`);
  // The bearer is the same with the next token: limits, caches and the ledger go by who it is. Bearers whom nobody names are not one and the same.
  const hash = hashOf(`oauth2:${settings.url ?? ''}:${userId ?? ''}:${teamId ?? ''}${userId === null && teamId === null ? `:${tokenHash}` : ''}`);
  const made = makeCaller(material, scopes, { kind: 'jwt', hash, name: userId ?? teamId ?? 'token', ...(role && { role }) });
  const expiresAt = numberAt(claims, 'exp');
  return ok({ ...made, expiresAtMs: expiresAt === undefined ? null : expiresAt * 1_000, caller: Object.freeze({ ...made.caller, routes, userId, teamId, tenant: teamId ?? hash }) });
}
