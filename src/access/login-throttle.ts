// Slows guessing down: after a few failures each further try for the same name or from the same address waits, twice as long each time.
import { firstLoginWaitMs, freeLoginFailures, longestLoginWaitMs, maxThrottledNames } from '../lib/bounds.ts';

interface Failures {
  count: number;
  /** No try before this moment. */
  waitUntilMs: number;
  lastMs: number;
}

/** What slows guessing down. `address` is where the try comes from, `name` whom it names; null: it brings a key. */
export interface Throttle {
  /** How long the next try has to wait, in milliseconds; 0 when it may come now. */
  waitMs(address: string, name: string | null): number;
  failed(address: string, name: string | null): void;
  succeeded(address: string, name: string | null): void;
}

/** Failures by address and by name. Bounded: the longest unseen go first. */
export class LoginThrottle implements Throttle {
  private readonly failures = new Map<string, Failures>();
  private readonly nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.nowMs = nowMs;
  }

  /** How long the next try has to wait, in milliseconds; 0 when it may come now. */
  waitMs(address: string, name: string | null): number {
    const now = this.nowMs();
    return Math.max(0, ...namesOf(address, name).map((name) => (this.failures.get(name)?.waitUntilMs ?? 0) - now));
  }

  /** Counts a failed try. */
  failed(from: string, named: string | null): void {
    const now = this.nowMs();
    for (const name of namesOf(from, named)) {
      const before = this.failures.get(name);
      const forgotten = before !== undefined && now - before.lastMs > longestLoginWaitMs;
      const count = before && !forgotten ? before.count + 1 : 1;
      const over = count - freeLoginFailures;
      const waitMs = over < 0 ? 0 : Math.min(longestLoginWaitMs, firstLoginWaitMs * 2 ** over);
      this.failures.delete(name);
      this.failures.set(name, { count, waitUntilMs: now + waitMs, lastMs: now });
    }
    for (const name of this.failures.keys()) {
      if (this.failures.size <= maxThrottledNames) break;
      this.failures.delete(name);
    }
  }

  /** Forgets the failures of a name that has now signed in. */
  succeeded(address: string, name: string | null): void {
    for (const counted of namesOf(address, name)) this.failures.delete(counted);
  }
}

const namesOf = (address: string, name: string | null): string[] => [`address:${address}`, ...(name === null ? [] : [`name:${name}`])];
