// Everything that can go wrong with a call, as one error type with a closed list of kinds.

/** The kinds of failure that a caller may want to tell apart. */
export const gatewayErrorKinds = [
  'authentication', // 401: the key is missing or wrong
  'permission', // 403: the key is right, and may not do this
  'notFound', // 404: no such model or route
  'invalidRequest', // 400, 409, 413, 415, 422 …: the request has to change
  'budget', // the key's or team's money is used up
  'rateLimit', // 429: later; see retryAfterMs
  'timeout', // no answer in time: ours, or 408 and 504 from the gateway
  'connection', // nothing listens there, or the connection broke before an answer began
  'upstream', // 5xx: the gateway or the provider behind it failed
  'streamBroken', // a stream ended or broke before it was finished, or carried what is not a stream
  'aborted', // the caller's own signal
] as const;

/** One of `gatewayErrorKinds`. */
export type GatewayErrorKind = (typeof gatewayErrorKinds)[number];

/** What is known about a failure. All but the kind may be missing. */
export interface GatewayErrorDetails {
  kind: GatewayErrorKind;
  /** HTTP status of the answer; null when there was none. */
  status?: number | null;
  /** `error.type`, `error.code` and `error.param` of the answer's body. */
  type?: string | null;
  code?: string | null;
  param?: string | null;
  /** How long the gateway asks to wait. */
  retryAfterMs?: number | null;
  requestId?: string | null;
  cause?: unknown;
}

/** A failed call. `message` is the gateway's own sentence when it gave one. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly kind: GatewayErrorKind;
  readonly status: number | null;
  readonly type: string | null;
  readonly code: string | null;
  readonly param: string | null;
  readonly retryAfterMs: number | null;
  readonly requestId: string | null;

  constructor(message: string, details: GatewayErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = details.kind;
    this.status = details.status ?? null;
    this.type = details.type ?? null;
    this.code = details.code ?? null;
    this.param = details.param ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.requestId = details.requestId ?? null;
  }

  /** Whether the same call may succeed later without a change. */
  get retryable(): boolean {
    return ['rateLimit', 'timeout', 'connection', 'upstream', 'streamBroken'].includes(this.kind);
  }
}
