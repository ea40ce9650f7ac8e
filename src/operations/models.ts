// Which models there are and what is known about them, in LiteLLM's forms. Pure: from the compiled configuration to JSON.
import { modelRefusal } from '../access/model-refusal.ts';
import { supportedParams } from './supported-params.ts';
import type { Caller } from '../access/caller.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { JsonObject } from '../lib/json.ts';
import type { ModelGroups } from '../routing/model-groups.ts';
import type { Router } from '../routing/router.ts';

// LiteLLM gives every model this date and owner; clients have come to expect them.
const created = 1677610602;
const createdAt = '2023-02-28T18:56:42Z';
const ownedBy = 'openai';

/** Kinds of fallbacks that `/v1/models` can tell. */
export const fallbackTypes = ['general', 'context_window', 'content_policy'] as const;

/** What a caller of `/v1/models` may ask for. */
export interface ListOptions {
  /** List patterns such as `openrouter/*` too. */
  wildcards: boolean;
  /** Tell the fallbacks of this kind; null: tell none. */
  fallbacks: (typeof fallbackTypes)[number] | null;
  /** Model groups that are left out. */
  hidden: ReadonlySet<string>;
}

const fallbacksOf = ({ settings }: Router, type: (typeof fallbackTypes)[number]): ReadonlyMap<string, readonly string[]> =>
  ({ general: settings.fallbacks, context_window: settings.contextWindowFallbacks, content_policy: settings.contentPolicyFallbacks })[type];

/** True when the caller may call the model by this name; without a caller everything may be. */
export const mayCall = (caller: Caller | null, name: string, groups: ModelGroups): boolean => modelRefusal(caller, name, groups) === null;

/** The names that `/v1/models` lists to a caller, with a deployment each: its own names, aliases, then groups in the order of the file. */
function listedNames(groups: ModelGroups, wildcards: boolean, caller: Caller | null): [string, Deployment][] {
  return allNames(groups, wildcards, caller).filter(([name]) => mayCall(caller, name, groups) || mayCall(caller, caller?.modelAliases.get(name) ?? name, groups));
}

function allNames(groups: ModelGroups, wildcards: boolean, caller: Caller | null): [string, Deployment][] {
  const names = new Map<string, Deployment>();
  for (const [alias, target] of caller?.modelAliases ?? []) {
    const deployment = groups.find(target)?.deployments[0];
    if (deployment) names.set(alias, deployment);
  }
  for (const [alias, { group, hidden }] of groups.aliases) {
    const deployment = groups.byName.get(group)?.[0];
    if (!hidden && deployment) names.set(alias, deployment);
  }
  for (const [name, [deployment]] of groups.byName) if (deployment && (wildcards || !name.includes('*'))) names.set(name, deployment);
  return [...names];
}

/** The names that no deployment of which is healthy. */
export const unhealthyNames = (groups: ModelGroups, isHealthy: (deployment: Deployment) => boolean): ReadonlySet<string> =>
  new Set([...groups.byName].filter(([, deployments]) => !deployments.some(isHealthy)).map(([name]) => name));

/** The body of `/v1/models` in OpenAI's form. */
export function modelList(router: Router, options: ListOptions, caller: Caller | null): JsonObject {
  const data = listedNames(router.groups, options.wildcards, caller).filter(([, { group }]) => !options.hidden.has(group)).map(([name, deployment]) => ({
    ...modelEntry(name, deployment),
    ...(options.fallbacks !== null && { metadata: { fallbacks: (fallbacksOf(router, options.fallbacks).get(name) ?? []).filter((fallback) => mayCall(caller, fallback, router.groups)) } }),
  }));
  return { data, object: 'list' };
}

/** One model in OpenAI's form. Asked for alone, it is its provider's; in lists all have the same owner, as in LiteLLM. */
export function modelEntry(name: string, deployment: Deployment, owner = ownedBy): JsonObject {
  const numbers = deployment.price?.numbers ?? {};
  const limit = (key: string): JsonObject => {
    const value = numberOf(deployment.info[key]) ?? numbers[key];
    return value === undefined ? {} : { [key]: value };
  };
  return {
    id: name, object: 'model', created, owned_by: owner,
    ...(deployment.mode !== null && { mode: deployment.mode }),
    ...limit('max_input_tokens'), ...limit('max_output_tokens'),
  };
}

