// `GET /provider/budgets`: what may be spent on each provider (`router_settings.provider_budget_config`), what is, and until when.
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { nextRequest } from '../../limits/limiter.ts';
import { providerScopes } from '../../pipeline/compile-limits.ts';

/** The budgets of all providers; LiteLLM's words where there are none. */
export async function providerBudgets({ services }: AdminCall): Promise<AdminAnswer> {
  const { config, limiter, nowMs } = services;
  const scopes = providerScopes(config);
  if (scopes.size === 0 || !limiter) return refuse('database_required', 'No provider budget config found. Please set a provider budget config in the router settings.');
  const states = await limiter.explain(nextRequest('', null, [...scopes.values()], nowMs()));
  const configured = config.routerSettings.providerBudgetConfig ?? {};
  const providers = [...scopes.keys()].map((name) => {
    const state = states.find(({ kind, id, rule }) => kind === 'provider' && id === name && rule === 'max_budget');
    const entry: Readonly<Record<string, unknown>> = { ...Object(configured[name]) };
    return [name, {
      budget_limit: state?.limit ?? null, time_period: entry['time_period'] ?? entry['budget_duration'] ?? null, spend: state?.used ?? 0, budget_reset_at: state?.resetsAt ?? null,
    }];
  });
  return answer({ providers: Object.fromEntries(providers) });
}
