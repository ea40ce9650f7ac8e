// A whole answer in canonical form: what a stream of events folds into.
import type { BlockStart, StopReason } from './event.ts';
import type { DialectName } from './dialect-name.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Usage } from './usage.ts';

/** A finished block of an answer. */
export interface Block {
  start: BlockStart;
  /** All deltas joined. */
  text: string;
  signature?: string;
  encrypted?: string;
  citations: { dialect: DialectName; value: JsonObject }[];
  opaque: JsonObject[];
}

/** One choice of an answer. */
export interface Choice {
  blocks: Block[];
  reason: StopReason;
  stopSequence?: string;
  /** The provider's own word for the reason. */
  native?: string;
  details?: Json;
  logprobs?: Json[];
}

/** A whole answer. */
export interface CanonicalAnswer {
  id: string;
  model: string;
  createdSeconds: number;
  choices: Choice[];
  usage: Usage | null;
  extra: JsonObject;
}
