// Asks before something that cannot be taken back.
import { Dialog } from './Dialog.tsx';
import { shared } from '../i18n/shared-strings.ts';

/** Is open as long as it is rendered. */
export function Confirm({ title, text, action, danger = false, onCancel, onConfirm }: { title: string; text: string; action: string; danger?: boolean; onCancel: () => void; onConfirm: () => void }) {
  const { actions } = shared.use();
  return (
    <Dialog title={title} onClose={onCancel}>
      <p>{text}</p>
      <footer>
        <button type="button" className="button" onClick={onCancel}>{actions.cancel}</button>
        <button type="button" className={danger ? 'button danger' : 'button primary'} autoFocus onClick={onConfirm}>{action}</button>
      </footer>
    </Dialog>
  );
}
