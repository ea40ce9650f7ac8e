// A modal dialog in the middle of the page.
import { X } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { IconButton } from './IconButton.tsx';
import { useModal } from './use-modal.ts';
import { useStrings } from '../app/preferences.ts';

/** Is open as long as it is rendered. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const strings = useStrings();
  const titleId = useId();
  return (
    <dialog {...useModal(onClose)} className="dialog" aria-labelledby={titleId}>
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
