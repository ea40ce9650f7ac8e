// A deployment: one entry of `model_list`, compiled when the configuration is loaded, so that a request only looks things up.
import type { MessageOrder } from '../dialects/openai-chat/message-order.ts';
import type { CachePlan } from '../dialects/cache-points.ts';
import type { AccessWindow } from './access-windows.ts';
import type { DropPath } from '../lib/drop-paths.ts';
import type { Capabilities } from '../dialects/dialect.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Surcharge } from '../accounting/surcharge.ts';
import type { ModelPrice } from '../accounting/prices.ts';
import type { ChatForm } from '../providers/forms/chat-form.ts';
import type { FormContext, OperationForm } from '../providers/forms/operation-form.ts';
import type { BetaRules, Framing, OperationName, Provider } from '../providers/provider.ts';
import type { SignIn } from '../providers/sign-in/sign-in.ts';

/** The key for the provider: there, not needed, or named by a variable that is not set. */
export type Credential = { kind: 'value'; value: string; variable: string | null } | { kind: 'none' } | { kind: 'unset'; variable: string };

/** How a request of one dialect goes to a deployment: in which dialect and where. */
export interface Lane {
  outbound: DialectName;
  /** False: the bytes pass, only single members change. */
  translate: boolean;
  /** The provider itself keeps answers under their ids (Responses API). */
  keepsAnswers: boolean;
  /** The address for a model; constant for all providers that do not have the model in the path. */
  url(model: string, stream: boolean): string;
  /** All headers that do not depend on the request, credentials included. Never logged. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rules: LaneRules;
  /** In which the provider is told the client's session; null: it is not told. */
  readonly sessionHeader: string | null;
  /** Reasoning becomes text between tags. */
  readonly mergesReasoning: boolean;
  /** How the provider's streams are cut; null: server-sent events. */
  readonly framing: Framing | null;
  /** The provider's own form, told as `outbound`; null: it speaks the dialect itself. */
  readonly form: ChatForm | null;
  /** What becomes of the client's beta words; null: they pass. */
  readonly betas: BetaRules | null;
}

/** What a provider's body wants to be different, compiled. Members are top-level ones. */
export interface LaneRules {
  /** Members that are added to a body that lacks them, as JSON text. */
  readonly defaults: ReadonlyMap<string, string>;
  /** Old names and new names of members that this provider calls differently. */
  readonly rename: ReadonlyMap<string, string>;
  /** Members that the provider or the configuration does not want. */
  readonly omit: readonly string[];
  /** Members that are told otherwise, by the path. */
  readonly unsaid: readonly string[];
  /** What the configuration wants left out of what a client sends. */
  readonly drop: readonly DropPath[];
}

/** How an operation other than chat goes to a deployment. */
export interface OperationLane {
  /** The address for a model; constant for all providers that do not have the model in the path. */
  url(model: string): string;
  readonly rules: LaneRules;
  /** The provider's own form, where it is not the usual one. */
  readonly form: OperationForm | null;
  readonly formContext: FormContext;
}

/** What of a deployment's connection a request may bring itself. */
export interface ClientAuth {
  readonly apiKey: boolean;
  /** Addresses that are allowed. */
  readonly apiBases: readonly RegExp[];
  /** The deployment with a request's key and address, or what is wrong with them. */
  make(given: { apiKey: string; apiBase: string | undefined }): Deployment | string;
}

/** The longest times of calls by their `service_tier`, in milliseconds. */
export interface TierTimeouts {
  readonly plain: ReadonlyMap<string, number>;
  readonly stream: ReadonlyMap<string, number>;
}

