// The price map as rows, for lists of it. Made when somebody looks, and kept while the map stays the same.
import { currentPriceMap, lookUp, modelKeys, type PriceMap } from '../accounting/price-map.ts';
import type { ListTable } from './list-page.ts';

/** One model of the map; prices in USD per token, under LiteLLM's names. */
export interface PriceRow {
  readonly model: string;
  readonly litellm_provider: string;
  readonly mode: string;
  readonly input_cost_per_token: number | null;
  readonly output_cost_per_token: number | null;
  readonly cache_read_input_token_cost: number | null;
  readonly cache_creation_input_token_cost: number | null;
  readonly max_input_tokens: number | null;
}

/** What of it can be asked for. */
export const priceTable: ListTable<PriceRow> = {
  id: ({ model }) => model, usual: 'model', searched: ({ model, litellm_provider: provider, mode }) => [model, provider, mode],
  columns: {
    model: ({ model }) => model, provider: (row) => row.litellm_provider, mode: ({ mode }) => mode, input_cost: (row) => row.input_cost_per_token, output_cost: (row) => row.output_cost_per_token,
    cache_read_cost: (row) => row.cache_read_input_token_cost, cache_write_cost: (row) => row.cache_creation_input_token_cost, context: (row) => row.max_input_tokens,
  },
};

const made = new WeakMap<PriceMap, readonly PriceRow[]>();

/** All rows of the present map. */
export function priceRows(): readonly PriceRow[] {
  const map = currentPriceMap();
  const known = made.get(map);
  if (known) return known;
  const rows = modelKeys(map).flatMap((model): PriceRow[] => {
    const price = lookUp(map, model);
    if (!price) return [];
    const number = (name: string): number | null => price.numbers[name] ?? null;
    return [{
      model, litellm_provider: price.provider, mode: price.mode, input_cost_per_token: number('input_cost_per_token'), output_cost_per_token: number('output_cost_per_token'),
      cache_read_input_token_cost: number('cache_read_input_token_cost'), cache_creation_input_token_cost: number('cache_creation_input_token_cost'), max_input_tokens: number('max_input_tokens'),
    }];
  });
  made.set(map, rows);
  return rows;
}
