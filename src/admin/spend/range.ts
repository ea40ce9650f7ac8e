// Spans of days as LiteLLM's routes take them.
import { refuse, type AdminAnswer } from '../endpoint.ts';

/** Two days, both within, as texts and as milliseconds; `toMs` is the end of the last day. */
export interface DayRange {
  from: string;
  to: string;
  fromMs: number;
  toMs: number;
}

const dayMs = 86_400_000;
const longestDays = 3_660;

/** The start of a day `2026-11-26` (UTC), or null when the text is none. */
export function dayMsOf(text: string): number | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text ? null : ms;
}

/** A time `2026-11-26` or `2026-11-26 12:30:00` (UTC), also with a `T`; null when the text is none. A day alone is its beginning, or with `end` its end. */
export function timeMsOf(text: string, end = false): number | null {
  const day = dayMsOf(text.trim());
  if (day !== null) return end ? day + dayMs - 1 : day;
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(\.\d+)?Z?$/.exec(text.trim());
  const ms = match ? Date.parse(`${match[1]}T${match[2]}Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

/** `start_date` and `end_date` of a query, which must both be there unless `defaultDays` says how many days up to today are meant. */
export function rangeOf(query: URLSearchParams, nowMs: number, defaultDays: number | null = null): DayRange | { refused: AdminAnswer } {
  const [from, to] = [query.get('start_date'), query.get('end_date')];
  if ((from === null || to === null) && defaultDays === null) return { refused: refuse('managed_invalid', 'Please provide start_date and end_date') };
  const toDay = to ?? new Date(nowMs).toISOString().slice(0, 10);
  const toMs = dayMsOf(toDay);
  const fromDay = from ?? new Date((toMs ?? nowMs) - (defaultDays ?? 0) * dayMs).toISOString().slice(0, 10);
  const fromMs = dayMsOf(fromDay);
  if (fromMs === null || toMs === null) return { refused: refuse('managed_invalid', 'start_date and end_date must be in YYYY-MM-DD format') };
  if (toMs < fromMs) return { refused: refuse('managed_invalid', 'start_date must be on or before end_date') };
  if (toMs - fromMs > longestDays * dayMs) return { refused: refuse('managed_invalid', `Date range too large; maximum is ${longestDays} days`) };
  return { from: fromDay, to: toDay, fromMs, toMs: toMs + dayMs };
}
