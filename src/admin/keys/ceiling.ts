// A key that a key makes or changes must not have more rights than the one that asks, nor may owners widen what they were given.
import { fault, type Fault } from '../../canonical/fault.ts';
import { modelsWithin, type ModelNames } from '../../access/model-access.ts';
import { routesOf } from '../../access/make-caller.ts';
import { routesWithin } from '../../access/route-rules.ts';
import type { KeyRecord } from '../../access/records/key.ts';

type Rights = Pick<KeyRecord, 'models' | 'allowed_routes' | 'key_type' | 'expires' | 'metadata' | (typeof amounts)[number] | 'budget_duration' | 'model_max_budget'>;

const amounts = ['max_budget', 'max_parallel_requests', 'tpm_limit', 'rpm_limit', 'tpd_limit'] as const;
// Members of metadata that bind whoever a key makes.
const inheritedMetadata = ['guardrails', 'allowed_ips', 'enforced_params', 'policies', 'denied_passthrough_routes', 'model_rpm_limit', 'model_tpm_limit'] as const;

/** Fills what a new key leaves open with what its maker has. */
export function inherit<T extends Rights>(key: T, parent: Rights): T {
  const metadata = { ...key.metadata };
  for (const name of inheritedMetadata) if (metadata[name] === undefined && parent.metadata[name] !== undefined) metadata[name] = parent.metadata[name] ?? null;
  const filled: T = { ...key, metadata };
  if (filled.models.length === 0) filled.models = [...parent.models];
  if (routesOf(filled).length === 0) filled.allowed_routes = [...routesOf(parent)];
  if (filled.expires === null) filled.expires = parent.expires;
  if (Object.keys(filled.model_max_budget).length === 0) filled.model_max_budget = { ...parent.model_max_budget };
  for (const name of amounts) filled[name] ??= parent[name];
  // A budget that starts anew more often is a larger one.
  if (parent.max_budget !== null) filled.budget_duration = parent.budget_duration;
  return filled;
}

/** Why `key` exceeds `parent`; null: it does not. */
export function exceeding(key: Rights, parent: Rights, names: ModelNames): Fault | null {
  const refuse = (what: string): Fault => fault('managed_forbidden', `A key cannot have more rights than the one that makes or changes it: ${what}.`);
  if (!modelsWithin(key.models, parent.models, names)) return refuse('models');
  if (!routesWithin(routesOf(key), routesOf(parent))) return refuse('allowed_routes');
  if (parent.expires !== null && (key.expires === null || Date.parse(key.expires) > Date.parse(parent.expires))) return refuse('duration');
  for (const name of amounts) {
    const most = parent[name];
    const asked = key[name];
    if (most !== null && (asked === null || asked > most)) return refuse(name);
  }
  if (parent.max_budget !== null && key.budget_duration !== parent.budget_duration) return refuse('budget_duration');
  const loosened = Object.keys(parent.model_max_budget).find((model) => JSON.stringify(key.model_max_budget[model]) !== JSON.stringify(parent.model_max_budget[model]));
  if (loosened !== undefined) return refuse('model_max_budget');
  const freed = inheritedMetadata.find((name) => parent.metadata[name] !== undefined && JSON.stringify(key.metadata[name]) !== JSON.stringify(parent.metadata[name]));
  return freed === undefined ? null : refuse(freed);
}
