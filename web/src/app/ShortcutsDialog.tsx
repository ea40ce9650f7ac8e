// The list of keyboard shortcuts.
import { Dialog } from '../ui/Dialog.tsx';
import { useStrings } from './preferences.ts';
import { shortcuts } from './shortcuts.ts';

const apple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Is open as long as it is rendered. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const strings = useStrings();
  return (
    <Dialog title={strings.shortcuts.title} onClose={onClose}>
      <dl className="shortcuts">
        {shortcuts.map(({ keys, name }) => (
          <div key={name}>
            <dt>{strings.shortcuts[name]}</dt>
            <dd>
              {keys.map((key) => (
                <kbd key={key}>{key === 'Mod' ? (apple ? '⌘' : 'Ctrl') : key}</kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
