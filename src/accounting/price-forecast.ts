// What a request may cost before it is answered, from its size and the prices of the deployments that may answer it.
import { ratesFor } from './rates.ts';
import type { ModelPrice } from './price-map.ts';
import type { Units } from './cost.ts';

/** The size of a request as it is known beforehand. */
export interface RequestSize {
  inputTokens: number;
  outputTokens: number;
  /** What is billed beside tokens, as far as the request tells. */
  units: Units;
}

const attoPerNano = 1e9;
const nanoPerUsd = 1e9;
// A second of sound is about 16 kB as MP3; a request does not tell how long its sound is.
const unitPrices: readonly [keyof Units, readonly string[]][] = [
  ['images', ['output_cost_per_image', 'input_cost_per_image']],
  ['seconds', ['output_cost_per_second', 'input_cost_per_second', 'cost_per_second']],
  ['characters', ['input_cost_per_character', 'output_cost_per_character']],
  ['queries', ['input_cost_per_query']],
];

/** The cost of a request of this size in 10⁻⁹ US dollars, without anything from a provider's cache, rounded up. */
export function forecastNanoUsd(price: ModelPrice, { inputTokens, outputTokens, units }: RequestSize): number {
  const rates = ratesFor(price, inputTokens, null);
  const writing = Math.max(Number(rates.input), Number(rates.cacheWrite));
  let nano = (inputTokens * writing + outputTokens * Number(rates.output)) / attoPerNano + (price.numbers['input_cost_per_request'] ?? 0) * nanoPerUsd;
  for (const [unit, names] of unitPrices) {
    const count = units[unit];
    if (count === undefined) continue;
    for (const name of names) {
      const rate = price.numbers[name] ?? 0;
      if (rate <= 0) continue;
      nano += count * rate * nanoPerUsd;
      break;
    }
  }
  return Math.ceil(nano);
}

/** `unknown`: the model has a row, but no price in it. */
export type PriceKind = 'free' | 'priced' | 'unknown';

const kinds = new WeakMap<ModelPrice, PriceKind>();

/** Whether a model costs something, nothing, or nobody knows. */
export function priceKind(price: ModelPrice | null): PriceKind {
  if (!price) return 'unknown';
  let kind = kinds.get(price);
  if (kind === undefined) {
    const costs = Object.entries(price.numbers).filter(([name]) => name.includes('cost')).map(([, value]) => value);
    kind = price.tiers.length > 0 || costs.some((cost) => cost > 0) ? 'priced' : costs.length > 0 ? 'free' : 'unknown';
    kinds.set(price, kind);
  }
  return kind;
}
