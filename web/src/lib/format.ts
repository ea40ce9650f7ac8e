// Numbers as people read them, in the language's own way.

/** A count, such as 1,234. */
export function formatCount(count: number, tag: string): string {
  return new Intl.NumberFormat(tag).format(count);
}

/** A price in US dollars. Small ones keep two digits that tell something: $0.00042. */
export function formatCost(costUsd: number, tag: string): string {
  const digits = costUsd !== 0 && Math.abs(costUsd) < 0.01 ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  return new Intl.NumberFormat(tag, { style: 'currency', currency: 'USD', currencyDisplay: 'narrowSymbol', ...digits }).format(costUsd);
}

/** A time span: 340 ms, 1.2 s, 75 s. */
export function formatSpan(spanMs: number, tag: string): string {
  const inSeconds = spanMs >= 1000;
  return new Intl.NumberFormat(tag, {
    style: 'unit',
    unit: inSeconds ? 'second' : 'millisecond',
    maximumFractionDigits: inSeconds && spanMs < 10_000 ? 1 : 0,
  }).format(inSeconds ? spanMs / 1000 : spanMs);
}

/** Tokens per second from the first token on, or null when that says nothing (too short, or not known). */
export function tokensPerSecond(outputTokens: number, firstTokenMs: number | null, totalMs: number | null): number | null {
  const spanMs = firstTokenMs === null || totalMs === null ? 0 : totalMs - firstTokenMs;
  return outputTokens > 1 && spanMs >= 50 ? (outputTokens - 1) / (spanMs / 1000) : null;
}

/** A rate with as many digits as matter. */
export function formatRate(rate: number, tag: string): string {
  return new Intl.NumberFormat(tag, { maximumFractionDigits: rate < 10 ? 1 : 0 }).format(rate);
}

/** The size of a file: 340 B, 12 kB, 3.4 MB. */
export function formatSize(sizeBytes: number, tag: string): string {
  const [unit, scale] = sizeBytes < 1_000 ? (['byte', 1] as const) : sizeBytes < 1_000_000 ? (['kilobyte', 1_000] as const) : (['megabyte', 1_000_000] as const);
  return new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: unit === 'megabyte' ? 1 : 0 }).format(sizeBytes / scale);
}
