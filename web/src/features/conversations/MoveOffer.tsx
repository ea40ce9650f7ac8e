// Offers to bring this browser's conversations to where all of this person's devices find them.
import { useEffect, useState } from 'react';
import { countMovable, leaveThem, moveThem } from './move-conversations.ts';
import { notify } from '../../app/announce.ts';
import { useStrings } from '../../app/preferences.ts';

/** Takes no place where there is nothing to bring. */
export function MoveOffer() {
  const strings = useStrings();
  const [count, setCount] = useState(0);
  const [busy, setBusy] = useState(false);
  useEffect(() => void countMovable().then(setCount, () => undefined), []);
  if (count === 0) return null;
  const move = async (): Promise<void> => {
    setBusy(true);
    try {
      const moved = await moveThem();
      setCount(0);
      notify(strings.conversations.moved(moved));
    } catch {
      setBusy(false);
      notify(strings.conversations.moveFailed);
    }
  };
  return (
    <section className="sidebar-note offer">
      <p>{strings.conversations.movable(count)}</p>
      <div className="button-row">
        <button type="button" className="button small" disabled={busy} onClick={() => void move()}>{strings.conversations.move}</button>
        <button type="button" className="text-button" disabled={busy} onClick={() => { leaveThem(); setCount(0); }}>{strings.conversations.leave}</button>
      </div>
    </section>
  );
}
