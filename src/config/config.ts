// The configuration as the rest of Weir uses it: checked, typed, complete with defaults, frozen.
import type { Settings } from './field.ts';
import type { generalSettingsFields } from './schema/general-settings.ts';
import type { litellmSettingsFields } from './schema/litellm-settings.ts';
import type { litellmParamsFields, modelInfoFields } from './schema/model-list.ts';
import type { retryPolicyFields, routerSettingsFields } from './schema/router-settings.ts';
import type { Secret } from './secret.ts';
import type { SettingNames } from './stored-settings.ts';
import type { JsonValue } from './tree.ts';

export type { Secret } from './secret.ts';
export type { JsonValue } from './tree.ts';

/** The settings of `litellm_params`, without what stands on the deployment itself. */
export type DeploymentParams = Settings<typeof litellmParamsFields>;
/** `model_info` in the names of the table; `id` is always there. */
export type ModelInfo = Omit<Settings<typeof modelInfoFields>, 'id'> & {
  readonly id: string;
  /** All of `model_info` as it was written, custom fields too; for `/model/info`. */
  readonly all: Readonly<Record<string, JsonValue>>;
};
export type RouterSettings = Settings<typeof routerSettingsFields>;
export type LitellmSettings = Settings<typeof litellmSettingsFields>;
export type GeneralSettings = Settings<typeof generalSettingsFields>;
export type RetryPolicy = Settings<typeof retryPolicyFields>;

/** One way to serve a model name: an entry of `model_list`. */
export type Deployment = {
  /** Position in the list, from 0. */
  readonly index: number;
  /** Where the entry stands. */
  readonly file: string;
  readonly line: number;
  /** What clients ask for; may contain `*`. */
  readonly modelName: string;
  /** `litellm_params.model` as it was written: provider and model, or only a model. */
  readonly providerModel: string;
  /** `unset`: the file points at a variable that is not set; calls must fail and name it. `none`: use the provider's usual variable. */
  readonly apiKey: Secret;
  readonly apiBase: string | undefined;
  readonly params: DeploymentParams;
  /** Unknown names of `litellm_params` and its `extra_body`: sent in every request's body. */
  readonly extraBody: Readonly<Record<string, JsonValue>>;
  /** Prices in US dollars by LiteLLM's names (`input_cost_per_token` …); `litellm_params` win over `model_info`. */
  readonly prices: Readonly<Record<string, number>>;
  readonly info: ModelInfo;
};

/** Another name for a model name. */
export type ModelAlias = { readonly model: string; readonly hidden: boolean };

/** An entry of `pass_through_endpoints`. */
export type OwnEndpoint = NonNullable<Config['generalSettings']['passThroughEndpoints']>[number];

/** An entry of `routing_rules`. */
export type RoutingRule = NonNullable<RouterSettings['routingRules']>[number];
/** An entry of `splits`. */
export type Split = NonNullable<RouterSettings['splits']>[number];
/** An entry of `mirrors`. */
export type Mirror = NonNullable<RouterSettings['mirrors']>[number];

/** The settings of the router and their stand-ins from `litellm_settings`, with the defaults that apply. */
export type Routing = {
  readonly strategy: NonNullable<RouterSettings['routingStrategy']>;
  /** Conversations stay on the deployment that has their prompt in its cache. */
  readonly promptCacheAffinity: boolean;
  /** `routing_strategy_args.lowest_latency_buffer`. */
  readonly lowestLatencyBuffer: number;
  readonly routingGroups: readonly { readonly name: string; readonly models: readonly string[]; readonly priorities: ReadonlyMap<string, number> | null }[];
  /** Strategies of groups and their models. */
  readonly strategyByGroup: ReadonlyMap<string, { readonly name: NonNullable<RouterSettings['routingStrategy']>; readonly lowestLatencyBuffer: number }>;
  /** Whether conversations stay, by model name. */
  readonly affinityByGroup: ReadonlyMap<string, boolean>;
  readonly tagRoutingPrefix: string;
  /** Null: requests without a priority do not wait. */
  readonly defaultPriority: number | null;
  readonly ignoreInvalidDeployments: boolean;
  readonly cacheResponses: boolean;
  readonly cacheKwargs: RouterSettings['cacheKwargs'];
  /** The name under which a model's answers are kept, where others share them. */
  readonly cachingGroups: ReadonlyMap<string, string>;
  readonly alertingConfig: RouterSettings['alertingConfig'];
  readonly maxAttempts: number;
  readonly totalTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** Null: late streams are waited for. */
  readonly hedging: { readonly quantile: number; readonly maxShare: number; readonly leastMs: number; readonly sameDeployment: boolean } | null;
  /** A stream without content after this time counts as failed; null: it is waited for. */
  readonly firstContentTimeoutMs: number | null;
  /** Answers that break off in their middle are gone on with. */
  readonly continueStreams: boolean;
  readonly rules: readonly RoutingRule[];
  readonly splits: readonly Split[];
  readonly mirrors: readonly Mirror[];
  readonly numRetries: number;
  readonly timeoutMs: number;
  readonly streamTimeoutMs: number | undefined;
  readonly retryAfterMs: number;
  /** Undefined: the share of failures decides when a deployment rests. */
  readonly allowedFails: number | undefined;
  readonly allowedFailsPolicy: RouterSettings['allowedFailsPolicy'];
  readonly cooldownTimeMs: number;
  readonly cooldownsEnabled: boolean;
  readonly retryPolicy: RetryPolicy | undefined;
  readonly modelGroupRetryPolicy: ReadonlyMap<string, RetryPolicy>;
  /** Fallbacks by model name (`*` for all); an empty map when there are none. */
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
  readonly contextWindowFallbacks: ReadonlyMap<string, readonly string[]>;
  readonly contentPolicyFallbacks: ReadonlyMap<string, readonly string[]>;
  readonly defaultFallbacks: readonly string[];
  readonly maxFallbacks: number;
  readonly modelGroupAlias: ReadonlyMap<string, ModelAlias>;
  readonly enablePreCallChecks: boolean;
  readonly optionalPreCallChecks: readonly string[];
  readonly enableTagFiltering: boolean;
  readonly tagFilteringMatchAny: boolean;
};

/** A whole configuration. */
export type Config = {
  /** Every file that was read, the main one first; to be watched. Empty when it came from the command line. */
  readonly files: readonly string[];
  readonly deployments: readonly Deployment[];
  readonly routing: Routing;
  readonly routerSettings: RouterSettings;
  readonly litellmSettings: LitellmSettings;
  readonly generalSettings: GeneralSettings;
  /** Sections that are kept as they are written, by their names in the file (`guardrails`, `mcp_servers` …). */
  readonly otherSections: Readonly<Record<string, JsonValue>>;
  /** Which settings the file itself says: they cannot be changed elsewhere. */
  readonly fileSettings: SettingNames;
  /** The environment with `environment_variables` of the file added. A function, so that printing the configuration shows no secrets. */
  readonly environmentValue: (name: string) => string | undefined;
};
