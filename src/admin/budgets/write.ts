// Budgets as rows: those that an administrator made, and those that come with a member, a customer, an organization or a tag.
import { budgetMembers, type BudgetRecord } from '../../access/records/things.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { isBudgetDuration, windowEndMs } from '../../limits/budget-window.ts';
import { randomUUID } from 'node:crypto';
import { readRecord, writeRecord } from '../../access/records/record.ts';
import type { AdminCall } from '../endpoint.ts';
import type { Database } from '../database.ts';
import { stringAt, type JsonObject } from '../../lib/json.ts';
import type { Note } from '../commit.ts';

/** What a budget is given. */
export type BudgetSettings = Partial<Omit<BudgetRecord, 'created_at' | 'created_by' | 'updated_at' | 'updated_by'>>;

/** Why a budget cannot be so; null: it can. */
export function wrongBudget(settings: { max_budget?: number | null; soft_budget?: number | null; budget_duration?: string | null; tpm_limit?: number | null; rpm_limit?: number | null }): string | null {
  for (const name of ['max_budget', 'soft_budget', 'tpm_limit', 'rpm_limit'] as const) {
    const value = settings[name];
    if (typeof value === 'number' && (value < 0 || !Number.isFinite(value))) return `${name} must be a non-negative finite number. Received: ${value}`;
  }
  const { budget_duration: duration } = settings;
  return duration != null && !isBudgetDuration(duration) ? `Invalid budget_duration: '${duration.slice(0, 40)}'. Use 30s, 15m, 24h, 7d or 1mo.` : null;
}

/** When the first window of a budget ends. */
export function firstReset(duration: string | null | undefined, { nowMs, clock }: Pick<AdminCall['services'], 'nowMs' | 'clock'>): string | null {
  return duration == null ? null : new Date(windowEndMs(duration, nowMs(), clock)).toISOString();
}

/** Windows of budgets with the times at which the present ones end. */
export function withResets(limits: readonly JsonObject[] | null, services: Pick<AdminCall['services'], 'nowMs' | 'clock'>): JsonObject[] | null {
  return limits === null ? null : limits.map((limit) => ({ ...limit, reset_at: stringAt(limit, 'reset_at') ?? firstReset(stringAt(limit, 'budget_duration'), services) }));
}

/** Makes a budget, or changes it where it is there, as part of a change. */
export async function putBudget(db: Database, call: Pick<AdminCall, 'services' | 'caller'>, id: string | null, settings: BudgetSettings, note: (note: Note) => void): Promise<Result<BudgetRecord>> {
  const wrong = wrongBudget(settings);
  if (wrong !== null) return fail(fault('managed_invalid', wrong));
  const budgetId = id ?? settings.budget_id ?? randomUUID();
  const at = new Date(call.services.nowMs()).toISOString();
  const before = await db.selectFrom('budgets').selectAll().where('budget_id', '=', budgetId).executeTakeFirst();
  const reset = 'budget_duration' in settings && settings.budget_reset_at == null ? { budget_reset_at: firstReset(settings.budget_duration, call.services) } : {};
  const changes: BudgetSettings & Partial<BudgetRecord> = { ...settings, ...reset, budget_id: budgetId, updated_at: at, updated_by: call.caller.userId };
  if (before) await db.updateTable('budgets').set(writeRecord(budgetMembers, changes, before)).where('budget_id', '=', budgetId).execute();
  else await db.insertInto('budgets').values({ budget_id: budgetId, created_at_ms: 0, updated_at_ms: 0, ...writeRecord(budgetMembers, { ...changes, created_at: at, created_by: call.caller.userId }) }).execute();
  const written = readRecord(budgetMembers, await db.selectFrom('budgets').selectAll().where('budget_id', '=', budgetId).executeTakeFirstOrThrow());
  note({ kind: 'budget', id: budgetId, action: before ? 'updated' : 'created', before: before ? shown(readRecord(budgetMembers, before)) : null, after: shown(written) });
  return ok(written);
}

/** A budget's members as JSON. */
export const shown = (budget: BudgetRecord): JsonObject => ({ ...budget });

/** A budget as LiteLLM's rows are shown. */
export function wholeBudget(budget: BudgetRecord): JsonObject {
  const { model_max_budget: models } = budget;
  return {
    ...budget, model_max_budget: Object.keys(models).length > 0 ? models : null,
    organization: null, projects: null, keys: null, end_users: null, tags: null, model_access_groups: null, team_membership: null, organization_membership: null,
  };
}

/** A budget as it stands inside another row. */
export function innerBudget(budget: BudgetRecord | null): JsonObject | null {
  if (!budget) return null;
  const { updated_at: _at, updated_by: _by, created_by: _made, model_max_budget: models, ...rest } = budget;
  return { ...rest, model_max_budget: Object.keys(models).length > 0 ? models : null };
}
