// Which conversation the address names: `/` is a new one, `/c/{id}` one that exists.
import { Observable, useObservable } from '../lib/observable.ts';

/** The place in the application. */
export interface Route {
  conversationId: string | null;
}

function readRoute(): Route {
  return { conversationId: /^\/c\/([0-9a-f-]{36})$/.exec(location.pathname)?.[1] ?? null };
}

const route = new Observable<Route>(readRoute());
addEventListener('popstate', () => route.update(readRoute));

/** The path of a conversation; of a new one for null. */
export function pathOf(conversationId: string | null): string {
  return conversationId === null ? '/' : `/c/${conversationId}`;
}

/** Goes to a conversation, or to a new one. */
export function navigate(conversationId: string | null, { replace = false } = {}): void {
  if (route.get().conversationId === conversationId) return;
  history[replace ? 'replaceState' : 'pushState'](null, '', pathOf(conversationId));
  route.update(readRoute);
}

/** The present place. */
export function useRoute(): Route {
  return useObservable(route, (value) => value);
}

/** The present place, outside of components. */
export const currentRoute = route.get;
