// The answers that are being written right now, so that a stopping service can let them finish.

type Events<Event> = AsyncGenerator<Event, void, undefined>;

/** Follows answers from their first event to their end. */
export class RunningAnswers {
  private readonly running = new Map<symbol, () => void>();
  private idle: (() => void) | null = null;

  /** The same events. `stop` must make them end soon. */
  async *follow<Event>(events: Events<Event>, stop: () => void): Events<Event> {
    const key = Symbol('answer');
    this.running.set(key, stop);
    try {
      yield* events;
    } finally {
      this.running.delete(key);
      if (this.running.size === 0) this.idle?.();
    }
  }

  /** Resolves when all have ended: by themselves, or because the time is over. */
  async drain(timeoutMs: number): Promise<void> {
    if (this.running.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.idle = resolve;
    const timer = setTimeout(() => this.stopAll(), timeoutMs);
    await Promise.race([promise, Bun.sleep(timeoutMs + 1000)]);
    clearTimeout(timer);
  }

  private stopAll(): void {
    for (const stop of this.running.values()) stop();
  }
}
