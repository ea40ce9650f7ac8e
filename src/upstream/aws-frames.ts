// AWS's binary events, told as the server-sent events that all other streams are: one reader in place of another, so that nothing behind it
// knows the difference.
import { EventStreamSplitter, type EventMessage } from '../http/event-stream.ts';
import { formatFrame } from '../lib/sse.ts';
import { HttpError } from '../http/connection.ts';
import { readException } from '../dialects/bedrock-converse/fault.ts';
import { parseJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import type { FaultCode } from '../canonical/fault.ts';
import type { ProviderReader } from '../http/provider-response.ts';
import type { Framing } from '../providers/provider.ts';

/** The frames of a provider's event stream. A broken message breaks the stream. */
export function awsFrames(reader: ProviderReader, framing: Framing): ProviderReader {
  const splitter = new EventStreamSplitter();
  return {
    async read() {
      const { done, value } = await reader.read();
      const messages = value ? splitter.push(value) : [];
      if (messages === null || (done && splitter.cut)) throw new HttpError('protocol', 'the event stream is broken');
      return { done, value: Buffer.concat(messages.map((message) => frameOf(message, framing))) };
    },
    cancel: () => reader.cancel(),
  };
}

function frameOf({ headers, payload }: EventMessage, framing: Framing): Buffer {
  const kind = headers.get(':message-type');
  if (kind === 'exception') return exception(headers.get(':exception-type') ?? 'internalServerException', payload.toString('utf8'), framing);
  if (kind === 'error') return exception('internalServerException', JSON.stringify({ message: headers.get(':error-message') ?? headers.get(':error-code') ?? 'unknown error' }), framing);
  switch (framing) {
    case 'aws-events': return Buffer.from(formatFrame(oneLine(payload.toString('utf8')), headers.get(':event-type') ?? ''));
    // The model's own event, as base64 in the member `bytes`.
    case 'aws-chunks': {
      const bytes = stringAt(parseJsonObject(payload.toString('utf8')), 'bytes');
      if (bytes === undefined) return Buffer.alloc(0);
      const data = Buffer.from(bytes, 'base64').toString('utf8');
      const type = /^\{"type":\s*"([a-z_]+)"/.exec(data)?.[1] ?? stringAt(parseJsonObject(data), 'type');
      return Buffer.from(formatFrame(oneLine(data), type));
    }
    // Pieces of a server's own server-sent events.
    case 'aws-parts': return payload;
  }
}

// JSON may stand on several lines; a frame's data may not.
const oneLine = (text: string): string => (text.includes('\n') ? text.replace(/\r?\n/g, ' ') : text);

function exception(name: string, text: string, framing: Framing): Buffer {
  const value: JsonObject = parseJsonObject(text) ?? { message: text };
  if (framing === 'aws-events') return Buffer.from(formatFrame(JSON.stringify(value), /exception$/i.test(name) ? name : `${name}Exception`));
  const { code, upstream } = readException(name, value);
  const error: JsonObject = { type: errorTypes.get(code) ?? 'api_error', message: upstream?.message ?? name };
  if (framing === 'aws-chunks') return Buffer.from(formatFrame(JSON.stringify({ type: 'error', error }), 'error'));
  return Buffer.from(formatFrame(JSON.stringify({ error: { ...error, code: upstream?.status ?? 500 } })));
}

// The words that Anthropic and OpenAI have for what Bedrock names otherwise.
const errorTypes = new Map<FaultCode, string>([
  ['upstream_rate_limited', 'rate_limit_error'], ['upstream_bad_request', 'invalid_request_error'], ['upstream_context_window', 'invalid_request_error'],
  ['upstream_permission', 'permission_error'], ['upstream_not_found', 'not_found_error'], ['upstream_timeout', 'timeout_error'], ['upstream_unavailable', 'overloaded_error'],
]);
