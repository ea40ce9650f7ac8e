// Rules for system messages that cross dialects.
import type { CanonicalRequest, Message } from '../canonical/request.ts';

/** LiteLLM's note before a system message that has to become a user's: the model shall know that the user did not say it. */
export const operatorNote = 'Operator note (not from the user): the following was originally a mid-conversation system-role reminder.';

const billingHeader = 'x-anthropic-billing-header:';

/**
 * Claude Code's first system block changes with each call; sent to a provider that does not know it, it spoils the prompt cache.
 * The messages without it.
 */
export function withoutBillingHeader(request: CanonicalRequest): Message[] {
  if (request.dialect !== 'anthropic-messages') return request.messages;
  return request.messages.flatMap((message) => {
    if (message.role !== 'system') return [message];
    const parts = message.parts.filter((part) => part.type !== 'text' || !part.text.startsWith(billingHeader));
    return parts.length === 0 ? [] : parts.length === message.parts.length ? [message] : [{ ...message, parts }];
  });
}

/** The message as a user's, with the note first. */
export function asOperatorNote(message: Message): Message {
  return { role: 'user', parts: [{ type: 'text', text: operatorNote }, ...message.parts] };
}

/** How many system or developer messages the conversation begins with. */
export function leadingSystemCount(messages: readonly Message[]): number {
  const at = messages.findIndex((message) => message.role !== 'system' && message.role !== 'developer');
  return at === -1 ? messages.length : at;
}

/**
 * The messages with those of the system that do not open the conversation in a place where Anthropic's models take them: behind a user's
 * turn, before the assistant's. Without `takesThem`, and where no user's turn stands before, they become the user's, with the note. None
 * goes to the system prompt: a later one in it would spoil the provider's cache of everything that follows.
 */
export function placeSystemMessages(messages: readonly Message[], takesThem: boolean): Message[] {
  const leading = leadingSystemCount(messages);
  const placed: Message[] = messages.slice(0, leading);
  let waiting: Message[] = [];
  const settle = (): void => {
    const [first] = waiting;
    if (first && placed.at(-1)?.role === 'user') placed.push({ ...first, parts: waiting.flatMap(({ parts }) => parts) });
    else placed.push(...waiting.map(asOperatorNote));
    waiting = [];
  };
  for (const message of messages.slice(leading)) {
    if (message.role !== 'system' && message.role !== 'developer') {
      if (message.role === 'assistant') settle();
      placed.push(message);
    } else if (takesThem) waiting.push(message);
    else placed.push(asOperatorNote(message));
  }
  settle();
  return placed;
}
