// Takes OAuth 2 access tokens as keys (`enable_oauth2_auth`): whatever is neither a virtual key nor a token that somebody else recognizes. Such callers call models and look at what
// they may call; as in LiteLLM they manage nothing, whatever their role.
import { askTokenInfo } from './ask.ts';
import { fail, fault, type Result } from '../../canonical/fault.ts';
import { hashOf } from '../key-text.ts';
import { judgeLoaded, storeAway, type Recognizer } from '../authenticator.ts';
import { jwtFreshMs, maxRememberedKeys, refusedTokenMs } from '../../lib/bounds.ts';
import { loadIdentity, nobody } from '../material.ts';
import { makeCaller, type LoadedCaller } from '../make-caller.ts';
import { numberAt, stringAt, type JsonObject } from '../../lib/json.ts';
import { Recent } from '../recent.ts';
import { routeRules } from '../route-rules.ts';
import { storeProblem } from '../../store/store-problem.ts';
import { userRoles } from '../role.ts';
import type { Caller } from '../caller.ts';
import type { Changes } from '../changes.ts';
import type { Oauth2Settings } from './settings.ts';
import type { ScopeOptions } from '../scopes.ts';
import type { Store } from '../../store/store.ts';

/** What tokens are held against. */
export interface Oauth2Parts {
  settings: Oauth2Settings;
  store: Store | null;
  changes: Changes;
  scopes: ScopeOptions;
  nowMs?: () => number;
}

interface Known {
  answer: Result<LoadedCaller>;
  untilMs: number;
}

const notValid = fault('unknown_key', 'Authentication Error, Oauth 2.0 Token validation failed.', { type: 'auth_error', param: 'None' });
const away = (): { ok: false; fault: ReturnType<typeof fault> } => fail(fault('store_unavailable', 'The authorization server cannot be reached. Try again in a moment.', { retryAfterSeconds: 5 }));
const permitted = ['llm_api_routes', 'info_routes'];

/** The recognizer. Tokens are known by their whole SHA-256, for a minute at most; the same token is asked about once at a time. */
export function oauth2Recognizer({ settings, store, changes, scopes, nowMs = Date.now }: Oauth2Parts): Recognizer {
  const known = new Recent<Known>(maxRememberedKeys);
  const asking = new Map<string, Promise<Result<LoadedCaller>>>();
  changes.subscribe(({ kind }) => {
    if (kind !== 'key' && kind !== 'model' && kind !== 'config') known.clear();
  });
  const read = async (token: string, id: string): Promise<Result<LoadedCaller>> => {
    const asked = await askTokenInfo(settings, token);
    if (asked.kind === 'away') return away();
    const answer = asked.kind === 'refused' ? fail(notValid) : await callerOf(asked.info, id, { settings, store, changes, scopes });
    const expiresMs = asked.kind === 'known' ? (numberAt(asked.info, 'exp') ?? Number.POSITIVE_INFINITY) * 1_000 : Number.POSITIVE_INFINITY;
    known.set(id, { answer, untilMs: Math.min(nowMs() + (answer.ok ? jwtFreshMs : refusedTokenMs), expiresMs) });
    return answer;
  };
  return {
    recognizes: (presented) => !presented.startsWith('sk-'),
    async authenticate(token) {
      const id = hashOf(token);
      const entry = known.get(id);
      if (entry && entry.untilMs > nowMs()) return judged(entry.answer, nowMs());
      const under = asking.get(id);
      // Tokens that somebody makes up must not become a flood of questions.
      if (!under && asking.size >= settings.mostAtOnce) return away();
      const question = under ?? read(token, id).finally(() => asking.delete(id));
      asking.set(id, question);
      try {
        return judged(await question, nowMs());
      } catch (error) {
        if (storeProblem(error) === 'away') return fail(storeAway());
        throw error;
      }
    },
  };
}

const judged = (answer: Result<LoadedCaller>, nowMs: number): Result<Caller> => (answer.ok ? judgeLoaded(answer.value, 'token', nowMs) : answer);

async function callerOf(info: JsonObject, tokenHash: string, { settings, store, scopes }: Oauth2Parts): Promise<Result<LoadedCaller>> {
  const userId = stringAt(info, settings.userIdField) ?? null;
  const teamId = stringAt(info, settings.teamIdField) ?? null;
  const material = store ? await loadIdentity(store.db, { userId, teamId, organizationId: null }) : nobody;
  if (store && teamId !== null && material.team === null) return fail(notValid);
  const role = userRoles.find((known) => known === info[settings.roleField]);
  // The bearer is the same with its next token: limits, caches and the ledger go by who it is. One whom nobody names is known by its token.
  const hash = hashOf(userId === null && teamId === null ? `oauth2:${tokenHash}` : `oauth2:${userId ?? ''}:${teamId ?? ''}`);
  const made = makeCaller(material, scopes, { kind: 'jwt', hash, name: userId ?? teamId ?? 'oauth2', ...(role && { role }) });
  const expiresSeconds = numberAt(info, 'exp');
  return {
    ok: true, value: {
      ...made, expiresAtMs: expiresSeconds === undefined ? null : expiresSeconds * 1_000,
      caller: Object.freeze({ ...made.caller, routes: routeRules(permitted), userId, teamId, tenant: teamId ?? hash }),
    },
  };
}
