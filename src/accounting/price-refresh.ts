// Fetches the price map while the gateway runs, when that is asked for. A map that is not good changes nothing: prices that are a day old
// are better than none.
import { boundedBody } from '../http/bounded-body.ts';
import { keepPriceMap } from './kept-prices.ts';
import { encodePriceMap, modelsOf } from './price-encode.ts';
import { currentPriceMap, modelKeys, readPriceMap, usePriceMap, type PriceMap } from './price-map.ts';
import { parseJsonObject, type JsonObject } from '../lib/json.ts';
import type { Send } from '../http/provider-response.ts';

const maxMapBytes = 64 * 1024 * 1024;
const timeoutMs = 60_000;
/** A map that lost more of its models than this was cut or broken. */
const leastShare = 0.5;
const mostDollarsPerToken = 1;

/** A map that may be used, or what is wrong with it. */
export type CheckedMap = { ok: true; map: PriceMap; models: number } | { ok: false; problem: string };

/** Checks a fetched map: JSON, enough models, each price a number that a price can be. */
export function checkPriceMap(text: string, source: string, knownModels: number): CheckedMap {
  const map = parseJsonObject(text);
  if (!map) return { ok: false, problem: 'it is not a JSON object' };
  const models = modelsOf(map);
  if (models.length < Math.max(1, knownModels * leastShare)) return { ok: false, problem: `it has ${models.length} models, the one before has ${knownModels}` };
  for (const [name, model] of models) {
    const wrong = wrongPrice(model);
    if (wrong !== undefined) return { ok: false, problem: `${wrong} of ${name.slice(0, 100)} is no price` };
  }
  return { ok: true, map: readPriceMap(encodePriceMap(map, source).text), models: models.length };
}

function wrongPrice(model: JsonObject): string | undefined {
  for (const [name, value] of Object.entries(model)) {
    if (typeof value !== 'number') continue;
    const isPrice = name.includes('_cost');
    if ((isPrice && (value < 0 || !Number.isFinite(value))) || (/_per_token/.test(name) && value > mostDollarsPerToken)) return name;
  }
  return undefined;
}

/** What became of one fetch. */
export type Refreshed = { kind: 'new'; models: number; source: string } | { kind: 'same' } | { kind: 'failed'; problem: string };

/** Fetches the map from an address and puts it in force when it is good and new; `file`: where it is kept for the next start, null: nowhere. */
export async function refreshPriceMap(url: string, send: Send, nowMs: number, file: string | null = null): Promise<Refreshed> {
  const text = await fetchText(url, send);
  if (!text.ok) return { kind: 'failed', problem: text.problem };
  const source = `${new URL(url).host}, ${new Date(nowMs).toISOString()}`;
  const before = currentPriceMap();
  const checked = checkPriceMap(text.value, source, modelKeys(before).length);
  if (!checked.ok) return { kind: 'failed', problem: checked.problem };
  // A map that is as before is kept anew, too: its age is the age of the last time that it was found good.
  if (file !== null) await keepPriceMap(file, url, checked.map, nowMs);
  if (withoutHeader(checked.map) === withoutHeader(before)) return { kind: 'same' };
  usePriceMap(checked.map);
  return { kind: 'new', models: checked.models, source };
}

const withoutHeader = ({ text }: PriceMap): string => text.slice(text.indexOf('\n'));

async function fetchText(url: string, send: Send): Promise<{ ok: true; value: string } | { ok: false; problem: string }> {
  try {
    const response = await send(url, { method: 'GET', headers: { accept: 'application/json' }, body: new Uint8Array(), signal: AbortSignal.timeout(timeoutMs) });
    if (response.status !== 200) return { ok: false, problem: `the address answered status ${response.status}` };
    const bytes = await boundedBody(response, maxMapBytes);
    return bytes ? { ok: true, value: bytes.toString('utf8') } : { ok: false, problem: 'it is too large' };
  } catch {
    return { ok: false, problem: 'the address cannot be reached' };
  }
}

/** Where the map is fetched from and how often. */
export interface RefreshPlan {
  url: string;
  everyMs: number;
  /** Where the last good one is kept; null: nowhere. */
  file: string | null;
}

/** Fetches now and then until `stop`. The first fetch does not hold up the start. */
export function followPriceMap(plan: RefreshPlan, send: Send, tell: (outcome: Refreshed) => void): { stop(): void } {
  const once = (): void => void refreshPriceMap(plan.url, send, Date.now(), plan.file).then(tell);
  const first = setTimeout(once, 0);
  const timer = setInterval(once, plan.everyMs);
  timer.unref();
  return {
    stop() {
      clearTimeout(first);
      clearInterval(timer);
    },
  };
}
