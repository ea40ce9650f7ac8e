// The last good price map in a file, so that a start without the network does not fall back to older prices. The file is checked like a fetched
// map: whatever wrote it, wrong prices never come into force.
import { dirname } from 'node:path';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { readFileSync, statSync } from 'node:fs';
import { bundledPriceMap, modelKeys, readPriceMap, usePriceMap, type PriceMap } from './price-map.ts';
import { isJsonObject, parseJsonObject, stringAt } from '../lib/json.ts';

const maxFileBytes = 64 * 1024 * 1024;
const dayMs = 86_400_000;
/** An older one is left: a new version of Weir brings newer prices. */
const maxAgeMs = 30 * dayMs;
const leastShare = 0.5;
const format = 'weir-prices-1';

/** Writes a map down, whole or not at all. A folder that cannot be written to costs nothing but the kept map. */
export async function keepPriceMap(file: string, url: string, map: PriceMap, nowMs: number): Promise<void> {
  const head = JSON.stringify({ format, url, at_ms: nowMs, sha256: digestOf(map.text) });
  const fresh = `${file}.${process.pid}.new`;
  await mkdir(dirname(file), { recursive: true }).then(() => writeFile(fresh, `${head}\n${map.text}`)).then(() => rename(fresh, file)).catch(() => undefined);
}

/** What became of the kept map. */
export type KeptPrices = { kind: 'used'; source: string } | { kind: 'none' } | { kind: 'refused'; problem: string };

/** Puts the map that was kept from this address in force, when it is whole, not too old and has prices. */
export function useKeptPriceMap(file: string, url: string, nowMs: number): KeptPrices {
  let text: string;
  try {
    if (statSync(file).size > maxFileBytes) return { kind: 'refused', problem: 'it is too large' };
    text = readFileSync(file, 'utf8');
  } catch {
    return { kind: 'none' };
  }
  const end = text.indexOf('\n');
  const head = parseJsonObject(text.slice(0, end));
  if (stringAt(head, 'format') !== format) return { kind: 'refused', problem: 'it is not a price map of this version' };
  if (stringAt(head, 'url') !== url) return { kind: 'none' };
  const atMs = head?.['at_ms'];
  if (typeof atMs !== 'number' || nowMs - atMs > maxAgeMs || atMs > nowMs + dayMs) return { kind: 'none' };
  const body = text.slice(end + 1);
  if (stringAt(head, 'sha256') !== digestOf(body)) return { kind: 'refused', problem: 'it is cut or changed' };
  const map = mapOf(body);
  if (!map || modelKeys(map).length < modelKeys(bundledPriceMap()).length * leastShare) return { kind: 'refused', problem: 'it has too few models' };
  usePriceMap(map);
  return { kind: 'used', source: map.header.source };
}

function mapOf(text: string): PriceMap | null {
  try {
    const map = readPriceMap(text);
    return isJsonObject(map.header) ? map : null;
  } catch {
    return null;
  }
}

const digestOf = (text: string): string => new Bun.CryptoHasher('sha256').update(text).digest('hex');
