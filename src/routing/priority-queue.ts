// Requests with a priority wait while no deployment of their model can be used: the one with the lowest number is next, among equals the one
// that came first. A request without a priority does not wait, as in LiteLLM.
import { maxQueuedRequests } from '../lib/bounds.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

/** How a queue passes its time. */
export interface QueueClock {
  nowMs: () => number;
  sleep: (milliseconds: number, signal: CancelSignal) => Promise<void>;
}

interface Waiting {
  priority: number;
  order: number;
}

const pauseMs = 25;

/** The queues of all model groups. */
export class PriorityQueue {
  private readonly queues = new Map<string, Waiting[]>();
  private order = 0;
  private gaveUp = 0;

  constructor(private readonly clock: QueueClock) {}

  /** Calls `attempt` when it is this request's turn, until it gives something. Null: the time is over, the caller has left, or too many wait. */
  async wait<T>(group: string, priority: number, deadlineMs: number, signal: CancelSignal, attempt: () => T | null): Promise<T | null> {
    const queue = this.queues.get(group) ?? [];
    if (queue.length >= maxQueuedRequests) {
      this.gaveUp++;
      return null;
    }
    this.queues.set(group, queue);
    const own = { priority, order: this.order++ };
    const place = queue.findIndex((other) => other.priority > priority);
    queue.splice(place === -1 ? queue.length : place, 0, own);
    try {
      while (!signal.aborted && this.clock.nowMs() + pauseMs < deadlineMs) {
        await this.clock.sleep(pauseMs, signal);
        const given = queue[0] === own ? attempt() : null;
        if (given !== null) return given;
      }
      if (!signal.aborted) this.gaveUp++;
      return null;
    } finally {
      queue.splice(queue.indexOf(own), 1);
      if (queue.length === 0) this.queues.delete(group);
    }
  }

  /** Requests that were turned away: too many waited, or their time was over. */
  get turnedAway(): number {
    return this.gaveUp;
  }

  /** Requests that wait. */
  get size(): number {
    return [...this.queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }
}
