// Requests under way by their key in the cache, so that the same question at the same time is asked once.
import type { CachedAnswer } from './answer-store.ts';

/** A question that somebody is asking. */
export interface Flight {
  /** The answer, or null when there will be none to share. */
  readonly landed: Promise<CachedAnswer | null>;
  /** Tells those who wait. Only the first call counts. */
  land(answer: CachedAnswer | null): void;
}

/** All questions under way. */
export class Flights {
  private readonly open = new Map<string, Flight>();

  /** The flight that others may join. */
  find(key: string): Flight | null {
    return this.open.get(key) ?? null;
  }

  /** Begins one. It ends when it lands. */
  begin(key: string): Flight {
    const { promise, resolve } = Promise.withResolvers<CachedAnswer | null>();
    const flight: Flight = {
      landed: promise,
      land: (answer) => {
        if (this.open.get(key) === flight) this.open.delete(key);
        resolve(answer);
      },
    };
    this.open.set(key, flight);
    return flight;
  }

  get size(): number {
    return this.open.size;
  }
}
