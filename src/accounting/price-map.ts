// The bundled price map: one line per model, found by a search in the text. Nothing is parsed until a model is asked for, so
// that the map costs neither time at start nor memory for models that nobody uses. Written by scripts/prices/build.ts.
import { readFileSync } from 'node:fs';
import { isJsonObject } from '../lib/json.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { flagAlphabet } from './price-format.ts';
import type { PriceMapHeader } from './price-format.ts';
import pricesFile from './prices.jsonl' with { type: 'file' };

/** Rates that hold up to so many input tokens, all of the request being billed at one tier. */
export interface PriceTier {
  range: readonly [number, number];
  rates: Readonly<Record<string, number>>;
}

/** What is known about a model. Prices are in USD per unit; their names are LiteLLM's. */
export interface ModelPrice {
  /** The name in the price map; null when all comes from the configuration. */
  key: string | null;
  /** The provider as the price map names it. */
  provider: string;
  /** chat, responses, embedding, image_generation, audio_transcription, audio_speech, rerank, moderation … */
  mode: string;
  /** `input_cost_per_token`, `max_input_tokens` and every other number. */
  numbers: Readonly<Record<string, number>>;
  /** Abilities: `vision`, `function_calling`, `reasoning` … */
  supports: ReadonlySet<string>;
  /** `supported_endpoints`, `supported_modalities`, `supported_output_modalities`, where known. */
  lists: Readonly<Record<string, readonly string[]>>;
  tiers: readonly PriceTier[];
  /** Prices were set by the configuration: they win over what a provider reports. */
  configured: boolean;
}

/** A price map that was read: the text and its first line. */
export interface PriceMap {
  text: string;
  header: PriceMapHeader;
}

let bundled: PriceMap | null = null;

/** The map that comes with Weir. Read when it is first asked for. */
export function bundledPriceMap(): PriceMap {
  bundled ??= readPriceMap(readFileSync(pricesFile, 'utf8'));
  return bundled;
}

let refreshed: PriceMap | null = null;

/** The map in force: the last one that was fetched and found good, else the one that comes with Weir. */
export const currentPriceMap = (): PriceMap => refreshed ?? bundledPriceMap();

/** Puts a fetched map in force for everything that is compiled from now on; null: the one that comes with Weir. */
export function usePriceMap(map: PriceMap | null): void {
  refreshed = map;
}

/** Reads the first line of a map. Throws when it is none: the file is part of the program. */
export function readPriceMap(text: string): PriceMap {
  const header = JSON.parse(text.slice(0, text.indexOf('\n'))) as PriceMapHeader;
  return { text, header };
}

/** The model with exactly this name in the map, or null. The lines are sorted by name: about a dozen comparisons. */
export function lookUp(map: PriceMap, key: string): ModelPrice | null {
  const { text } = map;
  let low = text.indexOf('\n') + 1;
  let high = text.length;
  while (low < high) {
    const start = text.lastIndexOf('\n', ((low + high) >> 1) - 1) + 1;
    const end = text.indexOf('\n', start);
    const found = text.slice(start + 2, text.indexOf('",', start));
    if (found === key) return readLine(map.header, text.slice(start, end));
    if (found < key) low = end + 1;
    else high = start;
  }
  return null;
}

/** All names in the map. Reads every line; for listings, not for requests. */
export function modelKeys(map: PriceMap): string[] {
  return map.text.split('\n').slice(1, -1).map((line) => (JSON.parse(line) as [string])[0]);
}

type Line = [key: string, provider: number, mode: number, flags: string, numbers: number[], lists?: number[][] | 0, tiers?: JsonObject[]];

function readLine(header: PriceMapHeader, text: string): ModelPrice {
  const [key, provider, mode, flags, pairs, lists, tiers] = JSON.parse(text) as Line;
  const numbers: Record<string, number> = {};
  for (let i = 0; i + 1 < pairs.length; i += 2) numbers[nameAt(header.numbers, pairs[i])] = pairs[i + 1] ?? 0;
  return {
    key, provider: nameAt(header.providers, provider), mode: nameAt(header.modes, mode), numbers,
    supports: new Set(Array.from(flags, (flag) => nameAt(header.flags, flagAlphabet.indexOf(flag)))),
    lists: readLists(header, lists || []), tiers: readTiers(tiers), configured: false,
  };
}

function readLists(header: PriceMapHeader, lists: number[][]): Record<string, string[]> {
  const entries = lists.map((words, index): [string, string[]] => [nameAt(header.lists, index), words.map((word) => nameAt(header.words, word))]);
  return Object.fromEntries(entries.filter(([, words]) => words.length > 0));
}

/** Reads LiteLLM's `tiered_pricing`, which a configuration may hold too. Entries without a range or with other values are left out. */
export function readTiers(value: Json | undefined): PriceTier[] {
  if (!Array.isArray(value)) return [];
  const tiers: PriceTier[] = [];
  for (const entry of value) {
    if (!isJsonObject(entry) || !Array.isArray(entry['range'])) continue;
    const [from, to] = entry['range'];
    const rates = Object.entries(entry).filter((member): member is [string, number] => typeof member[1] === 'number');
    if (typeof from === 'number') tiers.push({ range: [from, typeof to === 'number' ? to : Infinity], rates: Object.fromEntries(rates) });
  }
  return tiers.toSorted((a, b) => a.range[0] - b.range[0]);
}

const nameAt = (names: readonly string[], index: number | undefined): string => (index === undefined ? undefined : names[index]) ?? '';
