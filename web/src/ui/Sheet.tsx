// A panel at the side that shows one object over its list.
import { X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { IconButton } from './IconButton.tsx';
import { shared } from '../i18n/shared-strings.ts';
import { useModal } from './use-modal.ts';

interface SheetProps {
  title: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  wide?: boolean;
  onClose: () => void;
  children: ReactNode;
}

/** Is open as long as it is rendered. */
export function Sheet({ title, subtitle, actions, wide = false, onClose, children }: SheetProps) {
  const strings = shared.use();
  const titleId = useId();
  return (
    <dialog {...useModal(onClose)} className="sheet" data-wide={wide} aria-labelledby={titleId}>
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
