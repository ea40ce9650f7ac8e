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
export function leadingSystemCount(messages: Message[]): number {
  const at = messages.findIndex((message) => message.role !== 'system' && message.role !== 'developer');
  return at === -1 ? messages.length : at;
}
