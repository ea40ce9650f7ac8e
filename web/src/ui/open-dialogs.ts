// The modal dialogs that are open. While there is one, the browser lets nobody reach what lies outside of it.
import { Observable } from '../lib/observable.ts';

/** The last one is on top. */
export const openDialogs = new Observable<readonly HTMLDialogElement[]>([]);

/** Notes that a dialog was opened; gives what notes its end. */
export function noteDialog(dialog: HTMLDialogElement): () => void {
  openDialogs.update((open) => [...open, dialog]);
  return () => openDialogs.update((open) => open.filter((each) => each !== dialog));
}
