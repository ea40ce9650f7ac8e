// Whose limits hold for a caller, in the form that the limiter takes. The rules are LiteLLM's; docs/guide/keys.md lists them.
import { isJsonObject, numberAt, stringAt, type Json, type JsonObject } from '../lib/json.ts';
import { limitScope, limitsNothing, type BudgetWindow, type LimitScope, type ModelBudget, type ScopeLimits } from '../limits/scope.ts';
import { nanoUsdOf } from '../lib/money.ts';
import type { BudgetRecord, ProjectRecord } from './records/things.ts';
import type { KeyRecord } from './records/key.ts';
import type { Material } from './material.ts';
import type { OrganizationRecord, TeamMembershipRecord, TeamRecord, UserRecord } from './records/people.ts';

/** What scopes are made from. */
export interface ScopeOptions {
  /** A user's own budget holds for keys of a team too. LiteLLM lets the team's budget stand for it. */
  userBudgetsForTeamKeys: boolean;
  /** Parameters that requests of service accounts must have (`service_account_settings.enforced_params`). */
  serviceAccountParams?: readonly string[];
  /** What is left of the rates of a key that has used up its budget and may go on (`budget_exceeded_throttle_percentage`); null: none may. */
  throttledShare?: number | null;
}

/** All scopes of a caller that limit anything, from the key outwards. A key's own is always there: answers say what it has spent. */
export function scopesOf({ key, user, team, organization, project, memberships, budgets }: Material, options: ScopeOptions): LimitScope[] {
  const userId = key?.user_id ?? user?.user_id ?? null;
  const member = team && memberships.find(({ team_id }) => team_id === team.team_id);
  const scopes = [
    key && keyScope(key, budgetOf(budgets, key.budget_id), options.throttledShare ?? null),
    team && teamScope(team),
    team && member && memberScope(team, member, budgetOf(budgets, member.budget_id ?? team.members_budget_id)),
    user && userId !== null && userScope(user, key?.team_id == null || options.userBudgetsForTeamKeys),
    project && projectScope(project, budgetOf(budgets, project.budget_id)),
    organization && organizationScope(organization, budgetOf(budgets, organization.budget_id)),
  ];
  return scopes.filter((scope) => scope !== null && scope !== false && scope !== undefined).filter((scope) => scope.kind === 'key' || !limitsNothing(scope));
}

const budgetOf = (budgets: ReadonlyMap<string, BudgetRecord>, id: string | null): BudgetRecord | null => (id === null ? null : budgets.get(id) ?? null);
const timeMs = (time: string | null | undefined): number | null => (time == null ? null : Date.parse(time));

/** The scope of a key, with the budget that it refers to where it sets nothing itself. */
export function keyScope(key: KeyRecord, budget: BudgetRecord | null, throttledShare: number | null = null): LimitScope {
  const { metadata } = key;
  return limitScope('key', key.token, key.key_name ?? 'key', {
    ...limitsOf(key, key.spend), ...(budget && underneath(budget, key)),
    maxBudgetUsd: key.max_budget ?? budget?.max_budget ?? null, softBudgetUsd: key.soft_budget ?? budget?.soft_budget ?? null,
    temporaryIncreaseUsd: key.temp_budget_increase ?? numberAt(metadata, 'temp_budget_increase') ?? null,
    temporaryIncreaseUntilMs: timeMs(key.temp_budget_expiry ?? stringAt(metadata, 'temp_budget_expiry')),
    modelBudgets: modelBudgets(key.model_max_budget), moreBudgets: windows(key.budget_limits), throttledShare: metadata['throttle_on_budget_exceeded'] === true ? throttledShare : null,
    modelRequestsPerMinute: numbers(metadata['model_rpm_limit']), modelTokensPerMinute: numbers(metadata['model_tpm_limit']),
  }, manner(metadata));
}

function teamScope(team: TeamRecord): LimitScope {
  const { metadata } = team;
  return limitScope('team', team.team_id, team.team_alias ?? team.team_id, {
    ...limitsOf(team, team.spend), softBudgetUsd: team.soft_budget, modelBudgets: modelBudgets(team.model_max_budget), moreBudgets: windows(team.budget_limits),
    modelRequestsPerMinute: numbers(metadata['model_rpm_limit']), modelTokensPerMinute: numbers(metadata['model_tpm_limit']),
  }, manner(metadata));
}

function memberScope(team: TeamRecord, member: TeamMembershipRecord, budget: BudgetRecord | null): LimitScope | null {
  if (!budget) return null;
  return limitScope('team_member', `${team.team_id}:${member.user_id}`, `${member.user_id} in ${team.team_alias ?? team.team_id}`, {
    ...budgetLimits(budget, member.spend), budgetResetAtMs: timeMs(member.budget_reset_at ?? budget.budget_reset_at),
  });
}

