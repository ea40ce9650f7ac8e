// Token prices as exact integers, worked out once per model: what holds above how many input tokens, in which service tier.
import type { ModelPrice } from './price-map.ts';

/** One USD in the unit of all calculations, 10⁻¹⁸ USD: every price of the map is a whole number of it. */
export const attoPerUsd = 1_000_000_000_000_000_000n;

/** Prices of one token each, in 10⁻¹⁸ USD. */
export interface TokenRates {
  input: bigint;
  output: bigint;
  cacheRead: bigint;
  cacheWrite: bigint;
  cacheWrite1h: bigint;
  reasoning: bigint;
  inputAudio: bigint;
  outputAudio: bigint;
  inputImage: bigint;
  outputImage: bigint;
}

/** Rates that hold when a request has more input tokens than `above`. */
interface RateStep {
  above: number;
  rates: TokenRates;
}

/** All steps of one service tier, lowest first; the first one is above 0 tokens or none. */
type RateSteps = readonly RateStep[];

// LiteLLM's suffix for each service tier that a provider may name. Other tiers cost the standard price.
const tierSuffixes: Readonly<Record<string, string>> = {
  flex: '_flex', priority: '_priority', fast: '_priority', balanced: '_balanced', ultrafast: '_ultrafast', batch: '_batches',
};

const compiled = new WeakMap<ModelPrice, Map<string, RateSteps>>();

/** The rates for a request with so many input tokens in this service tier. The whole request is billed at one step. */
export function ratesFor(price: ModelPrice, inputTokens: number, serviceTier: string | null): TokenRates {
  const suffix = (serviceTier === null ? undefined : tierSuffixes[serviceTier.toLowerCase()]) ?? '';
  let bySuffix = compiled.get(price);
  if (!bySuffix) compiled.set(price, bySuffix = new Map());
  let steps = bySuffix.get(suffix);
  if (!steps) bySuffix.set(suffix, steps = price.tiers.length > 0 ? stepsOfTiers(price) : stepsOfNames(price, suffix));
  const inclusive = price.numbers['cost_threshold_is_inclusive'] === 1;
  return (steps.findLast((step) => inputTokens > step.above || (inclusive && inputTokens === step.above)) ?? steps[0])?.rates ?? freeRates;
}

/** A price in USD as a whole number of 10⁻¹⁸ USD, exact for every decimal with at most 18 places. */
export function attoOf(usd: number): bigint {
  if (!(usd > 0) || !Number.isFinite(usd)) return 0n;
  const [mantissa = '0', exponent = '0'] = usd.toExponential().split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const places = 18 + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  if (places >= 0) return digits * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  return (digits + divisor / 2n) / divisor;
}

const freeRates: TokenRates = {
  input: 0n, output: 0n, cacheRead: 0n, cacheWrite: 0n, cacheWrite1h: 0n, reasoning: 0n, inputAudio: 0n, outputAudio: 0n, inputImage: 0n, outputImage: 0n,
};

type Find = (...names: string[]) => bigint | undefined;

const finder = (numbers: Readonly<Record<string, number>>): Find => (...names) => {
  for (const name of names) {
    const value = numbers[name];
    if (value !== undefined) return attoOf(value);
  }
  return undefined;
};

/** Steps from names such as `input_cost_per_token_above_200k_tokens_priority`. */
function stepsOfNames(price: ModelPrice, suffix: string): RateSteps {
  const thresholds = new Set<string>();
  for (const name of Object.keys(price.numbers)) {
    const match = /_above_(\d+k?)_tokens(_\w+)?$/.exec(name);
    if (match?.[1] !== undefined && (match[2] === undefined || match[2] === suffix)) thresholds.add(match[1]);
  }
  const steps: RateStep[] = [{ above: 0, rates: baseRates(price, suffix) }];
  for (const threshold of [...thresholds].toSorted((a, b) => tokensOf(a) - tokensOf(b))) {
    steps.push({ above: tokensOf(threshold), rates: ratesAbove(price, suffix, `_above_${threshold}_tokens`, steps.at(-1)?.rates ?? freeRates) });
  }
  return steps;
}

