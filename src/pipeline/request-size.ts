// How large a request is and what its answer may be, as far as a glance tells: what budgets and limits of tokens hold back for it.
import { estimateBytes } from '../accounting/token-estimate.ts';
import { forecastNanoUsd, priceKind, type RequestSize } from '../accounting/price-forecast.ts';
import { priceAt } from '../routing/target-price.ts';
import { isJsonObject } from '../lib/json.ts';
import type { CallKind } from './exchange.ts';
import type { Target } from '../routing/deployment.ts';
import type { Forecast, PriceForecast } from '../limits/limiter.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { ModelPrice } from '../accounting/prices.ts';

const outputLimitMembers = ['max_completion_tokens', 'max_tokens', 'max_output_tokens'] as const;
// Sound comes at 16 kB a second or more.
const soundBytesPerSecond = 16_000;

/** The size of a request. `expectedOutput`: the most output tokens that the model's answers usually have. `fileBytes`: files beside the body. */
export function requestSize(kind: CallKind, body: JsonBody, expectedOutput: number, fileBytes: number): RequestSize {
  if (kind.type === 'chat') {
    const answers = count(body, 'n') ?? 1;
    return { inputTokens: estimateBytes(body.bytes), outputTokens: Math.min(outputLimit(body) ?? Infinity, expectedOutput) * answers, units: {} };
  }
  const inputTokens = estimateBytes(body.bytes);
  switch (kind.operation) {
    case 'images-generations':
    case 'images-edits':
    case 'images-variations':
      return { inputTokens, outputTokens: 0, units: { images: count(body, 'n') ?? 1 } };
    case 'audio-speech':
      return { inputTokens, outputTokens: 0, units: { characters: body.bytes.length } };
    case 'audio-transcriptions':
    case 'audio-translations':
      return { inputTokens: 0, outputTokens: expectedOutput, units: { seconds: Math.ceil(fileBytes / soundBytesPerSecond) } };
    case 'rerank':
      return { inputTokens, outputTokens: 0, units: { queries: 1 } };
    default:
      return { inputTokens, outputTokens: 0, units: {} };
  }
}

/** What a request of this size is expected to use at the dearest of these targets. */
export function forecastOf(size: RequestSize, targets: readonly Target[]): Forecast {
  return { price: priceOf(size, targets), tokens: size.inputTokens + size.outputTokens };
}

interface GroupPrices {
  priced: readonly ModelPrice[];
  kind: PriceForecast['kind'];
}

const prices = new WeakMap<readonly Target[], GroupPrices>();

function priceOf(size: RequestSize, targets: readonly Target[]): PriceForecast {
  let known = prices.get(targets);
  if (!known) prices.set(targets, (known = pricesOf(targets)));
  if (known.kind !== 'priced') return { kind: known.kind };
  let holdNanoUsd = 0;
  for (const price of known.priced) holdNanoUsd = Math.max(holdNanoUsd, forecastNanoUsd(price, size));
  return { kind: 'priced', holdNanoUsd };
}

// A group is free only when each of its deployments is, and its price is unknown only when none has one.
function pricesOf(targets: readonly Target[]): GroupPrices {
  const all = targets.map(({ deployment, model }) => priceAt(deployment, model));
  const kinds = new Set(all.map(priceKind));
  const byText = new Map<string, ModelPrice>();
  for (const price of all) if (price && priceKind(price) === 'priced') byText.set(JSON.stringify([price.numbers, price.tiers]), price);
  return { priced: [...byText.values()], kind: kinds.has('priced') ? 'priced' : kinds.has('unknown') || kinds.size === 0 ? 'unknown' : 'free' };
}

function outputLimit(body: JsonBody): number | null {
  for (const name of outputLimitMembers) {
    const limit = count(body, name);
    if (limit !== null) return limit;
  }
  const gemini = body.has('generationConfig') ? body.get('generationConfig') : undefined;
  const limit = isJsonObject(gemini) ? gemini['maxOutputTokens'] : undefined;
  return typeof limit === 'number' && limit > 0 ? limit : null;
}

function count(body: JsonBody, name: string): number | null {
  if (body.kindOf(name) !== 'number') return null;
  const value = body.get(name);
  return typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : null;
}
