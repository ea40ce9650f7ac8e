// A moving average that rises at once and falls slowly, so that a deployment which becomes slow loses requests before it has failed.
// After Finagle's peak EWMA; a single outlier moves it only part of the way, since times to a first token have long tails.

// How far one slower sample pulls the average up.
const riseShare = 0.3;
// Time in which faster samples take over, and in which an average that hears nothing is forgotten (the deployment is tried again).
const fallMs = 10_000;
const forgetMs = 120_000;

/** Averages durations in milliseconds. Times are given from outside. */
export class PeakAverage {
  private value = 0;
  private atMs = 0;
  samples = 0;

  /** Takes a duration that was measured now. */
  add(durationMs: number, nowMs: number): void {
    if (this.samples === 0) this.value = durationMs;
    else if (durationMs > this.value) this.value += (durationMs - this.value) * riseShare;
    else {
      const kept = Math.exp(-Math.max(1, nowMs - this.atMs) / fallMs);
      // Many samples in a moment move it at least by this much each.
      this.value = durationMs + (this.value - durationMs) * Math.min(kept, 0.95);
    }
    this.samples++;
    this.atMs = nowMs;
  }

  /** The average as far as it is still believed; null before the first sample. */
  at(nowMs: number): number | null {
    return this.samples === 0 ? null : this.value * Math.exp(-Math.max(0, nowMs - this.atMs) / forgetMs);
  }
}
