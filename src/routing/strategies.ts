// How one of several healthy deployments is chosen. A strategy is a function in this table.
import type { Deployment } from './deployment.ts';

/** Chooses one of at least one deployment. `random` is in [0, 1). */
export type Strategy = (candidates: readonly Deployment[], random: number) => Deployment | undefined;

/** LiteLLM's `simple-shuffle`: at random, by `weight`, else by `rpm`, else by `tpm` where the first deployment has one. */
export const simpleShuffle: Strategy = (candidates, random) => {
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

const weightOf = (deployment: Deployment): number => deployment.weight ?? 0;
const requestsOf = (deployment: Deployment): number => deployment.requestsPerMinute ?? 0;
const tokensOf = (deployment: Deployment): number => deployment.tokensPerMinute ?? 0;
const equal = (): number => 1;
