// What an answer cost. Sums are exact integers; only the result is turned into USD.
import { attoOf, attoPerUsd, ratesFor } from './rates.ts';
import type { ModelPrice } from './price-map.ts';
import type { Usage } from '../canonical/usage.ts';

/** What is billed beside tokens, and parts of the tokens that only some operations know. */
export interface Units {
  /** Images made or edited. Leave it out where the answer reports tokens: some models have both prices for the same thing. */
  images?: number;
  /** Pixels of all images together. */
  pixels?: number;
  /** Seconds of sound, read or made. */
  seconds?: number;
  /** Characters that were spoken or embedded. */
  characters?: number;
  /** Search units of a rerank. */
  queries?: number;
  webSearches?: number;
  /** Requests that are billed by nothing else. */
  requests?: number;
  /** The part of the input tokens that was images. */
  inputImageTokens?: number;
  /** The part of the output tokens that was images. */
  outputImageTokens?: number;
}

/** How a cost came to be what it is; all amounts in US dollars. */
export interface Billing {
  readonly originalUsd: number;
  readonly discountUsd: number;
  readonly marginUsd: number;
  readonly margin: number;
}

/** A price in USD, with its parts. `input` and `output` do not hold `units`. */
export interface Cost {
  totalUsd: number;
  inputUsd: number;
  outputUsd: number;
  /** Per request, image, second and the like. */
  unitsUsd: number;
  /** The total in 10⁻¹⁸ USD, for sums that must be exact. */
  totalAtto: bigint;
  /** The total in whole 10⁻⁹ USD, rounded half up once: what budgets and the ledger count. */
  totalNanoUsd: number;
  /** The provider reported it; the parts are estimates then, or 0. */
  reported: boolean;
  /** Where a discount or a margin changed it. */
  billing?: Billing;
}

/**
 * The cost of an answer. What the provider reported wins, unless the configuration sets prices. Null when neither is known, so that
 * "free" and "unknown" stay apart.
 */
export function costOf(price: ModelPrice | null, usage: Usage, units: Units = {}): Cost | null {
  if (usage.costUsd !== null && !price?.configured) return reportedCost(usage.costUsd, price && computedCost(price, usage, units));
  return price && computedCost(price, usage, units);
}

function computedCost(price: ModelPrice, usage: Usage, units: Units): Cost {
  const rates = ratesFor(price, usage.inputTokens, usage.serviceTier);
  // Parts may overlap or exceed the whole when a provider counts oddly: each takes what the ones before it left.
  const input = new Remainder(usage.inputTokens);
  const output = new Remainder(usage.outputTokens);
  const cacheRead = input.take(usage.cacheReadTokens);
  const cacheWrite = new Remainder(Number(input.take(usage.cacheWriteTokens)));
  const inputAtto = cacheRead * rates.cacheRead
    + cacheWrite.take(usage.cacheWrite1hTokens) * rates.cacheWrite1h + cacheWrite.rest() * rates.cacheWrite
    + input.take(usage.inputAudioTokens) * rates.inputAudio + input.take(units.inputImageTokens ?? 0) * rates.inputImage
    + input.rest() * rates.input;
  const outputAtto = output.take(usage.outputAudioTokens) * rates.outputAudio + output.take(units.outputImageTokens ?? 0) * rates.outputImage
    + output.take(usage.reasoningTokens) * rates.reasoning + output.rest() * rates.output;
  const unitsAtto = unitCost(price, { ...units, webSearches: units.webSearches ?? searchesBilled(price, usage.webSearches) });
  const totalAtto = inputAtto + outputAtto + unitsAtto;
  return {
    inputUsd: usdOf(inputAtto), outputUsd: usdOf(outputAtto), unitsUsd: usdOf(unitsAtto), totalUsd: usdOf(totalAtto), totalAtto, totalNanoUsd: nanoOf(totalAtto), reported: false,
  };
}

/** A price for the whole request. */
export const flatCost = (totalUsd: number): Cost => reportedCost(totalUsd, null);

/** A reported total, split as the computed price would be. */
function reportedCost(totalUsd: number, computed: Cost | null): Cost {
  const share = (part: number): number => (computed && computed.totalUsd > 0 ? (totalUsd * part) / computed.totalUsd : 0);
  return {
    totalUsd, totalAtto: attoOf(totalUsd), totalNanoUsd: nanoOf(attoOf(totalUsd)), reported: true,
    inputUsd: share(computed?.inputUsd ?? 0), outputUsd: share(computed?.outputUsd ?? 0), unitsUsd: share(computed?.unitsUsd ?? 0),
  };
}

/** Which price a unit has: the first of the names that the model has. */
export const unitPrices: readonly [keyof Units, readonly string[]][] = [
  ['images', ['output_cost_per_image', 'input_cost_per_image']],
  ['pixels', ['output_cost_per_pixel', 'input_cost_per_pixel']],
  ['seconds', ['output_cost_per_second', 'input_cost_per_second', 'cost_per_second']],
  ['characters', ['input_cost_per_character', 'output_cost_per_character']],
  ['queries', ['input_cost_per_query']],
  ['webSearches', ['web_search_cost_per_query']],
];

function unitCost(price: ModelPrice, units: Units): bigint {
  let atto = attoOf(price.numbers['input_cost_per_request'] ?? 0);
  for (const [unit, names] of unitPrices) {
    const count = units[unit];
    // A price of nothing beside a real one means "billed the other way".
    const rate = count === undefined ? undefined : names.map((name) => price.numbers[name]).find((value) => value !== undefined && value > 0);
    if (count !== undefined && rate !== undefined) atto += (attoOf(rate) * BigInt(Math.round(Math.max(0, count) * 1000))) / 1000n;
  }
  return atto;
}

// Google bills a grounded prompt once up to Gemini 2, each search from Gemini 3 on. (https://ai.google.dev/gemini-api/docs/pricing)
const billedByPrompt = /gemini-(1|2)[.-]/;

const searchesBilled = (price: ModelPrice, searches: number): number => (searches > 0 && price.key !== null && billedByPrompt.test(price.key) ? 1 : searches);

const attoPerNano = 1_000_000_000n;

/** 10⁻¹⁸ USD as whole 10⁻⁹ USD, rounded half up. */
export const nanoOf = (atto: bigint): number => Number((atto + attoPerNano / 2n) / attoPerNano);

/** 10⁻¹⁸ USD as USD. */
export const usdOf = (atto: bigint): number => Number(atto) / Number(attoPerUsd);

/** A count of tokens from which parts are taken, never below nothing. */
class Remainder {
  private left: number;
  constructor(tokens: number) {
    this.left = Math.max(0, Math.floor(tokens)) || 0;
  }
  take(tokens: number): bigint {
    const taken = Math.min(this.left, Math.max(0, Math.floor(tokens)) || 0);
    this.left -= taken;
    return BigInt(taken);
  }
  rest(): bigint {
    return BigInt(this.left);
  }
}
