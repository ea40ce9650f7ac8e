import { afterEach, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { useKeptPriceMap } from './kept-prices.ts';
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

test('the last good map is there after a restart, and only that one', async () => {
  const folder = mkdtempSync(`${tmpdir()}/weir-prices-`);
  const [file, url] = [`${folder}/deep/prices`, 'https://prices.example/map.json'];
  expect(useKeptPriceMap(file, url, 0)).toEqual({ kind: 'none' });
  await refreshPriceMap(url, send(JSON.stringify(good)), 1_000, file);
  // A failed fetch leaves it alone.
  await refreshPriceMap(url, send('busy', 503), 2_000, file);
  await refreshPriceMap(url, send('{}'), 2_000, file);
  usePriceMap(null);
  expect(priceOf('openai', 'gpt-new')).toBeNull();
  expect(useKeptPriceMap(file, url, 86_400_000)).toEqual({ kind: 'used', source: 'prices.example, 1970-01-01T00:00:01.000Z' });
  expect(priceOf('openai', 'gpt-new')?.numbers).toMatchObject({ input_cost_per_token: 2.5e-7 });
  // Found as before, it is as young as the last look at it.
  expect(await refreshPriceMap(url, send(JSON.stringify(good)), 20 * 86_400_000, file)).toEqual({ kind: 'same' });
  usePriceMap(null);
  expect(useKeptPriceMap(file, url, 45 * 86_400_000).kind).toBe('used');
  usePriceMap(null);
  expect(useKeptPriceMap(file, url, 60 * 86_400_000)).toEqual({ kind: 'none' });
  expect(useKeptPriceMap(file, 'https://elsewhere.example/map.json', 0)).toEqual({ kind: 'none' });
  const kept = readFileSync(file, 'utf8');
  for (const [text, problem] of [[kept.slice(0, -100), 'it is cut or changed'], [kept.replace('2.5e-7', '2.5e+7'), 'it is cut or changed'], ['{}', 'it is not a price map of this version'], ['', 'it is not a price map of this version']] as const) {
    writeFileSync(file, text);
    expect(useKeptPriceMap(file, url, 21 * 86_400_000)).toEqual({ kind: 'refused', problem });
  }
  expect(currentPriceMap()).toBe(bundledPriceMap());
  rmSync(folder, { recursive: true });
});

test('a map without an end is not read to it', async () => {
  let chunks = 0;
  const endless = (): Promise<Response> => Promise.resolve(new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1_000_000 * Math.sign(++chunks))) })));
  expect(await refreshPriceMap('https://prices.example/map.json', endless, 0)).toEqual({ kind: 'failed', problem: 'it is too large' });
  expect(chunks).toBeLessThan(80);
});

test('the encoder writes a line for each model', () => {
  const checked = checkPriceMap(JSON.stringify(good), 'x', 10);
  expect(checked.ok && checked.map.text.split('\n').length).toBe(count + 3);
});
