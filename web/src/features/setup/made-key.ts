// A key that was just made, for the pages that use it at once. It lives in memory only and is gone with the page.
import { Observable } from '../../lib/observable.ts';
import type { NewKey } from '../../../../client/index.ts';

/** The last key that was made on this page. */
export const madeKey = new Observable<NewKey | null>(null);

/** Keeps a key until the page is left. */
export function rememberKey(key: NewKey): void {
  madeKey.update(() => key);
}
