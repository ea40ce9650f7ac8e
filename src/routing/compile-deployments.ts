// Compiles `model_list` into deployments: provider, address, headers, dialects and limits are worked out once, when the
// configuration is loaded.
import { usualWords, type MessageOrder } from '../dialects/openai-chat/message-order.ts';
import { readCachePoints, usualPoints, type CachePlan } from '../dialects/cache-points.ts';
import { accessWindow } from './access-windows.ts';
import { lowerCased } from '../lib/lower-cased.ts';
import { maxAnswerBytes } from '../lib/bounds.ts';
import { baseUrlOf, type ReadVariable } from '../providers/address.ts';
import type { Provider } from '../providers/provider.ts';
import { credentialHeaders, credentialOf as usualCredential, staticHeaders } from '../providers/credential.ts';
import { surchargeOf } from '../accounting/surcharge.ts';
import { splitModel } from '../providers/catalog.ts';
import type { Config, Deployment as ConfiguredDeployment } from '../config/config.ts';
import type { ClientAuth, Credential, Deployment, TierTimeouts } from './deployment.ts';
import { capabilitiesOf, priceFor } from './model-facts.ts';
import { secretsOf, settingsFor } from './deployment-settings.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { lanesOf, missingPart, operationsOf, type LaneParts } from './compile-lanes.ts';

/** A deployment that cannot be compiled, with the place of its entry. */
export interface CompileProblem {
  file: string;
  line: number;
  path: string;
  message: string;
}

// Anthropic demands an output limit; this is LiteLLM's for models that the price map does not know.
const fallbackMaxOutputTokens = 4096;

/** All deployments of a configuration, or what is wrong with some of them. */
export function compileDeployments(config: Config): { deployments: Deployment[]; problems: CompileProblem[] } {
  const deployments: Deployment[] = [];
  const problems: CompileProblem[] = [];
  for (const entry of config.deployments) {
    const compiled = compileDeployment(entry, config);
    if (typeof compiled === 'string') {
      problems.push({ file: entry.file, line: entry.line, path: `model_list[${entry.index}].litellm_params`, message: compiled });
    } else {
      deployments.push(compiled);
    }
  }
  return { deployments, problems };
}

