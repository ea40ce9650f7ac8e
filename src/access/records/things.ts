// The records of budgets, tags, projects, access groups, invitations, credentials and stored models, by the names of LiteLLM's API.
import { flag, name, number, object, text, texts, time, usd, type RecordOf } from './record.ts';

const changes = { created_at: time('created_at_ms'), created_by: text('created_by'), updated_at: time('updated_at_ms'), updated_by: text('updated_by') };

/** A budget: amounts in US dollars. */
export const budgetMembers = {
  budget_id: name('budget_id'), max_budget: number('max_budget'), soft_budget: number('soft_budget'), max_parallel_requests: number('max_parallel_requests'),
  tpm_limit: number('tpm_limit'), rpm_limit: number('rpm_limit'), tpd_limit: number('tpd_limit'), budget_duration: text('budget_duration'), budget_reset_at: time('budget_reset_at_ms'),
  temp_budget_increase: number('temp_budget_increase'), temp_budget_expiry: time('temp_budget_expires_at_ms'), ...changes,
  model_max_budget: object(), allowed_models: texts(),
};
export type BudgetRecord = RecordOf<typeof budgetMembers>;

/** A tag of requests. */
export const tagMembers = {
  name: name('tag_name'), description: text('description'), budget_id: text('budget_id'), spend: usd('spend_nano_usd'), ...changes, models: texts(), model_info: object(),
};
export type TagRecord = RecordOf<typeof tagMembers>;

/** A project of a team. */
export const projectMembers = {
  project_id: name('project_id'), project_alias: text('project_alias'), team_id: text('team_id'), budget_id: text('budget_id'), object_permission_id: text('object_permission_id'),
  blocked: flag('blocked'), spend: usd('spend_nano_usd'), ...changes,
  description: text(), models: texts(), metadata: object(), model_rpm_limit: object(), model_tpm_limit: object(), model_spend: object(),
};
export type ProjectRecord = RecordOf<typeof projectMembers>;

/** A group of models, MCP servers and agents that keys and teams are given together. */
export const accessGroupMembers = {
  access_group_id: name('access_group_id'), access_group_name: name('access_group_name'), description: text('description'), ...changes,
  access_model_names: texts(), access_mcp_server_ids: texts(), access_agent_ids: texts(), assigned_team_ids: texts(), assigned_key_ids: texts(),
};
export type AccessGroupRecord = RecordOf<typeof accessGroupMembers>;

/** An invitation to the dashboard. */
export const invitationMembers = {
  id: name('invitation_id'), user_id: name('user_id'), is_accepted: flag('is_accepted'), accepted_at: time('accepted_at_ms'), expires_at: time('expires_at_ms'), ...changes,
};
export type InvitationRecord = RecordOf<typeof invitationMembers>;

/** A provider's credential. `credential_values` is sealed in the database and never part of a record. */
export const credentialMembers = {
  credential_id: name('credential_id'), credential_name: name('credential_name'), display_name: text('display_name'), credential_info: object('credential_info'), ...changes,
};
export type CredentialRecord = RecordOf<typeof credentialMembers>;

/** A model that was added while running. The values of `litellm_params` are sealed. */
export const storedModelMembers = {
  model_id: name('model_id'), model_name: name('model_name'), team_id: text('team_id'), blocked: flag('blocked'), litellm_params: object('litellm_params'), model_info: object('model_info'), ...changes,
};
export type StoredModelRecord = RecordOf<typeof storedModelMembers>;
