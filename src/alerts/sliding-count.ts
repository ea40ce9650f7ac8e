// Counts what happened within a time that moves on, in a fixed number of slices, so that it costs the same at any rate.
const slices = 12;

/** A count over the last `windowMs` milliseconds, to within a twelfth of them. */
export class SlidingCount {
  private readonly counts = Array.from({ length: slices }, () => 0);
  private readonly sliceMs: number;
  private current = 0;

  constructor(windowMs: number) {
    this.sliceMs = Math.max(1, windowMs / slices);
  }

  add(nowMs: number): void {
    this.turn(nowMs);
    const slot = this.current % slices;
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
  }

  count(nowMs: number): number {
    this.turn(nowMs);
    return this.counts.reduce((sum, each) => sum + each, 0);
  }

  private turn(nowMs: number): void {
    const slice = Math.floor(nowMs / this.sliceMs);
    const steps = Math.min(slices, slice - this.current);
    for (let step = 0; step < steps; step++) this.counts[(slice - step) % slices] = 0;
    if (slice > this.current) this.current = slice;
  }
}
