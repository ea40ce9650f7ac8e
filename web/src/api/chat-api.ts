// Who keeps the chat's conversations: the web service that serves this page, or, when the gateway itself serves it, this browser.
import { serviceChat } from './service-chat.ts';
import type { ChatApi } from './chat-contract.ts';

export { ChatApiError } from './chat-contract.ts';

/** Whoever it is. */
export let chatApi: ChatApi = serviceChat;

/** Finds out who it is: only the web service has `/api/health`. To be awaited before the chat begins. */
export async function chooseChatApi(owner: string): Promise<void> {
  const response = await fetch('/api/health', { headers: { accept: 'application/json' } }).catch(() => null);
  if (response === null || response.ok || response.status >= 500) return;
  const { browserChat } = await import('./browser-chat.ts');
  chatApi = browserChat(owner);
}
