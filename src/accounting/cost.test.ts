import { expect, test } from 'bun:test';
import { assert, integer, nat, property } from 'fast-check';
import { emptyUsage } from '../canonical/usage.ts';
import type { Usage } from '../canonical/usage.ts';
import { bundledPriceMap, lookUp, modelKeys } from './price-map.ts';
import type { ModelPrice } from './price-map.ts';
import { costOf } from './cost.ts';
import type { Units } from './cost.ts';
import { priceOf, withOverrides } from './prices.ts';
import { attoOf } from './rates.ts';

const usage = (values: Partial<Usage>): Usage => ({ ...emptyUsage(), ...values });

const price = (provider: string, model: string): ModelPrice => {
  const found = priceOf(provider, model);
  if (!found) throw new Error(`no price for ${provider}/${model}`);
  return found;
};

interface Golden { model: [string, string]; usage: Partial<Usage>; units?: Units; usd: number; because: string }

// Computed by hand from the price map of litellm 1.109.1.
const golden: Golden[] = [
  { model: ['openai', 'gpt-4o'], usage: { inputTokens: 1000, outputTokens: 100 }, usd: 0.0035, because: '1000 × 2.5 + 100 × 10 per million' },
  { model: ['openai', 'gpt-4o'], usage: { inputTokens: 1000, cacheReadTokens: 400, outputTokens: 100 }, usd: 0.003, because: '600 × 2.5 + 400 × 1.25 + 100 × 10' },
  { model: ['openai', 'gpt-4o'], usage: { inputTokens: 1000, outputTokens: 100, serviceTier: 'priority' }, usd: 0.00595, because: '1000 × 4.25 + 100 × 17' },
  { model: ['openai', 'gpt-4o'], usage: { inputTokens: 1000, outputTokens: 100, serviceTier: 'batch' }, usd: 0.00175, because: 'half' },
  { model: ['openai', 'gpt-4o'], usage: { inputTokens: 1000, outputTokens: 100, serviceTier: 'default' }, usd: 0.0035, because: 'the standard tier' },
  { model: ['openai', 'gpt-4o-mini'], usage: { inputTokens: 13, outputTokens: 7 }, usd: 0.00000615, because: '13 × 0.15 + 7 × 0.6' },
  { model: ['openai', 'gpt-5.5'], usage: { inputTokens: 272_000, outputTokens: 10 }, usd: 1.3603, because: '272,000 is not above 272k: 5 and 30' },
  { model: ['openai', 'gpt-5.5'], usage: { inputTokens: 272_001, outputTokens: 10 }, usd: 2.72046, because: 'above 272k: 10 and 45' },
  { model: ['openai', 'gpt-5.5'], usage: { inputTokens: 300_000, cacheReadTokens: 100_000, outputTokens: 1000, serviceTier: 'flex' }, usd: 1.0725, because: '200k × 5 + 100k × 0.5 + 1000 × 22.5' },
  { model: ['openai', 'gpt-5.5'], usage: { inputTokens: 1000, outputTokens: 1000, reasoningTokens: 900 }, usd: 0.035, because: 'reasoning is output' },
  { model: ['anthropic', 'claude-sonnet-4-5-20250929'], usage: { inputTokens: 1000, outputTokens: 50 }, usd: 0.00375, because: '1000 × 3 + 50 × 15' },
  {
    model: ['anthropic', 'claude-sonnet-4-5-20250929'], usage: { inputTokens: 10_000, cacheReadTokens: 5000, cacheWriteTokens: 3000, cacheWrite1hTokens: 1000, outputTokens: 100 },
    usd: 0.0225, because: '2000 × 3 + 5000 × 0.3 + 2000 × 3.75 + 1000 × 6 + 100 × 15',
  },
  { model: ['gemini', 'gemini-2.5-pro'], usage: { inputTokens: 200_000, outputTokens: 1000 }, usd: 0.26, because: '200k × 1.25 + 1000 × 10' },
  { model: ['gemini', 'gemini-2.5-pro'], usage: { inputTokens: 250_000, cacheReadTokens: 50_000, outputTokens: 1000 }, usd: 0.5275, because: '200k × 2.5 + 50k × 0.25 + 1000 × 15' },
  { model: ['gemini', 'gemini-2.5-pro'], usage: { inputTokens: 250_000, outputTokens: 1000, serviceTier: 'priority' }, usd: 1.152, because: '250k × 4.5 + 1000 × 27' },
  { model: ['dashscope', 'qwen-flash'], usage: { inputTokens: 256_000, outputTokens: 1000 }, usd: 0.0132, because: 'first tier: 0.05 and 0.4' },
  { model: ['dashscope', 'qwen-flash'], usage: { inputTokens: 256_001, outputTokens: 1000 }, usd: 0.06600025, because: 'second tier for all tokens: 0.25 and 2' },
  { model: ['openai', 'text-embedding-3-small'], usage: { inputTokens: 1_000_000 }, usd: 0.02, because: '0.02 per million' },
  { model: ['cohere', 'rerank-v3.5'], usage: {}, units: { queries: 3 }, usd: 0.006, because: '3 × 0.002' },
  { model: ['openai', 'tts-1'], usage: {}, units: { characters: 1000 }, usd: 0.015, because: '1000 × 15 per million' },
  { model: ['openai', 'whisper-1'], usage: {}, units: { seconds: 90.5 }, usd: 0.00905, because: '90.5 × 0.0001' },
  { model: ['openai', 'omni-moderation-latest'], usage: { inputTokens: 500 }, usd: 0, because: 'free' },
];

