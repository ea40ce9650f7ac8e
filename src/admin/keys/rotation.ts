// Keys with `auto_rotate` get a new text when their time has come, with LiteLLM's variables: LITELLM_KEY_ROTATION_ENABLED,
// LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS, LITELLM_KEY_ROTATION_GRACE_PERIOD. The old text works on until its grace is over, and whoever holds it
// fetches the new one with it (`GET /key/rotated`): until then the new text is kept sealed.
import { after } from '../durations.ts';
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { isJsonObject, numberAt, parseJson, stringAt } from '../../lib/json.ts';
import { keyOf } from './view.ts';
import { masterCaller, type Caller } from '../../access/caller.ts';
import { newKey } from '../../access/key-text.ts';
import { replace } from './regenerate.ts';
import { storeProblem } from '../../store/store-problem.ts';
import type { Database } from '../database.ts';
import type { AdminServices } from '../services.ts';
import type { FoundKey } from './find.ts';

const usualGrace = '24h';
const usualRoundSeconds = 3_600;
const keysAtOnce = 200;

/** Who changes keys here; the word stands in the audit log. */
const rotator: Caller = Object.freeze({ ...masterCaller, keyHash: 'key rotation', name: 'key rotation', userId: null });

/** Where a new text waits, by the hash of the new key; the seal is bound to the same words. */
const placeOf = (hash: string): string => `rotated-key:${hash}`;

/** Rotates every key whose time has come; gives how many. Several instances may do so at once: each key is replaced by one of them. */
export async function rotateDueKeys(services: AdminServices): Promise<number> {
  const { store, sealer, config, nowMs, logger } = services;
  if (!sealer) return 0;
  const now = nowMs();
  await store.db.deleteFrom('replaced_keys').where('revoke_at_ms', '<=', now).execute();
  await scheduleNewcomers(services, now);
  const graceUntilMs = after(config.environmentValue('LITELLM_KEY_ROTATION_GRACE_PERIOD') || usualGrace, now) ?? now;
  const due = await store.db.selectFrom('virtual_keys').selectAll().where('rotation_due_at_ms', '<=', now).where('auto_rotate', '=', 1).orderBy('rotation_due_at_ms').limit(keysAtOnce).execute();
  let done = 0;
  for (const row of due) {
    try {
      await rotate(services, { row, key: keyOf(row) }, graceUntilMs);
      done++;
    } catch (error) {
      if (storeProblem(error) === 'away') throw error;
      logger.error('a key could not be rotated', { key: row.key_name, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  await forgetOld(services, now);
  return done;
}

/** Keys that came from elsewhere know their interval, but no time yet. */
async function scheduleNewcomers({ store }: AdminServices, nowMs: number): Promise<void> {
  const rows = await store.db.selectFrom('virtual_keys').select(['key_hash', 'rotation_interval']).where('auto_rotate', '=', 1).where('rotation_due_at_ms', 'is', null).where('rotation_interval', 'is not', null).limit(keysAtOnce).execute();
  for (const { key_hash: hash, rotation_interval: interval } of rows) {
    const due = after(interval ?? '', nowMs);
    if (due !== null) await store.db.updateTable('virtual_keys').set({ rotation_due_at_ms: due }).where('key_hash', '=', hash).execute();
  }
}

async function rotate(services: AdminServices, found: FoundKey, graceUntilMs: number): Promise<void> {
  const plain = newKey();
  const { token } = await replace({ services, caller: rotator }, found, plain, {}, graceUntilMs);
  const place = placeOf(token);
  const kept = JSON.stringify({ sealed: services.sealer?.seal(plain, place) ?? '', until: graceUntilMs });
  const { db } = services.store;
  await db.deleteFrom('config_overrides').where('param_name', '=', placeOf(found.key.token)).execute();
  await db.insertInto('config_overrides').values({ param_name: place, param_value: kept, revision: 1, updated_at_ms: services.nowMs() }).execute();
}

async function forgetOld({ store }: AdminServices, nowMs: number): Promise<void> {
  const rows = await store.db.selectFrom('config_overrides').select(['param_name', 'param_value']).where('param_name', 'like', `${placeOf('')}%`).execute();
  const old = rows.filter((row) => (waitingOf(row.param_value)?.untilMs ?? 0) <= nowMs).map((row) => row.param_name);
  if (old.length > 0) await store.db.deleteFrom('config_overrides').where('param_name', 'in', old).execute();
}

/** The texts that wait to be fetched, for whoever seals everything anew: each with the context of its seal, and how it is kept when sealed otherwise. */
export async function waitingKeys(db: Database): Promise<{ place: string; sealed: string; kept: (sealed: string) => string }[]> {
  const rows = await db.selectFrom('config_overrides').select(['param_name', 'param_value']).where('param_name', 'like', `${placeOf('')}%`).execute();
  return rows.flatMap(({ param_name: place, param_value: text }) => {
    const waiting = waitingOf(text);
    return waiting ? [{ place, sealed: waiting.sealed, kept: (sealed: string) => JSON.stringify({ sealed, until: waiting.untilMs }) }] : [];
  });
}

function waitingOf(text: string | null): { sealed: string; untilMs: number } | null {
  const value = text === null ? undefined : parseJson(text);
  if (!isJsonObject(value)) return null;
  const [sealed, untilMs] = [stringAt(value, 'sealed'), numberAt(value, 'until')];
  return sealed !== undefined && untilMs !== undefined ? { sealed, untilMs } : null;
}

/** `GET /key/rotated`: the text that took the place of the caller's own, while the old one still works. */
export async function rotatedKey({ caller, services }: AdminCall): Promise<AdminAnswer> {
  const hash = caller.key?.token;
  const row = hash === undefined ? undefined : await services.store.db.selectFrom('config_overrides').select('param_value').where('param_name', '=', placeOf(hash)).executeTakeFirst();
  const waiting = row && waitingOf(row.param_value);
  const plain = hash !== undefined && waiting && waiting.untilMs > services.nowMs() ? services.sealer?.open(waiting.sealed, placeOf(hash)) ?? null : null;
  if (!caller.key || !waiting || plain === null) return refuse('managed_missing', 'This key was not rotated, or the time to fetch the new one is over.');
  return answer({ key: plain, key_name: caller.key.key_name, token_id: caller.key.token, old_key_works_until: new Date(waiting.untilMs).toISOString(), key_rotation_at: caller.key.key_rotation_at });
}

/** Looks for keys from time to time, where the environment says so; the function that is given back ends it. */
export function keepRotating(services: AdminServices): () => void {
  const { environmentValue } = services.config;
  if (!/^(true|1)$/i.test(environmentValue('LITELLM_KEY_ROTATION_ENABLED') ?? '')) return () => undefined;
  const seconds = Number(environmentValue('LITELLM_KEY_ROTATION_CHECK_INTERVAL_SECONDS') || usualRoundSeconds);
  let busy = false;
  const round = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const done = await rotateDueKeys(services);
      if (done > 0) services.logger.info('keys were rotated', { keys: done });
    } catch (error) {
      if (storeProblem(error) !== 'away') services.logger.error('keys could not be rotated', { reason: String(error) });
    }
    busy = false;
  };
  void round();
  const timer = setInterval(() => void round(), Math.max(1, Number.isFinite(seconds) ? seconds : usualRoundSeconds) * 1_000);
  timer.unref();
  return () => clearInterval(timer);
}
