// Adds a streamed delta to an answer that is kept: the same rule for the page that shows it and the service that stores it.
import { applyDelta, type Delta } from '../../client/index.ts';
import type { AssistantMessage } from './conversation.ts';

/** Changes `answer` in place. Its id and the model that was asked for stay: those in the stream are the provider's own. */
export function applyToAnswer(answer: AssistantMessage, delta: Delta): void {
  if (delta.type === 'start') answer.requestId = delta.requestId;
  else applyDelta(answer, delta);
}
