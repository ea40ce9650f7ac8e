// How one of several healthy deployments is chosen. A strategy is a row in this table: LiteLLM's under its names, and ours, `peak-ewma`.
import type { Deployment } from './deployment.ts';

/** What a request waits for: the first token of a stream, or a whole answer. */
export type Awaited = 'first-token' | 'whole';

/** What a strategy may ask about a deployment. */
export interface LoadView {
  inFlight(deployment: Deployment): number;
  /** Moving average of the time to the first byte in milliseconds; null before the first answer. */
  latencyMs(deployment: Deployment): number | null;
  /** Tokens of the current minute. */
  tokensThisMinute(deployment: Deployment): number;
  /** What one more request would wait here, in milliseconds: the peak-sensitive average times the requests under way, more where calls fail. */
  expectedWaitMs(deployment: Deployment, awaited: Awaited): number;
  /** Requests of the last minute or so. */
  recentRequests(deployment: Deployment): number;
}

/** One way to choose. */
export interface Strategy {
  /** Chooses one of at least one deployment. `draw` gives numbers in [0, 1). */
  choose(candidates: readonly Deployment[], draw: () => number, load: LoadView, awaited: Awaited): Deployment | undefined;
  /** The number by which it judges a candidate, for explanations; null where only weights and chance decide. Smaller is better. */
  score(candidate: Deployment, load: LoadView, awaited: Awaited): number | null;
}

/** The share that each candidate is meant to get: `weight`, else `rpm`, else `tpm` where the first one has it (LiteLLM's rule), else the same for all. */
export function shareMeasure(candidates: readonly Deployment[]): (deployment: Deployment) => number {
  const [first] = candidates;
  if (!first) return equal;
  return first.weight !== null ? weightOf : first.requestsPerMinute !== null ? requestsOf : first.tokensPerMinute !== null ? tokensOf : equal;
}

/** LiteLLM's `simple-shuffle`: at random, by shares. */
const simpleShuffle: Strategy = {
  choose: (candidates, draw) => byShare(candidates, shareMeasure(candidates), draw()),
  score: () => null,
};

function byShare(candidates: readonly Deployment[], measure: (deployment: Deployment) => number, random: number): Deployment | undefined {
  if (candidates.length < 2) return candidates[0];
  let total = 0;
  for (const candidate of candidates) total += measure(candidate);
  if (total <= 0) return candidates[Math.floor(random * candidates.length)];
  let point = random * total;
  for (const candidate of candidates) {
    point -= measure(candidate);
    if (point < 0) return candidate;
  }
  return candidates.at(-1);
}

/** The one with the smallest measure; at random among equals. */
function smallest(measure: (deployment: Deployment, load: LoadView) => number): Strategy {
  return {
    score: measure,
    choose(candidates, draw, load) {
      const measures = candidates.map((candidate) => measure(candidate, load));
      const least = Math.min(...measures);
      const best = candidates.filter((_candidate, index) => measures[index] === least);
      return best[Math.floor(draw() * best.length)];
    },
  };
}

// Waits that are this near to each other count as equal: then the one with fewer requests lately is taken, which keeps the load even.
const nearShare = 1.5;
// Where shares are configured they rule; only a candidate this much slower loses the draw.
const overrulesShare = 3;

/** Two are drawn, the one with the shorter expected wait is taken. With configured shares both draws follow them and the first one mostly stays. */
const peakEwma: Strategy = {
  score: (candidate, load, awaited) => load.expectedWaitMs(candidate, awaited),
  choose(candidates, draw, load, awaited) {
    if (candidates.length < 2) return candidates[0];
    const measure = shareMeasure(candidates);
    if (measure !== equal) {
      const one = byShare(candidates, measure, draw());
      const other = byShare(candidates, measure, draw());
      if (!one || !other || one === other) return one;
      return load.expectedWaitMs(other, awaited) * overrulesShare < load.expectedWaitMs(one, awaited) ? other : one;
    }
    const first = Math.floor(draw() * candidates.length);
    const second = Math.floor(draw() * (candidates.length - 1));
    const one = candidates[first];
    const other = candidates[second >= first ? second + 1 : second];
    return one && other ? better(one, other, load, awaited) : one;
  },
};

function better(one: Deployment, other: Deployment, load: LoadView, awaited: Awaited): Deployment {
  const waitOne = load.expectedWaitMs(one, awaited);
  const waitOther = load.expectedWaitMs(other, awaited);
  if (waitOther * nearShare < waitOne) return other;
  if (waitOne * nearShare < waitOther) return one;
  return load.recentRequests(other) < load.recentRequests(one) ? other : one;
}

/** LiteLLM's `lowest_latency_buffer`: at random among those that are at most this part slower than the fastest. */
const nearFastest = (buffer: number): Strategy => ({
  score: (deployment, load) => load.latencyMs(deployment) ?? 0,
  choose(candidates, draw, load) {
    const latencies = candidates.map((candidate) => load.latencyMs(candidate) ?? 0);
    const most = Math.min(...latencies) * (1 + buffer);
    const near = candidates.filter((_candidate, index) => (latencies[index] ?? 0) <= most);
    return near[Math.floor(draw() * near.length)];
  },
});

const price = (deployment: Deployment): number => (deployment.price?.numbers['input_cost_per_token'] ?? 0) + (deployment.price?.numbers['output_cost_per_token'] ?? 0);

// In LiteLLM's, a deployment that has not answered yet is tried first: nothing is known against it.
const lowestUsage = smallest((deployment, load) => load.tokensThisMinute(deployment));

/** Every strategy by its name in `router_settings.routing_strategy`. */
export const strategies = {
  'peak-ewma': peakEwma,
  'simple-shuffle': simpleShuffle,
  'least-busy': smallest((deployment, load) => load.inFlight(deployment)),
  'latency-based-routing': smallest((deployment, load) => load.latencyMs(deployment) ?? 0),
  'usage-based-routing': lowestUsage,
  'usage-based-routing-v2': lowestUsage,
  'cost-based-routing': smallest(price),
} as const satisfies Record<string, Strategy>;

/** A strategy's name. */
export type StrategyName = keyof typeof strategies;

/** A strategy with its settings (`routing_strategy_args`). */
export const strategyOf = (name: StrategyName, lowestLatencyBuffer: number): Strategy =>
  (name === 'latency-based-routing' && lowestLatencyBuffer > 0 ? nearFastest(lowestLatencyBuffer) : strategies[name]);

const weightOf = (deployment: Deployment): number => deployment.weight ?? 0;
const requestsOf = (deployment: Deployment): number => deployment.requestsPerMinute ?? 0;
const tokensOf = (deployment: Deployment): number => deployment.tokensPerMinute ?? 0;
const equal = (): number => 1;
