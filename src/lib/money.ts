// Money is counted in whole nano-dollars (10⁻⁹ US dollars) inside and shown in dollars outside.

const nanoPerDollar = 1_000_000_000;

/** US dollars of whole nano-dollars. */
export const usdOf = (nanoUsd: number): number => nanoUsd / nanoPerDollar;

/** Whole nano-dollars of US dollars, rounded to the nearest. */
export const nanoUsdOf = (usd: number): number => Math.round(usd * nanoPerDollar);
