// Reads a provider's answer in its dialect and writes it in the client's: whole answers and frames go the same way, as events.
import { dialectOf } from '../dialects/registry.ts';
import { estimateTokens } from '../accounting/token-estimate.ts';
import { Fold } from '../canonical/fold.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { mergeReasoning, mergingReader } from '../dialects/merge-reasoning.ts';
import { restore, restoreEvents } from '../dialects/restore.ts';
import type { AnswerLosses } from '../dialects/answer-losses.ts';
import type { AnswerContext } from '../dialects/dialect.ts';
import type { Call } from './call.ts';
import type { CanonicalAnswer } from '../canonical/answer.ts';
import type { Disguises, StreamReader } from '../dialects/dialect.ts';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Lane } from '../routing/deployment.ts';
import type { Outgoing } from './outgoing.ts';

/** What the writer of the client's dialect must know. */
export function answerContext(call: Call, request: CanonicalRequest): AnswerContext {
  return {
    requestId: call.id,
    model: call.model,
    request,
    // Only Anthropic's streams tell the input tokens before the provider has counted them.
    estimatedInputTokens: call.stream && call.inbound === 'anthropic-messages' ? estimateTokens(call.body.object() ?? {}) : 0,
    nowSeconds: call.nowSeconds,
  };
}

/** A reader of the provider's frames that undoes what was disguised for it, and makes text of reasoning where that is wanted. */
export function readerFor(lane: Lane, outgoing: Outgoing): StreamReader {
  const reader = restore(dialectOf(lane.outbound).createReader(), outgoing.disguises ?? undefined);
  return lane.mergesReasoning ? mergingReader(reader) : reader;
}

/** A provider's whole answer in canonical form; `losses` hears what of it the client's dialect cannot say. */
export function readWhole(body: JsonObject, lane: Lane, disguises: Disguises | null, losses: AnswerLosses | null = null): Result<CanonicalAnswer> {
  const fold = new Fold();
  const restored = restoreEvents(dialectOf(lane.outbound).readAnswer(body), disguises ?? undefined);
  for (const event of lane.mergesReasoning ? mergeReasoning(restored) : restored) {
    fold.add(event);
    losses?.note(event);
  }
  const result = fold.result();
  if (!result) return fail(fault('upstream_invalid_answer', 'The provider sent an answer without an end.'));
  return result.kind === 'answer' ? ok(result.answer) : fail(result.fault);
}
