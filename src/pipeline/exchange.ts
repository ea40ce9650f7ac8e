// The one record that travels through all stages of a model call and ends as its log line.
import type { Caller } from '../access/caller.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { ExchangeLimits } from './exchange-limits.ts';
import type { Fault } from '../canonical/fault.ts';
import type { Flight } from '../cache/flights.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { OperationName } from '../providers/provider.ts';
import { newTrail, type Trail } from '../routing/trail.ts';
import type { Units } from '../accounting/cost.ts';
import type { Usage } from '../canonical/usage.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { RequestHeaders } from '../http/incoming.ts';

/** What kind of model call it is: chat in some dialect, or another operation. */
export type CallKind = { type: 'chat'; dialect: DialectName } | { type: 'operation'; operation: OperationName };

/** How the response cache took part. */
export type CacheOutcome = 'off' | 'miss' | 'hit';

/** A model call from its first byte to its last. */
export interface Exchange {
  readonly id: string;
  readonly kind: CallKind;
  /** The route's path as the table of routes has it. */
  readonly route: string;
  readonly startedAt: Date;
  /** `performance.now()` when the request was seen. */
  readonly startedMs: number;
  readonly headers: RequestHeaders;
  /** Aborted when the client leaves. */
  readonly signal: CancelSignal;
  readonly address: string;
  caller: Caller | null;
  /** The body, for what is read of it after the answer; null while none was read. */
  asked: JsonBody | null;
  /** The whole answer, where its content is kept. */
  answerBody: Uint8Array | null;
  /** The id of a streamed answer, as the client has it; null: none was seen. */
  responseId: string | null;
  /** Whom the request is made for, as it says itself. */
  endUser: string | null;
  /** The user whom a key without a user names in a header of `user_header_mappings`; null: none. */
  onBehalfOf: string | null;
  /** The region that the end user is bound to; null: none. */
  region: string | null;
  /** The request's own tags, and those of its key. */
  tags: readonly string[];
  /** What limits did; null before that stage, and where nothing limits the request. */
  limits: ExchangeLimits | null;
  /** The model as the client named it. */
  model: string;
  /** The model that is served: `model`, or what the caller's key calls by that name. */
  routed: string;
  /** The model group that a rule or a split put in its place; null: none did. */
  insteadOf: string | null;
  stream: boolean;
  group: string | null;
  deployment: Deployment | null;
  /** The model's name at the provider, of the last attempt. */
  targetModel: string;
  readonly trail: Trail;
  /** How often a failed attempt may be repeated. */
  maxRetries: number;
  cache: CacheOutcome;
  /** What others who ask the same are waiting for; landed when the exchange is settled. */
  flight: Flight | null;
  /** What an answer from the cache had cost when it was made; null: not known, or no hit. */
  savedUsd: number | null;
  /** What a translation could not carry over. */
  dropped: readonly string[];
  status: number;
  fault: Fault | null;
  usage: Usage | null;
  /** What is billed beside tokens. */
  units: Units;
  costUsd: number | null;
  /** The same in whole 10⁻⁹ USD, rounded half up once. */
  costNanoUsd: number | null;
  finishReason: string | null;
  /** Milliseconds until the first bytes of the answer were ready; null when there was none. */
  firstByteMs: number | null;
  /** Milliseconds that providers took. */
  providerMs: number;
}

/** What a new exchange is made from. */
export type ExchangeStart = Pick<Exchange, 'id' | 'kind' | 'route' | 'headers' | 'signal' | 'address'>;

const noTags: readonly string[] = [];

/** A new exchange. */
export function newExchange({ id, kind, route, headers, signal, address }: ExchangeStart): Exchange {
  return {
    id, kind, route, headers, signal, address,
    startedAt: new Date(), startedMs: performance.now(),
    caller: null, asked: null, answerBody: null, responseId: null, endUser: null, onBehalfOf: null, region: null, tags: noTags, limits: null, model: '', routed: '', insteadOf: null, stream: false, group: null, deployment: null, targetModel: '',
    maxRetries: 0, trail: newTrail(),
    cache: 'off', flight: null, savedUsd: null, dropped: [], status: 0, fault: null, usage: null, units: {}, costUsd: null, costNanoUsd: null, finishReason: null, firstByteMs: null, providerMs: 0,
  };
}