function userScope(user: UserRecord, withBudget: boolean): LimitScope {
  const limits = limitsOf(user, user.spend);
  return limitScope('user', user.user_id, user.user_email ?? user.user_id, {
    ...limits, ...(withBudget ? { modelBudgets: modelBudgets(user.model_max_budget), softBudgetUsd: user.soft_budget } : { maxBudgetUsd: null }),
  }, manner(user.metadata));
}

function organizationScope(organization: OrganizationRecord, budget: BudgetRecord | null): LimitScope {
  const { metadata, spend } = organization;
  return limitScope('organization', organization.organization_id, organization.organization_alias ?? organization.organization_id, {
    ...(budget && budgetLimits(budget, spend)), modelRequestsPerMinute: numbers(metadata['model_rpm_limit']), modelTokensPerMinute: numbers(metadata['model_tpm_limit']),
  }, manner(metadata));
}

function projectScope(project: ProjectRecord, budget: BudgetRecord | null): LimitScope {
  return limitScope('project', project.project_id, project.project_alias ?? project.project_id, {
    ...(budget && budgetLimits(budget, project.spend)), modelRequestsPerMinute: numbers(project.model_rpm_limit), modelTokensPerMinute: numbers(project.model_tpm_limit),
  }, manner(project.metadata));
}

/** The limits of a budget, with what was spent against it in US dollars. */
export function budgetLimits(budget: BudgetRecord, spendUsd: number): ScopeLimits {
  return {
    ...limitsOf(budget, spendUsd), softBudgetUsd: budget.soft_budget, modelBudgets: modelBudgets(budget.model_max_budget),
    temporaryIncreaseUsd: budget.temp_budget_increase, temporaryIncreaseUntilMs: timeMs(budget.temp_budget_expiry),
  };
}

interface Limited {
  max_budget: number | null;
  budget_duration: string | null;
  budget_reset_at: string | null;
  tpm_limit: number | null;
  rpm_limit: number | null;
  max_parallel_requests: number | null;
  tpd_limit?: number | null;
}

function limitsOf(limited: Limited, spendUsd: number): ScopeLimits {
  return {
    maxBudgetUsd: limited.max_budget, budgetDuration: limited.budget_duration, budgetResetAtMs: timeMs(limited.budget_reset_at), spentNanoUsd: nanoUsdOf(spendUsd),
    requestsPerMinute: limited.rpm_limit, tokensPerMinute: limited.tpm_limit, tokensPerDay: limited.tpd_limit ?? null, maxParallelRequests: limited.max_parallel_requests,
  };
}

// What a key does not say, its budget may.
function underneath(budget: BudgetRecord, key: Limited): ScopeLimits {
  return {
    budgetDuration: key.budget_duration ?? budget.budget_duration, budgetResetAtMs: timeMs(key.budget_reset_at ?? budget.budget_reset_at),
    requestsPerMinute: key.rpm_limit ?? budget.rpm_limit, tokensPerMinute: key.tpm_limit ?? budget.tpm_limit, tokensPerDay: key.tpd_limit ?? budget.tpd_limit,
    maxParallelRequests: key.max_parallel_requests ?? budget.max_parallel_requests,
  };
}

function modelBudgets(stored: JsonObject): Record<string, ModelBudget> | null {
  const entries = Object.entries(stored).flatMap(([model, value]): [string, ModelBudget][] => {
    if (typeof value === 'number') return [[model, { maxBudgetUsd: value, budgetDuration: null }]];
    if (!isJsonObject(value)) return [];
    const maxBudgetUsd = numberAt(value, 'budget_limit') ?? numberAt(value, 'max_budget');
    if (maxBudgetUsd === undefined) return [];
    return [[model, {
      maxBudgetUsd, budgetDuration: stringAt(value, 'time_period') ?? stringAt(value, 'budget_duration') ?? null,
      requestsPerMinute: numberAt(value, 'rpm_limit') ?? null, tokensPerMinute: numberAt(value, 'tpm_limit') ?? null,
    }]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

function windows(stored: Json): BudgetWindow[] | null {
  if (!Array.isArray(stored)) return null;
  return stored.filter(isJsonObject).flatMap((entry) => {
    const maxBudgetUsd = numberAt(entry, 'max_budget') ?? numberAt(entry, 'budget_limit');
    return maxBudgetUsd === undefined ? [] : [{ maxBudgetUsd, budgetDuration: stringAt(entry, 'budget_duration') ?? stringAt(entry, 'time_period') ?? null, budgetResetAtMs: timeMs(stringAt(entry, 'reset_at')) }];
  });
}

function numbers(stored: Json | undefined): Record<string, number> | null {
  if (!isJsonObject(stored)) return null;
  return Object.fromEntries(Object.entries(stored).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

// `priority` is LiteLLM's word; `shadow_limits` is ours: count and log, but refuse nothing.
const manner = (metadata: JsonObject): { priority: string | null; shadow: boolean } => ({ priority: stringAt(metadata, 'priority') ?? null, shadow: metadata['shadow_limits'] === true });
