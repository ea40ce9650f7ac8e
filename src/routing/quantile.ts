// Quantiles over the last few values, good enough to tell what is unusual: sorted anew after every few values.

const kept = 512;
const sortEvery = 16;

/** Keeps the last values and tells quantiles of them. */
export class RecentQuantile {
  private readonly values = new Float64Array(kept);
  private added = 0;
  private sorted: Float64Array | null = null;

  /** Takes a value. */
  add(value: number): void {
    this.values[this.added % kept] = value;
    this.added++;
    if (this.added % sortEvery === 0) this.sorted = this.values.slice(0, Math.min(this.added, kept)).sort();
  }

  /** The value that this share of the last ones is below; null before there are enough. */
  at(share: number): number | null {
    const { sorted } = this;
    return sorted?.[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
  }

  /** The largest value up to which the values, added up and shared by all of them, come to at most this; null before there are enough. */
  upTo(meanOfAll: number): number | null {
    const { sorted } = this;
    if (!sorted) return null;
    let left = meanOfAll * sorted.length;
    let last = 0;
    for (const value of sorted) {
      left -= value;
      if (left < 0) return last;
      last = value;
    }
    return Infinity;
  }
}
