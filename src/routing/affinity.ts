// Keeps conversations where their prompt is cached: the deployment that answered a session last is asked again, while it can be used and
// the load is even. In memory, bounded; what was not used for longest is forgotten first.
import { affinityTtlMs, maxAffinities } from '../lib/bounds.ts';
import { shareMeasure, type LoadView } from './strategies.ts';
import type { Deployment } from './deployment.ts';

interface Kept {
  deploymentId: string;
  usedMs: number;
}

// A deployment may have this much more than its share of the calls under way before sessions leave it; a few calls are never too many.
const unevenShare = 1.5;
const alwaysFine = 4;
// And it may be this much slower than the fastest, once that is worth a lost prompt cache.
const slowFactor = 4;
const slowLeastMs = 1_000;

/** Which deployment each session is on. */
export class Affinity {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly nowMs: () => number, private readonly maxEntries = maxAffinities, private readonly ttlMs = affinityTtlMs) {}

  /** The session's deployment, if it is among the candidates. */
  find(key: string, candidates: readonly Deployment[]): Deployment | null {
    const entry = this.kept.get(key);
    if (!entry) return null;
    if (this.nowMs() - entry.usedMs > this.ttlMs) {
      this.kept.delete(key);
      return null;
    }
    return candidates.find((candidate) => candidate.id === entry.deploymentId) ?? null;
  }

  /** The session was answered by this deployment. */
  keep(key: string, deploymentId: string): void {
    // Put at the end: what is used stays longest.
    this.kept.delete(key);
    this.kept.set(key, { deploymentId, usedMs: this.nowMs() });
    if (this.kept.size <= this.maxEntries) return;
    for (const oldest of this.kept.keys()) {
      this.kept.delete(oldest);
      break;
    }
  }

  /** Puts a session back where it was; null: it is not known. */
  put(key: string, deploymentId: string | null): void {
    if (deploymentId === null) this.kept.delete(key);
    else this.keep(key, deploymentId);
  }

  get size(): number {
    return this.kept.size;
  }
}

/** True when a session should leave its deployment: it has more than its share of the load, or has become much slower than another. */
export function isUneven(deployment: Deployment, candidates: readonly Deployment[], load: LoadView): boolean {
  const mine = load.inFlight(deployment) + 1;
  if (mine > alwaysFine) {
    const measure = shareMeasure(candidates);
    let total = 1;
    let shares = 0;
    for (const candidate of candidates) {
      total += load.inFlight(candidate);
      shares += measure(candidate);
    }
    if (shares > 0 && mine > Math.ceil(unevenShare * total * measure(deployment) / shares)) return true;
  }
  const own = load.latencyMs(deployment);
  if (own === null || own < slowLeastMs) return false;
  return candidates.some((candidate) => {
    const other = load.latencyMs(candidate);
    return other !== null && own > other * slowFactor && own - other > slowLeastMs;
  });
}
