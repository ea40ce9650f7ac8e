// From the members of a request to what is kept of a team.
import { firstReset, putBudget, withResets, wrongBudget } from '../budgets/write.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { isReservedMetadata } from '../../access/writable.ts';
import { metadataFields } from '../keys/fields.ts';
import type { AdminCall } from '../endpoint.ts';
import type { BodyOf } from '../body/field.ts';
import type { Database } from '../database.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Note } from '../commit.ts';
import type { patchTeamFields } from './fields.ts';
import type { Reach } from '../../access/permissions.ts';
import type { TeamRecord } from '../../access/records/people.ts';

type Values = BodyOf<typeof patchTeamFields>;

const plain = ['team_alias', 'organization_id', 'tpm_limit', 'rpm_limit', 'tpd_limit', 'max_budget', 'soft_budget', 'budget_duration', 'budget_limits', 'max_parallel_requests'] as const;
const lists = ['models', 'access_group_ids', 'default_team_member_models', 'team_member_permissions'] as const;
const maps = ['router_settings', 'model_aliases', 'model_max_budget'] as const;
const kept = ['secret_manager_settings', 'enforced_batch_output_expires_after', 'enforced_file_expires_after', 'team_member_key_duration'] as const;

/** What a request changes of a team. */
export function teamChanges(values: Values, given: ReadonlySet<string>, before: TeamRecord | null, reach: Reach, services: AdminCall['services']): Result<Partial<TeamRecord>> {
  const wrong = wrongBudget(values);
  if (wrong !== null) return fail(fault('managed_invalid', wrong));
  const soft = given.has('soft_budget') ? values.soft_budget : before?.soft_budget ?? null;
  const most = given.has('max_budget') ? values.max_budget : before?.max_budget ?? null;
  if (given.has('soft_budget') && soft !== null && most !== null && soft >= most) return fail(fault('managed_invalid', `soft_budget (${soft}) must be strictly lower than max_budget (${most})`));
  const changes: Partial<TeamRecord> = {};
  for (const name of plain) if (given.has(name)) Object.assign(changes, { [name]: values[name] });
  for (const name of lists) if (given.has(name)) changes[name] = values[name] ?? [];
  for (const name of maps) if (given.has(name)) changes[name] = values[name] ?? {};
  if (given.has('budget_limits')) changes.budget_limits = withResets(values.budget_limits, services);
  if (given.has('blocked')) changes.blocked = values.blocked ?? false;
  if (given.has('budget_duration')) changes.budget_reset_at = firstReset(values.budget_duration, services);
  const named = [...Object.keys(metadataFields), ...kept].filter((name) => given.has(name)) as (keyof Values)[];
  if (given.has('metadata') || named.length > 0) {
    const reserved = reach !== 'team';
    const stays = Object.entries(before?.metadata ?? {}).filter(([name]) => !given.has('metadata') || isReservedMetadata(name));
    const metadata: JsonObject = Object.fromEntries(stays);
    for (const [name, value] of Object.entries(values.metadata ?? {})) if (reserved || !isReservedMetadata(name)) metadata[name] = value;
    for (const name of named) {
      const value = values[name] as Json;
      if (value === null) delete metadata[name];
      else metadata[name] = value;
    }
    changes.metadata = metadata;
  }
  return ok(changes);
}

/** Writes the budget that members of the team get each (`team_member_budget` …); gives its id, or null when the request does not touch it. */
export async function putMembersBudget(db: Database, call: AdminCall, values: Values, given: ReadonlySet<string>, before: TeamRecord | null, note: (note: Note) => void): Promise<Result<string | null>> {
  const settings = {
    ...(given.has('team_member_budget') && { max_budget: values.team_member_budget }), ...(given.has('team_member_budget_duration') && { budget_duration: values.team_member_budget_duration }),
    ...(given.has('team_member_rpm_limit') && { rpm_limit: values.team_member_rpm_limit }), ...(given.has('team_member_tpm_limit') && { tpm_limit: values.team_member_tpm_limit }),
  };
  if (Object.keys(settings).length === 0) return ok(null);
  // The members' budgets start anew with the team's, unless the request says otherwise.
  const duration = given.has('budget_duration') ? values.budget_duration : before?.budget_duration ?? null;
  if (before?.members_budget_id == null && !given.has('team_member_budget_duration') && duration !== null) Object.assign(settings, { budget_duration: duration });
  const made = await putBudget(db, call, before?.members_budget_id ?? null, settings, note);
  return made.ok ? ok(made.value.budget_id) : made;
}