/** The body of `/v1/models` in Anthropic's form, for its clients (they say so by `anthropic-version`). */
export function anthropicModelList(router: Router, caller: Caller | null, hidden: ReadonlySet<string>): JsonObject {
  const data = listedNames(router.groups, false, caller).filter(([, { group }]) => !hidden.has(group)).map(([name, deployment]) => {
    const { max_input_tokens = null, max_output_tokens = null } = deployment.price?.numbers ?? {};
    return {
      type: 'model', id: name, display_name: name, created_at: createdAt, max_input_tokens, max_tokens: max_output_tokens,
      ...(max_input_tokens !== null && { context_window: max_input_tokens }),
    };
  });
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}

/** The body of `/v1beta/models` in Gemini's form. */
export function geminiModelList(router: Router, caller: Caller | null): JsonObject {
  const models = listedNames(router.groups, false, caller).map(([name]) => ({
    name: `models/${name}`, displayName: name, supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
  }));
  return { models };
}

/** One entry of `/model/info`. */
export function deploymentInfo(deployment: Deployment): JsonObject {
  const { price } = deployment;
  return {
    model_name: deployment.group,
    litellm_params: {
      ...deployment.shownParams,
      allow_client_keepalive_override: deployment.keepaliveByClient, use_in_pass_through: deployment.inPassThrough, use_litellm_proxy: deployment.provider.name === 'litellm_proxy', use_xai_oauth: false,
      merge_reasoning_content_in_choices: deployment.lanes.get('openai-chat')?.mergesReasoning === true,
    },
    model_info: {
      db_model: false, member_auto_router: false,
      ...price?.numbers,
      ...Object.fromEntries([...(price?.supports ?? [])].map((name) => [`supports_${name}`, true])),
      ...(deployment.mode !== null && { mode: deployment.mode }),
      key: price?.key ?? deployment.fullName, litellm_provider: deployment.provider.name,
      supported_openai_params: [...supportedParams(deployment)], pricing_overrides: [],
      ...deployment.info,
    },
  };
}

/** The body of `/model_group/info`: what `/v1/models` lists, or the one name that is asked for. */
export function groupInfos(groups: ModelGroups, caller: Caller | null, wanted: string | null, isPublic: (name: string) => boolean): JsonObject {
  const names = listedNames(groups, false, caller).map(([name]) => name).filter((name) => wanted === null || name === wanted);
  return { data: names.map((name) => groupInfo(name, groups.find(caller?.modelAliases.get(name) ?? name)?.deployments ?? [], isPublic(name))) };
}

/** One entry of it. */
export function groupInfo(name: string, deployments: readonly Deployment[], isPublic: boolean): JsonObject {
  const prices = deployments.map((deployment) => deployment.price);
  const most = (key: string): number | null => {
    const values = prices.map((price) => price?.numbers[key]).filter((value) => value !== undefined);
    return values.length > 0 ? Math.max(...values) : null;
  };
  const supports = (ability: string): boolean => prices.some((price) => price?.supports.has(ability) === true);
  return {
    model_group: name, providers: [...new Set(deployments.map((deployment) => deployment.provider.name))],
    max_input_tokens: most('max_input_tokens'), max_output_tokens: most('max_output_tokens'),
    input_cost_per_token: most('input_cost_per_token'), output_cost_per_token: most('output_cost_per_token'), input_cost_per_pixel: most('input_cost_per_pixel'),
    mode: deployments[0]?.mode ?? 'chat', tpm: sum(deployments.map((deployment) => deployment.tokensPerMinute)), rpm: sum(deployments.map((deployment) => deployment.requestsPerMinute)),
    itpm: null, otpm: null,
    supports_parallel_function_calling: supports('parallel_function_calling'), supports_vision: supports('vision'), supports_web_search: supports('web_search'), supports_url_context: supports('url_context'),
    supports_reasoning: supports('reasoning'), supports_function_calling: supports('function_calling'), supports_fast_mode: supports('fast_mode'), supported_reasoning_efforts: null,
    supported_openai_params: [...new Set(deployments.flatMap(supportedParams))], configurable_clientside_auth_params: deployments.some(({ clientAuth }) => clientAuth !== null) ? ['api_key'] : null,
    is_public_model_group: isPublic, health_status: null, health_response_time: null, health_checked_at: null,
  };
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((total, value) => total + value, 0) : null;
}