for (const row of golden) {
  test(`${row.model.join('/')} costs ${row.usd} (${row.because})`, () => {
    const cost = costOf(price(...row.model), usage(row.usage), row.units);
    expect(Math.abs((cost?.totalUsd ?? NaN) - row.usd)).toBeLessThan(1e-9);
    expect(Math.abs((cost?.inputUsd ?? 0) + (cost?.outputUsd ?? 0) + (cost?.unitsUsd ?? 0) - row.usd)).toBeLessThan(1e-9);
  });
}

test('a price has the name provider/model, or the model\'s own when this provider sells it', () => {
  expect(priceOf('azure', 'gpt-4o')?.key).toBe('azure/gpt-4o');
  expect(priceOf('vertex_ai', 'gemini-2.5-pro')?.key).toBe('gemini-2.5-pro');
  expect(priceOf('openai', 'ft:gpt-4o-2024-08-06:acme::abc')?.key).toBe('ft:gpt-4o-2024-08-06');
  expect(priceOf('openai', 'claude-sonnet-4-5-20250929')).toBeNull();
  expect(priceOf('openai', 'some-local-model')).toBeNull();
  expect(priceOf('*', 'gpt-4o')?.key).toBe('gpt-4o');
});

test('abilities and limits are read with the price', () => {
  const found = price('openai', 'gpt-4o');
  expect(found.numbers['max_input_tokens']).toBe(128_000);
  expect(found.numbers['max_output_tokens']).toBe(16_384);
  expect(found.supports.has('vision')).toBe(true);
  expect(found.supports.has('reasoning')).toBe(false);
  expect(found.mode).toBe('chat');
  expect(price('openai', 'gpt-5.5').lists['supported_endpoints']).toContain('/v1/responses');
});

test('every line of the map can be found by its name', () => {
  const map = bundledPriceMap();
  const keys = modelKeys(map);
  expect(keys.length).toBeGreaterThan(4000);
  for (const key of keys) expect(lookUp(map, key)?.key).toBe(key);
  for (const key of ['', '!', '~', 'gpt-4', 'gpt-4oo', 'zzz/zzz']) expect(lookUp(map, key)?.key ?? key).toBe(key);
});

test('the configuration\'s prices replace the map\'s for tokens', () => {
  const own = withOverrides(price('openai', 'gpt-4o'), 'openai', { input_cost_per_token: 0.000001, output_cost_per_token: '2e-6', model: 'x' });
  expect(costOf(own, usage({ inputTokens: 1000, cacheReadTokens: 500, outputTokens: 100 }))?.totalUsd).toBe(0.0012);
  expect(own?.numbers['max_input_tokens']).toBe(128_000);
  expect(own?.configured).toBe(true);
});

