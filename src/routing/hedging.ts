// When a second deployment is asked because the first is late: after the model's own 95th percentile of the time to a first token, and
// only for a bounded share of all that is spent. A second call pays for the whole prompt, also where the first deployment has it in its
// cache; where that makes second calls dear, only the latest streams get one.
import { RecentQuantile } from './quantile.ts';
import type { Deployment } from './deployment.ts';

/** Settings of `router_settings.hedging`. */
export interface HedgeSettings {
  /** The quantile of the time to the first token after which a stream is late, at the least. */
  quantile: number;
  /** The most that second calls may add to what is spent. */
  maxShare: number;
  /** No stream is late before this. */
  leastMs: number;
}

/** What a call and a second one for it cost, in any one unit. */
export interface HedgeCosts {
  request: number;
  second: number;
}

// What may be saved up for a bad moment: this many second calls.
const longestCredit = 10;
const averageShare = 0.05;
const highestQuantile = 0.998;

/** What is known of one model group. */
interface GroupTimes {
  firstToken: RecentQuantile;
  /** What second calls may still cost. */
  credit: number;
  averageRequest: number;
  averageSecond: number;
}

/** Decides about second calls. */
export class Hedging {
  private readonly groups = new Map<string, GroupTimes>();

  constructor(private readonly settings: HedgeSettings) {}

  /** A stream begins: it earns a little of a second call. Gives the time after which it is late; null: no second call for it. */
  begin(group: string, { request, second }: HedgeCosts): number | null {
    const { maxShare, quantile, leastMs } = this.settings;
    const times = this.timesOf(group);
    times.averageRequest += (request - times.averageRequest) * (times.averageRequest === 0 ? 1 : averageShare);
    times.averageSecond += (second - times.averageSecond) * (times.averageSecond === 0 ? 1 : averageShare);
    times.credit = Math.min(times.credit + request * maxShare, times.averageSecond * longestCredit);
    const affordable = times.averageSecond === 0 ? 0 : maxShare * times.averageRequest / times.averageSecond;
    const late = times.firstToken.at(Math.min(highestQuantile, Math.max(quantile, 1 - affordable)));
    return late === null ? null : Math.max(leastMs, late);
  }

  /** Takes what a second call costs; false when the share is used up. */
  spend(group: string, { second }: HedgeCosts): boolean {
    const times = this.timesOf(group);
    if (times.credit < second) return false;
    times.credit -= second;
    return true;
  }

  /** A stream's first token came after this time, or had not come by then. */
  measured(group: string, durationMs: number): void {
    this.timesOf(group).firstToken.add(durationMs);
  }

  private timesOf(group: string): GroupTimes {
    let times = this.groups.get(group);
    if (!times) {
      times = { firstToken: new RecentQuantile(), credit: 0, averageRequest: 0, averageSecond: 0 };
      this.groups.set(group, times);
    }
    return times;
  }
}

const bytesPerToken = 4;
// An answer of usual length, where nothing better is known.
const outputTokens = 200;
// What a turn adds to a conversation that the provider knows.
const newShare = 0.15;
// Prices relative to each other, for models without any.
const usual = { input: 1, cached: 0.1, output: 5 };

/** What a call costs, about: input tokens at the price of the provider's cache when the conversation is known there, and some output. A second call pays its input in full. */
export function hedgeCosts({ price }: Deployment, promptBytes: number, cached: boolean): HedgeCosts {
  const input = price?.numbers['input_cost_per_token'] ?? usual.input;
  const known = price?.numbers['cache_read_input_token_cost'] ?? (price?.numbers['input_cost_per_token'] === undefined ? usual.cached : input);
  const output = price?.numbers['output_cost_per_token'] ?? usual.output;
  const tokens = promptBytes / bytesPerToken;
  const inputCost = cached ? known * (1 - newShare) + input * newShare : input;
  return { request: tokens * inputCost + outputTokens * output, second: tokens * input };
}
