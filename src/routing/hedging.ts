// When a second call is made because the first is late: after the 95th percentile of the time to a first token among streams of its kind,
// and only for a bounded share of all that is spent. Elsewhere it pays for the whole prompt; where a deployment has the conversation in its
// cache and only single calls of it are late, asking it again is a tenth as dear and twice as fast. What the share allows goes to the late
// streams with the cheapest second calls, since that helps most of them.
import { DecayingCount } from './decaying-count.ts';
import { maxHedgedDeployments } from '../lib/bounds.ts';
import { RecentQuantile } from './quantile.ts';
import type { Deployment } from './deployment.ts';

/** Settings of `router_settings.hedging`. */
export interface HedgeSettings {
  /** The quantile of the time to the first token after which a stream is late. */
  quantile: number;
  /** The most that second calls may add to what is spent. */
  maxShare: number;
  /** No stream is late before this. */
  leastMs: number;
  /** A conversation may be asked a second time where it is known. */
  sameDeployment: boolean;
}

/** A stream that may become late. Costs are in any one unit. */
export interface HedgedCall {
  group: string;
  deploymentId: string;
  /** What the first call costs, about. */
  cost: number;
  /** The first deployment has the conversation in its cache, and is faster and cheaper for it. */
  known: boolean;
  promptBytes: number;
}

// What may be saved up for a bad moment: this many second calls of average cost.
const longestCredit = 10;
const averageShare = 0.05;
// Sizes of prompts are told apart by powers of this.
const sizeStep = 4;
const smallestBytes = 4_096;
const largestSize = 5;
// A deployment is in trouble when more than this part of its streams of about this time were late: one in twenty is by definition.
const troubledShare = 0.25;
const lateMemoryMs = 30_000;
// Streams that are supposed to have been in time before the first one, so that a single late one means nothing.
const supposedStreams = 4;

/** What is known of one model group. */
interface GroupTimes {
  all: RecentQuantile;
  /** The same by kind of stream: known or new, and the size of its prompt. */
  byKind: Map<number, RecentQuantile>;
  /** What second calls may still cost. */
  credit: number;
  averageCost: number;
  averageSecond: number;
  streams: number;
  /** Late streams, whether they got a second call or not, and what it would have cost. */
  late: number;
  lateCosts: RecentQuantile;
}

/** How many streams of a deployment were late lately. */
interface Lateness {
  streams: DecayingCount;
  late: DecayingCount;
}

/** Decides about second calls. */
export class Hedging {
  private readonly groups = new Map<string, GroupTimes>();
  private readonly lateness = new Map<string, Lateness>();

  constructor(private readonly settings: HedgeSettings, private readonly nowMs: () => number) {}

  /** True when it was made with these settings, so that it can go on after a change of the configuration. */
  hasSettings(settings: HedgeSettings): boolean {
    const { quantile, maxShare, leastMs, sameDeployment } = this.settings;
    return settings.quantile === quantile && settings.maxShare === maxShare && settings.leastMs === leastMs && settings.sameDeployment === sameDeployment;
  }

  /** A stream begins: it earns a little of a second call. Gives the time after which it is late; null: too little is known. */
  begin(call: HedgedCall): number | null {
    const { maxShare, quantile, leastMs } = this.settings;
    const times = this.timesOf(call.group);
    times.streams++;
    this.latenessOf(call.deploymentId).streams.add(1, this.nowMs());
    times.averageCost += (call.cost - times.averageCost) * (times.streams === 1 ? 1 : averageShare);
    times.credit = Math.min(times.credit + call.cost * maxShare, Math.max(times.averageSecond, call.cost) * longestCredit);
    const late = times.byKind.get(kindOf(call))?.at(quantile) ?? times.all.at(quantile);
    return late === null ? null : Math.max(leastMs, late);
  }

