import { afterEach, expect, test } from 'bun:test';
import { currentPriceMap, bundledPriceMap, modelKeys, usePriceMap } from './price-map.ts';
import { checkPriceMap, refreshPriceMap } from './price-refresh.ts';
import { priceOf } from './prices.ts';
import type { JsonObject } from '../lib/json.ts';

const count = 3000;
const mapWith = (more: JsonObject): JsonObject => ({
  sample_spec: { litellm_provider: 'one of', mode: 'chat' },
  ...Object.fromEntries(Array.from({ length: count }, (_, index) => [`made-${index}`, { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 1e-6, output_cost_per_token: 2e-6, supports_vision: index % 2 === 0 }])),
  ...more,
});
const good = mapWith({ 'gpt-new': { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 2.5e-7, output_cost_per_token: 1e-6, max_input_tokens: 400_000 } });
const send = (body: string, status = 200) => () => Promise.resolve(new Response(body, { status }));

afterEach(() => usePriceMap(null));

test('a good map is in force at once, with its source', async () => {
  expect(priceOf('openai', 'gpt-new')).toBeNull();
  const outcome = await refreshPriceMap('https://prices.example/map.json', send(JSON.stringify(good)), 0);
  expect(outcome).toEqual({ kind: 'new', models: count + 1, source: 'prices.example, 1970-01-01T00:00:00.000Z' });
  expect(priceOf('openai', 'gpt-new')?.numbers).toMatchObject({ input_cost_per_token: 2.5e-7, max_input_tokens: 400_000 });
  expect(priceOf('openai', 'made-2')?.supports.has('vision')).toBe(true);
  expect(currentPriceMap().header.source).toContain('prices.example');
  expect(await refreshPriceMap('https://prices.example/map.json', send(JSON.stringify(good)), 1)).toEqual({ kind: 'same' });
});

test('a map that is not good changes nothing', async () => {
  const known = modelKeys(bundledPriceMap()).length;
  const bad: [string, string][] = [
    ['<html>', 'not a JSON object'], ['{', 'not a JSON object'], ['[]', 'not a JSON object'], ['{}', `it has 0 models, the one before has ${known}`],
    [JSON.stringify(mapWith({ x: { litellm_provider: 'openai', input_cost_per_token: -1 } })), 'input_cost_per_token of x is no price'],
    [JSON.stringify(mapWith({ x: { litellm_provider: 'openai', output_cost_per_token: 30 } })), 'output_cost_per_token of x is no price'],
  ];
  for (const [text, problem] of bad) {
    const outcome = await refreshPriceMap('https://prices.example/map.json', send(text), 0);
    expect(outcome.kind === 'failed' ? outcome.problem : outcome.kind).toContain(problem);
  }
  expect((await refreshPriceMap('https://prices.example/map.json', send('busy', 503), 0)).kind).toBe('failed');
  expect((await refreshPriceMap('https://prices.example/map.json', () => Promise.reject(new Error('no network')), 0)).kind).toBe('failed');
  expect(currentPriceMap()).toBe(bundledPriceMap());
});

test('the encoder writes a line for each model', () => {
  const checked = checkPriceMap(JSON.stringify(good), 'x', 10);
  expect(checked.ok && checked.map.text.split('\n').length).toBe(count + 3);
});