const tokensOf = (threshold: string): number => (threshold.endsWith('k') ? Number(threshold.slice(0, -1)) * 1000 : Number(threshold));

function baseRates(price: ModelPrice, suffix: string): TokenRates {
  const find = finder(price.numbers);
  const of = (name: string): bigint | undefined => find(name + suffix, name);
  const input = of('input_cost_per_token') ?? 0n;
  // Models that only make images name no price for other output.
  const output = of('output_cost_per_token') ?? of('output_cost_per_image_token') ?? 0n;
  const cacheWrite = of('cache_creation_input_token_cost') ?? input;
  return {
    input, output, cacheWrite, cacheRead: of('cache_read_input_token_cost') ?? input,
    cacheWrite1h: of('cache_creation_input_token_cost_above_1hr') ?? cacheWrite,
    reasoning: reasoningRate(find, suffix) ?? output,
    inputAudio: of('input_cost_per_audio_token') ?? input, outputAudio: of('output_cost_per_audio_token') ?? output,
    inputImage: of('input_cost_per_image_token') ?? input, outputImage: of('output_cost_per_image_token') ?? output,
  };
}

/** A tier that names its own output price and none for reasoning bills reasoning as output. */
function reasoningRate(find: Find, suffix: string): bigint | undefined {
  const own = find(`output_cost_per_reasoning_token${suffix}`);
  if (own !== undefined) return own;
  return suffix !== '' && find(`output_cost_per_token${suffix}`) !== undefined ? undefined : find('output_cost_per_reasoning_token');
}

/** Rates of a step; what it does not name stays as in the step below, except that rates which followed another one keep following it. */
function ratesAbove(price: ModelPrice, suffix: string, above: string, below: TokenRates): TokenRates {
  const find = finder(price.numbers);
  const of = (name: string): bigint | undefined => find(name + above + suffix, name + above);
  const has = (name: string): boolean => find(name + suffix, name) !== undefined;
  const input = of('input_cost_per_token') ?? below.input;
  const output = of('output_cost_per_token') ?? below.output;
  const follow = (name: string, value: bigint, leader: bigint): bigint => of(name) ?? (has(name) ? value : leader);
  const cacheWrite = follow('cache_creation_input_token_cost', below.cacheWrite, input);
  return {
    input, output, cacheWrite,
    cacheRead: follow('cache_read_input_token_cost', below.cacheRead, input),
    cacheWrite1h: follow('cache_creation_input_token_cost_above_1hr', below.cacheWrite1h, cacheWrite),
    reasoning: reasoningRate(find, suffix) ?? output,
    inputAudio: follow('input_cost_per_audio_token', below.inputAudio, input), outputAudio: follow('output_cost_per_audio_token', below.outputAudio, output),
    inputImage: follow('input_cost_per_image_token', below.inputImage, input), outputImage: follow('output_cost_per_image_token', below.outputImage, output),
  };
}

/** Steps from `tiered_pricing`: what a tier does not name costs its input price, or the model's output price. */
function stepsOfTiers(price: ModelPrice): RateSteps {
  return price.tiers.map(({ range, rates }) => {
    const find = finder(rates);
    const input = find('input_cost_per_token') ?? 0n;
    const output = find('output_cost_per_token') ?? finder(price.numbers)('output_cost_per_token') ?? 0n;
    const cacheWrite = find('cache_creation_input_token_cost') ?? input;
    return {
      above: range[0],
      rates: {
        input, output, cacheWrite, cacheWrite1h: cacheWrite, cacheRead: find('cache_read_input_token_cost') ?? input,
        reasoning: find('output_cost_per_reasoning_token') ?? output,
        inputAudio: input, outputAudio: output, inputImage: input, outputImage: output,
      },
    };
  });
}
