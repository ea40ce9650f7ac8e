// Who keeps the chat's conversations: the web service, or, where the gateway itself serves the page, this browser.
import { serviceChat } from './service-chat.ts';
import type { ChatApi } from './chat-contract.ts';

export { ChatApiError } from './chat-contract.ts';

/** Whoever it is. */
export let chatApi: ChatApi = serviceChat;

/** Lets this browser keep them, apart for each person. To be awaited before the chat begins. */
export async function keepInBrowser(owner: string): Promise<void> {
  const { browserChat } = await import('./browser-chat.ts');
  chatApi = browserChat(owner);
}
