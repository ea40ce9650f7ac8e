// The whole vocabulary of a streamed answer. Each dialect reads its frames into these events and writes them out again;
// a whole answer is the fold of its events (fold.ts).
import type { DialectName } from './dialect-name.ts';
import type { Fault } from './fault.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Usage } from './usage.ts';

/** Why an answer ended. `error` never becomes a normal end. */
export type StopReason = 'end' | 'stop-sequence' | 'tool' | 'length' | 'context-full' | 'filter' | 'refusal' | 'pause';

/** What a block holds, with what is known when it opens. */
export type BlockStart =
  | { kind: 'text' }
  | { kind: 'refusal' }
  | { kind: 'thinking'; itemId?: string }
  | { kind: 'redacted-thinking'; data: string; itemId?: string }
  /** `signature` is Gemini's, when it is known as the call opens; a `block-signature` event says the same. */
  | { kind: 'tool-call'; id: string; name: string; call: 'function' | 'custom'; namespace?: string; itemId?: string; signature?: string }
  | { kind: 'image'; mediaType: string; data: string }
  | { kind: 'audio'; id?: string }
  /** Something only this dialect knows; the whole value is here, deltas may follow as opaque values. */
  | { kind: 'opaque'; dialect: DialectName; value: JsonObject };

/**
 * One event of a streamed answer. Order: `start`, then blocks (each `block-start`, any `block-delta`, one `block-stop`; blocks of one
 * choice may be open at the same time, told apart by `block`), then one `stop` per choice, `usage` any time (later values replace
 * earlier ones), then exactly one of `end` and `error`. A reader that gets no terminal frame never emits `end`.
 */
export type StreamEvent =
  | { type: 'start'; id: string; model: string; createdSeconds: number; usage?: Usage; extra?: JsonObject }
  | { type: 'block-start'; choice: number; block: number; start: BlockStart }
  /** Text, thinking text, refusal text or a fragment of a tool call's arguments: whatever the open block holds. */
  | { type: 'block-delta'; choice: number; block: number; text: string }
  /** What the provider wants back with the block, whole: replaces an earlier value. `encrypted` for Responses reasoning. */
  | { type: 'block-signature'; choice: number; block: number; signature?: string; encrypted?: string }
  /** A citation or annotation of a text block, in the form of the dialect that it came from. */
  | { type: 'block-citation'; choice: number; block: number; dialect: DialectName; value: JsonObject }
  | { type: 'block-opaque'; choice: number; block: number; dialect: DialectName; value: JsonObject }
  | { type: 'block-stop'; choice: number; block: number }
  /** OpenAI's `logprobs` object for the text just sent. */
  | { type: 'logprobs'; choice: number; value: Json }
  | { type: 'usage'; usage: Usage }
  | { type: 'stop'; choice: number; reason: StopReason; stopSequence?: string; native?: string; details?: Json }
  /** The provider is alive. */
  | { type: 'ping' }
  | { type: 'error'; fault: Fault }
  | { type: 'end' };
