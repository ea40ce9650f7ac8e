// Errors of the Responses dialect: HTTP bodies, `response.failed` events, and those that providers send.
import type { Fault, FaultCode } from '../../canonical/fault.ts';
import { fault, faultMessage, faultStatus, faultTable, upstreamFaultCode } from '../../canonical/fault.ts';
import type { RenderedFault } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { defined, numberAt, stringAt } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';

const maxMessageCharacters = 4096;

// HTTP statuses for the codes that OpenAI gives inside streams and failed responses.
const statusOfCode = new Map<string, number>([
  ['rate_limit_exceeded', 429], ['rate_limit_error', 429], ['insufficient_quota', 429], ['slow_down', 429], ['usage_limit_reached', 429],
  ['server_is_overloaded', 503], ['overloaded', 503], ['overloaded_error', 529], ['server_error', 500], ['internal_error', 500],
  ['vector_store_timeout', 504], ['timeout', 504], ['invalid_prompt', 400], ['context_length_exceeded', 400], ['invalid_request_error', 400],
  ['content_filter', 400], ['content_policy_violation', 400], ['image_content_policy_violation', 400], ['model_not_found', 404],
  ['invalid_api_key', 401], ['authentication_error', 401], ['permission_error', 403], ['bio_policy', 400], ['cyber_policy', 400],
]);

/** The fault in an error object of a provider: that of a failed response, of an `error` event or of a bare error body. */
export function readFault(error: JsonObject | undefined): Fault {
  const code = stringAt(error, 'code') ?? numberAt(error, 'code')?.toString();
  const type = stringAt(error, 'type');
  const message = (stringAt(error, 'message') ?? code ?? 'The provider failed without saying why.').slice(0, maxMessageCharacters);
  const number = Number(code);
  const status = number >= 400 && number < 600 ? number : statusOfCode.get(code ?? '') ?? statusOfCode.get(type ?? '') ?? 500;
  const upstream = defined<NonNullable<Fault['upstream']>>({ errorName: 'OpenAIException', status, message, type, code });
  return fault(upstreamFaultCode(status, `${code ?? ''} ${message}`), message, { upstream });
}

// What OpenAI's clients expect in `response.failed`; Codex tells by it whether another try makes sense.
const codeOfFault: Partial<Record<FaultCode, string>> = {
  rate_limited: 'rate_limit_exceeded', deployments_limited: 'rate_limit_exceeded', deployments_cooling: 'rate_limit_exceeded',
  upstream_rate_limited: 'rate_limit_exceeded', upstream_overloaded: 'server_is_overloaded', upstream_unavailable: 'server_is_overloaded',
  overloaded: 'server_is_overloaded', upstream_context_window: 'context_length_exceeded', upstream_content_policy: 'invalid_prompt',
  upstream_bad_request: 'invalid_prompt', budget_exceeded: 'insufficient_quota',
};

/** The `error` member of a failed response. */
export function failedError(value: Fault): JsonObject {
  return {
    code: value.upstream?.code ?? codeOfFault[value.code] ?? 'server_error',
    // A broken connection has no words of the provider's.
    message: value.upstream?.message || faultMessage(value),
  };
}

/** An error before the first byte. What a provider says of a parameter stands in its message; LiteLLM names none here. */
export function renderFault(value: Fault): RenderedFault {
  const status = faultStatus(value);
  const { type, param } = faultTable[value.code];
  return {
    status,
    body: { error: { message: faultMessage(value), type: value.type ?? type, param: value.upstream ? null : value.param === undefined ? param : value.param, code: String(status) } },
  };
}

/** An error inside a stream that passed unchanged so far. */
export function renderStreamFault(value: Fault, sequence: number): string {
  const response: JsonObject = {
    id: 'resp_failed', object: 'response', created_at: Math.floor(Date.now() / 1000), status: 'failed',
    error: failedError(value), incomplete_details: null, output: [], usage: null,
  };
  return formatFrame(JSON.stringify({ type: 'response.failed', sequence_number: sequence, response }), 'response.failed');
}
