// The ways that the last requests took, under their ids, for whoever asks why. In memory, bounded.
import { maxExplanations } from '../lib/bounds.ts';
import type { JsonObject } from '../lib/json.ts';
import type { AttemptRecord, PickRecord, Trail } from './trail.ts';

/** Why a request went where it went. Names are those of the API. */
export interface Explanation {
  request_id: string;
  time: string;
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
  answered_by: string | null;
  first_byte_ms: number | null;
  total_ms: number;
}

interface Kept {
  owner: string;
  tenant: string;
  explanation: Explanation;
}

/** Keeps explanations. */
export class ExplainLog {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly maxEntries = maxExplanations) {}

  /** Keeps one; the oldest goes. A client may name its request: the last one of a name counts. */
  add(owner: string, tenant: string, explanation: Explanation): void {
    this.kept.delete(explanation.request_id);
    this.kept.set(explanation.request_id, { owner, tenant, explanation });
    if (this.kept.size <= this.maxEntries) return;
    for (const oldest of this.kept.keys()) {
      this.kept.delete(oldest);
      break;
    }
  }

  /** The explanation with this id, if the asker may see it: administrators, the key that asked, and others of its tenant. */
  find(requestId: string, asker: { keyHash: string; tenant: string; isAdmin: boolean }): Explanation | null {
    const entry = this.kept.get(requestId);
    if (!entry) return null;
    return asker.isAdmin || entry.owner === asker.keyHash || entry.tenant === asker.tenant ? entry.explanation : null;
  }
}

/** A pick in the names of the API. */
export const shownPick = ({ candidates, ...pick }: PickRecord): JsonObject => ({
  ...pick, candidates: candidates.map(({ deploymentId, score, inFlight, excluded }) => ({ deployment_id: deploymentId, score, in_flight: inFlight, excluded })),
});

/** An explanation in the names of the API. */
export const shown = ({ picks, attempts, rules, ...rest }: Explanation): JsonObject => ({
  ...rest, rules: [...rules], picks: picks.map(shownPick),
  attempts: attempts.map(({ deploymentId, durationMs, ...attempt }) => ({ ...attempt, deployment_id: deploymentId, duration_ms: durationMs })),
});

/** What of a trail goes into an explanation. */
export const trailPart = ({ picks, attempts, retries, fallbacks, hedges, rules, answeredBy }: Trail): Pick<Explanation, 'picks' | 'attempts' | 'retries' | 'fallbacks' | 'hedges' | 'rules' | 'answered_by'> =>
  ({ picks, attempts, retries, fallbacks, hedges, rules, answered_by: answeredBy?.id ?? null });
