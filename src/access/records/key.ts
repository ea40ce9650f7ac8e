// The record of a virtual key, by the names of LiteLLM's API. Only the SHA-256 of a key is kept.
import { count, flag, json, name, number, object, text, texts, time, usd, type RecordOf } from './record.ts';

export const keyMembers = {
  token: name('key_hash'), key_name: text('key_name'), key_alias: text('key_alias'), spend: usd('spend_nano_usd'), total_spend: usd('total_spend_nano_usd'), expires: time('expires_at_ms'),
  user_id: text('user_id'), team_id: text('team_id'), agent_id: text('agent_id'), project_id: text('project_id'), organization_id: text('organization_id'), budget_id: text('budget_id'),
  object_permission_id: text('object_permission_id'), key_type: text('key_type'), blocked: flag('blocked'),
  max_parallel_requests: number('max_parallel_requests'), tpm_limit: number('tpm_limit'), rpm_limit: number('rpm_limit'), tpd_limit: number('tpd_limit'),
  max_budget: number('max_budget'), soft_budget: number('soft_budget'), budget_duration: text('budget_duration'), budget_reset_at: time('budget_reset_at_ms'),
  created_at: time('created_at_ms'), created_by: text('created_by'), updated_at: time('updated_at_ms'), updated_by: text('updated_by'),
  settings_updated_at: time('settings_updated_at_ms'), last_active: time('last_active_at_ms'),
  rotation_count: count('rotation_count'), auto_rotate: flag('auto_rotate'), rotation_interval: text('rotation_interval'), last_rotation_at: time('last_rotation_at_ms'),
  key_rotation_at: time('rotation_due_at_ms'),
  models: texts(), aliases: object(), config: object(), router_settings: object(), permissions: object(), metadata: object(), allowed_cache_controls: texts(), allowed_routes: texts(),
  policies: texts(), access_group_ids: texts(), model_spend: object(), model_max_budget: object(), budget_fallbacks: object(), budget_limits: json(),
  // Ours: `temp_budget_increase` has no column of its own.
  temp_budget_increase: number(), temp_budget_expiry: text(),
};
export type KeyRecord = RecordOf<typeof keyMembers>;
