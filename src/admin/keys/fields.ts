// The bodies of the routes of keys: LiteLLM's GenerateKeyRequest and its relatives.
import { boolean, choice, counts, integer, list, map, number, required, text, texts, thing, things, time, withDefault } from '../body/field.ts';

const limitType = choice('guaranteed_throughput', 'best_effort_throughput', 'dynamic');

/** What stands in the key's `metadata`, under the same names, as in LiteLLM. */
export const metadataFields = {
  model_rpm_limit: counts, model_tpm_limit: counts, mcp_rpm_limit: counts, tag_rpm_limit: counts, guardrails: texts, policies: texts, prompts: texts, tags: texts,
  disable_global_guardrails: boolean, enable_prompt_caching: boolean, throttle_on_budget_exceeded: boolean, enforced_params: texts,
  allowed_passthrough_routes: list, denied_passthrough_routes: texts, allowed_vector_store_indexes: list, rpm_limit_type: limitType, tpm_limit_type: limitType,
  default_estimated_output_tokens: integer, default_estimated_output_tokens_per_model: counts, end_user_budget_id: text,
} as const;

/** Windows of budgets beside the first one. */
export const budgetLimits = things({ budget_duration: required(text), max_budget: required(number) });
/** What stands in `router_settings`; the rest of it is kept as it is. */
export const routerSettings = thing({
  num_retries: integer, max_retries: integer, allowed_fails: integer, timeout: number, stream_timeout: number, cooldown_time: number, retry_after: number, fallbacks: list,
  context_window_fallbacks: list, content_policy_fallbacks: list, model_group_alias: map, enable_tag_filtering: boolean, optional_pre_call_checks: texts,
});

/** What a key has and what a request may set, without defaults. */
export const settingFields = {
  key_alias: text, duration: text, models: texts, spend: number, max_budget: number, soft_budget: number, user_id: text, team_id: text, agent_id: text, max_parallel_requests: integer, metadata: map,
  tpm_limit: integer, rpm_limit: integer, tpd_limit: integer, budget_duration: text, budget_limits: budgetLimits, allowed_cache_controls: texts, config: map, permissions: map, model_max_budget: map,
  budget_fallbacks: map, blocked: boolean, aliases: map, object_permission: map, budget_id: text, allowed_routes: texts, router_settings: routerSettings, access_group_ids: texts,
  auto_rotate: boolean, rotation_interval: text, organization_id: text, project_id: text, ...metadataFields,
} as const;

/** `POST /key/generate`. */
export const generateFields = {
  ...settingFields, key: text, send_invite_email: boolean, key_type: choice('llm_api', 'management', 'read_only', 'default'),
} as const;

/** `POST /key/update`. The key is named by itself, or by its name. */
export const updateFields = { ...settingFields, key: text, key_type: generateFields.key_type, temp_budget_increase: number, temp_budget_expiry: time } as const;

/** One of `POST /key/bulk_update`. */
export const bulkUpdateFields = { keys: required(things({ key: required(text) })) } as const;

/** `POST /key/regenerate`. */
export const regenerateFields = { ...generateFields, new_key: text, new_master_key: text, grace_period: text } as const;

/** `POST /key/delete`. */
export const deleteFields = { keys: texts, key_aliases: texts } as const;
/** `POST /v2/key/info`. */
export const infoFields = deleteFields;
export const blockFields = { key: required(text) } as const;
export const resetSpendFields = { reset_to: required(number) } as const;
/** `POST /team/key/bulk_update`. */
export const teamBulkFields = { team_id: required(text), key_ids: texts, all_keys_in_team: withDefault(boolean, false), update_fields: required(map) } as const;

/** Where LiteLLM's answers have members that this gateway has no use for. */
export const routerSettingsShown = {
  routing_strategy_args: null, routing_strategy: null, routing_groups: null, retry_policy: null, model_group_retry_policy: null, model_group_affinity_config: null,
  allowed_fails: null, cooldown_time: null, num_retries: null, timeout: null, max_retries: null, retry_after: null, fallbacks: null, context_window_fallbacks: null,
  model_group_alias: {}, enable_tag_filtering: null, weights: null, tag_routing_prefix: null, optional_pre_call_checks: null,
} as const;