  /** A stream is late. True when the same deployment is to be asked again: it knows the conversation, and only single calls of it are late. */
  again({ deploymentId, known }: HedgedCall): boolean {
    const { streams, late } = this.latenessOf(deploymentId);
    const nowMs = this.nowMs();
    late.add(1, nowMs);
    return this.settings.sameDeployment && known && late.at(nowMs) <= troubledShare * (streams.at(nowMs) + supposedStreams);
  }

  /** A stream is late: takes what its second call costs; false when the share is better kept for cheaper ones, or used up. */
  spend({ group }: HedgedCall, second: number): boolean {
    const times = this.timesOf(group);
    const dearest = this.dearest(times);
    times.late++;
    times.lateCosts.add(second);
    times.averageSecond += (second - times.averageSecond) * (times.late === 1 ? 1 : averageShare);
    if (times.credit < second || second > dearest) return false;
    times.credit -= second;
    return true;
  }

  /** A stream's first token came after this time, or had not come by then. */
  measured(call: HedgedCall, durationMs: number): void {
    const { all, byKind } = this.timesOf(call.group);
    all.add(durationMs);
    const kind = kindOf(call);
    let own = byKind.get(kind);
    if (!own) {
      own = new RecentQuantile();
      byKind.set(kind, own);
    }
    own.add(durationMs);
  }

  /** The cost up to which all second calls together stay within the share. */
  private dearest(times: GroupTimes): number {
    const earned = this.settings.maxShare * times.averageCost * times.streams;
    return times.lateCosts.upTo(earned / Math.max(1, times.late)) ?? Infinity;
  }

  private latenessOf(deploymentId: string): Lateness {
    let lateness = this.lateness.get(deploymentId);
    if (!lateness) {
      // What is gone from the configuration is not told here; it is forgotten with all the others some day.
      if (this.lateness.size >= maxHedgedDeployments) this.lateness.clear();
      lateness = { streams: new DecayingCount(lateMemoryMs), late: new DecayingCount(lateMemoryMs) };
      this.lateness.set(deploymentId, lateness);
    }
    return lateness;
  }

  private timesOf(group: string): GroupTimes {
    let times = this.groups.get(group);
    if (!times) {
      if (this.groups.size >= maxHedgedDeployments) this.groups.clear();
      times = { all: new RecentQuantile(), byKind: new Map(), credit: 0, averageCost: 0, averageSecond: 0, streams: 0, late: 0, lateCosts: new RecentQuantile() };
      this.groups.set(group, times);
    }
    return times;
  }
}

/** Streams of one kind take about the same time: those of known conversations, and of new ones, by the size of the prompt. */
function kindOf({ known, promptBytes }: HedgedCall): number {
  const size = Math.max(0, Math.min(largestSize, Math.ceil(Math.log(promptBytes / smallestBytes) / Math.log(sizeStep))));
  return size * 2 + (known ? 1 : 0);
}

const bytesPerToken = 4;
// An answer of usual length, where nothing better is known.
const outputTokens = 200;
// What a turn adds to a conversation that the provider knows.
const newShare = 0.15;
// Prices relative to each other, for models without any.
const usual = { input: 1, cached: 0.1, output: 5 };

/** What a call costs, about: input tokens, at the price of the provider's cache where the conversation is known, and some output. */
export function firstCost(deployment: Deployment, promptBytes: number, known: boolean): number {
  return secondCost(deployment, promptBytes, known) + outputTokens * (deployment.price?.numbers['output_cost_per_token'] ?? usual.output);
}

/** What a second call adds: its input. The output is paid once, since the slower call is broken off before its first token. */
export function secondCost({ price }: Deployment, promptBytes: number, known: boolean): number {
  const own = price?.numbers['input_cost_per_token'];
  const input = own ?? usual.input;
  const cached = price?.numbers['cache_read_input_token_cost'] ?? (own === undefined ? usual.cached : input);
  return promptBytes / bytesPerToken * (known ? cached * (1 - newShare) + input * newShare : input);
}
