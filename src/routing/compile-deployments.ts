// Compiles `model_list` into deployments: provider, address, headers, dialects and limits are worked out once, when the
// configuration is loaded.
import { baseUrlOf, endpointUrl, firstSet, type ReadVariable } from '../providers/address.ts';
import { bodyRulesFor, chatEndpointFor, type ChatEndpoint, type OperationName, type Provider } from '../providers/provider.ts';
import { dialectNames, type DialectName } from '../canonical/dialect-name.ts';
import { priceOf, withOverrides } from '../accounting/prices.ts';
import { splitModel } from '../providers/catalog.ts';
import type { Config, Deployment as ConfiguredDeployment } from '../config/config.ts';
import type { Credential, Deployment, Lane } from './deployment.ts';
import type { JsonObject } from '../lib/json.ts';

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
  const split = splitModel(entry.providerModel, params.customLlmProvider);
  if (!split.ok) return split.message;
  const { provider, model } = split;
  const variable: ReadVariable = (name) => config.environmentValue(name) || undefined;
  const base = baseUrlOf(provider, entry.apiBase, (name) => textOf(entry.extraBody[name]), variable);
  const mocked = params.mockResponse !== undefined;
  if (!base.ok && !mocked) return base.message;
  const baseUrl = base.ok ? base.baseUrl : '';
  const credential = credentialOf(entry, provider, variable);
  const priceName = provider.pricesAs ?? provider.name;
  const price = withOverrides(priceOf(priceName, entry.info.baseModel ?? model), priceName, { ...entry.info.all, ...entry.prices } as JsonObject);
  const { all, ...known } = entry.info;
  const headers = headersOf(provider, credential, params.extraHeaders ?? params.headers ?? {}, variable, params.organization, baseUrl);
  return {
    id: entry.info.id, group: entry.modelName, provider, model, fullName: entry.providerModel, apiBase: baseUrl,
    credential,
    headers,
    lanes: lanesOf({ entry, provider, model, baseUrl, headers }),
    operations: operationsOf(provider, baseUrl),
    capabilities: provider.capabilities,
    timeoutMs: params.timeoutMs ?? null,
    streamTimeoutMs: params.streamTimeoutMs ?? null,
    requestsPerMinute: params.rpm ?? null,
    tokensPerMinute: params.tpm ?? null,
    maxParallelRequests: params.maxParallelRequests ?? null,
    weight: params.weight ?? null,
    order: params.order ?? null,
    tags: params.tags ?? [],
    maxRetries: params.maxRetries ?? params.numRetries ?? null,
    dropParams: params.dropParams ?? config.litellmSettings.dropParams,
    modifyParams: config.litellmSettings.modifyParams,
    price,
    defaultMaxOutputTokens: known.maxOutputTokens ?? price?.numbers['max_output_tokens'] ?? fallbackMaxOutputTokens,
    mockResponse: mocked ? mockText(params.mockResponse) : null,
    mode: known.mode ?? price?.mode ?? null,
    info: { ...all, id: entry.info.id } as JsonObject,
    shownParams: shownParams(entry),
  };
}

/** The deployment's own key, else the provider's usual variable. */
function credentialOf(entry: ConfiguredDeployment, provider: Provider, variable: ReadVariable): Credential {
  const { apiKey } = entry;
  if (apiKey.kind === 'value') return { kind: 'value', value: apiKey.value };
  if (apiKey.kind === 'unset') return { kind: 'unset', variable: apiKey.variable };
  const value = firstSet(provider.keyVariables, variable);
  return value === undefined ? { kind: 'none' } : { kind: 'value', value };
}

function headersOf(
  provider: Provider, credential: Credential, extra: Readonly<Record<string, string>>, variable: ReadVariable, organization: string | undefined, baseUrl: string,
): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  for (const [name, value] of Object.entries(provider.headers ?? {})) {
    const text = typeof value === 'string' ? value : variable(value.variable) ?? value.otherwise;
    if (text !== null) headers[name] = text;
  }
  if (organization !== undefined) headers['OpenAI-Organization'] = organization;
  if (credential.kind === 'value') Object.assign(headers, authenticationHeaders(provider, credential.value, baseUrl));
  return { ...headers, ...extra };
}

function authenticationHeaders(provider: Provider, key: string, baseUrl: string): Record<string, string> {
  const { authentication } = provider;
  switch (authentication.kind) {
    case 'bearer':
      return { authorization: `Bearer ${key}` };
    case 'header': {
      const { oauth } = authentication;
      if (!oauth || !key.startsWith(oauth.keyPrefix)) return { [authentication.name]: `${authentication.prefix ?? ''}${key}` };
      // A personal token goes to its own host only, whatever the configuration says.
      return URL.parse(baseUrl)?.host === oauth.host ? { authorization: `Bearer ${key}`, ...oauth.headers } : {};
    }
    case 'azure':
      return { 'api-key': key };
    case 'aws':
      return { authorization: `Bearer ${key}` };
    case 'google':
    case 'exchange':
    case 'oci':
    case 'none':
      return {};
  }
}

/** What lanes are made from. */
interface LaneParts {
  entry: ConfiguredDeployment;
  provider: Provider;
  model: string;
  baseUrl: string;
  headers: Record<string, string>;
}

function lanesOf(parts: LaneParts): Map<DialectName, Lane> {
  const { entry, provider, model } = parts;
  const chatOnly = entry.params.useChatCompletionsApi === true;
  const lanes = new Map<DialectName, Lane>();
  for (const inbound of dialectNames) {
    const chosen = chatEndpointFor(provider, inbound, model, entry.apiBase);
    const endpoint = chatOnly ? provider.chat.find((offered) => offered.dialect === 'openai-chat') ?? chosen : chosen;
    if (endpoint) lanes.set(inbound, { ...addressOf(endpoint, parts), ...laneRules(endpoint, parts), outbound: endpoint.dialect, translate: endpoint.dialect !== inbound });
  }
  return lanes;
}

function laneRules(endpoint: ChatEndpoint, { entry, provider, headers }: LaneParts): Pick<Lane, 'headers' | 'rules'> {
  const rules = bodyRulesFor(provider, endpoint);
  return {
    headers: { ...headers, ...endpoint.headers },
    rules: {
      defaults: new Map(Object.entries({ ...rules.defaults, ...entry.extraBody }).map(([key, value]) => [key, JSON.stringify(value)])),
      rename: new Map(Object.entries(rules.rename ?? {})),
      omit: [...(entry.params.additionalDropParams ?? []), ...(rules.omit ?? [])],
    },
  };
}

function addressOf(endpoint: ChatEndpoint, { entry, baseUrl: ownBase }: LaneParts): Pick<Lane, 'url'> {
  const { path, streamPath } = endpoint;
  const baseUrl = entry.apiBase === undefined ? endpoint.baseUrl ?? ownBase : ownBase;
  if (!path.includes('{model}')) {
    const whole = endpointUrl(baseUrl, path);
    const streamed = endpointUrl(baseUrl, streamPath ?? path);
    return { url: (_model, stream) => (stream ? streamed : whole) };
  }
  return { url: (model, stream) => endpointUrl(baseUrl, stream ? streamPath ?? path : path, model) };
}

function operationsOf(provider: Provider, baseUrl: string): Map<OperationName, string> {
  const entries = Object.entries(provider.operations) as [OperationName, string][];
  return new Map(entries.map(([name, path]) => [name, endpointUrl(baseUrl, path)]));
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

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