test('a model without a price gets one from the configuration alone', () => {
  const own = withOverrides(null, 'openai', { input_cost_per_token: 0.000001, output_cost_per_token: 0.000002, supports_vision: true, mode: 'chat' });
  expect(costOf(own, usage({ inputTokens: 13, outputTokens: 7 }))?.totalUsd).toBe(0.000027);
  expect(own?.supports.has('vision')).toBe(true);
  expect(withOverrides(null, 'openai', { model: 'openai/x', api_base: 'http://x', timeout: 3 })).toBeNull();
});

test('one changed price leaves the others alone, and a limit is no price', () => {
  const cached = withOverrides(price('openai', 'gpt-4o'), 'openai', { cache_read_input_token_cost: 0 });
  expect(costOf(cached, usage({ inputTokens: 1000, cacheReadTokens: 1000, outputTokens: 100 }))?.totalUsd).toBe(0.001);
  expect(withOverrides(price('openai', 'gpt-4o'), 'openai', { max_tokens: 10, supports_vision: false })).toMatchObject({ configured: false });
  expect(withOverrides(price('openai', 'gpt-4o'), 'openai', { supports_vision: false })?.supports.has('vision')).toBe(false);
});

test('a reported cost wins over the map and loses to the configuration', () => {
  const reported = usage({ inputTokens: 1000, outputTokens: 100, costUsd: 0.007 });
  expect(costOf(price('openai', 'gpt-4o'), reported)).toMatchObject({ totalUsd: 0.007, reported: true });
  expect(costOf(null, reported)).toMatchObject({ totalUsd: 0.007, inputUsd: 0, totalAtto: 7_000_000_000_000_000n });
  expect(costOf(withOverrides(null, 'x', { input_cost_per_token: 1e-6 }), reported)?.totalUsd).toBe(0.001);
});

test('without price and report the cost is unknown, not nothing', () => {
  expect(costOf(null, usage({ inputTokens: 5 }))).toBeNull();
});

test('audio, reasoning and a price per request have their own rates', () => {
  const own = withOverrides(null, 'x', {
    input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, input_cost_per_audio_token: 10e-6, output_cost_per_audio_token: 20e-6,
    output_cost_per_reasoning_token: 3e-6, input_cost_per_request: 0.001,
  });
  const cost = costOf(own, usage({ inputTokens: 100, inputAudioTokens: 40, outputTokens: 100, outputAudioTokens: 30, reasoningTokens: 20 }));
  // 60 × 1 + 40 × 10; 50 × 2 + 30 × 20 + 20 × 3; one request.
  expect(cost?.inputUsd).toBe(0.00046);
  expect(cost?.outputUsd).toBe(0.00076);
  expect(cost?.totalUsd).toBe(0.00222);
});

test('counts that do not add up never make a cost negative', () => {
  const cost = costOf(price('openai', 'gpt-4o'), usage({ inputTokens: 10, cacheReadTokens: 50, cacheWriteTokens: -3, outputTokens: 5, reasoningTokens: 9 }));
  expect(cost?.totalUsd).toBe(0.0000625);
});

test('prices become whole numbers without loss', () => {
  expect(attoOf(2.5e-6)).toBe(2_500_000_000_000n);
  expect(attoOf(1)).toBe(10n ** 18n);
  expect(attoOf(1e-18)).toBe(1n);
  expect(attoOf(0)).toBe(0n);
  expect(attoOf(-1)).toBe(0n);
  expect(attoOf(NaN)).toBe(0n);
  assert(property(nat(999_999), integer({ min: 6, max: 12 }), (digits, places) => attoOf(Number(`${digits}e-${places}`)) === BigInt(digits) * 10n ** BigInt(18 - places)));
});

test('sums of single tokens equal the price of all of them', () => {
  const model = price('openai', 'gpt-4o-mini');
  const one = costOf(model, usage({ inputTokens: 1 }))?.totalAtto ?? 0n;
  expect(costOf(model, usage({ inputTokens: 123_457 }))?.totalAtto).toBe(one * 123_457n);
});
