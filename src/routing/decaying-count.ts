// A count that forgets: what happened lately weighs most.

/** Counts events with a memory of about `memoryMs`. */
export class DecayingCount {
  private value = 0;
  private atMs = 0;

  constructor(private readonly memoryMs: number) {}

  /** Adds to the count. */
  add(amount: number, nowMs: number): void {
    this.value = this.at(nowMs) + amount;
    this.atMs = nowMs;
  }

  /** The count as it is now. */
  at(nowMs: number): number {
    return this.value === 0 ? 0 : this.value * Math.exp(-Math.max(0, nowMs - this.atMs) / this.memoryMs);
  }
}
