// Which conversation the address names: `/chat` is a new one, `/chat/{id}` one that exists.
import { base, currentPlace, go, usePath } from './location.ts';

/** The place in the chat. */
export interface Route {
  conversationId: string | null;
}

const routeOf = (path: string): Route => ({ conversationId: /^\/chat\/([0-9a-f-]{36})$/.exec(path)?.[1] ?? null });

/** The path of a conversation; of a new one for null. */
export function pathOf(conversationId: string | null): string {
  return conversationId === null ? `${base}/chat` : `${base}/chat/${conversationId}`;
}

/** Goes to a conversation, or to a new one. */
export function navigate(conversationId: string | null, { replace = false } = {}): void {
  go(pathOf(conversationId), { replace });
}

/** The present place. */
export function useRoute(): Route {
  return routeOf(usePath());
}

/** The present place, outside of components. */
export const currentRoute = (): Route => routeOf(currentPlace().path);
