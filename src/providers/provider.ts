// What Weir knows about a provider: one row of data. Code asks for what a row declares and never for its name.
import type { Capabilities } from '../dialects/dialect.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { ChatForm } from './forms/chat-form.ts';
import type { OperationForm } from './forms/operation-form.ts';

/** An operation beside chat, by the last words of its path in OpenAI's API. */
export type OperationName =
  | 'embeddings' | 'moderations' | 'rerank'
  | 'images-generations' | 'images-edits' | 'images-variations'
  | 'audio-speech' | 'audio-transcriptions' | 'audio-translations'
  | 'responses-compact' | 'responses-input-tokens'
  /** Kept at the provider; the path is the collection's. */
  | 'files' | 'batches'
  /** What a route of the configuration's own passes on; no provider's. */
  | 'pass-through';

/** A provider's way of giving short-lived tokens for a key; `sign-in/exchange.ts` has them. */
export type ExchangeScheme = 'ibm-iam' | 'github-copilot' | 'gigachat' | 'sap';

/**
 * How a stream is cut into events where it is not made of server-sent ones: AWS's binary events, with the dialect's event as payload
 * (`aws-events`), with the model's own event inside (`aws-chunks`), or with pieces of a server's own stream (`aws-parts`).
 */
export type Framing = 'aws-events' | 'aws-chunks' | 'aws-parts';

/** How the key travels. The last five need code: a signature, an exchanged token or a choice by the kind of credential. */
export type Authentication =
  /**
   * With `clientCredentials`, an application's id and secret give the token where the configuration has them. Keys with the `marked` prefix
   * travel without it and with these headers.
   */
  | { kind: 'bearer'; clientCredentials?: 'databricks'; marked?: { prefix: string; headers: Readonly<Record<string, string>> } }
  /**
   * The key in a header of its own, after `prefix`. Keys from `bearerVariables` travel as bearer. So do keys with the `oauth` prefix,
   * and those only to the one host, with the headers that it wants then.
   */
  | { kind: 'header'; name: string; prefix?: string; bearerVariables?: readonly string[]; oauth?: { keyPrefix: string; host: string; headers: Readonly<Record<string, string>> } }
  | { kind: 'none' }
  /** AWS signature version 4, or a Bedrock API key as bearer. */
  | { kind: 'aws'; service: string }
  /** A token for a Google service account. */
  | { kind: 'google' }
  /** `api-key` header, or a Microsoft Entra token as bearer. */
  | { kind: 'azure' }
  /** A short-lived token, got with the key from an address of the provider's own. */
  | { kind: 'exchange'; scheme: ExchangeScheme }
  /** A signature of Oracle Cloud, or one of its API keys as bearer. */
  | { kind: 'oci' };

/**
 * One dialect that a provider speaks for chat. Paths begin with a slash and may hold `{model}`, `{+model}` for names whose slashes
 * stand in the path, and parts in braces, see `baseUrlParts`.
 */
export interface ChatEndpoint {
  dialect: DialectName;
  /** Serves only models whose names match; without it, every model. */
  models?: RegExp;
  /** Under the base URL. */
  path: string;
  /** Where streams are asked for, when that is another path (Gemini, Bedrock). */
  streamPath?: string;
  /** Lies under this base URL, not under the provider's. See `chatEndpointFor` for deployments with an address of their own. */
  baseUrl?: string;
  /** Replaces the provider's `body` here. */
  body?: BodyRules;
  /** The provider keeps answers under their ids: `previous_response_id` and the routes of an answer work there. */
  keepsAnswers?: boolean;
  /** Asks with these headers besides the provider's. */
  headers?: Readonly<Record<string, string>>;
  /** How its streams are cut, when they are no server-sent events. */
  framing?: Framing;
  /** The provider's own form, told as this dialect. */
  form?: ChatForm;
  /** Members of the dialect's body that are told otherwise here, by the path; they are not sent. */
  unsaid?: readonly string[];
  /** Which of a client's `anthropic-beta` words are taken, and where they are told. */
  betas?: BetaRules;
}

