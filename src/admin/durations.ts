// Lengths of time as the management API takes them: `30s`, `15m`, `24h`, `7d`, `2w`, `1mo`.

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** The time after `fromMs` by this length; null when the text is none. Months are calendar months. */
export function after(duration: string, fromMs: number): number | null {
  const match = /^(\d{1,9})(s|m|h|d|w|mo)$/.exec(duration.trim());
  if (!match) return null;
  const count = Number(match[1]);
  const unit = match[2] ?? '';
  if (unit === 'mo') {
    const at = new Date(fromMs);
    const day = at.getUTCDate();
    at.setUTCDate(1);
    at.setUTCMonth(at.getUTCMonth() + count);
    at.setUTCDate(Math.min(day, new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()));
    return validTime(at.getTime());
  }
  return validTime(fromMs + count * (unitMs[unit] ?? 0));
}

const validTime = (at: number): number | null => (Number.isFinite(at) && at < 8.64e15 ? at : null);
