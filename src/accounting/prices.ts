// What a deployment's model costs and can do: the price map's row, and what the configuration says instead.
import { unitPrices } from './cost.ts';
import { currentPriceMap, lookUp, readTiers } from './price-map.ts';
import type { ModelPrice, PriceMap } from './price-map.ts';
import type { Json, JsonObject } from '../lib/json.ts';

export type { ModelPrice } from './price-map.ts';

/** Stands for every provider: for gateways that resell models under their makers' names. */
export const anyProvider = '*';

/**
 * The price of a model at a provider, by LiteLLM's rules: the row `provider/model`, else the row `model` if it is of this provider,
 * and for a fine-tuned model of OpenAI (`ft:gpt-4o:acme::id`) its base. Names with dates are taken as they are. Null: not known.
 * `provider` is a provider's name, or the name that its row gives for prices.
 */
export function priceOf(provider: string, model: string, map: PriceMap = currentPriceMap()): ModelPrice | null {
  for (const name of namesOf(model)) {
    const own = provider === anyProvider ? null : lookUp(map, `${provider}/${name}`);
    if (own) return own;
    const shared = lookUp(map, name);
    if (shared && sells(provider, shared.provider)) return shared;
  }
  return null;
}

function namesOf(model: string): string[] {
  const base = /^(ft:[^:]+):/.exec(model)?.[1];
  return base === undefined ? [model] : [model, base];
}

/** The map splits some providers: `vertex_ai-language-models`, `bedrock_converse`, `cohere_chat`. */
const sells = (provider: string, inMap: string): boolean =>
  provider === anyProvider || inMap === provider || inMap.startsWith(`${provider}-`) || inMap.startsWith(`${provider}_`);

const limitOrPrice = /cost|^max_(input_|output_)?tokens$|^output_vector_size$|^(rpm|tpm)$/;
const tokenRate = /^(input_cost_per|output_cost_per|cache_(read|creation)_input)_(\w+_)?(token|token_cost)/;

/**
 * A price with the values of a configuration put over it: `litellm_params` and `model_info` may hold every number of the price map
 * (also as text, as in YAML `3e-7`), `supports_…`, `mode` and `tiered_pricing`. Where the price of input or output tokens is set, the
 * map's other token prices (cache, tiers, long prompts) do not apply: they belong to another price list. So it is with the names for one unit
 * (a second of input, of output).
 */
export function withOverrides(price: ModelPrice | null, provider: string, overrides: JsonObject): ModelPrice | null {
  const numbers: Record<string, number> = {};
  const supports = new Set(price?.supports);
  let found = false;
  for (const [name, value] of Object.entries(overrides)) {
    const number = numberOf(value);
    if (limitOrPrice.test(name) && number !== null) numbers[name] = number;
    else if (name.startsWith('supports_') && typeof value === 'boolean') supports[value ? 'add' : 'delete'](name.slice('supports_'.length));
    else if (name !== 'mode' && name !== 'tiered_pricing') continue;
    found = true;
  }
  if (!found) return price;
  const replaces = 'input_cost_per_token' in numbers || 'output_cost_per_token' in numbers;
  const instead = new Set(unitPrices.map(([, names]) => names).filter((names) => names.some((name) => name in numbers)).flat());
  const kept = Object.entries(price?.numbers ?? {}).filter(([name]) => !instead.has(name) && (!replaces || !tokenRate.test(name)));
  const tiers = readTiers(overrides['tiered_pricing']);
  return {
    key: price?.key ?? null, provider: price?.provider ?? provider, lists: price?.lists ?? {}, supports,
    mode: typeof overrides['mode'] === 'string' ? overrides['mode'] : price?.mode ?? 'chat',
    numbers: { ...Object.fromEntries(kept), ...numbers },
    tiers: tiers.length > 0 || replaces ? tiers : price?.tiers ?? [],
    configured: Object.keys(numbers).some((name) => name.includes('cost')) || tiers.length > 0 || (price?.configured ?? false),
  };
}

/** A price list of a region that costs more by this factor: its token prices multiplied. */
export function uplifted(price: ModelPrice, factor: number): ModelPrice {
  // Ten places are more than any price list has; they keep the product a plain decimal.
  const numbers = Object.entries(price.numbers).map(([name, value]): [string, number] => [name, tokenRate.test(name) ? Number((value * factor).toPrecision(10)) : value]);
  return { ...price, numbers: Object.fromEntries(numbers) };
}

function numberOf(value: Json): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : null;
}