/**
 * A form of the provider's own, for these models, at addresses that end with one of these paths; without them, for all. It may lie at
 * another path than the row's, or at another one under an address of the deployment's own; or be spoken at the provider's own address only.
 */
export interface FormRow {
  form: OperationForm;
  models?: RegExp;
  paths?: readonly string[];
  path?: string;
  pathUnder?: string;
  atHome?: true;
}

/** Beta features of Anthropic's API at a provider that has not all of them. */
export interface BetaRules {
  /** In the header of the same name, in the body's `anthropic_beta`, or in the same member of Converse's `additionalModelRequestFields`. */
  place: 'header' | 'body' | 'fields';
  /** The table's column: what each word becomes there. Words that the table does not have are not sent. */
  table: 'bedrock' | 'bedrock_converse' | 'vertex_ai' | 'azure_ai' | 'databricks' | 'none';
  /** The models that take them; the others are told of none. */
  models?: RegExp;
}

/** What a model's name says at a provider whose names hold more than the model. */
export interface ModelForm {
  /** What the provider is told. */
  model: string;
  /** The dialect that the name demands. */
  dialect?: DialectName;
  /** Parameters of the deployment that the name sets, such as a region. */
  parameters?: Readonly<Record<string, string>>;
  /** Names under which the model's prices and abilities are known, the best first. */
  knownAs: readonly string[];
}

/** A value from the environment, with what stands in for it; null: the header is left out. */
export interface Variable {
  variable: string;
  otherwise: string | null;
}

/** Something that an installation must know besides the key: a region, an account, a version. */
export interface Setting {
  /** The deployment's parameter in `litellm_params`. */
  parameter: string;
  /** Variables of the environment; the first that is set wins. */
  variables: readonly string[];
  otherwise?: string;
  /** How the value is written. */
  write?: (value: string) => string;
}

/** What a provider's body wants to be different from the dialect's. Applied to the body's top-level members, also when bytes pass. */
export interface BodyRules {
  /** Members set when the client did not. */
  defaults?: Readonly<Record<string, unknown>>;
  /** Members that carry another name here; the new name wins when both were sent. */
  rename?: Readonly<Record<string, string>>;
  /** Members that the provider refuses. */
  omit?: readonly string[];
  /** Members that come from the installation's settings. */
  settings?: Readonly<Record<string, Setting>>;
}

