// Hours in which a deployment is reserved for some teams (`model_info.access_windows`), by the clock of a time zone.

/** One reservation. */
export interface AccessWindow {
  /** Seconds since midnight. */
  startSeconds: number;
  endSeconds: number;
  timezone: string;
  teamIds: ReadonlySet<string>;
  /** `17:00 Europe/Berlin`, for refusals. */
  shownEnd: string;
}

/** A reservation as it is configured. */
export interface ConfiguredWindow {
  readonly start: string;
  readonly end: string;
  readonly timezone: string;
  readonly teamIds: readonly string[];
}

/** Compiles one. */
export const accessWindow = ({ start, end, timezone, teamIds }: ConfiguredWindow): AccessWindow => ({
  startSeconds: secondsOf(start), endSeconds: secondsOf(end), timezone, teamIds: new Set(teamIds), shownEnd: `${end} ${timezone}`,
});

/** The reservation that keeps this team out now; null: none does. */
export function blockingWindow(windows: readonly AccessWindow[], teamId: string | null, nowMs: number): AccessWindow | null {
  const active = windows.filter((window) => isActive(window, nowMs));
  return teamId !== null && active.some(({ teamIds }) => teamIds.has(teamId)) ? null : active[0] ?? null;
}

function isActive({ startSeconds, endSeconds, timezone }: AccessWindow, nowMs: number): boolean {
  const now = secondsIn(timezone, nowMs);
  return startSeconds < endSeconds ? now >= startSeconds && now < endSeconds : now >= startSeconds || now < endSeconds;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function secondsIn(timezone: string, nowMs: number): number {
  let clock = clocks.get(timezone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
    clocks.set(timezone, clock);
  }
  return secondsOf(clock.format(nowMs));
}

function secondsOf(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
}
