// How one of several healthy deployments is chosen. A strategy is a row in this table, under LiteLLM's name.
import type { Deployment } from './deployment.ts';

/** What a strategy may ask about a deployment. */
export interface LoadView {
  inFlight(deployment: Deployment): number;
  /** Moving average of the time to the first byte in milliseconds; null before the first answer. */
  latencyMs(deployment: Deployment): number | null;
  /** Tokens of the current minute. */
  tokensThisMinute(deployment: Deployment): number;
}

/** Chooses one of at least one deployment. `random` is in [0, 1). */
export type Strategy = (candidates: readonly Deployment[], random: number, load: LoadView) => Deployment | undefined;

/** LiteLLM's `simple-shuffle`: at random, by `weight`, else by `rpm`, else by `tpm` where the first deployment has one. */
const simpleShuffle: Strategy = (candidates, random) => {
  const [first] = candidates;
  if (!first || candidates.length === 1) return first;
  const measure = first.weight !== null ? weightOf : first.requestsPerMinute !== null ? requestsOf : first.tokensPerMinute !== null ? tokensOf : equal;
  let total = 0;
  for (const candidate of candidates) total += measure(candidate);
  if (total <= 0) return candidates[Math.floor(random * candidates.length)];
  let point = random * total;
  for (const candidate of candidates) {
    point -= measure(candidate);
    if (point < 0) return candidate;
  }
  return candidates.at(-1);
};

/** The one with the smallest measure; at random among equals. */
function smallest(measure: (deployment: Deployment, load: LoadView) => number): Strategy {
  return (candidates, random, load) => {
    const measures = candidates.map((candidate) => measure(candidate, load));
    const least = Math.min(...measures);
    const best = candidates.filter((_candidate, index) => measures[index] === least);
    return best[Math.floor(random * best.length)];
  };
}

// A deployment that has not answered yet is tried first: nothing is known against it.
const leastBusy = smallest((deployment, load) => load.inFlight(deployment));
const lowestLatency = smallest((deployment, load) => load.latencyMs(deployment) ?? 0);
const lowestUsage = smallest((deployment, load) => load.tokensThisMinute(deployment));
const lowestCost = smallest((deployment) => (deployment.price?.numbers['input_cost_per_token'] ?? 0) + (deployment.price?.numbers['output_cost_per_token'] ?? 0));

/** Every strategy by its name in `router_settings.routing_strategy`. */
export const strategies = {
  'simple-shuffle': simpleShuffle,
  'least-busy': leastBusy,
  'latency-based-routing': lowestLatency,
  'usage-based-routing': lowestUsage,
  'usage-based-routing-v2': lowestUsage,
  'cost-based-routing': lowestCost,
} as const satisfies Record<string, Strategy>;

const weightOf = (deployment: Deployment): number => deployment.weight ?? 0;
const requestsOf = (deployment: Deployment): number => deployment.requestsPerMinute ?? 0;
const tokensOf = (deployment: Deployment): number => deployment.tokensPerMinute ?? 0;
const equal = (): number => 1;
