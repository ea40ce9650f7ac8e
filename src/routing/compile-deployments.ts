// Compiles `model_list` into deployments: provider, address, headers, dialects and limits are worked out once, when the
// configuration is loaded.
import { usualWords, type MessageOrder } from '../dialects/openai-chat/message-order.ts';
import { readCachePoints, usualPoints, type CachePlan } from '../dialects/cache-points.ts';
import { accessWindow } from './access-windows.ts';
import { maxAnswerBytes } from '../lib/bounds.ts';
import { readDropPaths } from '../lib/drop-paths.ts';
import { baseUrlOf, fillParts, requestUrl, settingOf, type ReadParameter, type ReadVariable } from '../providers/address.ts';
import { bodyRulesFor, chatEndpointFor, type BodyRules, type ChatEndpoint, type OperationName, type Provider } from '../providers/provider.ts';
import { credentialHeaders, credentialOf as usualCredential, staticHeaders } from '../providers/credential.ts';
import { dialectNames, type DialectName } from '../canonical/dialect-name.ts';
import { surchargeOf } from '../accounting/surcharge.ts';
import { splitModel } from '../providers/catalog.ts';
import type { Config, Deployment as ConfiguredDeployment } from '../config/config.ts';
import { usualPaths } from '../providers/compatible.ts';
import type { ClientAuth, Credential, Deployment, Lane, LaneRules, OperationLane, TierTimeouts } from './deployment.ts';
import { capabilitiesOf, priceFor } from './model-facts.ts';
import { secretsOf, settingsFor } from './deployment-settings.ts';
import type { OperationForm } from '../providers/forms/operation-form.ts';
import type { Json, JsonObject } from '../lib/json.ts';

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

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** What lanes are made from. */
interface LaneParts {
  entry: ConfiguredDeployment;
  provider: Provider;
  model: string;
  knownAs: string;
  demanded: DialectName | undefined;
  /** What the model is for, when it is known. */
  mode: string | undefined;
  /** `vertex_ai_safety_settings`. */
  safetySettings: Json | undefined;
  baseUrl: string;
  headers: Record<string, string>;
  parameter: ReadParameter;
  variable: ReadVariable;
}

/** `byChat`: Anthropic's clients are served by Chat Completions where a provider has them. */
function lanesOf(parts: LaneParts, byChat: boolean): Map<DialectName, Lane> {
  const { entry, provider, knownAs, demanded } = parts;
  const chatOnly = entry.params.useChatCompletionsApi === true;
  const lanes = new Map<DialectName, Lane>();
  for (const inbound of dialectNames) {
    const chosen = (inbound === 'openai-completions' ? textEndpoint(parts) : null) ?? chatEndpointFor(provider, inbound, knownAs, entry.apiBase, demanded);
    const endpoint = chatOnly || (byChat && inbound === 'anthropic-messages' && chosen?.dialect === 'openai-responses') ? provider.chat.find((offered) => offered.dialect === 'openai-chat') ?? chosen : chosen;
    const mergesReasoning = inbound === 'openai-chat' && entry.params.mergeReasoningContentInChoices;
    if (endpoint) lanes.set(inbound, { ...addressOf(endpoint, parts), ...laneRules(endpoint, parts), outbound: endpoint.dialect, translate: mergesReasoning || endpoint.dialect !== inbound, mergesReasoning, sessionHeader: entry.params.providerAffinityHeader?.toLowerCase() ?? null, framing: endpoint.framing ?? null, form: endpoint.form ?? null, betas: betasOf(endpoint, knownAs), keepsAnswers: endpoint.keepsAnswers === true && isOwnAddress(provider, entry.apiBase) });
  }
  return lanes;
}

// A base model on a server of one's own has no chat, and a prompt for it must not become a conversation.
function textEndpoint({ entry, provider, model, mode }: LaneParts): ChatEndpoint | null {
  const unknown = mode === undefined || mode === 'completion';
  return unknown && entry.apiBase !== undefined && !isOwnAddress(provider, entry.apiBase) && !model.includes('*') ? provider.textAtOwnServers ?? null : null;
}

const betasOf = ({ betas }: ChatEndpoint, model: string): Lane['betas'] => (betas?.models?.test(model) === false ? { ...betas, table: 'none' } : betas ?? null);

function laneRules(endpoint: ChatEndpoint, { entry, provider, headers, parameter, variable, safetySettings }: LaneParts): Pick<Lane, 'headers' | 'rules'> {
  const rules = bodyRulesFor(provider, endpoint);
  return {
    headers: { ...headers, ...endpoint.headers },
    rules: {
      defaults: defaultsOf(endpoint.dialect === 'gemini' && safetySettings !== undefined ? { ...rules, defaults: { safetySettings, ...rules.defaults } } : rules, entry, parameter, variable),
      rename: new Map(Object.entries(rules.rename ?? {})),
      omit: rules.omit ?? [], unsaid: endpoint.unsaid ?? [],
      drop: readDropPaths(entry.params.additionalDropParams ?? []),
    },
  };
}

