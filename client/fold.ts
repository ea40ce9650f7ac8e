// A streamed answer is a list of deltas; this puts them together to the answer that they describe.
import type { ChatAnswer, Delta, ToolCall } from './answer.ts';

/** The answer that starts empty and takes one delta after the other (choice 0 only). */
export function foldDeltas(deltas: Iterable<Delta>): ChatAnswer {
  const answer: ChatAnswer = {
    id: '',
    model: '',
    text: '',
    reasoning: '',
    toolCalls: [],
    finishReason: null,
    usage: null,
    costUsd: null,
    requestId: null,
  };
  for (const delta of deltas) applyDelta(answer, delta);
  return answer;
}

/** Adds one delta to an answer, in place. */
export function applyDelta(answer: ChatAnswer, delta: Delta): void {
  if ('choice' in delta && delta.choice !== 0) return;
  switch (delta.type) {
    case 'start':
      answer.id = delta.id;
      answer.model = delta.model;
      answer.requestId = delta.requestId;
      return;
    case 'text':
      answer.text += delta.text;
      return;
    case 'reasoning':
      answer.reasoning += delta.text;
      return;
    case 'toolCall':
      applyToolCall(answer.toolCalls, delta);
      return;
    case 'finish':
      answer.finishReason = delta.reason;
      return;
    case 'usage':
      answer.usage = delta.usage;
      return;
    case 'cost':
      answer.costUsd = delta.costUsd;
      return;
    default:
      delta satisfies never;
  }
}

// Pieces come in order, but an index may be skipped by a provider: holes are filled with empty calls.
function applyToolCall(calls: ToolCall[], delta: Extract<Delta, { type: 'toolCall' }>): void {
  if (delta.index < 0 || delta.index > maxToolCalls || !Number.isInteger(delta.index)) return;
  while (calls.length <= delta.index) calls.push({ id: '', name: '', argumentsText: '' });
  const call = calls[delta.index];
  if (!call) return;
  if (delta.id) call.id = delta.id;
  if (delta.name) call.name = delta.name;
  call.argumentsText += delta.argumentsText;
}

const maxToolCalls = 1000;
