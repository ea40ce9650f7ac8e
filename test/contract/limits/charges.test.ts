// Budgets that no row holds (of models, providers, the whole gateway) go on where the last process ended.
import { afterAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { createGateway, type Gateway } from '../../../src/gateway.ts';
import { loadConfigText } from '../../../src/config/load.ts';
import { masterKey } from '../../support/gateway.ts';
import { newProcessMemory } from '../../../src/pipeline/process-memory.ts';
import { openLedger } from '../../../src/accounting/ledger/ledger.ts';
import { readCharges } from '../../../src/limits/charges.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import { startBillingProvider } from '../../support/billing-provider.ts';
import { storeKey } from '../../support/stored-keys.ts';

closeStoresAfterAll();
const provider = startBillingProvider();
afterAll(() => provider.stop());

test('a new process knows what was spent on a model, at a provider and in all', async () => {
  const store = await newStore();
  const loaded = loadConfigText(`
model_list:
  - model_name: gpt
    litellm_params: { model: openai/gpt-test, api_key: sk-provider, api_base: "${provider.url}/v1", input_cost_per_token: 0, output_cost_per_token: 0.01 }
  - model_name: other
    litellm_params: { model: openai/other-test, api_key: sk-provider, api_base: "${provider.url}/v1", input_cost_per_token: 0, output_cost_per_token: 0.01 }
router_settings: { provider_budget_config: { openai: { budget_limit: 0.1, time_period: 7d } } }
litellm_settings: { max_budget: 100, budget_duration: 30d, timezone: Asia/Tokyo }
`, {});
  if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems));
  const key = await storeKey(store, 'model', { fields: JSON.stringify({ model_max_budget: { gpt: { budget_limit: 0.05, time_period: '1d' } } }) });
  const start = async (): Promise<{ ask(model: string): Promise<number>; stop(): Promise<void> }> => {
    const ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
    const memory = newProcessMemory();
    await readCharges(store, memory.limits.book, Date.now());
    const made = createGateway({ config: loaded.config, masterKey, logger: silentLogger, store, ledger, memory });
    if (made.kind === 'error') throw new Error(JSON.stringify(made.problems));
    const gateway: Gateway = made.gateway;
    return {
      async ask(model) {
        const request = new Request('http://weir.test/v1/chat/completions', { method: 'POST', headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }] }) });
        return (await gateway.handle(request, '127.0.0.1')).status;
      },
      stop: () => ledger.close(),
    };
  };
  const first = await start();
  expect([await first.ask('gpt'), await first.ask('gpt')]).toEqual([200, 422]);
  await first.stop();
  const spends = await store.db.selectFrom('budget_spend').select(['scope', 'scope_id', 'budget_name', 'spend_nano_usd']).orderBy('scope').execute();
  expect(spends.map(({ scope, budget_name: name, spend_nano_usd: spent }) => [scope, name, spent])).toEqual([['global', 'max_budget', 50_000_000], ['key', 'model_max_budget:gpt', 50_000_000], ['provider', 'max_budget', 50_000_000]]);
  const second = await start();
  expect([await second.ask('gpt'), await second.ask('other'), await second.ask('other')]).toEqual([422, 200, 429]);
  await second.stop();
});
