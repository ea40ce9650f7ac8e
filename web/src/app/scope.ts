// The time range and the team that everything on a page is about. Both stand in the address.
import { currentPlace, useQueryMember } from './location.ts';

/** Ranges with a name: `24h` ends now, those in days end with today. */
export const rangeNames = ['1h', '24h', '7d', '30d', '90d'] as const;
/** One of them. */
export type RangeName = (typeof rangeNames)[number];

/** A span of time. */
export interface TimeRange {
  /** Null when both ends were chosen by hand. */
  name: RangeName | null;
  from: Date;
  to: Date;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const spans: Record<RangeName, number> = { '1h': hourMs, '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs, '90d': 90 * dayMs };
const defaultRange: RangeName = '7d';
// Ends are rounded up, so that what is asked for stays the same while the reader looks at it.
const roundMs = 60_000;

function rangeOf(name: string | null, from: string | null, to: string | null): TimeRange {
  const [begin, end] = [new Date(from ?? ''), new Date(to ?? '')];
  if (!Number.isNaN(begin.getTime()) && !Number.isNaN(end.getTime()) && begin < end) return { name: null, from: begin, to: end };
  const known = rangeNames.find((range) => range === name) ?? defaultRange;
  const until = Math.ceil(Date.now() / roundMs) * roundMs;
  return { name: known, from: new Date(until - spans[known]), to: new Date(until) };
}

/** The range in force. */
export function useTimeRange(): TimeRange {
  return rangeOf(useQueryMember('range'), useQueryMember('from'), useQueryMember('to'));
}

/** The range in force, outside of components. */
export function currentTimeRange(): TimeRange {
  const { search } = currentPlace();
  return rangeOf(search.get('range'), search.get('from'), search.get('to'));
}

/** The range of the same length just before. */
export function rangeBefore({ from, to }: TimeRange): TimeRange {
  return { name: null, from: new Date(2 * from.getTime() - to.getTime()), to: from };
}

/** The team in force, or null for all. */
export function useTeamScope(): string | null {
  return useQueryMember('team');
}

/** A moment in the form of LiteLLM's log queries: `2026-01-31 23:59:59`, in UTC. */
export function logTime(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

/** A day in UTC: `2026-01-31`. */
export function utcDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}
