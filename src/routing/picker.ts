// Picks the deployment for one attempt: the candidates, the conversation's own deployment if it has one, else the strategy's choice.
// Every pick leaves a record.
import { candidatesOf, type CandidateSettings, type CandidateView, type Candidates } from './candidates.ts';
import { isUneven, type Affinity } from './affinity.ts';
import { maxExplainedCandidates } from '../lib/bounds.ts';
import { ok, type Result } from '../canonical/fault.ts';
import { strategyOf, type Strategy, type StrategyName } from './strategies.ts';
import type { Deployment } from './deployment.ts';
import type { Exclusion, PickRecord, RoutingRequest, Session } from './trail.ts';
import type { ModelGroup } from './model-groups.ts';
import type { Pool } from './pool.ts';

/** Settings of picking. */
export interface PickerSettings extends CandidateSettings {
  strategy: StrategyName;
  lowestLatencyBuffer: number;
  /** Strategies of model names that have one of their own. */
  strategyByGroup: ReadonlyMap<string, { name: StrategyName; lowestLatencyBuffer: number }>;
  /** Conversations stay where their prompt is cached. */
  affinity: boolean;
  /** The same by model name, where it is said. */
  affinityByGroup: ReadonlyMap<string, boolean>;
}

/** What picking works with. */
export interface PickerParts {
  pool: Pool;
  affinity: Affinity;
  nowMs: () => number;
  random: () => number;
  isHealthy: (deployment: Deployment) => boolean;
}

interface NamedStrategy {
  name: StrategyName;
  strategy: Strategy;
}

const named = (name: StrategyName, lowestLatencyBuffer: number): NamedStrategy => ({ name, strategy: strategyOf(name, lowestLatencyBuffer) });

/** Picks deployments. */
export class Picker {
  private readonly usual: NamedStrategy;
  private readonly byGroup: ReadonlyMap<string, NamedStrategy>;

  constructor(private readonly settings: PickerSettings, private readonly parts: PickerParts) {
    this.usual = named(settings.strategy, settings.lowestLatencyBuffer);
    this.byGroup = new Map([...settings.strategyByGroup].map(([group, { name, lowestLatencyBuffer }]) => [group, named(name, lowestLatencyBuffer)]));
  }

  /** A deployment for the next attempt, with the record of how it was picked added to `records`. */
  pick(group: ModelGroup, request: RoutingRequest, tried: ReadonlySet<string>, records: PickRecord[]): Result<Deployment> {
    const { pool, nowMs, isHealthy } = this.parts;
    const view: CandidateView = { pool, nowMs: nowMs(), isHealthy };
    const found = candidatesOf(group, request, tried, this.settings, view);
    if (!found.ok) {
      records.push(this.record(group, found.excluded ?? new Map(), request, null, 'nobody'));
      return found;
    }
    const { open, excluded } = found.value;
    const [first] = open;
    if (open.length === 1 && first) {
      // The conversation goes on here, and is to stay here when others come back.
      if (group.deployments.length > 1) this.remember(group, request, first);
      records.push(this.record(group, excluded, request, first, 'only-candidate'));
      return ok(first);
    }
    return ok(this.choose(group, found.value, request, tried, records));
  }

  /** What `pick` would do now, without doing it. */
  peek(group: ModelGroup, request: RoutingRequest, records: PickRecord[]): Result<Deployment> {
    const { affinity } = this.parts;
    const session = this.sessionIn(group, request);
    const known = session && affinity.find(sessionKey(group, session), group.deployments);
    const result = this.pick(group, request, new Set(), records);
    if (session) affinity.put(sessionKey(group, session), known?.id ?? null);
    return result;
  }

  private choose(group: ModelGroup, { open, excluded }: Candidates, request: RoutingRequest, tried: ReadonlySet<string>, records: PickRecord[]): Deployment {
    const { pool, affinity, random } = this.parts;
    const { strategy } = this.byGroup.get(group.name) ?? this.usual;
    const session = this.sessionIn(group, request);
    const key = session && sessionKey(group, session);
    const kept = key === null || !session?.follows || tried.size > 0 ? null : affinity.find(key, open);
    const stays = kept !== null && !isUneven(kept, open, pool);
    // The draws of a conversation are always the same, so that several gateways think of the same two deployments.
    const draw = key === null || !session?.follows ? random : drawsOf(key);
    const chosen = stays ? kept : strategy.choose(open, draw, pool, request.awaited) ?? open[0];
    if (!chosen) throw new Error('a list of candidates is empty');
    if (key !== null) affinity.keep(key, chosen.id);
    records.push(this.record(group, excluded, request, chosen, stays ? 'session' : key === null ? 'strategy' : 'new-session'));
    return chosen;
  }

  private sessionIn(group: ModelGroup, request: RoutingRequest): Session | null {
    return this.settings.affinityByGroup.get(group.name) ?? this.settings.affinity ? request.session() : null;
  }

  private remember(group: ModelGroup, request: RoutingRequest, deployment: Deployment): void {
    const session = this.sessionIn(group, request);
    if (session) this.parts.affinity.keep(sessionKey(group, session), deployment.id);
  }

  private record(group: ModelGroup, excluded: ReadonlyMap<Deployment, Exclusion>, { awaited }: RoutingRequest, chosen: Deployment | null, by: PickRecord['by']): PickRecord {
    const { name, strategy } = this.byGroup.get(group.name) ?? this.usual;
    const { pool } = this.parts;
    const shown = group.deployments.length > maxExplainedCandidates ? group.deployments.slice(0, maxExplainedCandidates) : group.deployments;
    const candidates = shown.map((deployment) => ({
      deploymentId: deployment.id,
      score: strategy.score(deployment, pool, awaited),
      inFlight: pool.inFlight(deployment),
      excluded: excluded.get(deployment) ?? null,
    }));
    return { group: group.name, strategy: name, candidates, chosen: chosen?.id ?? null, by };
  }
}

const sessionKey = (group: ModelGroup, { key }: Session): string => `${group.name}\n${key}`;

/** Numbers in [0, 1) that depend only on the text. */
function drawsOf(text: string): () => number {
  let seed = Bun.hash.wyhash(text);
  return () => {
    seed = Bun.hash.wyhash(text, seed);
    return Number(seed >> 11n) / 2 ** 53;
  };
}
