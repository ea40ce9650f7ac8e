// Discounts and margins from the configuration to the headers of an answer and the record of the request.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { configOf, providerDialects } from '../../support/dialects.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
afterAll(() => provider.stop());

test('a discount and a margin change what is billed, and the headers say how', async () => {
  const [chat] = providerDialects;
  if (!chat) throw new Error('no dialect');
  provider.on('m', json({ ...JSON.parse(chat.answer) as object, usage: { prompt_tokens: 1_000, completion_tokens: 0, total_tokens: 1_000 } }));
  const entry = { name: 'm', model: 'deepseek/m', base: `${provider.url}/v1`, extra: { input_cost_per_token: 0.00001, output_cost_per_token: 0 } };
  const local = localGateway(configOf([entry], { litellm_settings: { cost_discount_config: { deepseek: 0.05 }, cost_margin_config: { global: { percentage: 0.1, fixed_amount: 0.0005 } } } }));
  const { headers } = await local.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
  const header = (name: string): number => Number(headers.get(`x-litellm-response-cost${name}`));
  expect([header(''), header('-original'), header('-discount-amount'), header('-margin-amount'), header('-margin-percent')]).toEqual([0.01095, 0.01, 0.0005, 0.00145, 0.1]);
  expect(local.records[0]?.costUsd).toBe(0.01095);
});