function compileDeployment(entry: ConfiguredDeployment, config: Config): Deployment | string {
  const { params } = entry;
  const split = splitModel(config.litellmSettings.modelAliasMap?.[entry.providerModel] ?? entry.providerModel, params.useLitellmProxy ? 'litellm_proxy' : params.customLlmProvider);
  if (!split.ok) return split.message;
  const { provider, model } = split;
  const variable: ReadVariable = (name) => config.environmentValue(name) || undefined;
  const settings = settingsFor(entry, provider, split, variable);
  const { parameter } = settings;
  const base = baseUrlOf(provider, entry.apiBase ?? (provider.baseUrlParameter === undefined ? undefined : parameter(provider.baseUrlParameter)), parameter, variable);
  const mocked = params.mockResponse !== undefined;
  if (!base.ok && !mocked) return base.message;
  const unfilled = mocked ? null : missingPart(provider, parameter, variable);
  if (unfilled !== null) return unfilled;
  const baseUrl = base.ok ? base.baseUrl : '';
  const credential = credentialOf(entry, provider, variable);
  const signIn = settings.signIn(credential, baseUrl);
  const price = priceFor(entry, provider, split, parameter, variable);
  const { all, ...known } = entry.info;
  const headers = headersOf(entry, provider, signIn ? { kind: 'none' } : credential, baseUrl, variable);
  if (typeof headers === 'string') return headers;
  const knownAs = entry.info.baseModel ?? split.knownAs[0] ?? model;
  const parts: LaneParts = { entry, provider, model, knownAs, demanded: split.dialect ?? ((known.mode ?? price?.mode) === 'responses' ? 'openai-responses' : undefined), mode: known.mode ?? price?.mode ?? undefined, baseUrl, headers, parameter, variable, safetySettings: config.litellmSettings.vertexAiSafetySettings as Json | undefined };
  return {
    id: entry.info.id, group: entry.modelName, provider, model, knownAs, fullName: entry.providerModel, apiBase: baseUrl,
    inPassThrough: params.useInPassThrough,
    clientAuth: clientAuthOf(entry, config.generalSettings.allowClientSideCredentials === true, (own) => compileDeployment(own, config)),
    credential, signIn, secrets: secretsOf(entry, credential.kind === 'value' ? [credential.value] : []),
    headers,
    lanes: lanesOf(parts, config.litellmSettings.useChatCompletionsUrlForAnthropicMessages),
    operations: operationsOf(parts),
    capabilities: capabilitiesOf(provider, price, knownAs),
    ...timesOf(entry, config),
    ...limitsOf(entry, config),
    weight: params.weight ?? null,
    order: params.order ?? null,
    tags: params.tags ?? [],
    tagRegex: (params.tagRegex ?? []).map((pattern) => new RegExp(pattern)),
    accessWindows: (known.accessWindows ?? []).map(accessWindow),
    maxRetries: params.maxRetries ?? params.numRetries ?? null,
    cooldownMs: params.cooldownTimeMs ?? null,
    region: params.regionName ?? params.awsRegionName ?? params.vertexLocation ?? null,
    maxInputTokens: known.maxInputTokens ?? price?.numbers['max_input_tokens'] ?? null,
    supports: price ? price.supports : null,
    silentModel: params.silentModel ?? null,
    blocked: known.blocked ?? false,
    dropParams: params.dropParams ?? config.litellmSettings.dropParams,
    modifyParams: config.litellmSettings.modifyParams,
    cachePlan: cachePlanOf(entry, config, knownAs),
    messageOrder: messageOrderOf(entry),
    strict: params.strict ?? config.litellmSettings.strict,
    maxAnswerBytes: Math.min(maxAnswerBytes, config.generalSettings.maxResponseSizeBytes ?? maxAnswerBytes),
    maxFileBytes: params.maxFileSizeBytes ?? null,
    keepaliveMs: params.keepaliveMs ?? null, keepaliveByClient: params.allowClientKeepaliveOverride,
    allowedParams: params.allowedOpenaiParams ?? [],
    price,
    surcharge: surchargeOf(provider.name, config.litellmSettings.costDiscountConfig, config.litellmSettings.costMarginConfig),
    defaultMaxOutputTokens: known.maxOutputTokens ?? price?.numbers['max_output_tokens'] ?? fallbackMaxOutputTokens,
    mockResponse: mocked ? mockText(params.mockResponse) : null,
    mode: known.mode ?? price?.mode ?? null,
    healthCheck: { byHandOnly: known.disableBackgroundHealthCheck, model: checkedModel(known.healthCheckModel, provider, model), timeoutMs: known.healthCheckTimeoutMs, maxTokens: known.healthCheckMaxTokens },
    info: { ...all, id: entry.info.id } as JsonObject,
    shownParams: shownParams(entry),
  };
}

/** The longest times of a call. */
const timesOf = ({ params }: ConfiguredDeployment, config: Config) => ({
  timeoutMs: params.timeoutMs ?? null,
  streamTimeoutMs: params.streamTimeoutMs ?? null,
  tierTimeouts: tierTimeouts(params),
  connectTimeoutMs: params.connectTimeoutMs ?? config.routing.connectTimeoutMs,
  idleTimeoutMs: params.idleTimeoutMs ?? null,
  totalTimeoutMs: params.totalTimeoutMs ?? Infinity,
});

function tierTimeouts({ timeoutByServiceTier: plain, streamTimeoutByServiceTier: stream }: ConfiguredDeployment['params']): TierTimeouts | null {
  const inMs = (seconds: Readonly<Record<string, number>> | undefined): ReadonlyMap<string, number> => new Map(Object.entries(seconds ?? {}).map(([tier, value]) => [tier, value * 1000]));
  return plain === undefined && stream === undefined ? null : { plain: inMs(plain), stream: inMs(stream) };
}

/** How much the deployment takes. */
const limitsOf = ({ params }: ConfiguredDeployment, config: Config) => ({
  requestsPerMinute: params.rpm ?? null,
  tokensPerMinute: params.tpm ?? null,
  inputTokensPerMinute: params.itpm ?? null,
  outputTokensPerMinute: params.otpm ?? null,
  maxParallelRequests: params.maxParallelRequests ?? config.routerSettings.defaultMaxParallelRequests ?? null,
});

