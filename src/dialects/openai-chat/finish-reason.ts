// Why an answer ended, in the words of the Chat Completions dialect.
import type { StopReason } from '../../canonical/event.ts';

const fromWire = new Map<string, StopReason>([
  ['stop', 'end'], ['length', 'length'], ['tool_calls', 'tool'], ['function_call', 'tool'],
  ['content_filter', 'filter'], ['refusal', 'refusal'],
  // Words that leak through providers behind one face.
  ['eos', 'end'], ['eos_token', 'end'], ['end_turn', 'end'], ['stop_sequence', 'stop-sequence'], ['tool_use', 'tool'],
  ['max_tokens', 'length'], ['max_output_tokens', 'length'], ['model_length', 'length'], ['insufficient_system_resource', 'length'],
  ['safety', 'filter'], ['guardrail_intervened', 'filter'], ['pause_turn', 'pause'], ['model_context_window_exceeded', 'context-full'],
]);

const toWire: Record<StopReason, string> = {
  end: 'stop', 'stop-sequence': 'stop', tool: 'tool_calls', length: 'length', 'context-full': 'length',
  filter: 'content_filter', refusal: 'content_filter', pause: 'stop',
};

/** Reads a `finish_reason`. Providers that say `stop` after tool calls mean the calls; unknown words mean an end, as in LiteLLM. */
export function readFinishReason(word: string, hasCalls: boolean): StopReason {
  const reason = fromWire.get(word.toLowerCase()) ?? 'end';
  return reason === 'end' && hasCalls ? 'tool' : reason;
}

/** The `finish_reason` to write. */
export const writeFinishReason = (reason: StopReason): string => toWire[reason];
