// The ways that the last requests took, under their ids, for whoever asks why. In memory, bounded.
import { maxExplanations } from '../lib/bounds.ts';
import type { JsonObject } from '../lib/json.ts';
import type { AttemptRecord, PickRecord, Trail } from './trail.ts';

/** Why a request went where it went. */
export interface Explanation {
  request_id: string;
  startedAt: Date;
  model: string;
  /** The model group that a rule or a split put in its place. */
  instead: string | null;
  rules: readonly string[];
  group: string | null;
  status: number;
  fault: string | null;
  cache: 'off' | 'miss' | 'hit';
  picks: readonly PickRecord[];
  attempts: readonly AttemptRecord[];
  retries: number;
  fallbacks: number;
  hedges: number;
  continuations: number;
  answered_by: string | null;
  first_byte_ms: number | null;
  total_ms: number;
}

interface Kept {
  owner: string;
  tenant: string;
  explanation: Explanation;
}

/** Keeps explanations: a ring, since every request adds one and hardly any is asked for. */
export class ExplainLog {
  private readonly ring: Kept[] = [];
  private next = 0;

  constructor(private readonly maxEntries = maxExplanations) {}

  /** Keeps one in the place of the oldest. */
  add(owner: string, tenant: string, explanation: Explanation): void {
    this.ring[this.next] = { owner, tenant, explanation };
    this.next = (this.next + 1) % this.maxEntries;
  }

  /**
   * The newest explanation with this id that the asker may see: administrators all of them, others those of their own key and tenant. A client
   * may name its request, so that several can have one id.
   */
  find(requestId: string, asker: { keyHash: string; tenant: string; isAdmin: boolean }): Explanation | null {
    for (let back = 1; back <= this.ring.length; back++) {
      const entry = this.ring[(this.next - back + this.maxEntries) % this.maxEntries];
      if (entry?.explanation.request_id !== requestId) continue;
      if (asker.isAdmin || entry.owner === asker.keyHash || entry.tenant === asker.tenant) return entry.explanation;
    }
    return null;
  }
}

/** A pick in the names of the API. */
export const shownPick = ({ candidates, ...pick }: PickRecord): JsonObject => ({
  ...pick, candidates: candidates.map(({ deploymentId, score, inFlight, excluded }) => ({ deployment_id: deploymentId, score, in_flight: inFlight, excluded })),
});

/** An explanation in the names of the API. */
export const shown = ({ picks, attempts, rules, startedAt, ...rest }: Explanation): JsonObject => ({
  ...rest, time: startedAt.toISOString(), rules: [...rules], picks: picks.map(shownPick),
  attempts: attempts.map(({ deploymentId, durationMs, ...attempt }) => ({ ...attempt, deployment_id: deploymentId, duration_ms: durationMs })),
});

/** What of a trail goes into an explanation. */
export const trailPart = ({ picks, attempts, retries, fallbacks, hedges, continuations, rules, answeredBy }: Trail): Pick<Explanation, 'picks' | 'attempts' | 'retries' | 'fallbacks' | 'hedges' | 'continuations' | 'rules' | 'answered_by'> =>
  ({ picks, attempts, retries, fallbacks, hedges, continuations, rules, answered_by: answeredBy?.id ?? null });
