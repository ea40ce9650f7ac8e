// One model call as the upstream side sees it: what to ask, for whom, and for how long.
import type { CachePoint } from '../dialects/cache-points.ts';
import type { DropPath } from '../lib/drop-paths.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Fault, Result } from '../canonical/fault.ts';
import type { ProviderHeaders } from '../http/provider-response.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { OperationBody } from './operation-body.ts';
import type { OperationName } from '../providers/provider.ts';
import type { Units } from '../accounting/cost.ts';
import type { Usage } from '../canonical/usage.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { ByteSource } from '../http/byte-source.ts';

/** What every call has, whatever is asked. */
export interface CallBase {
  /** The request's id. */
  id: string;
  /** The model that the client asked for; answers name it. */
  model: string;
  stream: boolean;
  /** Members of the body that are for the gateway and go no further. */
  removed: ReadonlySet<string>;
  /** Headers of the client, or about the caller, for the provider; its own win. Null: none. */
  passed: Readonly<Record<string, string>> | null;
  /** What the client asked, for the few settings that depend on it; null: no client asks. */
  asked: JsonBody | null;
  /** The caller's own limit for this call. */
  timeoutMs: number | null;
  /** The limit when neither the caller nor the deployment has one. */
  defaultTimeoutMs: number;
  defaultStreamTimeoutMs: number | null;
  /** `performance.now()` after which nothing of this request may go on waiting for a first byte. */
  deadlineMs: number;
  /** Aborted when the client leaves. */
  signal: CancelSignal;
}

/** What a request says about parameters that its provider may not know; LiteLLM's members of the body. */
export interface ParameterWishes {
  /** `drop_params`, `modify_params`; null: as the configuration says. */
  dropParams: boolean | null;
  modifyParams: boolean | null;
  /** Refuse the request instead of leaving anything out. */
  strict: boolean;
  /** `additional_drop_params`. */
  drop: readonly DropPath[];
  /** `allowed_openai_params`. */
  allowed: readonly string[];
  /** `cache_control_injection_points`. */
  cachePoints: readonly CachePoint[];
}

/** A request for a model's answer. */
export interface Call extends CallBase {
  /** The dialect of the client. */
  inbound: DialectName;
  /** Null: the request says nothing. */
  wishes: ParameterWishes | null;
  /** Who asks: what is kept from one call to the next is kept for it alone. */
  tenant: string;
  body: JsonBody;
  /** The client wants the usage chunk (OpenAI chat streams only). */
  includeUsage: boolean;
  /** The client's session, for providers that are told it; null: it names none. */
  session: () => string | null;
  /** The client's headers that belong to its dialect and go along (`anthropic-beta`, `anthropic-version`). */
  forwarded: Readonly<Record<string, string>> | null;
  nowSeconds: number;
  /** Adds the cost to the usage that a chat stream ends with (`include_cost_in_streaming_usage`); null: does not. */
  costOfUsage: ((usage: Usage) => number | null) | null;
  /** A stream without content after this time counts as failed; null: it is waited for. */
  firstContentTimeoutMs: number | null;
  /** Asks for the rest of an answer that broke off after this text; null: broken streams end with an error. */
  resume: ((text: string) => Promise<Result<Answer>>) | null;
  /** The pause after which the request wants a sign of life of a silent stream; null: it does not say. */
  keepaliveMs: number | null;
  /** Keep what a stream sends to the client, so that it can be cached. */
  collect: boolean;
  /** Responses dialect: the earlier answer that this gateway put into the body itself; answers name it. */
  continued: string | null;
}

/** A request for something other than chat. */
export interface OperationCall extends CallBase {
  operation: OperationName;
  body: OperationBody;
}

/** How a stream ended. Told once. */
export interface StreamEnd {
  usage: Usage | null;
  finishReason: string | null;
  /** Why it broke off; null after a proper end. `client_left` when the client went first. */
  fault: Fault | null;
  /** Characters of content that reached the client: what a broken stream is billed by when it carries no usage. */
  contentCharacters: number;
}

/** A provider's answer, in the client's dialect. */
export type Answer =
  | { kind: 'plain'; headers: ProviderHeaders; body: Buffer; usage: Usage | null; finishReason: string | null; dropped: readonly string[] }
  | { kind: 'stream'; headers: ProviderHeaders; body: ByteSource; ended: Promise<StreamEnd>; dropped: readonly string[]; collected(): Buffer | null; lastSent(): Buffer | null; firstSent(): Buffer | null };

/** The answer of an operation: JSON that was looked at, or bytes that pass as they come (sound, subtitles, events). */
export type OperationAnswer =
  | { kind: 'plain'; headers: ProviderHeaders; body: Buffer; usage: Usage | null; units: Units; finishReason: null; dropped: readonly string[] }
  | { kind: 'bytes'; headers: ProviderHeaders; mediaType: string; body: ByteSource; ended: Promise<StreamEnd>; units: Units; dropped: readonly string[] };
