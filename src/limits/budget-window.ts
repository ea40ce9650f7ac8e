// When a budget starts anew. The rules are LiteLLM's (`1d` at midnight, `7d` on Mondays, `30d` and `1mo` on the first of a month), counted
// in the wall clock of the configured time zone, also across daylight saving; each window follows from the one before, so that all
// instances agree.

/** How windows are laid out. */
export interface WindowClock {
  /** IANA name (`litellm_settings.timezone`). */
  timeZone: string;
  /** Wall-clock time at which windows of days, weeks and months start (`litellm_settings.budget_reset_time`), in minutes after midnight. */
  resetMinuteOfDay: number;
}

/** LiteLLM's default. */
export const utcMidnight: WindowClock = { timeZone: 'UTC', resetMinuteOfDay: 0 };

type Unit = 's' | 'm' | 'h' | 'd' | 'w' | 'mo';
interface Duration {
  count: number;
  unit: Unit;
}

const words: Readonly<Record<string, string>> = { hourly: '1h', daily: '24h', weekly: '7d', monthly: '30d' };
const unitMs: Readonly<Record<'s' | 'm', number>> = { s: 1_000, m: 60_000 };
// A window that ended longer ago than this many windows is laid out anew from today.
const mostSteps = 10_000;

function parse(text: string): Duration | null {
  const normal = text.trim().toLowerCase();
  const match = /^(\d+)(mo|[smhdw])$/.exec(words[normal] ?? normal);
  if (!match) return null;
  const count = Number(match[1]);
  return count > 0 && count <= 100_000 ? { count, unit: match[2] as Unit } : null;
}

/** True when the text is a duration that a budget can have. */
export const isBudgetDuration = (text: string): boolean => parse(text) !== null;

/**
 * The end of the window in which `nowMs` lies, in milliseconds since the epoch. `lastEndMs` is the end of an earlier window of the same
 * budget, when there was one. An unknown duration ends at the next midnight, as in LiteLLM.
 */
export function windowEndMs(duration: string, nowMs: number, clock: WindowClock, lastEndMs: number | null = null): number {
  const { count, unit } = parse(duration) ?? { count: 1, unit: 'd' as const };
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(clock.timeZone);
  switch (unit) {
    case 's':
    case 'm': return alignedEnd(now, count * unitMs[unit]);
    case 'h': return hoursEnd(now, count, lastEndMs);
    case 'd': return daysEnd(now, count, clock, lastEndMs);
    case 'w': return daysEnd(now, count * 7, clock, lastEndMs);
    case 'mo': return monthsEnd(now, count, clock, lastEndMs);
  }
}

/** What a window that ends at `endMs` is known by when its spending is written down: its length before its end. 0 for a budget without windows. */
export function windowStartMs(duration: string, endMs: number, clock: WindowClock): number {
  const { count, unit } = parse(duration) ?? { count: 1, unit: 'd' as const };
  const end = Temporal.Instant.fromEpochMilliseconds(endMs).toZonedDateTimeISO(clock.timeZone);
  switch (unit) {
    case 's': return end.subtract({ seconds: count }).epochMilliseconds;
    case 'm': return end.subtract({ minutes: count }).epochMilliseconds;
    case 'h': return end.subtract(count === 24 ? { days: 1 } : { hours: count }).epochMilliseconds;
    case 'd': return end.subtract(count === 30 ? { months: 1 } : { days: count }).epochMilliseconds;
    case 'w': return end.subtract({ weeks: count }).epochMilliseconds;
    case 'mo': return end.subtract({ months: count }).epochMilliseconds;
  }
}

/** Aligned to the start of the day, in real time. */
function alignedEnd(now: Temporal.ZonedDateTime, lengthMs: number): number {
  const dayMs = now.startOfDay().epochMilliseconds;
  return dayMs + (Math.floor((now.epochMilliseconds - dayMs) / lengthMs) + 1) * lengthMs;
}

