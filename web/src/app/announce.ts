// Sentences for screen readers, and short notices for everybody.
import { Observable } from '../lib/observable.ts';

/** What a screen reader says next, politely. */
export const announcement = new Observable('');

/** Has a screen reader say this when it is done with what it is saying. */
export function announce(text: string): void {
  announcement.update(() => text);
}

/** A notice at the foot of the page, with at most one thing to do about it. */
export interface Notice {
  id: number;
  text: string;
  action: { label: string; run: () => void } | null;
}

/** The notice on show. */
export const notice = new Observable<Notice | null>(null);

/** Shows a notice in place of the one before. */
export function notify(text: string, action: Notice['action'] = null): void {
  notice.update((present) => ({ id: (present?.id ?? 0) + 1, text, action }));
}

/** Takes the notice away. */
export function dismissNotice(): void {
  notice.update(() => null);
}
