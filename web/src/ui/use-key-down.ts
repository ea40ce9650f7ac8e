// Keys that work wherever the keyboard is on the page.
import { useEffect, useEffectEvent } from 'react';

/** Gives every key that is pressed to `obey`, as long as the component is there. */
export function useKeyDown(obey: (event: KeyboardEvent) => void): void {
  const onKey = useEffectEvent(obey);
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => onKey(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}

/** True when the key goes into a field. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}
