// `mock_response` in the configuration: a fixed answer for which no provider is called.
import { answerContext } from './translation.ts';
import { dialectOf } from '../dialects/registry.ts';
import { emptyUsage } from '../canonical/usage.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { fold } from '../canonical/fold.ts';
import { requestOf, streamOfWhole } from './stream-of-whole.ts';
import type { Answer, Call } from './call.ts';
import type { StreamEvent } from '../canonical/event.ts';
import { noHeaders } from '../http/provider-response.ts';

// LiteLLM reports these counts for every fixed answer.
const mockUsage = { ...emptyUsage(), inputTokens: 10, outputTokens: 20 };

/** The fixed answer, whole or as a stream. */
export function mockAnswer(call: Call, text: string): Result<Answer> {
  const request = requestOf(call);
  if (!request.ok) return request;
  const events: StreamEvent[] = [
    { type: 'start', id: call.id, model: call.model, createdSeconds: call.nowSeconds },
    { type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } },
    { type: 'block-delta', choice: 0, block: 0, text },
    { type: 'block-stop', choice: 0, block: 0 },
    { type: 'stop', choice: 0, reason: 'end' },
    { type: 'usage', usage: mockUsage },
    { type: 'end' },
  ];
  const folded = fold(events);
  if (folded?.kind !== 'answer') return fail(fault('internal', 'The fixed answer has no end.'));
  const body = dialectOf(call.inbound).writeAnswer(folded.answer, answerContext(call, request.value));
  const whole = { headers: noHeaders, body: Buffer.from(JSON.stringify(body)), usage: mockUsage, finishReason: 'stop', dropped: [] };
  return call.stream ? streamOfWhole(call, whole) : ok({ kind: 'plain', ...whole });
}
