// From the members of a request to what is kept of a key.
import { after } from '../durations.ts';
import { withResets } from '../budgets/write.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { isBudgetDuration, windowEndMs } from '../../limits/budget-window.ts';
import { isReservedMetadata } from '../../access/writable.ts';
import { metadataFields, type settingFields } from './fields.ts';
import { routesOfKeyType } from '../../access/route-rules.ts';
import type { AdminServices } from '../services.ts';
import type { BodyOf } from '../body/field.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { KeyRecord } from '../../access/records/key.ts';

/** The members that set a key. */
export type KeySettings = Partial<BodyOf<typeof settingFields>> & { key_type?: string | null; temp_budget_increase?: number | null; temp_budget_expiry?: string | null };

const textsMembers = ['models', 'allowed_cache_controls', 'allowed_routes', 'access_group_ids'] as const;
const mapMembers = ['aliases', 'config', 'permissions', 'model_max_budget', 'budget_fallbacks', 'router_settings'] as const;
const plainMembers = [
  'key_alias', 'max_budget', 'soft_budget', 'user_id', 'team_id', 'agent_id', 'max_parallel_requests', 'tpm_limit', 'rpm_limit', 'tpd_limit', 'budget_limits', 'budget_id',
  'rotation_interval', 'organization_id', 'project_id', 'temp_budget_increase', 'temp_budget_expiry',
] as const;
const amounts = ['max_budget', 'soft_budget', 'spend', 'temp_budget_increase'] as const;
const rates = ['tpm_limit', 'rpm_limit', 'tpd_limit', 'max_parallel_requests'] as const;

/**
 * What a request changes of a key. `given`: the members that stood in it. `before`: the key's metadata so far. `reserved`: the caller may
 * set members of metadata that grant or limit something; else those that are there stay.
 */
export function keyChanges(values: KeySettings, given: ReadonlySet<string>, before: JsonObject, reserved: boolean, services: Pick<AdminServices, 'nowMs' | 'clock'>): Result<Partial<KeyRecord>> {
  const wrong = wrongAmount(values);
  if (wrong !== null) return fail(fault('managed_invalid', wrong));
  const changes: Partial<KeyRecord> = {};
  const put = <K extends keyof KeyRecord>(name: K, value: KeyRecord[K]): void => {
    changes[name] = value;
  };
  for (const name of textsMembers) if (given.has(name)) put(name, values[name] ?? []);
  for (const name of mapMembers) if (given.has(name)) put(name, values[name] ?? {});
  for (const name of plainMembers) if (given.has(name)) Object.assign(changes, { [name]: values[name] ?? null });
  if (given.has('budget_limits')) put('budget_limits', withResets(values.budget_limits ?? null, services));
  if (given.has('spend')) put('spend', values.spend ?? 0);
  if (given.has('blocked')) put('blocked', values.blocked ?? false);
  if (given.has('auto_rotate')) put('auto_rotate', values.auto_rotate ?? false);
  if (given.has('key_type')) {
    put('key_type', values.key_type ?? 'default');
    if (!given.has('allowed_routes')) put('allowed_routes', [...(routesOfKeyType[values.key_type ?? 'default'] ?? [])]);
  }
  const times = timesOf(values, given, services);
  if (!times.ok) return times;
  Object.assign(changes, times.value);
  const metadata = metadataOf(values, given, before, reserved);
  if (metadata) put('metadata', metadata);
  return ok(changes);
}

function wrongAmount(values: KeySettings): string | null {
  for (const name of amounts) {
    const value = values[name];
    if (typeof value === 'number' && (value < 0 || !Number.isFinite(value))) return `${name} must be a non-negative finite number. Received: ${pythonNumber(value)}`;
  }
  const rate = rates.find((name) => (values[name] ?? 0) < 0);
  return rate === undefined ? null : `${rate} must be a non-negative integer. Received: ${values[rate]}`;
}

const pythonNumber = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

function timesOf(values: KeySettings, given: ReadonlySet<string>, { nowMs, clock }: Pick<AdminServices, 'nowMs' | 'clock'>): Result<Partial<KeyRecord>> {
  const changes: Partial<KeyRecord> = {};
  if (given.has('duration')) {
    const { duration } = values;
    // `-1` and null: the key never expires.
    const until = duration === null || duration === undefined || duration === '-1' ? null : after(duration, nowMs());
    if (until === null && duration != null && duration !== '-1') return fail(fault('managed_invalid', 'Invalid duration format', { status: 500, type: 'internal_server_error', param: null }));
    changes.expires = until === null ? null : new Date(until).toISOString();
  }
  if (given.has('budget_duration')) {
    const { budget_duration: duration } = values;
    if (duration != null && !isBudgetDuration(duration)) return fail(fault('managed_invalid', `Invalid budget_duration: '${duration.slice(0, 40)}'. Use 30s, 15m, 24h, 7d or 1mo.`));
    changes.budget_duration = duration ?? null;
    changes.budget_reset_at = duration == null ? null : new Date(windowEndMs(duration, nowMs(), clock)).toISOString();
  }
  const interval = values.rotation_interval;
  if (given.has('rotation_interval') || given.has('auto_rotate')) {
    const due = interval == null ? null : after(interval, nowMs());
    if (interval != null && due === null) return fail(fault('managed_invalid', 'Invalid rotation_interval: use 24h, 30d or 1mo.'));
    if (values.auto_rotate && due === null) return fail(fault('managed_invalid', 'rotation_interval is required with auto_rotate.'));
    changes.key_rotation_at = values.auto_rotate && due !== null ? new Date(due).toISOString() : null;
  }
  return ok(changes);
}

/** The new metadata, or null when nothing of it changes. */
function metadataOf(values: KeySettings, given: ReadonlySet<string>, before: JsonObject, reserved: boolean): JsonObject | null {
  const named = Object.keys(metadataFields).filter((name) => given.has(name)) as (keyof typeof metadataFields)[];
  if (!given.has('metadata') && named.length === 0) return null;
  const kept = (name: string): boolean => (reserved ? Object.hasOwn(metadataFields, name) : isReservedMetadata(name));
  const written: JsonObject = given.has('metadata')
    ? { ...pick(before, kept), ...pick(values.metadata ?? {}, (name) => reserved || !isReservedMetadata(name)) }
    : { ...before };
  for (const name of named) {
    const value = (values[name] ?? null) as Json;
    if (value === null) delete written[name];
    else written[name] = value;
  }
  return written;
}

const pick = (map: JsonObject, test: (name: string) => boolean): JsonObject => Object.fromEntries(Object.entries(map).filter(([name]) => test(name)));