function messageOrderOf({ params }: ConfiguredDeployment): MessageOrder | null {
  const withoutSystem = params.supportsSystemMessage === false;
  if (!withoutSystem && !params.ensureAlternatingRoles) return null;
  const { userContinueMessage: user = usualWords.user, assistantContinueMessage: assistant = usualWords.assistant } = params;
  return { withoutSystem, between: params.ensureAlternatingRoles ? { user: { ...user } as JsonObject, assistant: { ...assistant } as JsonObject } : null };
}

/** What is set at the deployment goes beside the client's marks; the usual points, for Claude, only where the client sets none. */
function cachePlanOf({ params }: ConfiguredDeployment, { litellmSettings }: Config, knownAs: string): CachePlan | null {
  const points = readCachePoints(params.cacheControlInjectionPoints);
  if (points.length > 0) return { points, standsDown: false };
  const usual = litellmSettings.enableAnthropicPromptCaching && (/claude/.test(knownAs) || knownAs.includes('*'));
  return usual ? { points: usualPoints(litellmSettings.anthropicPromptCachingTtl), standsDown: true } : null;
}

/** The model that health checks ask, with or without the provider's prefix. */
function checkedModel(named: string | undefined, provider: Provider, model: string): string | null {
  if (named === undefined) return model.includes('*') ? null : model;
  const split = splitModel(named);
  return split.ok && split.provider === provider ? split.model : named;
}

/** What a request may bring itself. A pattern that is none was told when the configuration was read; it allows nothing. */
function clientAuthOf(entry: ConfiguredDeployment, everywhere: boolean, compile: (own: ConfiguredDeployment) => Deployment | string): ClientAuth | null {
  const allowed = entry.params.configurableClientsideAuthParams ?? [];
  const patterns = allowed.flatMap((item) => (typeof item === 'string' ? [] : [item['api_base'] ?? []].flat())).filter((pattern) => checkRegexp(pattern));
  const apiKey = everywhere || allowed.some((item) => item === 'api_key');
  if (!apiKey) return null;
  return {
    apiKey, apiBases: patterns.map((pattern) => new RegExp(pattern)),
    make: ({ apiKey: key, apiBase }) => compile({ ...entry, params: { ...entry.params, configurableClientsideAuthParams: undefined }, apiKey: { kind: 'value', value: key }, apiBase: apiBase ?? entry.apiBase }),
  };
}

const checkRegexp = (pattern: string): boolean => {
  try {
    return new RegExp(pattern).source !== '';
  } catch {
    return false;
  }
};

/** The deployment's own key, else the provider's usual variable. */
function credentialOf(entry: ConfiguredDeployment, provider: Provider, variable: ReadVariable): Credential {
  const { apiKey } = entry;
  if (apiKey.kind === 'value') return { kind: 'value', value: apiKey.value, variable: null };
  if (apiKey.kind === 'unset') return { kind: 'unset', variable: apiKey.variable };
  const found = usualCredential(provider, undefined, variable);
  return found ? { kind: 'value', value: found.key, variable: found.variable } : { kind: 'none' };
}

function headersOf(entry: ConfiguredDeployment, provider: Provider, credential: Credential, baseUrl: string, variable: ReadVariable): Record<string, string> | string {
  const { params } = entry;
  const given = credential.kind === 'value' ? { key: credential.value, variable: credential.variable } : null;
  const carrying = credentialHeaders(provider, given, baseUrl);
  if (!carrying.ok) return carrying.message;
  return {
    'content-type': 'application/json',
    ...staticHeaders(provider, null, variable),
    ...(params.organization !== undefined && { 'openai-organization': params.organization }),
    ...carrying.headers,
    ...lowerCased(params.extraHeaders ?? params.headers ?? {}),
  };
}

/** What `/model/info` shows of `litellm_params`: nothing that could be a secret. */
function shownParams(entry: ConfiguredDeployment): JsonObject {
  const shown: JsonObject = {};
  if (entry.apiBase !== undefined) shown['api_base'] = entry.apiBase;
  for (const [name, value] of [['rpm', entry.params.rpm], ['tpm', entry.params.tpm], ['weight', entry.params.weight], ['order', entry.params.order]] as const) {
    if (value !== undefined) shown[name] = value;
  }
  if (entry.params.tags) shown['tags'] = [...entry.params.tags];
  return { ...shown, ...entry.prices, model: entry.providerModel };
}

function mockText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
