// A quantile over the last few values, good enough to tell what is usual: worked out anew after every few values.

const kept = 256;
const workEvery = 16;

/** Keeps the last values and tells a quantile of them. */
export class RecentQuantile {
  private readonly values = new Float64Array(kept);
  private added = 0;
  private known: number | null = null;

  constructor(private readonly share: number) {}

  /** Takes a value. */
  add(value: number): void {
    this.values[this.added % kept] = value;
    this.added++;
    if (this.added % workEvery !== 0) return;
    const sorted = this.values.slice(0, Math.min(this.added, kept)).sort();
    this.known = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * this.share))] ?? null;
  }

  /** The quantile; null before there are enough values. */
  value(): number | null {
    return this.known;
  }
}
