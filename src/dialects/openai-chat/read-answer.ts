// Answers of the Chat Completions dialect become events: whole ones and streams.
import type { StreamEvent } from '../../canonical/event.ts';
import type { Fault } from '../../canonical/fault.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, parseJsonObject, stringAt } from '../../lib/json.ts';
import type { SseFrame } from '../../lib/sse.ts';
import type { StreamReader } from '../dialect.ts';
import { ChoiceReader } from './read-choice.ts';
import { brokenStream, invalidAnswer, readError } from './fault.ts';
import { usageOf } from './usage.ts';

const known = new Set(['id', 'object', 'created', 'model', 'choices', 'usage', 'x_groq', 'obfuscation']);

/** The `start` event of an answer or of its first chunk; members that are not translated go along in `extra`. */
export function readStart(body: JsonObject): StreamEvent {
  const extra: JsonObject = {};
  for (const key in body) {
    const value = body[key];
    if (!known.has(key) && value !== undefined && value !== null) extra[key] = value;
  }
  return { type: 'start', id: stringAt(body, 'id') ?? '', model: stringAt(body, 'model') ?? '', createdSeconds: numberAt(body, 'created') ?? 0, extra };
}

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

/** Reads the chunks of one stream. */
export class ChatStreamReader implements StreamReader {
  private readonly choices = new Map<number, ChoiceReader>();
  private started = false;
  private over = false;

  /** The events of one chunk. */
  read(frame: SseFrame): StreamEvent[] {
    if (this.over || frame.data.trim() === '') return [];
    if (frame.data.trim() === '[DONE]') return this.end();
    const chunk = parseJsonObject(frame.data);
    if (!chunk) return this.fail(invalidAnswer('a chunk is not a JSON object.'));
    const failure = errorOf(chunk) ?? (frame.event === 'error' ? readError(stringAt(chunk, 'message') ?? chunk) : undefined);
    if (failure) return this.fail(failure);
    const events: StreamEvent[] = [];
    if (!this.started) events.push(readStart(chunk));
    this.started = true;
    for (const choice of arrayAt(chunk, 'choices')) if (isJsonObject(choice)) events.push(...this.choice(choice));
    const usage = usageOf(chunk);
    if (usage) events.push({ type: 'usage', usage });
    return events;
  }

  /** The end of the connection: only `[DONE]` makes an end of the answer. */
  finish(): StreamEvent[] {
    return this.over ? [] : this.fail(brokenStream());
  }

  private choice(choice: JsonObject): StreamEvent[] {
    const index = numberAt(choice, 'index') ?? 0;
    let reader = this.choices.get(index);
    if (!reader) {
      reader = new ChoiceReader(index);
      this.choices.set(index, reader);
    }
    // Some servers send the last piece as a message.
    const delta = objectAt(choice, 'delta') ?? objectAt(choice, 'message');
    if (delta) reader.read(delta, false);
    reader.readChoice(choice);
    return reader.take();
  }

  private end(): StreamEvent[] {
    if (this.choices.size === 0) return this.fail(invalidAnswer('the stream has no choices.'));
    this.over = true;
    const events: StreamEvent[] = [];
    for (const reader of this.choices.values()) events.push(...reader.close());
    events.push({ type: 'end' });
    return events;
  }

  private fail(value: Fault): StreamEvent[] {
    this.over = true;
    return [{ type: 'error', fault: value }];
  }
}
