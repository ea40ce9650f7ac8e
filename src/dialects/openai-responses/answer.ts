// Whole answers of the Responses dialect.
import type { StreamEvent } from '../../canonical/event.ts';
import { fault } from '../../canonical/fault.ts';
import type { JsonObject } from '../../lib/json.ts';
import { objectAt } from '../../lib/json.ts';
import { endAnswer, failAnswer } from './read-response.ts';
import { ReaderState } from './reader-state.ts';

export { writeAnswer } from './write-stream.ts';

/** The events of a provider's whole answer. */
export function readAnswer(body: JsonObject): StreamEvent[] {
  const state = new ReaderState();
  const error = objectAt(body, 'error');
  if (error || body['status'] === 'failed') {
    failAnswer(state, error);
  } else if (body['status'] === 'cancelled') {
    failAnswer(state, { message: 'The response was cancelled.' });
  } else if (!Array.isArray(body['output']) || body['status'] === 'queued' || body['status'] === 'in_progress') {
    return [{ type: 'error', fault: fault('upstream_invalid_answer', 'The provider sent no finished response.') }];
  } else {
    endAnswer(state, body);
  }
  return state.take();
}
