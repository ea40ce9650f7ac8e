// A panel at the side that shows one object over its list. The browser's own dialog: focus stays inside, Esc closes it.
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { IconButton } from './IconButton.tsx';
import { shared } from '../i18n/shared-strings.ts';

interface SheetProps {
  title: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}

const firstToFocus = 'form :is(input:not([type=hidden]), textarea), footer .primary, footer .danger';

/** Is open as long as it is rendered. */
export function Sheet({ title, subtitle, actions, wide = false, onClose, children }: SheetProps) {
  const strings = shared.use();
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
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
    };
  }, []);
  return (
    <dialog ref={element} className="sheet" data-wide={wide} aria-labelledby={titleId} onCancel={(event) => { event.preventDefault(); onClose(); }} onClick={(event) => event.target === element.current && onClose()}>
      <div className="sheet-inside">
        <header>
          <div>
            <h2 id={titleId}>{title}</h2>
            {subtitle && <p className="quiet">{subtitle}</p>}
          </div>
          {actions && <div className="sheet-actions">{actions}</div>}
          <IconButton icon={X} label={strings.actions.close} onClick={onClose} />
        </header>
        <div className="sheet-body">{children}</div>
      </div>
    </dialog>
  );
}
