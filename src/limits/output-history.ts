// How many output tokens the answers of a model had lately: what a request is expected to cost at most, when it names a much higher limit.
import { RecentQuantile } from '../lib/recent-quantile.ts';

// Before anything is known: more than nineteen of twenty answers of agents have.
const firstGuessTokens = 2_048;
const usualShare = 0.95;
const mostModels = 2_000;

/** Remembers answers' lengths by model group. */
export class OutputHistory {
  private readonly byGroup = new Map<string, RecentQuantile>();

  /** An answer had so many output tokens. */
  add(group: string, outputTokens: number): void {
    let history = this.byGroup.get(group);
    if (!history) {
      if (this.byGroup.size >= mostModels) this.byGroup.clear();
      this.byGroup.set(group, (history = new RecentQuantile(usualShare)));
    }
    history.add(outputTokens);
  }

  /** What an answer is expected to have at most. */
  expected(group: string): number {
    return this.byGroup.get(group)?.value() ?? firstGuessTokens;
  }
}
