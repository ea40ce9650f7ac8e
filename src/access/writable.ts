// THE table of writable members: which of a thing's members may be set by whom. What is not here is for proxy administrators only.
// `own`: the owner; `team`, `organization`: who administers the team or organization, who may do what the owner may, too.
import type { Reach } from './permissions.ts';

type Rows = Readonly<Partial<Record<Exclude<Reach, 'all'>, readonly string[]>>>;

const budgets = ['max_budget', 'soft_budget', 'budget_duration'];
const rates = ['tpm_limit', 'rpm_limit', 'tpd_limit', 'max_parallel_requests'];

export const writable = {
  /** A key. What an owner sets is held against the rights of the key that asks (see src/admin/keys/ceiling.ts). */
  key: {
    own: ['key', 'keys', 'key_alias', 'duration', 'models', 'user_id', 'team_id', 'metadata', 'allowed_routes', 'key_type', 'blocked', 'send_invite_email', 'auto_rotate', 'rotation_interval',
      'tags', 'enforced_params', 'enable_prompt_caching', 'model_max_budget', 'model_rpm_limit', 'model_tpm_limit', 'new_key', 'grace_period', 'allowed_cache_controls', ...budgets, ...rates],
    team: ['project_id', 'budget_limits', 'budget_fallbacks', 'guardrails', 'prompts', 'temp_budget_increase', 'temp_budget_expiry', 'default_estimated_output_tokens', 'default_estimated_output_tokens_per_model', 'throttle_on_budget_exceeded'],
    organization: ['organization_id', 'aliases'],
  },
  user: {
    own: ['user_id', 'user_alias', 'password'],
    organization: ['user_email', 'user_role', 'teams', 'organizations', 'organization_id', 'models', 'metadata', 'send_invite_email', 'auto_create_key', 'sso_user_id', 'key_alias', 'duration', 'blocked', ...budgets, ...rates],
  },
  team: {
    team: ['team_id', 'team_alias', 'metadata', 'team_member_permissions', 'default_team_member_models', 'team_member_budget', 'team_member_budget_duration', 'team_member_rpm_limit',
      'team_member_tpm_limit', 'team_member_key_duration', 'guardrails', 'tags', 'prompts'],
    organization: ['organization_id', 'members_with_roles', 'admins', 'members', 'models', 'model_aliases', 'blocked', 'model_max_budget', 'model_rpm_limit', 'model_tpm_limit', 'budget_limits', ...budgets, ...rates],
  },
  organization: {
    organization: ['organization_id', 'organization_alias', 'metadata', 'models'],
  },
  project: {
    team: ['project_id', 'project_alias', 'description', 'team_id', 'metadata', 'tags', 'models', 'model_rpm_limit', 'model_tpm_limit', 'blocked', ...budgets, ...rates],
  },
} as const satisfies Record<string, Rows>;

/** Members of `metadata` that grant or limit something: only administrators set them. */
const reservedMetadata: ReadonlySet<string> = new Set([
  'guardrails', 'disable_global_guardrails', 'policies', 'allowed_ips', 'model_rpm_limit', 'model_tpm_limit', 'mcp_rpm_limit', 'tag_rpm_limit', 'priority', 'shadow_limits', 'logging',
  'allowed_passthrough_routes', 'denied_passthrough_routes', 'allowed_vector_store_indexes', 'temp_budget_increase', 'temp_budget_expiry', 'team_member_budget_id', 'secret_manager_settings',
  'rpm_limit_type', 'tpm_limit_type', 'end_user_budget_id', 'throttle_on_budget_exceeded', 'service_account_id', 'scim_metadata',
]);

/** True for members of `metadata` that only administrators set. */
export const isReservedMetadata = (name: string): boolean => reservedMetadata.has(name);

const order = ['own', 'team', 'organization'] as const;

/** The first of these members that may not be set by this right; null: all may. */
export function unwritable(kind: keyof typeof writable, reach: Reach, members: Iterable<string>): string | null {
  if (reach === 'all') return null;
  const rows: Rows = writable[kind];
  const permitted = new Set(order.slice(0, order.indexOf(reach) + 1).flatMap((each) => rows[each] ?? []));
  return [...members].find((member) => !permitted.has(member)) ?? null;
}
