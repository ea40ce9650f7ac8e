// Keys that work on every page: the palette, and the search of a table.
import { useEffect, useEffectEvent } from 'react';

/** Id of the search box of the page's table. */
export const tableSearchId = 'table-search';

/** Listens as long as the component is there. In the chat `/` belongs to the chat. */
export function useGlobalKeys({ openPalette, inChat }: { openPalette: () => void; inChat: boolean }): void {
  const obey = useEffectEvent((event: KeyboardEvent) => {
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
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => obey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
