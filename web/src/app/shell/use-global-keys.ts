// Keys that work on every page: the palette, and the search of a table.
import { isTyping, useKeyDown } from '../../ui/use-key-down.ts';

/** Id of the search box of the page's table. */
export const tableSearchId = 'table-search';

/** Listens as long as the component is there. In the chat `/` belongs to the chat. */
export function useGlobalKeys({ openPalette, inChat }: { openPalette: () => void; inChat: boolean }): void {
  useKeyDown((event) => {
    if (event.isComposing || event.defaultPrevented || document.querySelector('dialog[open]')) return;
    const withMod = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (withMod && event.key.toLowerCase() === 'k') openPalette();
    else if (event.key === '/' && !withMod && !inChat && !isTyping(event.target)) {
      const search = document.getElementById(tableSearchId);
      if (!search) return;
      search.focus();
    } else return;
    event.preventDefault();
  });
}
