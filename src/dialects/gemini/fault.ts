// Errors of the Gemini dialect: Google's RPC status names over HTTP statuses, and those that Google sends.
import type { Fault } from '../../canonical/fault.ts';
import { fault, faultMessage, faultStatus, upstreamFaultCode } from '../../canonical/fault.ts';
import type { RenderedFault } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { defined, numberAt, stringAt } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';

const maxMessageCharacters = 4096;

// google.rpc.Code and its HTTP mapping (github.com/googleapis/googleapis, google/rpc/code.proto).
const statusNames = new Map<number, string>([
  [400, 'INVALID_ARGUMENT'], [401, 'UNAUTHENTICATED'], [403, 'PERMISSION_DENIED'], [404, 'NOT_FOUND'], [408, 'DEADLINE_EXCEEDED'],
  [409, 'ABORTED'], [429, 'RESOURCE_EXHAUSTED'], [499, 'CANCELLED'], [500, 'INTERNAL'], [501, 'UNIMPLEMENTED'], [503, 'UNAVAILABLE'],
  [504, 'DEADLINE_EXCEEDED'], [529, 'UNAVAILABLE'],
]);

const statusOfName = new Map<string, number>([
  ['INVALID_ARGUMENT', 400], ['FAILED_PRECONDITION', 400], ['OUT_OF_RANGE', 400], ['UNAUTHENTICATED', 401], ['PERMISSION_DENIED', 403],
  ['NOT_FOUND', 404], ['ABORTED', 409], ['ALREADY_EXISTS', 409], ['RESOURCE_EXHAUSTED', 429], ['CANCELLED', 499], ['INTERNAL', 500],
  ['UNKNOWN', 500], ['DATA_LOSS', 500], ['UNIMPLEMENTED', 501], ['UNAVAILABLE', 503], ['DEADLINE_EXCEEDED', 504],
]);

/** The fault in Google's error object. */
export function readFault(error: JsonObject): Fault {
  const name = stringAt(error, 'status');
  const code = numberAt(error, 'code');
  const status = code !== undefined && code >= 400 && code < 600 ? code : statusOfName.get(name ?? '') ?? 500;
  const message = (stringAt(error, 'message') ?? name ?? 'The provider failed without saying why.').slice(0, maxMessageCharacters);
  const upstream = defined<NonNullable<Fault['upstream']>>({ errorName: 'GeminiException', status, message, type: name, code: name });
  return fault(upstreamFaultCode(status, message), message, { upstream });
}

function errorBody(value: Fault): JsonObject {
  const code = faultStatus(value);
  const status = statusNames.get(code) ?? (code >= 500 ? 'INTERNAL' : 'INVALID_ARGUMENT');
  return { error: { code, message: faultMessage(value), status } };
}

/** An error before the first byte. */
export const renderFault = (value: Fault): RenderedFault => ({ status: faultStatus(value), body: errorBody(value) });

/** An error inside a stream. */
export const renderStreamFault = (value: Fault): string => formatFrame(JSON.stringify(errorBody(value)));
