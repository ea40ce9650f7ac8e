// The bodies of the routes of teams.
import { anything, boolean, choice, integer, list, map, number, required, text, texts, things, time, withDefault } from '../body/field.ts';
import { budgetLimits, metadataFields, routerSettings } from '../keys/fields.ts';

/** What members of a team get each, unless they have limits of their own. */
export const memberDefaults = {
  team_member_budget: number, team_member_rpm_limit: integer, team_member_tpm_limit: integer, team_member_key_duration: text, team_member_budget_duration: text,
} as const;

const teamSettings = {
  team_alias: text, organization_id: text, metadata: map, tpm_limit: integer, rpm_limit: integer, tpd_limit: integer, max_budget: number, soft_budget: number, budget_duration: text,
  budget_limits: budgetLimits, models: texts, blocked: boolean, router_settings: routerSettings, access_group_ids: texts, default_team_member_models: texts, model_aliases: map, model_max_budget: map,
  object_permission: map, max_parallel_requests: integer, team_member_permissions: texts, secret_manager_settings: map, enforced_batch_output_expires_after: map, enforced_file_expires_after: map,
  ...metadataFields, ...memberDefaults,
} as const;

/** Members as requests name them. */
export const memberForm = { role: required(choice('admin', 'user')), user_id: text, user_email: text } as const;
export const memberOneOf = { names: ['user_id', 'user_email'], words: 'Either user id or user email must be provided' } as const;

/** `POST /team/new`. */
export const newTeamFields = { team_id: text, ...teamSettings, members_with_roles: things(memberForm, memberOneOf), admins: texts, members: texts } as const;
/** `POST /team/update`. */
export const updateTeamFields = { ...teamSettings, team_id: required(text) } as const;
/** `PATCH /team/{team_id}`: the team stands in the path. */
export const patchTeamFields = { ...teamSettings, team_id: text } as const;
export const teamFields = { team_id: required(text) } as const;
export const deleteTeamFields = { team_ids: required(texts) } as const;
export const teamModelFields = { team_id: required(text), models: required(texts) } as const;
export const permissionFields = { team_id: required(text), team_member_permissions: required(texts) } as const;
export const bulkPermissionFields = { permissions: required(texts), team_ids: texts, apply_to_all_teams: withDefault(boolean, false) } as const;

const memberBudget = { max_budget_in_team: number, budget_duration: text, allowed_models: texts } as const;
/** `POST /team/member_add`. */
export const memberAddFields = { team_id: required(text), member: required(anything), ...memberBudget } as const;
export const bulkMemberAddFields = { team_id: required(text), members: things(memberForm, memberOneOf), all_users: withDefault(boolean, false), max_budget_in_team: number } as const;
export const memberDeleteFields = { team_id: required(text), user_id: text, user_email: text } as const;
export const memberUpdateFields = {
  team_id: required(text), user_id: text, user_email: text, role: choice('admin', 'user'), ...memberBudget, tpm_limit: integer, rpm_limit: integer, temp_budget_increase: number, temp_budget_expiry: time,
} as const;
export const memberListFields = { members: required(list) } as const;
export const callbackFields = { callback_name: required(text), callback_type: choice('success', 'failure', 'success_and_failure'), callback_vars: required(map) } as const;

/** What members of a team can be permitted to call for the team's keys. */
export const memberPermissions = [
  '/key/generate', '/key/update', '/key/delete', '/key/info', '/key/regenerate', '/key/service-account/generate', '/key/{key_id}/regenerate', '/key/list', '/key/aliases', '/key/health', '/key/block',
  '/key/unblock', '/key/bulk_update', '/team/key/bulk_update', '/key/{key_id}/reset_spend', '/team/daily/activity', '/team/daily/activity/aggregated', '/spend/logs', '/spend/logs/v2',
] as const;
