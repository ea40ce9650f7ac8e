// `GET /provider/budgets`: the budgets of providers (`router_settings.provider_budget_config`) and what is spent of them.
import { answer, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { isJsonObject, numberAt, stringAt } from '../../lib/json.ts';
import { limitScope } from '../../limits/scope.ts';
import { usdOf } from '../../lib/money.ts';
import { windowEndMs } from '../../limits/budget-window.ts';

/** Handles it. */
export function providerBudgets({ services: { config, limiter, nowMs, clock } }: AdminCall): AdminAnswer {
  const now = nowMs();
  const providers = Object.entries(config.routerSettings.providerBudgetConfig ?? {}).flatMap(([name, entry]: [string, unknown]) => {
    if (!isJsonObject(entry)) return [];
    const limit = numberAt(entry, 'budget_limit') ?? numberAt(entry, 'max_budget') ?? null;
    const period = stringAt(entry, 'time_period') ?? stringAt(entry, 'budget_duration') ?? null;
    const spent = limiter?.spentNanoUsd(limitScope('provider', name, name, { maxBudgetUsd: limit, budgetDuration: period }), now) ?? 0;
    return [[name, { budget_limit: limit, time_period: period, spend: usdOf(spent), budget_reset_at: period === null ? null : new Date(windowEndMs(period, now, clock)).toISOString() }] as const];
  });
  return answer({ providers: Object.fromEntries(providers) });
}
