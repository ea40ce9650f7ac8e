// Errors of Amazon Bedrock: exceptions with a name and a message, as a response or as an event of a stream.
import { fault, faultMessage, faultStatus, upstreamFaultCode, type Fault } from '../../canonical/fault.ts';
import { stringAt, type JsonObject } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';
import type { RenderedFault } from '../dialect.ts';

// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html (errors, and the exceptions of its stream)
const statuses = new Map<string, number>([
  ['ValidationException', 400], ['AccessDeniedException', 403], ['ResourceNotFoundException', 404], ['ModelTimeoutException', 408],
  ['ConflictException', 409], ['ModelErrorException', 424], ['ModelStreamErrorException', 424], ['ThrottlingException', 429],
  ['ModelNotReadyException', 429], ['ServiceQuotaExceededException', 429], ['InternalServerException', 500], ['ServiceUnavailableException', 503],
]);
const names = new Map([...statuses].toReversed().map(([name, status]) => [status, name]));

/** True for the name of an event that is an exception. */
export const isException = (name: string): boolean => /exception$/i.test(name);

/** The fault in an exception. Events name it with a small first letter. */
export function readException(name: string, value: JsonObject): Fault {
  const type = name.slice(0, 1).toUpperCase() + name.slice(1);
  const status = statuses.get(type) ?? 500;
  const message = stringAt(value, 'message') ?? stringAt(value, 'Message') ?? type;
  return fault(upstreamFaultCode(status, message), message, { upstream: { errorName: 'BedrockException', status, message, type, code: type } });
}

const exceptionOf = (value: Fault): string => names.get(faultStatus(value)) ?? (faultStatus(value) >= 500 ? 'InternalServerException' : 'ValidationException');

/** An error before the first byte. */
export const renderFault = (value: Fault): RenderedFault => ({ status: faultStatus(value), body: { message: faultMessage(value) } });

/** An error inside a stream. */
export function renderStreamFault(value: Fault): string {
  const name = exceptionOf(value);
  return formatFrame(JSON.stringify({ message: faultMessage(value) }), name.slice(0, 1).toLowerCase() + name.slice(1));
}

/** The fault for bytes that are no answer of this dialect. */
export const invalidAnswer = (what: string): Fault => fault('upstream_invalid_answer', `The provider's answer is not one of Converse: ${what}`);
