// Streams of the legacy Completions dialect.
import type { StreamEvent } from '../../canonical/event.ts';
import type { Fault } from '../../canonical/fault.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, parseJsonObject } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';
import type { SseFrame } from '../../lib/sse.ts';
import type { Usage } from '../../canonical/usage.ts';
import type { AnswerContext, StreamReader, StreamWriter } from '../dialect.ts';
import { TextChoiceReader } from './read-choice.ts';
import { brokenStream, invalidAnswer, readError, renderStreamFault } from '../openai-chat/fault.ts';
import { keepAlive } from '../openai-chat/write-stream.ts';
import { scoredCharacters, writeLogprobs } from './logprobs.ts';
import { readStart } from '../openai-chat/read-answer.ts';
import { usageOf } from '../openai-chat/usage.ts';
import { writeFinishReason } from '../openai-chat/finish-reason.ts';
import { writeId, writeUsage } from './answer.ts';

/** Reads the chunks of one stream. */
export class CompletionsStreamReader implements StreamReader {
  private readonly choices = new Map<number, TextChoiceReader>();
  private started = false;
  private over = false;

  /** The events of one chunk. */
  read(frame: SseFrame): StreamEvent[] {
    if (this.over || frame.data.trim() === '') return [];
    if (frame.data.trim() === '[DONE]') return this.end();
    const chunk = parseJsonObject(frame.data);
    if (!chunk) return this.fail(invalidAnswer('a chunk is not a JSON object.'));
    if (chunk['error'] !== undefined && chunk['error'] !== null) return this.fail(readError(chunk['error']));
    const events: StreamEvent[] = this.started ? [] : [readStart(chunk)];
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

  private choice(value: JsonObject): StreamEvent[] {
    const index = numberAt(value, 'index') ?? 0;
    let reader = this.choices.get(index);
    if (!reader) {
      reader = new TextChoiceReader(index);
      this.choices.set(index, reader);
    }
    return reader.read(value);
  }

  private end(): StreamEvent[] {
    if (this.choices.size === 0) return this.fail(invalidAnswer('the stream has no choices.'));
    this.over = true;
    const events = [...this.choices.values()].flatMap((reader) => reader.close());
    events.push({ type: 'end' });
    return events;
  }

  private fail(value: Fault): StreamEvent[] {
    this.over = true;
    return [{ type: 'error', fault: value }];
  }
}

/** Writes the chunks of one answer. */
export class CompletionsStreamWriter implements StreamWriter {
  private readonly context: AnswerContext;
  private head: JsonObject;
  private readonly texts = new Set<string>();
  /** Characters of each choice whose log probabilities were told. */
  private readonly scored = new Map<number, number>();
  private stopped = false;
  private usage: Usage | null = null;
  private over = false;

  constructor(context: AnswerContext) {
    this.context = context;
    this.head = { id: writeId('', context.requestId), object: 'text_completion', created: context.nowSeconds, model: context.model };
  }

  /** The chunks for one event. */
  write(event: StreamEvent): string {
    if (this.over) return '';
    switch (event.type) {
      case 'start':
        this.head = { ...this.head, id: writeId(event.id, this.context.requestId), created: event.createdSeconds || this.context.nowSeconds };
        if (event.usage) this.usage = event.usage;
        return '';
      case 'block-start':
        if (event.start.kind === 'text' || event.start.kind === 'refusal') this.texts.add(`${event.choice}:${event.block}`);
        return '';
      case 'block-delta':
        return this.texts.has(`${event.choice}:${event.block}`) ? this.chunk(event.choice, { text: event.text, logprobs: null, finish_reason: null }) : '';
      case 'logprobs': return this.logprobs(event.choice, event.value);
      case 'stop':
        this.stopped = true;
        return this.chunk(event.choice, { text: '', logprobs: null, finish_reason: writeFinishReason(event.reason) });
      case 'usage': this.usage = event.usage; return '';
      case 'ping': return keepAlive;
      case 'error': this.over = true; return renderStreamFault(event.fault);
      case 'end': return this.end();
      case 'block-signature': case 'block-citation': case 'block-opaque': case 'block-stop': return '';
    }
  }

  private logprobs(choice: number, value: Json): string {
    const from = this.scored.get(choice) ?? 0;
    this.scored.set(choice, from + scoredCharacters(value));
    return this.chunk(choice, { text: '', logprobs: writeLogprobs(value, from), finish_reason: null });
  }

  private end(): string {
    this.over = true;
    let text = this.stopped ? '' : this.chunk(0, { text: '', logprobs: null, finish_reason: 'stop' });
    if (this.context.request.includeUsage && this.usage) text += formatFrame(JSON.stringify({ ...this.head, choices: [], usage: writeUsage(this.usage) }));
    return text + formatFrame('[DONE]');
  }

  private chunk(index: number, choice: JsonObject): string {
    return formatFrame(JSON.stringify({ ...this.head, choices: [{ index, ...choice }] }));
  }
}