/** A provider. */
export interface Provider {
  /** The prefix in `provider/model`. */
  name: string;
  title: string;
  /** The provider's page, for people. */
  page: string;
  /** The word for it in LiteLLM's error texts, such as `OpenrouterException`. */
  errorName: string;
  /** Without a slash at the end; may hold parts in braces, see `baseUrlParts`. Null: the deployment must say it. */
  baseUrl: string | null;
  /** Variables of the environment that replace `baseUrl`; the first that is set wins. */
  baseUrlVariables: readonly string[];
  baseUrlParts?: Readonly<Record<string, Setting>>;
  /** Variables of the environment that hold the key; the first that is set wins. */
  keyVariables: readonly string[];
  /** False for servers that usually run without a key: none is sent then. */
  keyRequired: boolean;
  authentication: Authentication;
  /** Dialects for chat, the preferred one first. Empty: the provider has no chat that Weir speaks. */
  chat: readonly ChatEndpoint[];
  /** Inbound dialect to outbound dialect, where it is neither the same one nor the first of `chat`. */
  /** Asks for text by the legacy API at servers of one's own, for models that are not known to chat: base models have no other. */
  textAtOwnServers?: ChatEndpoint;
  preferred?: Readonly<Partial<Record<DialectName, DialectName>>>;
  /** Other operations, each with its path under the base URL, or with a whole address for providers that keep it elsewhere. */
  operations: Readonly<Partial<Record<OperationName, string>>>;
  /** Forms of the provider's own; the first that fits counts. */
  operationForms?: Readonly<Partial<Record<OperationName, readonly FormRow[]>>>;
  /** Rules for the bodies of operations. */
  operationBodies?: Readonly<Partial<Record<OperationName, BodyRules>>>;
  /** How addresses are put together; `azure` puts the deployment or the version into the path. */
  addressing?: 'azure';
  /** Query parameters for every request. */
  query?: Readonly<Record<string, Setting>>;
  /** Headers for every request. */
  headers?: Readonly<Record<string, string | Variable>>;
  /** Rules for chat bodies in OpenAI's chat dialect. */
  body?: BodyRules;
  capabilities: Capabilities;
  /** `usage.cost` of an answer is the price in USD. */
  costInUsage?: boolean;
  /** The provider of the price map when it is another name there; `*`: any, for gateways that sell models under their makers' names. */
  pricesAs?: string;
  /**
   * The provider refuses what a model does not take, and the price map knows its models: effort for a model that does not think is not sent
   * there in another dialect than the client's, nor (`all`) a limit of output that is too high.
   */
  modelsKnown?: 'all' | 'thinking';
  /** The models that take no sampling while they think, and know only the newer name of the output limit. */
  reasoningModels?: RegExp;
  /** The models that take `web_search_options` in chat bodies. */
  searchModels?: RegExp;
  /** Is told `stream: false` too, as LiteLLM does. */
  statesStream?: boolean;
  /** The models that keep `cache_control` marks, where not all do. */
  cacheControlModels?: RegExp;
  /** The models that take pictures and documents as bytes only; what a request names by its address is fetched for them. */
  mediaBytesModels?: RegExp;
  /** The provider's own models, whose names keep the prefix (`openrouter/auto`). */
  ownModels?: RegExp;
  /** Reads what stands behind the provider's prefix, where that is more than a model's name. */
  readModel?: (name: string) => ModelForm;
  /** An address of the deployment's own that has no path gets the row's. */
  keepsBasePath?: boolean;
  /** The deployment's parameter that replaces the base URL, beside `api_base`. */
  baseUrlParameter?: string;
}

/** What the provider calls the model that stands behind its prefix: one of its own has the prefix in its name. */
export const nameAtProvider = (provider: Provider, rest: string): string => (provider.ownModels?.test(rest) ? `${provider.name}/${rest}` : rest);

/** True when the base URL's path is, or lies under, the path of the endpoint's own base URL (`/anthropic`). */
function liesUnder(baseUrl: string, endpoint: ChatEndpoint): boolean {
  if (endpoint.baseUrl === undefined || !URL.canParse(baseUrl)) return false;
  const path = new URL(endpoint.baseUrl).pathname;
  const { pathname } = new URL(baseUrl);
  return path !== '/' && (pathname === path || pathname.startsWith(`${path}/`));
}

/**
 * Which of a provider's dialects serves a client that speaks `inbound`: the same one, the preferred one, else the first.
 * `demanded` is the dialect that the deployment's name asks for; it is the only one where the model speaks it.
 * When the deployment has an address of its own (`givenBaseUrl`), dialects that live at another address of the provider are out of
 * reach, except where the given address names theirs (`https://…/anthropic`): then it is the only one.
 */
export function chatEndpointFor(provider: Provider, inbound: DialectName, model: string, givenBaseUrl?: string, demanded?: DialectName): ChatEndpoint | null {
  let offered = provider.chat.filter((endpoint) => endpoint.models?.test(model) ?? true);
  if (offered.some((endpoint) => endpoint.dialect === demanded)) offered = offered.filter((endpoint) => endpoint.dialect === demanded);
  if (givenBaseUrl !== undefined) {
    const named = offered.filter((endpoint) => liesUnder(givenBaseUrl, endpoint));
    const reachable = named.length > 0 ? named : offered.filter((endpoint) => endpoint.baseUrl === undefined);
    if (reachable.length > 0) offered = reachable;
  }
  const wanted = provider.preferred?.[inbound] ?? inbound;
  return offered.find((endpoint) => endpoint.dialect === wanted) ?? offered[0] ?? null;
}

/** The rules for bodies that go to this endpoint. */
export function bodyRulesFor(provider: Provider, endpoint: ChatEndpoint): BodyRules {
  return endpoint.body ?? (endpoint.dialect === 'openai-chat' ? provider.body : undefined) ?? {};
}
