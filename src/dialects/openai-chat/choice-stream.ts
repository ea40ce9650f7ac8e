// Streams of chunks with choices, which Chat Completions and the legacy Completions have in common: what one choice's piece says differs.
import { arrayAt, isJsonObject, numberAt, parseJsonObject, type JsonObject } from '../../lib/json.ts';
import { brokenStream, invalidAnswer } from './fault.ts';
import { readStart } from './read-start.ts';
import { usageOf } from './usage.ts';
import type { Fault } from '../../canonical/fault.ts';
import type { SseFrame } from '../../lib/sse.ts';
import type { StreamEvent } from '../../canonical/event.ts';
import type { StreamReader } from '../dialect.ts';

/** Reads the pieces of one choice. */
export interface PieceReader {
  /** The events of one piece. */
  piece(choice: JsonObject): StreamEvent[];
  /** What is left to say at the end. */
  close(): StreamEvent[];
}

/** Reads the chunks of one stream. `failureOf` finds the error in the place of an answer. */
export class ChoiceStreamReader implements StreamReader {
  private readonly choices = new Map<number, PieceReader>();
  private started = false;
  private over = false;

  constructor(private readonly readerOf: (choice: number) => PieceReader, private readonly failureOf: (chunk: JsonObject, event: string | null) => Fault | undefined) {}

  /** The events of one chunk. */
  read(frame: SseFrame): StreamEvent[] {
    if (this.over || frame.data.trim() === '') return [];
    if (frame.data.trim() === '[DONE]') return this.end();
    const chunk = parseJsonObject(frame.data);
    if (!chunk) return this.fail(invalidAnswer('a chunk is not a JSON object.'));
    const failure = this.failureOf(chunk, frame.event);
    if (failure) return this.fail(failure);
    const events: StreamEvent[] = [];
    if (!this.started) events.push(readStart(chunk));
    this.started = true;
    for (const choice of arrayAt(chunk, 'choices')) if (isJsonObject(choice)) events.push(...this.choice(choice).piece(choice));
    const usage = usageOf(chunk);
    if (usage) events.push({ type: 'usage', usage });
    return events;
  }

  /** The end of the connection: only `[DONE]` makes an end of the answer. */
  finish(): StreamEvent[] {
    return this.over ? [] : this.fail(brokenStream());
  }

  private choice(choice: JsonObject): PieceReader {
    const index = numberAt(choice, 'index') ?? 0;
    const known = this.choices.get(index);
    if (known) return known;
    const reader = this.readerOf(index);
    this.choices.set(index, reader);
    return reader;
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
