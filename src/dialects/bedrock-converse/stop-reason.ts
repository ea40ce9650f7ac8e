// Why an answer ended, in the words of the Converse API.
import type { StopReason } from '../../canonical/event.ts';

const fromWire = new Map<string, StopReason | 'broken'>([
  ['end_turn', 'end'], ['stop_sequence', 'stop-sequence'], ['tool_use', 'tool'], ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'context-full'], ['guardrail_intervened', 'filter'], ['content_filtered', 'filter'], ['refusal', 'refusal'],
  ['pause_turn', 'pause'], ['malformed_model_output', 'broken'], ['malformed_tool_use', 'broken'],
]);

const toWire: Record<StopReason, string> = {
  end: 'end_turn', 'stop-sequence': 'stop_sequence', tool: 'tool_use', length: 'max_tokens', 'context-full': 'model_context_window_exceeded',
  filter: 'content_filtered', refusal: 'refusal', pause: 'pause_turn',
};

/** Reads a `stopReason`; `broken` means that what the model wrote is no answer. Unknown words mean an end. */
export const readStopReason = (word: string): StopReason | 'broken' => fromWire.get(word) ?? 'end';

/** The `stopReason` to write. */
export const writeStopReason = (reason: StopReason): string => toWire[reason];
