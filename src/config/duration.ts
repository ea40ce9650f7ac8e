// Durations as the file has them.

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000, mo: 30 * 86_400_000 };

/** Milliseconds of a checked duration such as `30s`, `7d` or `1mo` (30 days); null for other text. */
export function durationMs(text: string): number | null {
  const [, count, unit] = /^(\d+)(s|m|h|d|w|mo)$/.exec(text) ?? [];
  const unitMs = unitsMs[unit ?? ''];
  return unitMs === undefined ? null : Number(count) * unitMs;
}
