// How a deployment is reached: for each dialect of a client, and each operation beside chat, the address, the headers and the rules of the body.
import { readDropPaths } from '../lib/drop-paths.ts';
import { fillParts, requestUrl, settingOf, type ReadParameter, type ReadVariable } from '../providers/address.ts';
import { bodyRulesFor, chatEndpointFor, type BodyRules, type ChatEndpoint, type OperationName, type Provider } from '../providers/provider.ts';
import { dialectNames, type DialectName } from '../canonical/dialect-name.ts';
import type { Deployment as ConfiguredDeployment } from '../config/config.ts';
import { usualPaths } from '../providers/compatible.ts';
import type { Lane, LaneRules, OperationLane } from './deployment.ts';
import type { OperationForm } from '../providers/forms/operation-form.ts';
import type { Json } from '../lib/json.ts';

/** What lanes are made from. */
export interface LaneParts {
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

/** The lanes of chat, by the client's dialect. `byChat`: Anthropic's clients are served by Chat Completions where a provider has them. */
export function lanesOf(parts: LaneParts, byChat: boolean): Map<DialectName, Lane> {
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
export function missingPart(provider: Provider, parameter: ReadParameter, variable: ReadVariable): string | null {
  const path = provider.chat.map((endpoint) => endpoint.path).find(hasParts);
  const filled = path === undefined ? null : fillParts(provider, path, parameter, variable);
  return filled?.ok === false ? filled.message : null;
}

/** The lanes of the operations beside chat. */
export function operationsOf({ entry, provider, model, knownAs, baseUrl, parameter, variable }: LaneParts): Map<OperationName, OperationLane> {
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
