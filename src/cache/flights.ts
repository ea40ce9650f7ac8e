// Requests under way by their key in the cache, so that the same question at the same time is asked once.
import type { CachedAnswer } from './answer-store.ts';
import type { FanOut } from '../http/fan-out.ts';
import type { Fault } from '../canonical/fault.ts';
import type { Usage } from '../canonical/usage.ts';

/** How a stream that others joined came to its end. */
export interface StreamOutcome {
  usage: Usage | null;
  finishReason: string | null;
  /** Why it broke off; null after a proper end. */
  fault: Fault | null;
  costUsd: number | null;
}

/** A stream that others may join. */
export interface SharedStream {
  body: FanOut;
  deploymentId: string;
  ended: Promise<StreamOutcome>;
}

/** A question that somebody is asking. */
export interface Flight {
  /** What the asker wants of its stream (`stream_options`); null: it asks for a whole answer. */
  readonly form: string | null;
  /** The answer, or null when there will be none to share. */
  readonly landed: Promise<CachedAnswer | null>;
  /** The stream of the answer, as soon as it begins, or null when there will be none to join. */
  readonly opened: Promise<SharedStream | null>;
  /** Tells those who wait for the beginning of a stream. */
  open(stream: SharedStream): void;
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
  begin(key: string, form: string | null): Flight {
    const landing = Promise.withResolvers<CachedAnswer | null>();
    const opening = Promise.withResolvers<SharedStream | null>();
    const flight: Flight = {
      form,
      landed: landing.promise,
      opened: opening.promise,
      open: opening.resolve,
      land: (answer) => {
        if (this.open.get(key) === flight) this.open.delete(key);
        opening.resolve(null);
        landing.resolve(answer);
      },
    };
    this.open.set(key, flight);
    return flight;
  }

  get size(): number {
    return this.open.size;
  }
}
