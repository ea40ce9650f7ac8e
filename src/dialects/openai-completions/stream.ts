// Streams of the legacy Completions dialect.
import type { StreamEvent } from '../../canonical/event.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { formatFrame } from '../../lib/sse.ts';
import type { Usage } from '../../canonical/usage.ts';
import type { AnswerContext, StreamReader, StreamWriter } from '../dialect.ts';
import { TextChoiceReader } from './read-choice.ts';
import { ChoiceStreamReader } from '../openai-chat/choice-stream.ts';
import { readError, renderStreamFault } from '../openai-chat/fault.ts';
import { keepAlive } from '../openai-chat/write-stream.ts';
import { scoredCharacters, writeLogprobs } from './logprobs.ts';
import { writeFinishReason } from '../openai-chat/finish-reason.ts';
import { writeId, writeUsage } from './answer.ts';

/** A reader of one stream. */
export const createReader = (): StreamReader => new ChoiceStreamReader((choice) => new TextChoiceReader(choice), ({ error }) => (error === undefined || error === null ? undefined : readError(error)));

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
