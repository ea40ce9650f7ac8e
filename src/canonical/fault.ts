// Every way in which a request can fail, as one table. A fault is a value; each dialect renders it in its own error form.
// Statuses, types and texts follow LiteLLM Proxy, since clients match on them; deliberate differences are in the migration guide.

interface FaultRow {
  /** HTTP status before the first byte of the answer. */
  status: number;
  /** `error.type` in the OpenAI dialects. */
  type: string;
  /** LiteLLM's exception class, the prefix of its messages (`litellm.BadRequestError: …`); null for Weir's own refusals. */
  exception: string | null;
  /** Another attempt or another deployment may succeed. */
  retryable: boolean;
  /** `error.param` in the OpenAI dialects when the fault names no other. LiteLLM writes the word "None" for some. */
  param: string | null;
}

const row = (status: number, type: string, exception: string | null = null, retryable = false, param: string | null = null): FaultRow =>
  ({ status, type, exception, retryable, param });

/** The table of faults. */
export const faultTable = {
  // Who is calling.
  no_key: row(401, 'auth_error', null, false, 'None'),
  malformed_key: row(401, 'auth_error', null, false, 'None'),
  unknown_key: row(401, 'token_not_found_in_db', null, false, 'key'),
  expired_key: row(401, 'expired_key'),
  blocked_key: row(401, 'auth_error', null, false, 'None'),
  end_user_blocked: row(401, 'auth_error', null, false, 'None'),
  session_ended: row(401, 'auth_error', null, false, 'None'),
  login_failed: row(401, 'auth_error', null, false, 'invalid_credentials'),
  password_login_disabled: row(403, 'auth_error'),
  login_throttled: row(429, 'throttling_error', null, true),
  admin_only: row(401, 'auth_error', null, false, 'None'),
  address_not_allowed: row(403, 'auth_error', null, false, 'None'),
  route_not_allowed: row(403, 'auth_error'),
  model_not_allowed: row(403, 'key_model_access_denied', null, false, 'model'),
  store_unavailable: row(503, 'service_unavailable', null, true),
  // What is asked.
  route_unknown: row(404, 'not_found_error'),
  method_not_allowed: row(405, 'invalid_request_error'),
  host_invalid: row(400, 'invalid_request_error'),
  body_not_json: row(400, 'invalid_request_error', null, false, 'request_body'),
  body_too_large: row(413, 'request_too_large', null, false, 'request_body'),
  body_encoding: row(415, 'invalid_request_error', null, false, 'request_body'),
  body_too_slow: row(408, 'timeout_error', null, false, 'request_body'),
  upload_not_stored: row(507, 'internal_server_error', null, false, 'request_body'),
  parameter_missing: row(400, 'invalid_request_error'),
  parameter_invalid: row(400, 'invalid_request_error'),
  mock_testing_disabled: row(400, 'invalid_request_error'),
  client_setting_refused: row(401, 'auth_error', null, false, 'None'),
  parameter_unsupported: row(400, 'invalid_request_error', 'UnsupportedParamsError'),
  model_not_a_string: row(400, 'bad_request_error', null, false, 'model'),
  model_unknown: row(400, 'invalid_request_error', 'BadRequestError'),
  model_name_invalid: row(400, 'invalid_request_error'),
  item_not_found: row(404, 'not_found_error'),
  // What the management API refuses. Types and parameters are those of the route.
  managed_invalid: row(400, 'bad_request_error'),
  managed_missing: row(404, 'not_found_error'),
  managed_conflict: row(409, 'bad_request_error'),
  managed_forbidden: row(403, 'auth_error'),
  // What is allowed.
  budget_exceeded: row(422, 'budget_exceeded'),
  budget_reserved: row(429, 'budget_exceeded', null, true),
  model_unpriced: row(403, 'model_cost_map_missing', null, false, 'model'),
  price_unknown: row(400, 'invalid_request_error', null, false, 'model'),
  limits_unavailable: row(503, 'service_unavailable', null, true),
  rate_limited: row(429, 'throttling_error', null, true),
  deployment_reserved: row(400, 'invalid_request_error'),
  deployments_limited: row(429, 'internal_server_error', null, true),
  deployments_cooling: row(429, 'all_deployments_in_cooldown', null, true),
  region_not_served: row(400, 'invalid_request_error', 'BadRequestError'),
  tags_not_allowed: row(401, 'internal_server_error'),
  // What this installation lacks.
  database_required: row(500, 'internal_server_error'),
  credential_missing: row(500, 'internal_server_error', 'InternalServerError'),
  operation_unsupported: row(400, 'invalid_request_error', 'BadRequestError'),
  // What the provider answered.
  upstream_bad_request: row(400, 'invalid_request_error', 'BadRequestError'),
  upstream_context_window: row(400, 'invalid_request_error', 'ContextWindowExceededError'),
  upstream_content_policy: row(400, 'invalid_request_error', 'ContentPolicyViolationError'),
  upstream_authentication: row(401, 'authentication_error', 'AuthenticationError'),
  upstream_permission: row(403, 'permission_error', 'PermissionDeniedError'),
  upstream_not_found: row(404, 'invalid_request_error', 'NotFoundError'),
  upstream_too_large: row(413, 'invalid_request_error', 'BadRequestError'),
  upstream_unprocessable: row(422, 'invalid_request_error', 'UnprocessableEntityError'),
  upstream_timeout: row(408, 'invalid_request_error', 'Timeout', true),
  upstream_conflict: row(409, 'invalid_request_error', 'APIError', true),
  upstream_rate_limited: row(429, 'throttling_error', 'RateLimitError', true),
  upstream_failed: row(500, 'internal_server_error', 'InternalServerError', true),
  upstream_bad_gateway: row(502, 'internal_server_error', 'BadGatewayError', true),
  upstream_unavailable: row(503, 'internal_server_error', 'ServiceUnavailableError', true),
  upstream_overloaded: row(529, 'internal_server_error', 'ServiceUnavailableError', true),
  upstream_connection: row(500, 'internal_server_error', 'InternalServerError', true),
  upstream_invalid_answer: row(500, 'internal_server_error', 'InternalServerError', true),
  upstream_stream_broken: row(500, 'internal_server_error', 'APIConnectionError', true),
  upstream_address_refused: row(400, 'invalid_request_error', 'BadRequestError'),
  // What went wrong here.
  client_left: row(499, 'client_disconnected'),
  shutting_down: row(503, 'service_unavailable', null, true),
  overloaded: row(503, 'service_unavailable', null, true),
  internal: row(500, 'internal_server_error'),
} as const satisfies Record<string, FaultRow>;

