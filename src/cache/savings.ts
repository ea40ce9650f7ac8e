// What the response cache saved since the start.

/** Counts of hits and of what their answers had cost when they were made. Those by meaning are counted in both. */
export class CacheSavings {
  hits = 0;
  usd = 0;
  semanticHits = 0;
  semanticUsd = 0;

  /** An answer was given again. */
  note(costUsd: number | null, byMeaning: boolean): void {
    this.hits++;
    this.usd += costUsd ?? 0;
    if (!byMeaning) return;
    this.semanticHits++;
    this.semanticUsd += costUsd ?? 0;
  }
}
