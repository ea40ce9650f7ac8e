// What keys, budgets, limits and the ledger cost: CPU time of the gateway for each plain request, with the master key and no database
// against a virtual key with every limit set, a team, a user, and the ledger in SQLite. In turn, several rounds, medians.
// usage: bun bench/limits/cpu.ts [ROUNDS] [SECONDS]
import { cpuTimeUs } from '../measure.ts';
import { join } from 'node:path';
import { freePort, start, stop } from '../process.ts';
import { hashOf, storeKey } from '../../test/support/stored-keys.ts';
import { masterKey, startGateway, type GatewayProcess } from '../../test/support/gateway.ts';
import { openSite, quantile, gatewayOn } from './site.ts';
import { wrk } from '../wrk.ts';

const rounds = Number(process.argv[2] ?? 5);
const seconds = Number(process.argv[3] ?? 4);
const site = await openSite();
const mockPort = freePort();
const mock = start({ command: [process.execPath, 'bench/mock.ts', String(mockPort)], logFile: join(site.folder, 'mock.log') });
const config = (more = ''): string => `
model_list:
  - model_name: plain
    litellm_params: { model: openai/gpt-4o-mini, api_key: sk-mock, api_base: "http://127.0.0.1:${mockPort}/plain/v1" }
${more}`;
const times = { created_at_ms: 1, updated_at_ms: 1 };
const { db } = site.store;
const budget = { max_budget: 1e6, budget_duration: '30d', budget_reset_at_ms: Date.now() + 20 * 86_400_000, rpm_limit: 1e9, tpm_limit: 1e12 };
await db.insertInto('users').values({ user_id: 'u', ...budget, ...times }).execute();
await db.insertInto('teams').values({ team_id: 't', ...budget, ...times }).execute();
const key = await storeKey(site.store, 'bench', { user_id: 'u', team_id: 't', max_parallel_requests: 10_000, ...budget });
const body = JSON.stringify({ model: 'plain', messages: [{ role: 'user', content: 'The river carries more water in spring than in autumn. '.repeat(16) }] });

interface Side {
  name: string;
  gateway: GatewayProcess;
  key: string;
  costs: number[];
}
const sides: Side[] = [
  { name: 'plain: master key, no database', gateway: await startGateway(config(), { environment: { WEIR_LOG_FILE: join(site.folder, 'plain.log') } }), key: masterKey, costs: [] },
  { name: 'master key; ledger in SQLite', gateway: await gatewayOn(site, config(), 1), key: masterKey, costs: [] },
  { name: 'key, user and team with budgets and limits; ledger in SQLite', gateway: await gatewayOn(site, config(), 0), key, costs: [] },
];
for (let round = -1; round < rounds; round++) {
  for (const side of sides) {
    const before = cpuTimeUs(side.gateway.pid);
    const result = await wrk({ url: `${side.gateway.url}/v1/chat/completions`, body, authorization: `Bearer ${side.key}`, connections: 64, seconds: round < 0 ? 2 : seconds, folder: site.folder });
    // What the ledger writes a moment later belongs to these requests.
    await Bun.sleep(1_000);
    const cost = (cpuTimeUs(side.gateway.pid) - before) / result.requests;
    if (result.failed > 0) throw new Error(`${side.name}: ${result.failed} requests failed`);
    if (round >= 0) side.costs.push(cost);
    console.log(`${round < 0 ? 'warm-up' : `round ${round + 1}`}  ${cost.toFixed(1)} µs  ${side.name}`);
  }
}
const [plain = Number.NaN, ledger = Number.NaN, full = Number.NaN] = sides.map(({ costs }) => quantile(costs, 0.5));
const more = (cost: number): string => `${(((cost - plain) / plain) * 100).toFixed(0)} % more`;
console.log(`\nmedian CPU per request: ${plain.toFixed(1)} µs plain, ${ledger.toFixed(1)} µs with the ledger (${more(ledger)}), ${full.toFixed(1)} µs with all of it (${more(full)})`);
const row = await db.selectFrom('virtual_keys').select('total_spend_nano_usd').where('key_hash', '=', hashOf(key)).executeTakeFirst();
console.log(`the ledger has booked $${Number(row?.total_spend_nano_usd ?? 0) / 1e9}`);
for (const { gateway } of sides) await gateway.stop();
await stop(mock);
await site.close();
