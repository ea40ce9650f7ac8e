// Repairs a conversation that every provider would refuse: calls without results and results without calls. Only under
// LiteLLM's `modify_params`, and in its words; clients that were interrupted send such conversations.
import type { Message, Part } from '../canonical/request.ts';

type ToolCall = Extract<Part, { type: 'tool-call' }>;

/** What the model is told in the place of a result that never came. */
const missingResult = (name: string): string => `[System: Tool execution skipped/interrupted by user. No result provided for tool '${name}'.]`;

/** The messages with one result for each call, in the turn after it, and no other results. */
export function repairToolPairs(messages: Message[]): Message[] {
  const repaired: Message[] = [];
  let open = new Map<string, ToolCall>();
  for (const message of messages) {
    if (message.role === 'assistant') {
      closeCalls(open, repaired);
      open = new Map(message.parts.flatMap((part) => (part.type === 'tool-call' ? [[part.id, part]] : [])));
      repaired.push(message);
      continue;
    }
    const parts = message.parts.filter((part) => part.type !== 'tool-result' || open.delete(part.callId));
    // Results that are still missing must come before anything else that the user says.
    if (message.role === 'user' && parts.some((part) => part.type !== 'tool-result')) closeCalls(open, repaired);
    if (parts.length > 0 || message.parts.length === 0) repaired.push(parts.length === message.parts.length ? message : { ...message, parts });
  }
  closeCalls(open, repaired);
  return repaired;
}

function closeCalls(open: Map<string, ToolCall>, messages: Message[]): void {
  if (open.size === 0) return;
  const parts = [...open.values()].map((call): Part => ({
    type: 'tool-result', callId: call.id, content: [{ type: 'text', text: missingResult(call.name) }], kind: call.kind, name: call.name,
  }));
  messages.push({ role: 'user', parts });
  open.clear();
}