function hoursEnd(now: Temporal.ZonedDateTime, hours: number, lastEndMs: number | null): number {
  if (hours % 24 === 0) return hours === 24 ? startOf(now.toPlainDate().add({ days: 1 }), 0, now.timeZoneId) : stepFrom(now, lastEndMs, { days: hours / 24 }, 0);
  if (hours > 24) return stepFrom(now, lastEndMs, { hours }, 0);
  for (let hour = now.hour - (now.hour % hours) + hours; ; hour += hours) {
    const end = now.toPlainDate().toPlainDateTime().add({ hours: Math.min(hour, 24) }).toZonedDateTime(now.timeZoneId).epochMilliseconds;
    // Where an hour is skipped or comes twice, the wall clock may name an instant that has passed.
    if (end > now.epochMilliseconds) return end;
  }
}

function daysEnd(now: Temporal.ZonedDateTime, days: number, { resetMinuteOfDay }: WindowClock, lastEndMs: number | null): number {
  const { timeZoneId } = now;
  const today = now.toPlainDate();
  if (days === 30) return monthEnd(now, resetMinuteOfDay);
  if (days !== 1 && days !== 7) return stepFrom(now, lastEndMs, { days }, resetMinuteOfDay);
  const ahead = days === 1 ? 0 : (8 - today.dayOfWeek) % 7;
  const candidate = startOf(today.add({ days: ahead }), resetMinuteOfDay, timeZoneId);
  return candidate > now.epochMilliseconds ? candidate : startOf(today.add({ days: ahead + days }), resetMinuteOfDay, timeZoneId);
}

function monthsEnd(now: Temporal.ZonedDateTime, months: number, { resetMinuteOfDay }: WindowClock, lastEndMs: number | null): number {
  if (months === 1) return monthEnd(now, resetMinuteOfDay);
  if (lastEndMs === null) return startOf(now.toPlainDate().with({ day: 1 }).add({ months }), resetMinuteOfDay, now.timeZoneId);
  return stepFrom(now, lastEndMs, { months }, resetMinuteOfDay);
}

function monthEnd(now: Temporal.ZonedDateTime, minuteOfDay: number): number {
  const first = now.toPlainDate().with({ day: 1 });
  const candidate = startOf(first, minuteOfDay, now.timeZoneId);
  return candidate > now.epochMilliseconds ? candidate : startOf(first.add({ months: 1 }), minuteOfDay, now.timeZoneId);
}

/** Goes on from the last end, or from the start of today when there is none. */
function stepFrom(now: Temporal.ZonedDateTime, lastEndMs: number | null, step: { days?: number; months?: number; hours?: number }, minuteOfDay: number): number {
  const { timeZoneId } = now;
  const from = lastEndMs === null ? null : Temporal.Instant.fromEpochMilliseconds(lastEndMs).toZonedDateTimeISO(timeZoneId);
  let end = from ?? Temporal.Instant.fromEpochMilliseconds(startOf(now.toPlainDate(), minuteOfDay, timeZoneId)).toZonedDateTimeISO(timeZoneId);
  for (let taken = 0; taken < mostSteps; taken++) {
    if (end.epochMilliseconds > now.epochMilliseconds && (from !== null || taken > 0)) return end.epochMilliseconds;
    end = end.add(step);
  }
  return startOf(now.toPlainDate().add({ days: 1 }), minuteOfDay, timeZoneId);
}

/** The instant of a wall-clock time of a day; the first instant after it where the clock skips it. */
function startOf(day: Temporal.PlainDate, minuteOfDay: number, timeZone: string): number {
  if (minuteOfDay === 0) return day.toZonedDateTime(timeZone).epochMilliseconds;
  return day.toPlainDateTime({ hour: Math.floor(minuteOfDay / 60), minute: minuteOfDay % 60 }).toZonedDateTime(timeZone).epochMilliseconds;
}
