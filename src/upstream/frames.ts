// What a stream does with each frame: two handlers with one interface. One passes the provider's bytes and only looks at them,
// the other translates them.
import type { Fault } from '../canonical/fault.ts';
import type { Usage } from '../canonical/usage.ts';

/** What became of a frame. */
export interface FrameResult {
  /** Bytes for the client; null when the frame is not for it. */
  out: Buffer | null;
  /** The provider failed. `out` does not hold the error yet. */
  fault: Fault | null;
}

/** What a handler has learned about the answer so far. */
export interface FrameMeter {
  usage: Usage | null;
  finishReason: string | null;
  /** Text, reasoning or a tool call has begun: from now on there is no other provider for this answer. */
  contentSeen: boolean;
  /** The dialect's proper end came. */
  terminal: boolean;
  /** Characters of frames with content. */
  contentCharacters: number;
}

/** Handles the frames of one answer. */
export interface FrameHandler {
  readonly meter: FrameMeter;
  /** One whole frame with its closing blank line. */
  frame(bytes: Buffer): FrameResult;
  /** The connection ended. */
  finish(): FrameResult;
  /** The text that the client was told, when another call could go on from it; null: none could. */
  told?(): string | null;
  /** From now on frames are those of the call that goes on, in the client's dialect. */
  goOn?(): void;
  /** The error for the client, once something has been sent. */
  renderFault(fault: Fault): Buffer;
}

/** A meter at the beginning. */
export const newMeter = (): FrameMeter => ({ usage: null, finishReason: null, contentSeen: false, terminal: false, contentCharacters: 0 });
