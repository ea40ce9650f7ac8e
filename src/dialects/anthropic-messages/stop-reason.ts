// Why an answer ended, in the words of the Messages dialect.
import type { StopReason } from '../../canonical/event.ts';

const fromWire = new Map<string, StopReason>([
  ['end_turn', 'end'], ['stop_sequence', 'stop-sequence'], ['tool_use', 'tool'], ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'context-full'], ['refusal', 'refusal'], ['pause_turn', 'pause'], ['compaction', 'pause'],
]);

const toWire: Record<StopReason, string> = {
  end: 'end_turn', 'stop-sequence': 'stop_sequence', tool: 'tool_use', length: 'max_tokens', 'context-full': 'model_context_window_exceeded',
  filter: 'refusal', refusal: 'refusal', pause: 'pause_turn',
};

/** Reads a `stop_reason`; unknown words mean an end. */
export const readStopReason = (word: string): StopReason => fromWire.get(word) ?? 'end';

/** The `stop_reason` to write. A refusal that was said in words is one, unless the answer was cut. */
export function writeStopReason(reason: StopReason, refused: boolean): string {
  return refused && (reason === 'end' || reason === 'tool') ? 'refusal' : toWire[reason];
}
