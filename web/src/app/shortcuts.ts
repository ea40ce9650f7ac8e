// The keys that work everywhere on the page, as one table: the help shows it, the listener obeys it.
import { stopAnswer } from '../features/chat/chat.ts';
import type { Strings } from '../i18n/en.ts';
import { currentRoute, navigate } from './route.ts';
import { isTyping, useKeyDown } from '../ui/use-key-down.ts';

/** One line of the help. `keys` are shown as they are, `Mod` as the machine's own key. */
export interface Shortcut {
  keys: string[];
  name: Exclude<keyof Strings['shortcuts'], 'open' | 'title'>;
}

/** All shortcuts, in the order of the help. */
export const shortcuts: readonly Shortcut[] = [
  { keys: ['Mod', 'Shift', 'O'], name: 'newChat' },
  { keys: ['Mod', 'Shift', 'F'], name: 'search' },
  { keys: ['/'], name: 'focusComposer' },
  { keys: ['Enter'], name: 'send' },
  { keys: ['Shift', 'Enter'], name: 'newLine' },
  { keys: ['Esc'], name: 'stop' },
  { keys: ['↑'], name: 'editLast' },
  { keys: ['Mod', '/'], name: 'help' },
];

/** Ids of the elements that shortcuts go to. */
export const composerId = 'message';
export const searchId = 'search';

interface ShortcutActions {
  openSidebar: () => void;
  openHelp: () => void;
}

/** Listens as long as the component is there. */
export function useShortcuts({ openSidebar, openHelp }: ShortcutActions): void {
  useKeyDown((event) => {
    if (event.isComposing || document.querySelector('dialog[open]')) return;
    const withMod = (event.ctrlKey || event.metaKey) && !event.altKey;
    const key = event.key.toLowerCase();
    if (withMod && event.shiftKey && key === 'o') newChat();
    else if (withMod && event.shiftKey && key === 'f') {
      openSidebar();
      requestAnimationFrame(() => focusOn(searchId));
    } else if (withMod && key === '/') openHelp();
    else if (event.key === '/' && !withMod && !isTyping(event.target)) focusOn(composerId);
    else if (event.key === 'Escape' && !event.defaultPrevented) {
      const { conversationId } = currentRoute();
      if (conversationId !== null) stopAnswer(conversationId);
      return;
    } else return;
    event.preventDefault();
  });
}

/** Goes to an empty conversation, ready to type. */
export function newChat(): void {
  navigate(null);
  requestAnimationFrame(() => focusOn(composerId));
}

/** Moves the keyboard to the element with this id. */
export function focusOn(id: string): void {
  document.getElementById(id)?.focus();
}
