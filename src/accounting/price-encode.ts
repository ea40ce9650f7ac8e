// Writes a price map in the short form that the program reads, from LiteLLM's `model_prices_and_context_window.json`: one line per model,
// sorted by name. Used by scripts/prices/build.ts for the map that comes with Weir, and for a map that is fetched while it runs.
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import { flagAlphabet, type PriceMapHeader } from './price-format.ts';

/** Members that hold numbers and are kept: prices, limits, and what prices depend on. */
const keptNumber = /cost|^max_(input|output|tokens)|output_vector_size|prompt_cache_min_tokens|^(rpm|tpm)$|multiplier/;
const listMembers = ['supported_endpoints', 'supported_modalities', 'supported_output_modalities'] as const;

/** The models of a map: every entry but the sample. Sorted by code units, since the reader searches by halves. */
export const modelsOf = (map: JsonObject): [string, JsonObject][] => Object.entries(map).filter((entry): entry is [string, JsonObject] =>
  entry[0] !== 'sample_spec' && isJsonObject(entry[1]) && typeof entry[1]['litellm_provider'] === 'string')
  .toSorted((a, b) => (a[0] < b[0] ? -1 : 1));

/** Names in the order of how often they stand, so that common ones get short numbers. */
class Names {
  private readonly counts = new Map<string, number>();
  private order: string[] | null = null;
  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
  list(): string[] {
    this.order ??= [...this.counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
    return this.order;
  }
  indexOf(name: string): number {
    return this.list().indexOf(name);
  }
}

interface AllNames {
  providers: Names;
  modes: Names;
  numbers: Names;
  flags: Names;
  words: Names;
}

const numbersOf = (model: JsonObject): [string, number][] =>
  Object.entries(withDerived(model)).filter((entry): entry is [string, number] => typeof entry[1] === 'number' && keptNumber.test(entry[0]));
const flagsOf = (model: JsonObject): string[] => Object.entries(model).filter(([name, value]) => name.startsWith('supports_') && value === true).map(([name]) => name.slice('supports_'.length));
const wordsOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []);

/** What LiteLLM's code knows beside its map: Fireworks bills cached tokens at half price, xAI's thresholds include their number. */
function withDerived(model: JsonObject): JsonObject {
  const derived: JsonObject = { ...model };
  delete derived['input_cost_per_token_cache_hit'];
  const search = model['search_context_cost_per_query'];
  const input = model['input_cost_per_token'];
  if (isJsonObject(search)) derived['web_search_cost_per_query'] = search['search_context_size_medium'] ?? null;
  if (model['litellm_provider'] === 'fireworks_ai' && typeof input === 'number' && model['cache_read_input_token_cost'] === undefined) {
    derived['cache_read_input_token_cost'] = Number((input / 2).toPrecision(12));
  }
  if (model['litellm_provider'] === 'xai') derived['cost_threshold_is_inclusive'] = 1;
  return derived;
}

function namesIn(models: readonly [string, JsonObject][]): AllNames {
  const names: AllNames = { providers: new Names(), modes: new Names(), numbers: new Names(), flags: new Names(), words: new Names() };
  for (const [, model] of models) {
    names.providers.count(String(model['litellm_provider']));
    names.modes.count(String(model['mode'] ?? ''));
    for (const [name] of numbersOf(model)) names.numbers.count(name);
    for (const flag of flagsOf(model)) names.flags.count(flag);
    for (const member of listMembers) for (const word of wordsOf(model[member])) names.words.count(word);
  }
  return names;
}

/** The map as text; `source` says where it is from. Abilities that are too rare for the alphabet are left out. */
export function encodePriceMap(map: JsonObject, source: string): { text: string; models: number; leftOut: readonly string[] } {
  const models = modelsOf(map);
  const names = namesIn(models);
  const flags = names.flags.list().slice(0, flagAlphabet.length);
  const header: PriceMapHeader = {
    notice: 'Facts from LiteLLM\'s model_prices_and_context_window.json, https://github.com/BerriAI/litellm, MIT License, Copyright (c) 2023 Berri AI',
    source, providers: names.providers.list(), modes: names.modes.list(), numbers: names.numbers.list(), flags, words: names.words.list(), lists: [...listMembers],
  };
  const lines = [JSON.stringify(header), ...models.map(([key, model]) => row(key, model, names, flags))];
  return { text: `${lines.join('\n')}\n`, models: models.length, leftOut: names.flags.list().slice(flagAlphabet.length) };
}

/** Numbers as short as JSON allows: `2.5e-6` and not `0.0000025`. */
function short(value: number): string {
  const plain = String(value);
  const scientific = value.toExponential().replace('e+', 'e');
  return scientific.length < plain.length ? scientific : plain;
}

function row(key: string, model: JsonObject, names: AllNames, flags: readonly string[]): string {
  const numbers = numbersOf(model).toSorted((a, b) => names.numbers.indexOf(a[0]) - names.numbers.indexOf(b[0]));
  const flagText = flagsOf(model).map((flag) => flagAlphabet[flags.indexOf(flag)] ?? '').toSorted().join('');
  const parts = [
    JSON.stringify(key), String(names.providers.indexOf(String(model['litellm_provider']))), String(names.modes.indexOf(String(model['mode'] ?? ''))),
    JSON.stringify(flagText), `[${numbers.map(([name, value]) => `${names.numbers.indexOf(name)},${short(value)}`).join(',')}]`,
  ];
  const lists = listMembers.map((member) => wordsOf(model[member]).map((word) => names.words.indexOf(word)));
  const tiers = Array.isArray(model['tiered_pricing']) ? model['tiered_pricing'] : null;
  const hasLists = lists.some((list) => list.length > 0);
  if (hasLists || tiers) parts.push(hasLists ? JSON.stringify(lists) : '0');
  if (tiers) parts.push(JSON.stringify(tiers));
  return `[${parts.join(',')}]`;
}