/** Members that a body gets when it lacks them, as JSON text: the row's, the installation's settings, the entry's own. */
function defaultsOf(rules: BodyRules, entry: ConfiguredDeployment, parameter: ReadParameter, variable: ReadVariable): Map<string, string> {
  const settings = Object.entries(rules.settings ?? {}).map(([member, setting]): [string, string | undefined] => [member, settingOf(setting, parameter, variable)]);
  const members = { ...rules.defaults, ...Object.fromEntries(settings.filter(([, value]) => value !== undefined)), ...entry.extraBody };
  return new Map(Object.entries(members).map(([key, value]) => [key, JSON.stringify(value)]));
}

function addressOf(endpoint: ChatEndpoint, { entry, provider, model, baseUrl: ownBase, parameter, variable }: LaneParts): Pick<Lane, 'url'> {
  const [path, streamPath] = [endpoint.path, endpoint.streamPath].map((given) => given && withParts(provider, given, parameter, variable));
  const baseUrl = entry.apiBase === undefined ? endpoint.baseUrl ?? ownBase : ownBase;
  const address = (name: string, stream: boolean): string => requestUrl(provider, baseUrl, (stream ? streamPath : undefined) ?? path ?? '', name, parameter, variable);
  // Only where a pattern's model stands in the path must the address be made for each request.
  if (model.includes('*') && address('a', false) !== address('b', false)) return { url: address };
  const whole = address(model, false);
  const streamed = address(model, true);
  return { url: (_model, stream) => (stream ? streamed : whole) };
}

const hasParts = (path: string): boolean => path.replaceAll(/\{\+?model\}/g, '').includes('{');

function withParts(provider: Provider, path: string, parameter: ReadParameter, variable: ReadVariable): string {
  const filled = hasParts(path) ? fillParts(provider, path, parameter, variable) : null;
  return filled?.ok ? filled.baseUrl : path;
}

/** What is missing for a path's own parts; null: nothing. */
function missingPart(provider: Provider, parameter: ReadParameter, variable: ReadVariable): string | null {
  const path = provider.chat.map((endpoint) => endpoint.path).find(hasParts);
  const filled = path === undefined ? null : fillParts(provider, path, parameter, variable);
  return filled?.ok === false ? filled.message : null;
}

function operationsOf({ entry, provider, model, knownAs, baseUrl, parameter, variable }: LaneParts): Map<OperationName, OperationLane> {
  const lanes = new Map<OperationName, OperationLane>();
  const region = provider.baseUrlParts?.['region'];
  const offered: Provider['operations'] = { ...provider.operations, ...responsesOperations(provider, entry.apiBase) };
  for (const [name, path] of Object.entries(offered) as [OperationName, string][]) {
    const own = formFor(provider, name, knownAs, entry.apiBase);
    const found = own.path ?? pathFor(path, name, entry.apiBase);
    const filled = fillParts(provider, found, parameter, variable);
    const place = filled.ok ? filled.baseUrl : found;
    const address = (asked: string): string => requestUrl(provider, baseUrl, place, asked, parameter, variable);
    const bodyRules = provider.operationBodies?.[name] ?? {};
    const rules: LaneRules = {
      defaults: defaultsOf(bodyRules, entry, parameter, variable), rename: new Map(Object.entries(bodyRules.rename ?? {})),
      omit: [...(entry.params.additionalDropParams ?? []), ...(bodyRules.omit ?? [])], unsaid: [], drop: [],
    };
    const whole = address(model);
    lanes.set(name, { url: model.includes('*') ? address : () => whole, rules, form: own.form, formContext: { region: region === undefined ? '' : settingOf(region, parameter, variable) ?? '' } });
  }
  return lanes;
}

// A key for an address of the deployment's own must not go to the provider's usual one: there the operation stands at its usual path.
const pathFor = (path: string, name: OperationName, apiBase: string | undefined): string => (apiBase !== undefined && !path.startsWith('/') ? usualPaths[name] : path);

// A form that lives at a path of its own is spoken where the deployment's address names that path (`…/v2/embed`).
function formFor(provider: Provider, name: OperationName, model: string, apiBase: string | undefined): { form: OperationForm | null; path: string | undefined } {
  const own = provider.operationForms?.[name]?.find(({ models, atHome }) => (models?.test(model) ?? true) && !(atHome && apiBase !== undefined));
  if (!own?.paths) return { form: own?.form ?? null, path: (apiBase === undefined ? undefined : own?.pathUnder) ?? own?.path };
  const path = own.paths.find((candidate) => apiBase?.replace(/\/+$/, '').endsWith(candidate));
  return { form: path === undefined ? null : own.form, path };
}

// What belongs to an answer of the Responses API is served where that API is the provider's own.
function responsesOperations(provider: Provider, apiBase: string | undefined): Provider['operations'] {
  const endpoint = provider.chat.find((offered) => offered.dialect === 'openai-responses' && offered.keepsAnswers === true);
  if (!endpoint || (apiBase !== undefined && endpoint.baseUrl !== undefined)) return {};
  return {
    'responses-compact': `${endpoint.path}/compact`,
    ...(isOwnAddress(provider, apiBase) && { 'responses-input-tokens': `${endpoint.path}/input_tokens` }),
  };
}

/** True where the provider itself answers. Behind another address stands a server that speaks the same API and may keep nothing. */
function isOwnAddress({ baseUrl }: Provider, apiBase: string | undefined): boolean {
  if (apiBase === undefined || baseUrl === null) return true;
  return URL.canParse(apiBase) && URL.canParse(baseUrl) && new URL(apiBase).hostname.endsWith(new URL(baseUrl).hostname);
}

function mockText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
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
