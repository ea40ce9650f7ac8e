// A row of the ledger in the form of LiteLLM's spend logs. Members that LiteLLM has and Weir knows nothing about are there and null.
import { usdOf } from '../../lib/money.ts';
import { parseJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { Row } from '../../store/schema.ts';

const iso = (ms: number): string => new Date(ms).toISOString();
const json = (text: string | null): Json => {
  try {
    return text === null ? {} : JSON.parse(text) as Json;
  } catch {
    return {};
  }
};

/** What stands in no column of the row itself. */
export interface LogRowExtras {
  payload?: Row<'spend_payload'> | undefined;
  keyAlias?: string | null;
  teamAlias?: string | null;
}

/** The row. */
export function logRow(row: Row<'spend_log'>, extras: LogRowExtras = {}): JsonObject {
  const { payload } = extras;
  return {
    request_id: row.request_id, call_type: row.call_type, api_key: row.api_key, spend: usdOf(row.spend_nano_usd),
    total_tokens: row.total_tokens, prompt_tokens: row.prompt_tokens, completion_tokens: row.completion_tokens,
    startTime: iso(row.started_at_ms), endTime: iso(row.ended_at_ms), request_duration_ms: row.ended_at_ms - row.started_at_ms,
    completionStartTime: iso(row.first_byte_at_ms ?? row.ended_at_ms),
    model: row.model, model_id: row.model_id ?? '', model_group: row.model_group ?? '', custom_llm_provider: row.provider ?? '', api_base: row.api_base ?? '',
    user: row.user_id ?? '', metadata: logMetadata(row, extras), cache_hit: row.cache_hit ? 'True' : 'False', cache_key: row.cache_key ?? 'Cache OFF',
    request_tags: json(row.request_tags), team_id: row.team_id ?? '', organization_id: row.organization_id ?? '', end_user: row.end_user ?? '',
    requester_ip_address: row.requester_address, messages: payload ? json(payload.messages) : {}, response: payload ? json(payload.response) : {},
    proxy_server_request: payload ? json(payload.proxy_server_request) : {}, session_id: row.session_id ?? row.request_id, status: row.status,
    mcp_namespaced_tool_name: null, billing_agent_id: null, agent_id: null, litellm_call_id: row.request_id,
    created_at: iso(row.ended_at_ms), updated_at: iso(row.ended_at_ms), row_id: row.row_id, response_id: row.response_id,
  };
}

// Of agents, of choosing models by what a prompt says, and of a provider's own surplus capacity.
const unknownHere = {
  actor_agent_id: null, target_agent_id: null, billing_agent_id: null, agent_execution_mode: null, verified_human_user_id: null, azure_spillover: null, router_metadata: null, eval_information: null,
  autorouter_savings: null, autorouter_savings_estimate: null, autorouter_baseline_observation: null, litellm_roi_estimator: false, used_client_oauth_token: null, litellm_gateway_injected_cache: null,
} as const;

/** LiteLLM's `metadata` of a spend log. */
function logMetadata(row: Row<'spend_log'>, { keyAlias, teamAlias }: LogRowExtras): JsonObject {
  const own = parseJsonObject(row.metadata) ?? {};
  const fields = parseJsonObject(row.fields) ?? {};
  const failed = row.status === 'failure';
  return {
    user_api_key: row.api_key, user_api_key_alias: keyAlias ?? own['user_api_key_alias'] ?? null, user_api_key_team_id: row.team_id, user_api_key_org_id: row.organization_id,
    user_api_key_user_id: row.user_id, user_api_key_team_alias: teamAlias ?? null, user_api_key_project_id: row.project_id, user_api_key_project_alias: null,
    spend_logs_metadata: own['spend_logs_metadata'] ?? null, requester_metadata: own['requester_metadata'] ?? {}, requester_ip_address: row.requester_address,
    user_agent: own['user_agent'] ?? null, litellm_call_id: row.request_id, applied_guardrails: [], mcp_tool_call_metadata: null, vector_store_request_metadata: null,
    routing_decision: null, internal_call_origin: null, guardrail_information: null, status: row.status, proxy_server_request: null,
    ...unknownHere, batch_models: null, batch_successful_requests: null, batch_failed_requests: null,
    error_information: failed ? { error_code: String(row.http_status), error_class: row.error_code, error_message: fields['error_message'] ?? '', llm_provider: row.provider ?? '', traceback: '' } : null,
    usage_object: {
      prompt_tokens: row.prompt_tokens, completion_tokens: row.completion_tokens, total_tokens: row.total_tokens,
      prompt_tokens_details: { cached_tokens: row.cache_read_tokens, cache_creation_tokens: row.cache_write_tokens },
      completion_tokens_details: { reasoning_tokens: fields['reasoning_tokens'] ?? 0 },
    },
    model_map_information: { model_map_key: row.model, model_map_value: null }, cold_storage_object_key: null, litellm_overhead_time_ms: fields['overhead_ms'] ?? null,
    attempted_retries: fields['retries'] ?? 0, max_retries: null, attempted_fallbacks: fields['fallbacks'] ?? 0, original_model_group: fields['asked_model'] ?? row.model_group,
    cost_breakdown: { input_cost: fields['input_cost'] ?? 0, output_cost: fields['output_cost'] ?? 0, total_cost: usdOf(row.spend_nano_usd), tool_usage_cost: 0 },
    compression_savings: null, additional_usage_values: { cache_read_input_tokens: row.cache_read_tokens, cache_creation_input_tokens: row.cache_write_tokens },
    finish_reason: fields['finish_reason'] ?? null, stream: fields['stream'] ?? false, attempts: fields['attempts'] ?? null, limit_refusals: row.limit_refusals === null ? null : json(row.limit_refusals),
  };
}
