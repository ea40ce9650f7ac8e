// The hours in which only what is critical is told at once; the rest waits for their end.

/** Hours of the day in a time zone. `to` before `from` means over midnight. */
export interface QuietHours {
  /** Minutes since midnight. */
  readonly fromMinute: number;
  readonly toMinute: number;
  /** An IANA name such as `Asia/Shanghai`. */
  readonly timeZone: string;
}

const dayMinutes = 24 * 60;
const minuteMs = 60_000;

/** Reads `22:30-07:00`; null when it is no such text or the time zone is not known. */
export function readQuietHours(text: string, timeZone: string): QuietHours | null {
  const match = /^(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})$/.exec(text.trim());
  if (!match || !isTimeZone(timeZone)) return null;
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number);
  if (fromHour > 23 || toHour > 23 || fromMinute > 59 || toMinute > 59) return null;
  return { fromMinute: fromHour * 60 + fromMinute, toMinute: toHour * 60 + toMinute, timeZone };
}

/** Milliseconds until the quiet hours end; 0 when it is not quiet. */
export function quietForMs(quiet: QuietHours | null, nowMs: number): number {
  if (!quiet || quiet.fromMinute === quiet.toMinute) return 0;
  const minute = minuteOfDay(nowMs, quiet.timeZone);
  const { fromMinute, toMinute } = quiet;
  const inside = fromMinute < toMinute ? minute >= fromMinute && minute < toMinute : minute >= fromMinute || minute < toMinute;
  if (!inside) return 0;
  return ((toMinute - minute + dayMinutes) % dayMinutes) * minuteMs - (nowMs % minuteMs);
}

function minuteOfDay(nowMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).formatToParts(nowMs);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
