// What a team of an organization may be given: no more than the organization has itself.
import { findBudgets } from '../../access/material.ts';
import type { Database } from '../database.ts';
import type { OrganizationRecord } from '../../access/records/people.ts';

/** What a team gets or has. */
export interface TeamLimits {
  max_budget: number | null;
  tpm_limit: number | null;
  rpm_limit: number | null;
  models: readonly string[] | null;
}

/** Why a team of this organization may not be so; null: it may. */
export async function beyondOrganization(db: Database, { organization_id: id, budget_id: budgetId, models }: OrganizationRecord, team: TeamLimits): Promise<string | null> {
  const budget = budgetId === null ? undefined : (await findBudgets(db, [budgetId])).get(budgetId);
  for (const name of ['max_budget', 'tpm_limit', 'rpm_limit'] as const) {
    const most = budget?.[name] ?? null;
    const asked = team[name];
    if (asked !== null && most !== null && asked > most) return `Team ${name} (${asked}) exceeds organization's ${name} (${most}). Organization: ${id}`;
  }
  if (models.length === 0 || models.includes('all-proxy-models')) return null;
  const foreign = team.models?.find((model) => !models.includes(model));
  return foreign === undefined ? null : `Model '${foreign.slice(0, 100)}' not in organization's allowed models. Organization: ${id}`;
}
