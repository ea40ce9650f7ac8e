// The list of conversations beside the chat.
import { chatApi, ChatApiError } from '../../api/chat-api.ts';
import { notify } from '../../app/announce.ts';
import { currentStrings } from '../../app/preferences.ts';
import { currentRoute, navigate } from '../../app/route.ts';
import { Observable } from '../../lib/observable.ts';
import type { ConversationSummary } from '../../../shared/conversation.ts';

/** The list, for the search in force. */
export interface ConversationListState {
  search: string;
  items: ConversationSummary[];
  state: 'loading' | 'ready' | 'failed';
  more: boolean;
}

// The service gives at most this many at a time; fewer means that there are no more.
const pageLength = 100;

/** The list on show. */
export const conversationList = new Observable<ConversationListState>({ search: '', items: [], state: 'loading', more: false });

let loading: AbortController | null = null;

/** Loads the first page for a search (by default the one in force). */
export async function loadConversations(search = conversationList.get().search): Promise<void> {
  loading?.abort();
  const controller = new AbortController();
  loading = controller;
  conversationList.update((present) => ({ ...present, search, state: present.items.length > 0 ? present.state : 'loading' }));
  try {
    const items = await chatApi.conversations(search, null, controller.signal);
    conversationList.update(() => ({ search, items, state: 'ready', more: items.length === pageLength }));
  } catch {
    if (controller.signal.aborted) return;
    conversationList.update((present) => ({ ...present, state: present.items.length > 0 ? 'ready' : 'failed' }));
  }
}

/** Appends the next page. */
export async function loadMoreConversations(): Promise<void> {
  const { search, items } = conversationList.get();
  const next = await chatApi.conversations(search, items.at(-1) ?? null).catch(() => null);
  if (next === null) return notify(currentStrings().conversations.loadFailed);
  conversationList.update((present) =>
    present.search === search ? { ...present, items: [...items, ...next], more: next.length === pageLength } : present,
  );
}

/** Puts a conversation at the top, as it is now. */
export function touchConversation(summary: ConversationSummary): void {
  conversationList.update((present) => ({
    ...present,
    items: [summary, ...present.items.filter(({ id }) => id !== summary.id)],
  }));
}

/** Gives a conversation another title, at once; takes it back when the service refuses. */
export async function renameConversation(summary: ConversationSummary, title: string): Promise<void> {
  replaceTitle(summary.id, title);
  await chatApi.update(summary.id, { title }).catch(() => {
    replaceTitle(summary.id, summary.title);
    notify(currentStrings().conversations.changeFailed);
  });
}

/** Deletes a conversation, and offers to take that back. */
export async function deleteConversation(summary: ConversationSummary): Promise<void> {
  const { conversations, app } = currentStrings();
  const before = conversationList.get().items;
  const wasOpen = currentRoute().conversationId === summary.id;
  conversationList.update((present) => ({ ...present, items: present.items.filter(({ id }) => id !== summary.id) }));
  try {
    await chatApi.delete(summary.id);
  } catch (error) {
    if (!(error instanceof ChatApiError && error.kind === 'notFound')) {
      conversationList.update((present) => ({ ...present, items: before }));
      notify(conversations.changeFailed);
      return;
    }
  }
  if (wasOpen) navigate(null);
  const title = summary.title || conversations.untitled;
  notify(conversations.deleted(title), { label: app.undo, run: () => void restore(summary, wasOpen) });
}

async function restore(summary: ConversationSummary, open: boolean): Promise<void> {
  const { conversations } = currentStrings();
  try {
    await chatApi.restore(summary.id);
  } catch {
    return notify(conversations.changeFailed);
  }
  await loadConversations();
  notify(conversations.restored);
  if (open) navigate(summary.id);
}

function replaceTitle(id: string, title: string): void {
  conversationList.update((present) => ({
    ...present,
    items: present.items.map((item) => (item.id === id ? Object.assign({}, item, { title }) : item)),
  }));
}
