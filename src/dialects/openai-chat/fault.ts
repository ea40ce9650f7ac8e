// Errors of the Chat Completions dialect, both ways.
import { fault, faultMessage, faultStatus, faultTable, upstreamFaultCode } from '../../canonical/fault.ts';
import type { Fault } from '../../canonical/fault.ts';
import type { JsonObject } from '../../lib/json.ts';
import { isJsonObject, numberAt, stringAt } from '../../lib/json.ts';
import type { RenderedFault } from '../dialect.ts';
import { formatFrame } from '../../lib/sse.ts';

const errorBody = (value: Fault): JsonObject => {
  const { type, param } = faultTable[value.code];
  const message = faultMessage(value);
  return {
    error: {
      message, type: value.type === undefined ? type : value.type, param: value.param === undefined ? param : value.param, code: String(faultStatus(value)),
      // LiteLLM says these twice.
      ...((value.code === 'mock_testing_disabled' || value.code === 'model_name_invalid') && { provider_specific_fields: { error: message } }),
    },
  };
};

/** An error before the first byte: `{"error": {message, type, param, code}}`, with the status as text in `code`. */
export function renderFault(value: Fault): RenderedFault {
  return { status: faultStatus(value), body: errorBody(value) };
}

/** An error inside a stream. Nothing follows it, not even `[DONE]`, so that nobody takes the answer for finished. */
export const renderStreamFault = (value: Fault): string => formatFrame(JSON.stringify(errorBody(value)));

/** The fault that an `error` member tells: an object or, with some providers, a text. */
export function readError(error: unknown): Fault {
  const object = isJsonObject(error) ? error : undefined;
  const message = stringAt(object, 'message') ?? (typeof error === 'string' ? error : JSON.stringify(error ?? 'unknown error'));
  const number = numberAt(object, 'code') ?? numberAt(object, 'status') ?? numberAt(object, 'status_code') ?? Number(stringAt(object, 'code'));
  const type = stringAt(object, 'type');
  const code = stringAt(object, 'code');
  const status = number >= 400 && number < 600 ? number : statusOfWord(code) ?? statusOfWord(type) ?? 500;
  return fault(upstreamFaultCode(status, message), message, {
    upstream: { errorName: 'OpenAIException', status, message, ...(type === undefined ? {} : { type }), ...(code === undefined ? {} : { code }) },
  });
}

const words = new Map([
  ['rate_limit_exceeded', 429], ['rate_limit_error', 429], ['insufficient_quota', 429], ['tokens', 429], ['requests', 429],
  ['invalid_request_error', 400], ['context_length_exceeded', 400], ['content_policy_violation', 400], ['content_filter', 400], ['BadRequestError', 400],
  ['authentication_error', 401], ['invalid_api_key', 401], ['permission_error', 403], ['not_found_error', 404], ['model_not_found', 404],
  ['timeout', 408], ['overloaded_error', 529], ['service_unavailable', 503], ['engine_overloaded', 503],
]);

const statusOfWord = (word: string | undefined): number | undefined => (word === undefined ? undefined : words.get(word));

/** The fault for bytes that are no answer of this dialect. */
export const invalidAnswer = (what: string): Fault => fault('upstream_invalid_answer', `The provider's answer is not a chat completion: ${what}`);

/** The fault for a stream that ended before its terminal frame. */
export const brokenStream = (): Fault => fault('upstream_stream_broken', 'Provider stream ended before emitting [DONE]; the answer is incomplete.');
