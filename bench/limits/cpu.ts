// What keys, budgets, limits and the ledger cost: CPU time of the gateway for each plain request, with the master key and no database
// against a virtual key with every limit set, a team, a user, and the ledger in SQLite or PostgreSQL. In turn, several rounds; what counts is the
// median of what each round says, because a machine that does other things too is slower in one round than in another.
// usage: bun bench/limits/cpu.ts [ROUNDS] [SECONDS]
import { cpuTimeUs } from '../measure.ts';
import { join } from 'node:path';
import { freePort, start, stop } from '../process.ts';
import { hashOf, storeKey } from '../../test/support/stored-keys.ts';
import { masterKey, startGateway, type GatewayProcess } from '../../test/support/gateway.ts';
import { openSite, quantile, gatewayOn } from './site.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { wrk } from '../wrk.ts';
import type { Store } from '../../src/store/store.ts';

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
const budget = { max_budget: 1e6, budget_duration: '30d', budget_reset_at_ms: Date.now() + 20 * 86_400_000, rpm_limit: 1e9, tpm_limit: 1e12 };
/** The same key with a user and a team in each database. */
async function fill(store: Store): Promise<string> {
  await store.db.insertInto('users').values({ user_id: 'u', ...budget, ...times }).execute();
  await store.db.insertInto('teams').values({ team_id: 't', ...budget, ...times }).execute();
  return await storeKey(store, 'bench', { user_id: 'u', team_id: 't', max_parallel_requests: 10_000, ...budget });
}
const key = await fill(site.store);
const postgres = await startPostgres({ shared_buffers: '256MB' });
const postgresUrl = await postgres.newDatabase();
const postgresStore = await openStore(postgresUrl, { maxConnections: 2 });
await migrate(postgresStore);
const postgresKey = await fill(postgresStore);
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
  { name: 'key, user and team with budgets and limits; ledger in PostgreSQL', gateway: await gatewayOn({ ...site, databaseUrl: postgresUrl }, config(), 2), key: postgresKey, costs: [] },
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
const [plain] = sides;
console.log(`\nmedian CPU per request, and how much more than the plain one in the same round:`);
for (const { name, costs } of sides) {
  const more = costs.map((cost, round) => (cost / (plain?.costs[round] ?? Number.NaN) - 1) * 100);
  console.log(`${quantile(costs, 0.5).toFixed(1).padStart(7)} µs  ${quantile(more, 0.5).toFixed(0).padStart(4)} % more   ${name}`);
}
for (const [store, of] of [[site.store, key], [postgresStore, postgresKey]] as const) {
  const row = await store.db.selectFrom('virtual_keys').select('total_spend_nano_usd').where('key_hash', '=', hashOf(of)).executeTakeFirst();
  console.log(`${store.dialect}: the ledger has booked $${Number(row?.total_spend_nano_usd ?? 0) / 1e9}`);
}
for (const { gateway } of sides) await gateway.stop();
await stop(mock);
await postgresStore.close();
await postgres.end();
await site.close();
