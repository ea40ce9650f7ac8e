// What was typed into the editor and not applied: kept for the visit, also when another page is looked at or the gateway goes away.
import { Observable } from '../../lib/observable.ts';

/** The text, and that of the file it was made from; null while nothing was typed. */
export const configurationDraft = new Observable<{ text: string; etag: string } | null>(null);
