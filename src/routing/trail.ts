// The way that a request took through the router: what was asked, who was there, who was left out and why, who was tried, how it went.
import type { Awaited } from './strategies.ts';
import type { Deployment } from './deployment.ts';
import type { Fault, FaultCode } from '../canonical/fault.ts';
import type { CancelSignal } from '../lib/cancellation.ts';

/** What a request needs of a model; worked out only when somebody asks. */
export interface Needs {
  /** Estimated. */
  inputTokens: number;
  /** Words of the price map: `vision`, `function_calling`, `response_schema`, `pdf_input`, `audio_input`. */
  abilities: readonly string[];
}

/** A conversation. */
export interface Session {
  key: string;
  /** False for the first request of a conversation that the client does not name: it follows nothing, and the same words may begin many. */
  follows: boolean;
}

/** What routing must know about a request. */
export interface RoutingRequest {
  model: string;
  /** The model group that a routing rule or a split put in the model's place; null: none did. */
  insteadOf: string | null;
  numRetries: number | null;
  /** Fallbacks that the caller names for this request. */
  fallbacks: readonly string[] | null;
  /** The same for one cause alone. */
  contextWindowFallbacks?: readonly string[] | null;
  contentPolicyFallbacks?: readonly string[] | null;
  fallbacksDisabled: boolean;
  /** The failure that the request itself asks for; null: none. */
  pretended: Fault | null;
  /** Whether the caller may be led to a model; null: to any. */
  mayFallBackTo: ((model: string) => boolean) | null;
  tags: readonly string[];
  /** The caller's team. */
  teamId: string | null;
  /** The client's `User-Agent`. */
  userAgent: string | null;
  /** Waits while no deployment can be used, behind lower numbers; null: does not wait. */
  priority: number | null;
  /** The id of the only deployment that can answer; null: any. */
  only: string | null;
  /** Only deployments in this region (`eu`, `us` …); null: any. */
  region: string | null;
  awaited: Awaited;
  needs: () => Needs;
  /** What the request has in common with the rest of its conversation; null: nothing that could be told. */
  session: () => Session | null;
  /** Deployments of the account that alone can read what an earlier answer left in the request; null: any can. */
  account: ((deployment: Deployment) => boolean) | null;
  /** False for deployments whose own budget, or whose provider's, is used up; null: none has one. */
  affordable: ((deployment: Deployment) => boolean) | null;
  /** Bytes of the prompt: what a second deployment would cost. */
  promptBytes: number;
  /** Aborted when the caller left: nothing more is tried then. */
  signal: CancelSignal;
}

/** Why a deployment could not be taken. */
export type Exclusion =
  | 'blocked' | 'reserved' | 'tags' | 'region' | 'other-account' | 'not-the-only-one' | 'context-window' | 'ability' | 'cooling' | 'budget' | 'limit' | 'tried' | 'higher-order' | 'unhealthy';

/** A deployment when one was picked. */
export interface Candidate {
  deploymentId: string;
  /** The strategy's number; null where it has none. Smaller is better. */
  score: number | null;
  /** Calls under way. */
  inFlight: number;
  excluded: Exclusion | null;
}

/** How a deployment was picked. */
export interface PickRecord {
  group: string;
  strategy: string;
  /** All deployments of the group, or the first ones of many. */
  candidates: readonly Candidate[];
  chosen: string | null;
  /** `session`: it answered this conversation before. `new-session`: chosen by the strategy for the conversation. */
  by: 'only-candidate' | 'session' | 'new-session' | 'strategy' | 'nobody';
}

/** What happened in one attempt. */
export interface AttemptRecord {
  group: string;
  deploymentId: string;
  durationMs: number;
  /** How it failed; null when it answered or was abandoned. */
  failure: FaultCode | null;
  /** Another deployment was faster (hedging). */
  abandoned?: true;
  /** Begun because the first one was late. */
  hedge?: true;
}

/** The way that a request took. */
export interface Trail {
  attempts: AttemptRecord[];
  picks: PickRecord[];
  retries: number;
  fallbacks: number;
  /** Second deployments that were asked because the first one was late. */
  hedges: number;
  /** Answers that broke off and were gone on with. */
  continuations: number;
  /** The group that was tried last, as headers name it, and the retries within it. */
  group: string | null;
  groupRetries: number;
  /** Who answered. */
  answeredBy: Deployment | null;
  /** Names of routing rules that applied, dry ones included. */
  rules: string[];
}

/** A trail at its beginning. */
export const newTrail = (): Trail => ({ attempts: [], picks: [], retries: 0, fallbacks: 0, hedges: 0, continuations: 0, group: null, groupRetries: 0, answeredBy: null, rules: [] });
