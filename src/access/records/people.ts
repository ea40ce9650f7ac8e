// The records of users, teams and organizations, by the names of LiteLLM's API.
import { flag, json, name, number, object, text, texts, time, usd, type RecordOf } from './record.ts';

const budget = { max_budget: number('max_budget'), budget_duration: text('budget_duration'), budget_reset_at: time('budget_reset_at_ms') };
const rates = { max_parallel_requests: number('max_parallel_requests'), tpm_limit: number('tpm_limit'), rpm_limit: number('rpm_limit') };
const times = { created_at: time('created_at_ms'), updated_at: time('updated_at_ms') };
const authors = { created_by: text('created_by'), updated_by: text('updated_by') };

/** A user. `password_hash` is kept apart: it never becomes part of a record. */
export const userMembers = {
  user_id: name('user_id'), user_alias: text('user_alias'), team_id: text('team_id'), sso_user_id: text('sso_user_id'), organization_id: text('organization_id'),
  object_permission_id: text('object_permission_id'), user_role: text('user_role'), user_email: text('user_email'), blocked: flag('blocked'), spend: usd('spend_nano_usd'),
  ...budget, soft_budget: number('soft_budget'), ...rates, ...times,
  models: texts(), metadata: object(), allowed_cache_controls: texts(), policies: texts(), model_spend: object(), model_max_budget: object(),
};
export type UserRecord = RecordOf<typeof userMembers>;

/** A team. Its members have rows of their own. */
export const teamMembers = {
  team_id: name('team_id'), team_alias: text('team_alias'), organization_id: text('organization_id'), object_permission_id: text('object_permission_id'), blocked: flag('blocked'),
  spend: usd('spend_nano_usd'), ...budget, soft_budget: number('soft_budget'), ...rates, tpd_limit: number('tpd_limit'), ...times,
  models: texts(), metadata: object(), model_aliases: object(), team_member_permissions: texts(), router_settings: object(), access_group_ids: texts(),
  default_team_member_models: texts(), model_spend: object(), model_max_budget: object(), policies: texts(), budget_limits: json(), members_budget_id: text(),
};
export type TeamRecord = RecordOf<typeof teamMembers>;

/** A user's place in a team. */
export const teamMembershipMembers = {
  team_id: name('team_id'), user_id: name('user_id'), role: name('role'), budget_id: text('budget_id'), budget_reset_at: time('budget_reset_at_ms'),
  spend: usd('spend_nano_usd'), total_spend: usd('total_spend_nano_usd'), user_email: text(),
};
export type TeamMembershipRecord = RecordOf<typeof teamMembershipMembers>;

/** An organization. Its budget stands in `budgets`. */
export const organizationMembers = {
  organization_id: name('organization_id'), organization_alias: text('organization_alias'), budget_id: text('budget_id'), object_permission_id: text('object_permission_id'),
  spend: usd('spend_nano_usd'), ...times, ...authors, models: texts(), metadata: object(), model_spend: object(),
};
export type OrganizationRecord = RecordOf<typeof organizationMembers>;

/** A user's place in an organization. */
export const organizationMembershipMembers = {
  organization_id: name('organization_id'), user_id: name('user_id'), user_role: text('user_role'), budget_id: text('budget_id'), spend: usd('spend_nano_usd'), ...times,
};
export type OrganizationMembershipRecord = RecordOf<typeof organizationMembershipMembers>;

/** A customer: whom requests name as `user`. */
export const endUserMembers = {
  user_id: name('end_user_id'), alias: text('alias'), blocked: flag('blocked'), budget_id: text('budget_id'), default_model: text('default_model'), spend: usd('spend_nano_usd'),
  allowed_model_region: text('allowed_model_region'), object_permission_id: text('object_permission_id'), models: texts(),
};
export type EndUserRecord = RecordOf<typeof endUserMembers>;
