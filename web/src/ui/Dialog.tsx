// A modal dialog on the browser's own element: focus is kept inside, Esc closes it, focus goes back afterwards.
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useStrings } from '../app/preferences.ts';
import { IconButton } from './IconButton.tsx';

const firstToFocus = 'form :is(input:not([type=hidden]), textarea), footer .primary, footer .danger';

/** Is open as long as it is rendered. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const strings = useStrings();
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = element.current;
    const opener = document.activeElement;
    dialog?.showModal();
    // The browser goes to the first button; whoever opens a form wants to write.
    dialog?.querySelector<HTMLElement>(firstToFocus)?.focus();
    return () => {
      dialog?.close();
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === element.current) onClose();
      }}
    >
      <div className="dialog-inside">
        <header>
          <h2 id={titleId}>{title}</h2>
          <IconButton icon={X} label={strings.app.close} onClick={onClose} />
        </header>
        {children}
      </div>
    </dialog>
  );
}
