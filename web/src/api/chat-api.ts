// Who keeps the chat's conversations: the web service, or, where the gateway itself serves the page, its database; without one, this browser.
import { serviceChat } from './service-chat.ts';
import type { BrowserStore } from './browser-store.ts';
import type { ChatApi } from './chat-contract.ts';
import type { GatewayKeeper } from './gateway-keeper.ts';

export { ChatApiError } from './chat-contract.ts';

/** Whoever it is. */
export let chatApi: ChatApi = serviceChat;

/** Where conversations of this browser can go: the keepers at both ends; null where there is no choice. */
export let moving: { from: BrowserStore; to: GatewayKeeper } | null = null;

/** Lets the gateway's database keep them, or this browser, apart for each person. To be awaited before the chat begins. */
export async function keepForPerson(owner: string, database: boolean): Promise<void> {
  const [{ pageChat }, { BrowserStore: Store }] = await Promise.all([import('./page-chat.ts'), import('./browser-store.ts')]);
  const own = new Store(`weir-chat-${owner}`);
  if (!database) {
    chatApi = pageChat(own);
    return;
  }
  const { GatewayKeeper: Keeper } = await import('./gateway-keeper.ts');
  const keeper = new Keeper();
  chatApi = pageChat(keeper);
  moving = { from: own, to: keeper };
}