/** One way to reach one model. */
export interface Deployment {
  readonly id: string;
  /** The `model_name` that it serves. */
  readonly group: string;
  readonly provider: Provider;
  /** The model's name at the provider; holds a `*` when the deployment serves a pattern. */
  readonly model: string;
  /** The model's public name where `model` is an id that does not tell it. */
  readonly knownAs: string;
  /** `litellm_params.model` as configured. */
  readonly fullName: string;
  readonly apiBase: string;
  readonly credential: Credential;
  /** Its key and address serve the provider's own routes, too. */
  readonly inPassThrough: boolean;
  /** Null: requests bring nothing. */
  readonly clientAuth: ClientAuth | null;
  /** Every text of its that nobody may see: keys, passwords, tokens that the configuration gives. */
  readonly secrets: readonly string[];
  /** Signs each request in, where a fixed header is not enough. */
  readonly signIn: SignIn | null;
  /** Headers for operations that have no lane of their own. */
  readonly headers: Readonly<Record<string, string>>;
  readonly lanes: ReadonlyMap<DialectName, Lane>;
  readonly operations: ReadonlyMap<OperationName, OperationLane>;
  readonly capabilities: Capabilities;
  readonly timeoutMs: number | null;
  readonly streamTimeoutMs: number | null;
  /** Limits of requests with a `service_tier`; null: it changes none. */
  readonly tierTimeouts: TierTimeouts | null;
  /** The longest time until there is a connection. */
  readonly connectTimeoutMs: number;
  /** The longest silence between two parts of a body; null: as `streamTimeoutMs` and the configuration say. */
  readonly idleTimeoutMs: number | null;
  /** The longest time of a call in all, its stream included; Infinity: none. */
  readonly totalTimeoutMs: number;
  readonly requestsPerMinute: number | null;
  readonly tokensPerMinute: number | null;
  readonly inputTokensPerMinute: number | null;
  readonly outputTokensPerMinute: number | null;
  readonly maxParallelRequests: number | null;
  readonly weight: number | null;
  readonly order: number | null;
  readonly tags: readonly string[];
  /** Patterns over `User-Agent: …` that choose it as a tag does. */
  readonly tagRegex: readonly RegExp[];
  /** Hours in which it is reserved for some teams. */
  readonly accessWindows: readonly AccessWindow[];
  readonly maxRetries: number | null;
  /** How long it rests after failures; null: as the router says. */
  readonly cooldownMs: number | null;
  /** Where it stands (`eu-west-1`, `europe-west4`, `eu`); null: not said. */
  readonly region: string | null;
  /** The most tokens of a request; null: not known. */
  readonly maxInputTokens: number | null;
  /** What the model can do, in words of the price map; null: not known. */
  readonly supports: ReadonlySet<string> | null;
  /** `model_info.blocked`: no request goes there. */
  readonly blocked: boolean;
  /** The model name that gets a copy of every request; null: none. */
  readonly silentModel: string | null;
  /** Marks for the provider's prompt cache that are set here; null: none. */
  readonly cachePlan: CachePlan | null;
  /** What the messages must be like; null: as they are. */
  readonly messageOrder: MessageOrder | null;
  readonly dropParams: boolean;
  readonly modifyParams: boolean;
  /** Refuse a request of which anything would be left out. */
  readonly strict: boolean;
  /** The largest answer that is read whole. */
  readonly maxAnswerBytes: number;
  /** The largest audio file that is taken; null: any. */
  readonly maxFileBytes: number | null;
  /** Pause after which a silent stream gets a ping; null: the usual one. */
  readonly keepaliveMs: number | null;
  /** A request may say it itself. */
  readonly keepaliveByClient: boolean;
  /** Parameters that are sent although the provider is not known to take them. */
  readonly allowedParams: readonly string[];
  readonly price: ModelPrice | null;
  /** Discount and margin of its provider; null: none. */
  readonly surcharge: Surcharge | null;
  /** What a dialect that demands an output limit is told when the client set none. */
  readonly defaultMaxOutputTokens: number;
  /** `mock_response`: answered here, no provider is called. */
  readonly mockResponse: string | null;
  readonly mode: string | null;
  readonly healthCheck: HealthCheckPlan;
  readonly info: JsonObject;
  /** `litellm_params` as shown by `/model/info`: without secrets. */
  readonly shownParams: JsonObject;
}

/** How a deployment is checked. */
export interface HealthCheckPlan {
  /** Not in the background. */
  byHandOnly: boolean;
  /** The model that is asked; null: there is none to ask, since the deployment serves a pattern. */
  model: string | null;
  timeoutMs: number;
  maxTokens: number;
}

/** A deployment with the model name that a request resolved to. */
export interface Target {
  deployment: Deployment;
  /** The model's name at the provider for this request. */
  model: string;
}
