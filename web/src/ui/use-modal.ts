// The browser's own modal dialog: focus stays inside and goes back afterwards, Esc and a click beside it close it.
import { type ComponentProps, type RefObject, useEffect, useRef } from 'react';
import { noteDialog } from './open-dialogs.ts';

// The browser goes to the first button; whoever opens a form wants to write.
const firstToFocus = 'form :is(input:not([type=hidden]), textarea), footer .primary, footer .danger';

/** What a `<dialog>` needs to be open as long as it is rendered. */
export function useModal(onClose: () => void): { ref: RefObject<HTMLDialogElement | null> } & Pick<ComponentProps<'dialog'>, 'onCancel' | 'onClick'> {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.showModal();
    const forget = dialog ? noteDialog(dialog) : null;
    dialog?.querySelector<HTMLElement>(firstToFocus)?.focus();
    return () => {
      dialog?.close();
      forget?.();
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return {
    ref: element,
    onCancel: (event) => {
      event.preventDefault();
      onClose();
    },
    onClick: (event) => {
      if (event.target === element.current) onClose();
    },
  };
}
