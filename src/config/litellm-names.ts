// Names that LiteLLM keeps for itself, among a deployment's parameters as in a request's body, for parts that Weir does not have: places that
// are reported to, kept prompts, routers of its own, stores of vectors. Many of them are secrets. A provider is never sent any of them.

const callbacks = [
  'arize_api_key', 'arize_error_sampling_rate', 'arize_otlp_protocol', 'arize_space_id', 'arize_space_key', 'arize_success_sampling_rate', 'dd_agent_host', 'dd_agent_port',
  'dd_api_key', 'dd_site', 'gcs_bucket_name', 'gcs_path_service_account', 'humanloop_api_key', 'langfuse_environment', 'langfuse_host', 'langfuse_prompt_version',
  'langfuse_public_key', 'langfuse_secret', 'langfuse_secret_key', 'langfuse_span_scope', 'langsmith_api_key', 'langsmith_base_url', 'langsmith_project',
  'langsmith_sampling_rate', 'langsmith_tenant_id', 'litellm_disabled_callbacks', 'litellm_trusted_callback_vars', 'newrelic_api_key', 'newrelic_region', 'posthog_api_key',
  'posthog_api_url', 'signoz_ingestion_endpoint', 'signoz_ingestion_key', 'turn_off_message_logging', 'wandb_api_key', 'weave_project_id', 'logger_fn', 'log_client_error_tracebacks',
  'litellm_logging_obj', 'litellm_request_debug',
];
const prompts = ['prompt_id', 'prompt_variables', 'prompt_label', 'prompt_version', 'prompt_environment', 'hf_model_name', 'initial_prompt_value', 'final_prompt_value', 'bos_token', 'eos_token', 'custom_prompt_dict'];
const routers = [
  'adaptive_router_config', 'adaptive_router_default_model', 'auto_router_config', 'auto_router_config_path', 'auto_router_default_model', 'auto_router_embedding_model',
  'auto_router_max_input_chars', 'auto_router_model_compression', 'auto_router_routing_compression', 'complexity_router_config', 'complexity_router_default_model',
  'quality_router_config', 'quality_router_default_model', 'context_window_fallback_dict', 'model_file_id_mapping', 'fallback_depth', 'fastest_response', 'retry_strategy',
];
const connections = [
  'anthropic_disable_workload_identity_federation', 'anthropic_federation_rule_id', 'anthropic_federation_workspace_id', 'anthropic_identity_source', 'anthropic_identity_token',
  'anthropic_identity_token_file', 'anthropic_issuer_audience', 'anthropic_issuer_signing_key_ref', 'anthropic_issuer_subject', 'anthropic_issuer_ttl_seconds', 'anthropic_issuer_url',
  'anthropic_keycloak_auth_method', 'anthropic_keycloak_client_id', 'anthropic_keycloak_client_secret_ref', 'anthropic_keycloak_scope', 'anthropic_keycloak_token_url',
  'anthropic_organization_id', 'anthropic_service_account_id', 'openai_identity_provider_id', 'openai_identity_token_file', 'openai_service_account_id', 'aws_batch_role_arn',
  'bedrock_tags', 's3_bucket_name', 's3_region_name', 's3_endpoint_url', 's3_access_key_id', 's3_secret_access_key', 's3_bucket_owner', 's3_encryption_key_id', 's3_output_bucket_name',
  'azure_ad_token_provider', 'provider_specific_header', 'use_xai_oauth', 'fireworks_forward_user_id', 'force_timeout', 'shared_session', 'use_client',
];
const stores = ['vector_store_id', 'milvus_text_field', 'milvus_db_name', 'milvus_partition_names', 'valkey_host', 'valkey_port', 'valkey_password', 'valkey_ssl', 'valkey_text_field', 'valkey_embedding_field', 'search_tool_name'];
const others = ['cache_key', 'preset_cache_key', 'caching_groups', 'completion_call_id', 'async_call', 'acompletion', 'complete_response', 'client_side_timeout', 'max_agentic_loops'];
const prices = ['input_cost_per_token', 'output_cost_per_token', 'input_cost_per_second', 'output_cost_per_second'];

/** All of them. */
export const litellmNames: readonly string[] = [...callbacks, ...prompts, ...routers, ...connections, ...stores, ...others, ...prices];
