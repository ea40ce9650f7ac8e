// What is counted under one rule of one scope. Money is whole 10⁻⁹ US dollars.
import type { LimitScope } from './scope.ts';

/** What a rule counts. */
export type Measure = 'money' | 'requests' | 'tokens' | 'parallel';

/** One counter. Everything in it changes in single synchronous steps. */
export class Counter {
  /** Booked in the current window. Requests under way count in `held` until they are settled, except for counts of requests. */
  used = 0;
  held = 0;
  /** Held by other instances, as far as the shared counters told. */
  heldElsewhere = 0;
  /** When the window ends; Infinity: never. 0: it has not begun. */
  windowEndMs = 0;
  lastUseMs = 0;
  /** The highest share of the budget that was told as an event in this window, in percent. */
  announcedPercent = 0;
  softAnnounced = false;
  /** The window whose start is `chargedFromMs`, so that it is worked out once. */
  chargedEndMs = -1;
  chargedFromMs = 0;
  /** The budget that it counts, for those who look at it; null: it counts none that is a thing's own. */
  budget: { readonly scope: LimitScope; readonly limitNanoUsd: number } | null = null;
  /** No longer in the book: whoever holds it must look the key up again. */
  dropped = false;

  constructor(readonly key: string, readonly measure: Measure) {}

  /** Begins a new window that ends at `endMs`. */
  turn(endMs: number): void {
    this.used = 0;
    this.windowEndMs = endMs;
    this.announcedPercent = 0;
    this.softAnnounced = false;
  }
}

const hasBudget = (counter: Counter): counter is Counter & { budget: NonNullable<Counter['budget']> } => counter.budget !== null;

/** All counters of a process. They outlive a change of the configuration. */
export class CounterBook {
  private readonly counters = new Map<string, Counter>();

  /** What earlier processes spent of budgets that have no row of their own, by the counter's key, with the start of the window. */
  private readonly seeds = new Map<string, { fromMs: number; spentNanoUsd: number }>();

  constructor(private readonly mostCounters: number) {}

  /** Remembers what was spent in a window. */
  seed(key: string, fromMs: number, spentNanoUsd: number): void {
    this.seeds.set(key, { fromMs, spentNanoUsd });
  }

  /** What was spent in this window before this process began. */
  seeded(key: string, fromMs: number): number {
    const seed = this.seeds.get(key);
    return seed?.fromMs === fromMs ? seed.spentNanoUsd : 0;
  }

  /** The counter with this key; made when there is none. */
  counter(key: string, measure: Measure, nowMs: number): Counter {
    let counter = this.counters.get(key);
    if (!counter) {
      if (this.counters.size >= this.mostCounters) this.dropIdle();
      this.counters.set(key, (counter = new Counter(key, measure)));
    }
    counter.lastUseMs = nowMs;
    return counter;
  }

  /** The counter with this key, if there is one. */
  find(key: string): Counter | undefined {
    return this.counters.get(key);
  }

  /** Counters of budgets that were used since a moment. */
  *budgets(sinceMs: number): Generator<Counter & { budget: NonNullable<Counter['budget']> }> {
    for (const counter of this.counters.values()) if (counter.lastUseMs >= sinceMs && hasBudget(counter)) yield counter;
  }

  get size(): number {
    return this.counters.size;
  }

  /** What others hold is no longer known. */
  forgetOthers(): void {
    for (const counter of this.counters.values()) counter.heldElsewhere = 0;
  }

  /** Held in all counters together; 0 when no request is under way. */
  heldInAll(): number {
    let held = 0;
    for (const counter of this.counters.values()) held += counter.held;
    return held;
  }

  // The longest unused quarter goes, but nothing that a request under way holds. What was spent is in the database, if there is one.
  private dropIdle(): void {
    const idle = [...this.counters.values()].filter((counter) => counter.held === 0).toSorted((a, b) => a.lastUseMs - b.lastUseMs);
    for (const counter of idle.slice(0, Math.max(1, Math.ceil(this.mostCounters / 4)))) {
      counter.dropped = true;
      this.counters.delete(counter.key);
    }
  }
}
