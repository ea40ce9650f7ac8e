// Errors of the Messages dialect, both ways.
import { fault, faultMessage, faultStatus, faultTable, upstreamFaultCode } from '../../canonical/fault.ts';
import type { Fault } from '../../canonical/fault.ts';
import type { JsonObject } from '../../lib/json.ts';
import { isJsonObject, objectAt, parseJsonObject, stringAt } from '../../lib/json.ts';
import type { RenderedFault } from '../dialect.ts';
import { formatFrame } from '../../lib/sse.ts';

const typeOfStatus = new Map([
  [400, 'invalid_request_error'], [401, 'authentication_error'], [402, 'billing_error'], [403, 'permission_error'], [404, 'not_found_error'],
  [413, 'request_too_large'], [415, 'invalid_request_error'], [422, 'invalid_request_error'], [429, 'rate_limit_error'], [500, 'api_error'],
  [529, 'overloaded_error'],
]);

const statusOfType = new Map([
  ['invalid_request_error', 400], ['authentication_error', 401], ['billing_error', 402], ['permission_error', 403], ['not_found_error', 404],
  ['request_too_large', 413], ['rate_limit_error', 429], ['timeout_error', 408], ['api_error', 500], ['overloaded_error', 529],
]);

// Claude Code matches on Anthropic's wording, so Anthropic's own errors pass unchanged.
function ownBody(value: Fault): JsonObject | undefined {
  const text = value.upstream?.body;
  const body = text === undefined ? undefined : parseJsonObject(text);
  return body?.['type'] === 'error' && isJsonObject(body['error']) ? body : undefined;
}

// What LiteLLM says of a virtual key's rights it says in one form on every route, and its clients look for the words; the status is what
// Anthropic's clients go by.
const keyRefusals = new Set<Fault['code']>(['model_not_allowed', 'budget_exceeded']);
function ofVirtualKey(value: Fault): JsonObject {
  if (!keyRefusals.has(value.code) && !(value.code === 'unknown_key' && value.type !== undefined)) return {};
  const row = faultTable[value.code];
  return { type: value.type ?? row.type, param: value.param === undefined ? row.param : value.param, code: String(faultStatus(value)) };
}

function errorBody(value: Fault): JsonObject {
  const type = typeOfStatus.get(faultStatus(value)) ?? 'api_error';
  return ownBody(value) ?? { type: 'error', error: { type, message: faultMessage(value), ...ofVirtualKey(value) } };
}

/** An error before the first byte. */
export const renderFault = (value: Fault): RenderedFault => ({ status: faultStatus(value), body: errorBody(value) });

/** An error inside a stream: the `error` event, and no `message_stop` after it. */
export const renderStreamFault = (value: Fault): string => formatFrame(JSON.stringify(errorBody(value)), 'error');

/** The fault that an error body or an `error` event tells. */
export function readError(body: JsonObject): Fault {
  const error = objectAt(body, 'error');
  const type = stringAt(error, 'type');
  const message = stringAt(error, 'message') ?? stringAt(body, 'message') ?? 'unknown error';
  const status = statusOfType.get(type ?? '') ?? 500;
  const code = upstreamFaultCode(status, message);
  return fault(code, message, {
    ...(status === 402 ? { status } : {}),
    upstream: { errorName: 'AnthropicException', status, message, body: JSON.stringify(body), ...(type === undefined ? {} : { type }) },
  });
}

/** The fault for bytes that are no answer of this dialect. */
export const invalidAnswer = (what: string): Fault => fault('upstream_invalid_answer', `The provider's answer is not a message: ${what}`);

/** The fault for a stream that ended before its terminal event, in LiteLLM's words. */
export const brokenStream = (): Fault =>
  fault('upstream_stream_broken', 'Provider stream ended before emitting a message_stop event; the answer is incomplete.');
