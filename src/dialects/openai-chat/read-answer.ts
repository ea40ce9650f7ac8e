// Answers of the Chat Completions dialect become events: whole ones and streams.
import type { StreamEvent } from '../../canonical/event.ts';
import type { Fault } from '../../canonical/fault.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import type { StreamReader } from '../dialect.ts';
import { ChoiceReader } from './read-choice.ts';
import { ChoiceStreamReader } from './choice-stream.ts';
import { invalidAnswer, readError } from './fault.ts';
import { readStart } from './read-start.ts';
import { usageOf } from './usage.ts';

/** The events of a whole answer. */
export function readAnswer(body: JsonObject): StreamEvent[] {
  const failure = errorOf(body);
  if (failure) return [{ type: 'error', fault: failure }];
  const choices = body['choices'];
  if (!Array.isArray(choices) || choices.length === 0) return [{ type: 'error', fault: invalidAnswer('it has no choices.') }];
  const events = [readStart(body)];
  for (const [position, choice] of choices.entries()) {
    const message = isJsonObject(choice) ? objectAt(choice, 'message') : undefined;
    if (!isJsonObject(choice) || !message) return [{ type: 'error', fault: invalidAnswer(`choice ${position} has no message.`) }];
    const reader = new ChoiceReader(numberAt(choice, 'index') ?? position);
    reader.read(message, true);
    reader.readChoice(choice);
    events.push(...reader.close());
  }
  const usage = usageOf(body);
  if (usage) events.push({ type: 'usage', usage });
  events.push({ type: 'end' });
  return events;
}

// An error in the place of an answer, or of one choice.
function errorOf(body: JsonObject): Fault | undefined {
  if (body['error'] !== undefined && body['error'] !== null) return readError(body['error']);
  for (const choice of arrayAt(body, 'choices')) {
    if (!isJsonObject(choice)) continue;
    if (choice['error'] !== undefined && choice['error'] !== null) return readError(choice['error']);
    if (choice['finish_reason'] === 'error') return readError('The provider ended its answer with an error.');
  }
  return undefined;
}

/** A reader of one stream. */
export const createReader = (): StreamReader => new ChoiceStreamReader((choice) => {
  const reader = new ChoiceReader(choice);
  return {
    piece(value) {
      // Some servers send the last piece as a message.
      const delta = objectAt(value, 'delta') ?? objectAt(value, 'message');
      if (delta) reader.read(delta, false);
      reader.readChoice(value);
      return reader.take();
    },
    close: () => reader.close(),
  };
}, (chunk, event) => errorOf(chunk) ?? (event === 'error' ? readError(stringAt(chunk, 'message') ?? chunk) : undefined));
