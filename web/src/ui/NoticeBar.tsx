// Shows the notice at the foot of the page. It goes by itself, but not while it is pointed at or has the focus.
import { X } from 'lucide-react';
import { createPortal } from 'react-dom';
import { useEffect, useState } from 'react';
import { announcement, dismissNotice, notice } from '../app/announce.ts';
import { useStrings } from '../app/preferences.ts';
import { useObservable } from '../lib/observable.ts';
import { openDialogs } from './open-dialogs.ts';
import { IconButton } from './IconButton.tsx';

const shownMs = 8000;

/** Notices, and the place where announcements to screen readers appear. */
export function NoticeBar() {
  const strings = useStrings();
  const present = useObservable(notice, (value) => value);
  const spoken = useObservable(announcement, (value) => value);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!present || held) return undefined;
    const timer = setTimeout(dismissNotice, shownMs);
    return () => clearTimeout(timer);
  }, [present, held]);
  const hold = { onMouseEnter: () => setHeld(true), onMouseLeave: () => setHeld(false), onFocus: () => setHeld(true), onBlur: () => setHeld(false) };
  const dialog = useObservable(openDialogs, (open) => open.at(-1) ?? null);
  // Inside of a dialog that is open, else neither seen whole nor reached.
  return createPortal(
    <>
      <div className="visually-hidden" role="status" aria-live="polite">
        {spoken}
      </div>
      <div className="notices" role="status" aria-live="polite">
        {present && (
          <div className="notice" key={present.id} {...hold}>
            <span>{present.text}</span>
            {present.action && (
              <button
                type="button"
                className="text-button"
                onClick={() => {
                  dismissNotice();
                  present.action?.run();
                }}
              >
                {present.action.label}
              </button>
            )}
            <IconButton icon={X} size={16} label={strings.app.close} onClick={dismissNotice} />
          </div>
        )}
      </div>
    </>,
    dialog ?? document.body,
  );
}
