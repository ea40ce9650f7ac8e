// One choice of a completion becomes events.
import type { StreamEvent } from '../../canonical/event.ts';
import type { JsonObject } from '../../lib/json.ts';
import { stringAt } from '../../lib/json.ts';
import { readLogprobs } from './logprobs.ts';
import { readFinishReason } from '../openai-chat/finish-reason.ts';

/** Reads the pieces of one choice; a whole answer is one piece. */
export class TextChoiceReader {
  private readonly choice: number;
  private opened = false;
  private word: string | undefined;

  constructor(choice: number) {
    this.choice = choice;
  }

  /** The events of one piece. */
  piece(value: JsonObject): StreamEvent[] {
    const { choice } = this;
    const events: StreamEvent[] = [];
    const text = stringAt(value, 'text') ?? '';
    if (text !== '') {
      if (!this.opened) events.push({ type: 'block-start', choice, block: 0, start: { kind: 'text' } });
      this.opened = true;
      events.push({ type: 'block-delta', choice, block: 0, text });
    }
    const { logprobs } = value;
    if (logprobs !== undefined && logprobs !== null) events.push({ type: 'logprobs', choice, value: readLogprobs(logprobs) });
    this.word = stringAt(value, 'finish_reason') ?? this.word;
    return events;
  }

  /** Closes the choice. */
  close(): StreamEvent[] {
    const { choice, word } = this;
    const events: StreamEvent[] = this.opened ? [{ type: 'block-stop', choice, block: 0 }] : [];
    const stop: StreamEvent = { type: 'stop', choice, reason: readFinishReason(word ?? 'stop', false) };
    if (word !== undefined) stop.native = word;
    events.push(stop);
    return events;
  }
}
