// The last good price map outlives the process: a restart without the address has the prices of the run before.
import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startGateway } from '../support/gateway.ts';

const folder = mkdtempSync(`${tmpdir()}/weir-kept-prices-`);
const made = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`made-${index}`, { litellm_provider: 'openai', mode: 'chat', input_cost_per_token: 3e-6, output_cost_per_token: 6e-6 }]));
let isUp = true;
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => (isUp ? Response.json(made) : new Response('busy', { status: 503 })) });
afterAll(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true, force: true });
});

const sourceOf = async (url: string): Promise<string> => (await fetch(`${url}/public/litellm_model_cost_map`)).headers.get('x-weir-price-map') ?? '';

test('prices are there after a restart, though nobody gives them', async () => {
  const config = `model_list: [{ model_name: m, litellm_params: { model: openai/made-7, api_key: k } }]\ngeneral_settings: { model_cost_map_url: "http://127.0.0.1:${server.port}/map.json" }\n`;
  const first = await startGateway(config, { arguments: ['--data', folder] });
  for (const deadline = Date.now() + 15_000; Date.now() < deadline && !(await sourceOf(first.url)).startsWith('127.0.0.1');) await Bun.sleep(50);
  const fetched = await sourceOf(first.url);
  await first.stop();
  expect(fetched).toStartWith('127.0.0.1');
  isUp = false;
  const second = await startGateway(config, { arguments: ['--data', folder] });
  const told = await sourceOf(second.url);
  const info = await (await fetch(`${second.url}/model/info`, { headers: { authorization: `Bearer ${second.key}` } })).json() as { data: { model_info: object }[] };
  await second.stop();
  expect(told).toBe(fetched);
  expect(info.data[0]?.model_info).toMatchObject({ input_cost_per_token: 3e-6, key: 'made-7' });
});
