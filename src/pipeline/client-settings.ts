// Members by which a request would choose where the gateway sends it, as whom, at which price, or where it is logged. LiteLLM refuses them
// unless the operator lets them in, and so does Weir: a client that believes to be heard elsewhere must not be answered from here.
import { fault, type Fault } from '../canonical/fault.ts';
import { isJsonObject, type JsonObject } from '../lib/json.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { ModelGroup } from '../routing/model-groups.ts';

// Named one by one in LiteLLM 1.106.2. Addresses may be let in by a deployment (`configurable_clientside_auth_params`).
const addresses: ReadonlySet<string> = new Set(['api_base', 'base_url']);
const refusedNames: ReadonlySet<string> = new Set([
  ...addresses, 'model_list', 'user_config', 'aws_sts_endpoint', 'aws_web_identity_token', 'aws_role_name', 'aws_profile_name', 'aws_session_name', 'aws_external_id', 'aws_session_tags',
  'vertex_credentials', 'vertex_ai_credentials', 'azure_ad_token', 'aws_bedrock_runtime_endpoint', 'aws_bedrock_project_id', 'workspace_id', 'aws_workspace_id', 'anthropic_workspace_id',
  'anthropic-workspace-id', 'bedrock_tags', 'agentcore_runtime_session_id', 's3_endpoint_url', 'sagemaker_base_url', 'deployment_url', 'nvcf_function_id', 'use_ssl', 'rust', 'fireworks_forward_user_id',
  'langfuse_public_key', 'langfuse_secret', 'langfuse_secret_key', 'langfuse_host', 'langfuse_environment', 'langsmith_api_key', 'langsmith_project', 'langsmith_base_url', 'langsmith_tenant_id',
  'humanloop_api_key', 'arize_api_key', 'arize_space_key', 'arize_space_id', 'arize_success_sampling_rate', 'arize_error_sampling_rate', 'posthog_api_key', 'posthog_host', 'posthog_api_url',
  'braintrust_api_key', 'braintrust_project', 'braintrust_host', 'slack_webhook_url', 'lunary_public_key', 'dd_api_key', 'dd_site', 'dd_agent_host', 'dd_agent_port', 'newrelic_api_key', 'newrelic_region',
  'signoz_ingestion_endpoint', 'signoz_ingestion_key', 'turn_off_message_logging', 'gcs_bucket_name', 'gcs_path_service_account', 'user_api_key_auth_metadata', 'wandb_api_key', 'weave_project_id',
]);
// Prices of a request's own: `input_cost_per_token`, `cache_read_input_token_cost`, `output_cost_per_image_1024` …
const price = /^(input|output)_cost_per_|^cache_(creation|read)_input_.*cost/;

const isRefused = (name: string): boolean => refusedNames.has(name) || (name.includes('_cost') && price.test(name));

// Members whose own members count as the request's.
const nested = ['metadata', 'litellm_metadata', 'extra_body'] as const;
const fallbackMembers = ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks'] as const;
const looksNested: ReadonlySet<string> = new Set([...nested, ...fallbackMembers]);

/** Why a request with such a member is refused; null: it has none, or its deployments judge it themselves. `groupOf` finds the group that it asks for. */
export function clientSettingRefusal(body: JsonBody, groupOf: () => ModelGroup | null): Fault | null {
  let deep = false;
  for (const { key } of body.outline.members) {
    if (isRefused(key)) {
      if (!(addresses.has(key) && bringsItsOwn(groupOf()))) return refusal(key);
    } else if (looksNested.has(key)) deep = true;
  }
  const name = deep ? nestedName(body) : undefined;
  return name === undefined ? null : refusal(name);
}

const bringsItsOwn = (group: ModelGroup | null): boolean => group?.deployments.some(({ clientAuth }) => clientAuth !== null) === true;

function nestedName(body: JsonBody): string | undefined {
  const objects: JsonObject[] = [];
  for (const name of nested) {
    const value = body.kindOf(name) === 'object' ? body.get(name) : undefined;
    if (isJsonObject(value)) objects.push(value);
  }
  for (const name of fallbackMembers) {
    const value = body.kindOf(name) === 'array' ? body.get(name) : undefined;
    if (Array.isArray(value)) objects.push(...value.filter(isJsonObject));
  }
  for (const object of objects) {
    const found = Object.keys(object).find(isRefused);
    if (found !== undefined) return found;
  }
  return undefined;
}

const refusal = (name: string): Fault => fault('client_setting_refused', name === 'model_list'
  ? 'Authentication Error, Rejected Request: model_list is not allowed in the request body.'
  : `Authentication Error, Rejected Request: ${name} is not allowed in request body. Addresses and keys of a request's own need \`configurable_clientside_auth_params\` on the deployment.`);
