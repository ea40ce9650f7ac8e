// The bodies of the routes of budgets.
import { integer, map, number, required, text, texts, time } from '../body/field.ts';

/** What a budget consists of, wherever one can be given. */
export const budgetSettings = {
  max_budget: number, soft_budget: number, max_parallel_requests: integer, tpm_limit: integer, rpm_limit: integer, tpd_limit: integer, budget_duration: text, model_max_budget: map,
} as const;

/** `POST /budget/new` and `/budget/update`. */
export const budgetFields = { budget_id: text, ...budgetSettings, budget_reset_at: time, allowed_models: texts, temp_budget_increase: number, temp_budget_expiry: time } as const;
export const budgetsFields = { budgets: required(texts) } as const;
export const budgetDeleteFields = { id: required(text) } as const;

/** What `GET /budget/settings` tells the dashboard of each. */
export const budgetFieldNotes: readonly { name: string; type: string; description: string }[] = [
  { name: 'max_budget', type: 'Float', description: 'Requests are refused when this much is spent, in US dollars.' },
  { name: 'soft_budget', type: 'Float', description: 'An alert is raised when this much is spent; requests go on.' },
  { name: 'max_parallel_requests', type: 'Integer', description: 'Requests that may be under way at a time.' },
  { name: 'tpm_limit', type: 'Integer', description: 'Tokens per minute.' },
  { name: 'rpm_limit', type: 'Integer', description: 'Requests per minute.' },
  { name: 'tpd_limit', type: 'Integer', description: 'Tokens per day.' },
  { name: 'budget_duration', type: 'String', description: 'After which time the budget starts anew: 24h, 7d, 1mo.' },
  { name: 'model_max_budget', type: 'Object', description: 'Budgets of single models.' },
];
