// Tells a whole answer as a stream: for providers that ignore `stream`, for answers from the cache, and for fixed answers.
import { answerContext } from './translation.ts';
import { dialectOf } from '../dialects/registry.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { parseJsonObject } from '../lib/json.ts';
import type { Answer, Call } from './call.ts';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { StreamEvent } from '../canonical/event.ts';
import { WholeSource } from '../http/byte-source.ts';

type PlainAnswer = Extract<Answer, { kind: 'plain' }>;

/** The stream that says the same as a whole answer in the client's dialect. */
export function streamOfWhole(call: Call, whole: Omit<PlainAnswer, 'kind'>): Result<Answer> {
  const body = parseJsonObject(whole.body.toString('utf8'));
  if (!body) return fail(fault('upstream_invalid_answer', 'The answer is not JSON.'));
  const request = requestOf(call);
  if (!request.ok) return request;
  const text = writeEvents(call, request.value, dialectOf(call.inbound).readAnswer(body));
  return ok({
    kind: 'stream',
    headers: whole.headers,
    dropped: whole.dropped,
    body: new WholeSource(Buffer.from(text)),
    collected: () => Buffer.from(text),
    lastSent: () => Buffer.from(text), firstSent: () => Buffer.from(text),
    ended: Promise.resolve({ usage: whole.usage, finishReason: whole.finishReason, fault: null, contentCharacters: text.length }),
  });
}

/** The request of a call in canonical form. */
export function requestOf(call: Call): Result<CanonicalRequest> {
  const object = call.body.object();
  return object ? dialectOf(call.inbound).readRequest(object, call.model, call.stream) : fail(fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.'));
}

/** Events as the text of a whole stream. */
export function writeEvents(call: Call, request: CanonicalRequest, events: readonly StreamEvent[]): string {
  const writer = dialectOf(call.inbound).createWriter(answerContext(call, request));
  let text = '';
  for (const event of events) text += writer.write(event);
  return text;
}
