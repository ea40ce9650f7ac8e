// Numbers and times of the dashboard, in the reader's language and time zone.
import { formatCost, formatCount, formatRate, formatSpan } from './format.ts';
import { useLanguageTag } from '../app/preferences.ts';

/** Formatters in the reader's language. */
export interface Formats {
  tag: string;
  count: (value: number) => string;
  /** Short where there is little room: 1.2M. */
  compact: (value: number) => string;
  usd: (value: number) => string;
  span: (milliseconds: number) => string;
  rate: (value: number) => string;
  percent: (share: number) => string;
  /** With sign: +12 %. */
  change: (share: number) => string;
  /** Date and time to the second. */
  exact: (date: Date) => string;
  /** Date, and time without seconds. */
  minute: (date: Date) => string;
  /** The time to the second; with the date, where it was not today. */
  clock: (date: Date, now?: Date) => string;
  /** Hours and minutes. */
  time: (date: Date) => string;
  /** A day; days of usage are those of UTC. */
  day: (date: Date) => string;
  /** How long ago, or how long until. */
  relative: (date: Date, now?: number) => string;
}

const steps: readonly [Intl.RelativeTimeFormatUnit, number][] = [['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]];
const made = new Map<string, Formats>();

/** The formatters of a language, made once. */
export function formatsOf(tag: string): Formats {
  const known = made.get(tag) ?? makeFormats(tag);
  made.set(tag, known);
  return known;
}

/** The formatters in the reader's language. */
export function useFormats(): Formats {
  return formatsOf(useLanguageTag());
}

function makeFormats(tag: string): Formats {
  const compact = new Intl.NumberFormat(tag, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 1 });
  const change = new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const exact = new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeStyle: 'medium' });
  const minute = new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const time = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit' });
  const seconds = new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const secondsOfDay = new Intl.DateTimeFormat(tag, { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto', style: 'short' });
  return {
    tag, count: (value) => formatCount(value, tag), compact: (value) => compact.format(value), usd: (value) => formatCost(value, tag), span: (milliseconds) => formatSpan(milliseconds, tag), rate: (value) => formatRate(value, tag),
    percent: (share) => percent.format(share), change: (share) => change.format(share),
    exact: (date) => exact.format(date), minute: (date) => minute.format(date), day: (date) => day.format(date), time: (date) => time.format(date),
    clock: (date, now = new Date()) => (date.toDateString() === now.toDateString() ? seconds : secondsOfDay).format(date),
    relative(date, now = Date.now()) {
      const seconds = (date.getTime() - now) / 1000;
      const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
      return relative.format(Math.round(seconds / size), unit);
    },
  };
}

/** A time as the API writes it, or null. Times without a zone are UTC. */
export function timeOf(text: string | null | undefined): Date | null {
  if (!text) return null;
  const date = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
  return Number.isNaN(date.getTime()) ? null : date;
}
