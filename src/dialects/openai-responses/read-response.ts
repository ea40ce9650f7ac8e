// What a response object says of the answer as a whole: its beginning, its end, its failure.
import type { StopReason, StreamEvent } from '../../canonical/event.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import type { ReaderState } from './reader-state.ts';
import { readFault } from './fault.ts';
import { readUsage } from './usage.ts';
import { finishItem } from './read-item.ts';

/** The answer begins. */
export function startAnswer(state: ReaderState, response: JsonObject | undefined): void {
  if (state.started) return;
  state.started = true;
  state.push({
    type: 'start', id: stringAt(response, 'id') ?? '', model: stringAt(response, 'model') ?? '', createdSeconds: numberAt(response, 'created_at') ?? 0,
  });
}

/** The answer ended with this response object, whose items are read as far as no event told of them. */
export function endAnswer(state: ReaderState, response: JsonObject): void {
  startAnswer(state, response);
  for (const [index, item] of arrayAt(response, 'output').entries()) if (isJsonObject(item)) finishItem(state, item, index);
  for (const item of state.items.values()) state.stopItem(item);
  const usage = readUsage(response);
  if (usage) state.push({ type: 'usage', usage });
  state.push(stopEvent(state, response));
  state.push({ type: 'end' });
  state.ended = true;
}

function stopEvent(state: ReaderState, response: JsonObject): StreamEvent {
  const incomplete = response['status'] === 'incomplete';
  const cause = stringAt(objectAt(response, 'incomplete_details'), 'reason');
  const native = incomplete ? cause ?? 'incomplete' : stringAt(response, 'status');
  return defined<Extract<StreamEvent, { type: 'stop' }>>({ type: 'stop', choice: 0, reason: stopReason(state, incomplete, cause), native });
}

function stopReason(state: ReaderState, incomplete: boolean, cause: string | undefined): StopReason {
  if (incomplete) return cause === 'content_filter' ? 'filter' : 'length';
  if (state.sawRefusal) return 'refusal';
  return state.sawCall ? 'tool' : 'end';
}

/** The answer failed. */
export function failAnswer(state: ReaderState, error: JsonObject | undefined): void {
  state.push({ type: 'error', fault: readFault(error) });
  state.ended = true;
}
