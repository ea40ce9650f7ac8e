// The answers that are being written right now. Readers come, leave and come back (a page that is loaded anew); an answer that
// nobody reads for a while is stopped, and so is the call behind it.
import type { AnswerEvent } from '../shared/api.ts';
import type { AssistantMessage } from '../shared/conversation.ts';
import { maxEventsBehind } from './bounds.ts';

/** An answer on its way. */
class LiveAnswer {
  private readonly readers = new Set<Reader>();
  private linger: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly answer: AssistantMessage, private readonly controller: AbortController, private readonly lingerMs: number) {}

  /** Passes every event on, to the end. */
  async write(events: AsyncGenerator<AnswerEvent, void, undefined>): Promise<void> {
    try {
      for await (const event of events) for (const reader of this.readers) reader.push(event);
    } finally {
      clearTimeout(this.linger);
      for (const reader of this.readers) reader.end();
    }
  }

  stop(): void {
    this.controller.abort();
  }

  /** The events from now on, for one reader. `snapshot`: what is there already comes first. */
  async *read(snapshot: boolean, leaving: AbortSignal): AsyncGenerator<AnswerEvent, void, undefined> {
    const reader = new Reader();
    this.readers.add(reader);
    clearTimeout(this.linger);
    const leave = (): void => reader.end();
    leaving.addEventListener('abort', leave, { once: true });
    try {
      if (snapshot) yield { type: 'snapshot', answer: structuredClone(this.answer) };
      yield* reader.events();
    } finally {
      leaving.removeEventListener('abort', leave);
      this.readers.delete(reader);
      if (this.readers.size === 0) this.linger = setTimeout(() => this.stop(), this.lingerMs);
    }
  }
}

/** The events that one reader has not taken yet. */
class Reader {
  private readonly waiting: AnswerEvent[] = [];
  private ended = false;
  private wake: (() => void) | null = null;

  push(event: AnswerEvent): void {
    if (this.ended) return;
    if (this.waiting.length >= maxEventsBehind) this.ended = true;
    else this.waiting.push(event);
    this.wake?.();
  }

  end(): void {
    this.ended = true;
    this.wake?.();
  }

  async *events(): AsyncGenerator<AnswerEvent, void, undefined> {
    for (;;) {
      const event = this.waiting.shift();
      if (event) yield event;
      else if (this.ended) return;
      else {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.wake = resolve;
        await promise;
      }
    }
  }
}

/** All answers on their way. */
export class LiveAnswers {
  private readonly live = new Map<string, LiveAnswer>();
  private idle: (() => void) | null = null;

  constructor(private readonly lingerMs: number) {}

  /** Begins to write an answer. `write` gets the signal that stops it. */
  start(answer: AssistantMessage, write: (signal: AbortSignal) => AsyncGenerator<AnswerEvent, void, undefined>): void {
    const controller = new AbortController();
    const live = new LiveAnswer(answer, controller, this.lingerMs);
    this.live.set(answer.id, live);
    void live.write(write(controller.signal)).finally(() => {
      this.live.delete(answer.id);
      if (this.live.size === 0) this.idle?.();
    });
  }

  /** The events of an answer; null when it is not being written. `leaving` is aborted when the reader goes. */
  read(id: string, snapshot: boolean, leaving: AbortSignal): AsyncGenerator<AnswerEvent, void, undefined> | null {
    return this.live.get(id)?.read(snapshot, leaving) ?? null;
  }

  /** Stops an answer and the call behind it; false when it is not being written. */
  stop(id: string): boolean {
    const live = this.live.get(id);
    live?.stop();
    return live !== undefined;
  }

  /** Resolves when all have ended: by themselves, or because the time is over. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.live.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.idle = resolve;
    const timer = setTimeout(() => {
      for (const live of this.live.values()) live.stop();
    }, timeoutMs);
    await Promise.race([promise, Bun.sleep(timeoutMs + 1000)]);
    clearTimeout(timer);
  }
}
