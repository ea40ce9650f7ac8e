// The bodies of the routes of projects.
import { budgetSettings } from '../budgets/fields.ts';
import { boolean, map, required, text, texts } from '../body/field.ts';

/** What a project is given beside its budget. */
const settings = {
  project_alias: text, description: text, team_id: text, metadata: map, tags: texts, guardrails: texts, policies: texts, models: texts, model_rpm_limit: map, model_tpm_limit: map,
  model_itpm_limit: map, model_otpm_limit: map, blocked: boolean, object_permission: map, budget_id: text, ...budgetSettings,
} as const;

/** `POST /project/new`. */
export const newProjectFields = { ...settings, project_id: text, team_id: required(text) } as const;
/** `POST /project/update`. */
export const updateProjectFields = { ...settings, project_id: required(text) } as const;
export const deleteProjectFields = { project_ids: required(texts) } as const;

/** What stands in the project's `metadata`. */
export const projectMetadata = ['tags', 'guardrails', 'policies', 'model_itpm_limit', 'model_otpm_limit'] as const;
