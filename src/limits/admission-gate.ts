// Lets so many requests into this process and makes some more wait (`max_in_flight_requests_per_worker`, `max_queued_requests_per_worker`). Who came first goes
// in first. It lives as long as the process: requests that began under another configuration are still counted.
import type { CancelSignal } from '../lib/cancellation.ts';

/** How many go in, how many wait, and for how long. */
export interface GateSettings {
  most: number;
  mostWaiting: number;
  waitMs: number;
}

interface Waiting {
  /** Ends the wait: the place was given, or it is over. */
  end: (entered: boolean) => void;
}

/** The gate. A request is known by the object that stands for it. */
export class AdmissionGate {
  private readonly inside = new Set<object>();
  private readonly waiting = new Set<Waiting>();
  private most = 0;

  /** True when the request may go in, perhaps after a wait; false: there is no room, or the client left. */
  enter(request: object, signal: CancelSignal, { most, mostWaiting, waitMs }: GateSettings): boolean | Promise<boolean> {
    this.most = most;
    if (this.waiting.size === 0 && this.inside.size < most) {
      this.inside.add(request);
      return true;
    }
    if (this.waiting.size >= mostWaiting || signal.aborted) return false;
    return new Promise((resolve) => {
      const waiter: Waiting = {
        end: (entered) => {
          clearTimeout(timer);
          signal.removeEventListener('abort', left);
          this.waiting.delete(waiter);
          if (entered) this.inside.add(request);
          resolve(entered);
        },
      };
      const left = (): void => waiter.end(false);
      const timer = setTimeout(left, waitMs);
      signal.addEventListener('abort', left, { once: true });
      this.waiting.add(waiter);
    });
  }

  /** The request is over. Nothing happens when it was not inside. */
  leave(request: object): void {
    if (!this.inside.delete(request)) return;
    for (const waiter of this.waiting) {
      if (this.inside.size >= this.most) return;
      waiter.end(true);
    }
  }

  /** How many are inside and how many wait. */
  counts(): { inside: number; waiting: number } {
    return { inside: this.inside.size, waiting: this.waiting.size };
  }
}