/** The name of a way to fail. */
export type FaultCode = keyof typeof faultTable;

/** What the provider sent with its failure, already bounded and free of secrets. */
export interface UpstreamFailure {
  /** The provider's word in LiteLLM's texts, such as `OpenAIException`. */
  errorName: string;
  status: number;
  /** The provider's own message. */
  message: string;
  /** The provider's own `type` and `code` words, for the Responses dialect's `response.failed`. */
  type?: string;
  code?: string;
  /** The whole error body as text, when it was one that a client of the same dialect understands. */
  body?: string;
}

/** A failure. It travels as a value; nothing throws it. */
export interface Fault {
  code: FaultCode;
  /** For people. Never holds a key, an address inside or another tenant's name. */
  message: string;
  /** Replaces the row's status, for upstream statuses that have no row of their own. */
  status?: number;
  /** Replaces the row's `type`; null: none is told. */
  type?: string | null;
  /** Replaces the row's `param`. */
  param?: string | null;
  /** Seconds until another try makes sense: the `Retry-After` header. */
  retryAfterSeconds?: number;
  upstream?: UpstreamFailure;
}

/** A value or the fault that kept it from being made. */
export type Result<T> = { ok: true; value: T } | { ok: false; fault: Fault };

/** Wraps a value. */
export const ok = <T>(value: T): Result<T> => ({ ok: true, value });

/** Wraps a fault. */
export const fail = (fault: Fault): { ok: false; fault: Fault } => ({ ok: false, fault });

/** Makes a fault. */
export function fault(code: FaultCode, message: string, details: Omit<Fault, 'code' | 'message'> = {}): Fault {
  return { code, message, ...details };
}

/** The HTTP status of a fault. */
export const faultStatus = (value: Fault): number => value.status ?? faultTable[value.code].status;

/** True when another attempt or deployment may succeed. */
export const isRetryable = (value: Fault): boolean => faultTable[value.code].retryable;

/** The message as LiteLLM words it: `litellm.RateLimitError: RateLimitError: OpenAIException - …` for upstream failures. */
export function faultMessage(value: Fault): string {
  const { exception } = faultTable[value.code];
  if (exception === null) return value.message;
  if (!value.upstream) return `litellm.${exception}: ${value.message}`;
  const text = `${exception}: ${value.upstream.errorName} - ${value.message}`;
  return exception === 'ContextWindowExceededError' || exception === 'ContentPolicyViolationError'
    ? `litellm.${exception}: litellm.BadRequestError: ${text}`
    : `litellm.${exception}: ${text}`;
}

/** The row for a provider's HTTP status. `text` is the provider's message: some failures are told apart only by it. */
export function upstreamFaultCode(status: number, text: string): FaultCode {
  if (status === 400 || status === 413 || status === 422) {
    if (contextWindowTexts.test(text)) return 'upstream_context_window';
    if (contentPolicyTexts.test(text)) return 'upstream_content_policy';
  }
  const known = statusCodes.get(status);
  if (known) return known;
  if (status >= 500) return 'upstream_failed';
  return 'upstream_bad_request';
}

// The words by which providers tell that the prompt is too long (OpenAI, Anthropic, OpenRouter, vLLM, Gemini, Bedrock, Mistral).
const contextWindowTexts = /context_length_exceeded|maximum context length|context (window|length|size)|prompt is too long|input is too long|too many tokens|exceeds? the (maximum|limit) .{0,30}tokens|input token count|model_max_prompt_tokens|string too long/i;
const contentPolicyTexts = /content_policy_violation|content management policy|content_filter|safety system|violat\w+ .{0,40}(usage|content) polic|responsible ?ai ?policy/i;

const statusCodes = new Map<number, FaultCode>([
  [400, 'upstream_bad_request'], [401, 'upstream_authentication'], [403, 'upstream_permission'], [404, 'upstream_not_found'],
  [408, 'upstream_timeout'], [409, 'upstream_conflict'], [413, 'upstream_too_large'], [422, 'upstream_unprocessable'],
  [424, 'upstream_failed'],
  [429, 'upstream_rate_limited'], [500, 'upstream_failed'], [502, 'upstream_bad_gateway'], [503, 'upstream_unavailable'],
  [504, 'upstream_timeout'], [529, 'upstream_overloaded'],
]);
