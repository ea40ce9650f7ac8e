// Ten thousand requests with time-outs, clients that leave, failures, cached answers, and gateways that are killed: what is left over?
import { ask, gatewayOn, gauge, until, type Site } from './site.ts';
import { chanceOf } from '../routing/chance.ts';
import { hashOf, storeKey } from '../../test/support/stored-keys.ts';
import { priceNano, startAccountingProvider, type AccountingProvider } from './accounting-provider.ts';
import type { GatewayProcess } from '../../test/support/gateway.ts';

const requests = 10_000;
const workers = 40;
const kills = 6;

const configOf = (provider: AccountingProvider, site: Site): string => `
model_list:
  - model_name: gpt
    litellm_params: { model: openai/gpt-test, api_key: sk-mock, api_base: "${provider.url}/v1", input_cost_per_token: 0.0001, output_cost_per_token: 0.001 }
router_settings: { redis_url: "${site.redis.url}", num_retries: 0, disable_cooldowns: true }
litellm_settings: { cache: true }
general_settings: { proxy_batch_write_at: 1 }
`;

/** Runs it and tells what came out. */
export async function chaos(site: Site, say: (name: string, good: boolean, text: string) => void): Promise<void> {
  const provider = startAccountingProvider();
  const gateways: GatewayProcess[] = [];
  for (const index of [10, 11, 12]) gateways.push(await gatewayOn(site, configOf(provider, site), index));
  const key = await storeKey(site.store, 'chaos', { max_budget: 1e6, tpm_limit: 1e9, rpm_limit: 1e9, max_parallel_requests: 10_000 });
  const chance = chanceOf(7);
  const statuses = new Map<number, number>();
  /** Ids of requests that were under way when their gateway was killed. */
  const lost = new Set<string>();
  const underWay = gateways.map(() => new Set<string>());
  let begun = 0;

  const worker = async (): Promise<void> => {
    while (begun < requests) {
      const id = `chaos-${begun++}`;
      const index = Math.floor(chance() * 3);
      const gateway = gateways[index];
      const mine = underWay[index];
      if (!gateway || !mine) continue;
      const dice = chance();
      const word = dice < 0.1 ? 'fail' : dice < 0.2 ? 'slow' : dice < 0.3 ? `cached-${Math.floor(chance() * 20)}` : id;
      const controller = new AbortController();
      // Those that leave do so before anything was answered: the provider bills them nothing.
      const timer = word === 'slow' ? setTimeout(() => controller.abort(), 20 + chance() * 60) : null;
      mine.add(id);
      const body = { model: 'gpt', stream: chance() < 0.5, messages: [{ role: 'user', content: word === 'fail' || word === 'slow' ? `${word} ${id}` : word }], ...(word === 'slow' && chance() < 0.5 && { timeout: 0.05 }) };
      const reply = await ask(gateway, key, body, { id, signal: controller.signal });
      if (timer) clearTimeout(timer);
      mine.delete(id);
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
    }
  };
  const killer = async (): Promise<void> => {
    for (let done = 0; done < kills && begun < requests;) {
      if (begun < ((done + 1) * requests) / (kills + 1)) {
        await Bun.sleep(20);
        continue;
      }
      const index = done++ % 3;
      const old = gateways[index];
      if (!old) continue;
      for (const id of underWay[index] ?? []) lost.add(id);
      old.signal('SIGKILL');
      await old.exited;
      for (const id of underWay[index] ?? []) lost.add(id);
      gateways[index] = await gatewayOn(site, configOf(provider, site), 10 + index, old.port);
    }
  };
  await Promise.all([killer(), ...Array.from({ length: workers }, worker)]);
  await Bun.sleep(3_000);
  await tell(site, provider, gateways, key, lost, statuses, say);
  for (const gateway of gateways) await gateway.stop();
  await provider.stop();
}

async function tell(
  site: Site, provider: AccountingProvider, gateways: readonly GatewayProcess[], key: string, lost: ReadonlySet<string>, statuses: ReadonlyMap<number, number>,
  say: (name: string, good: boolean, text: string) => void,
): Promise<void> {
  const open = (await Promise.all(gateways.map((gateway) => gauge(gateway, 'weir_limit_leases')))).reduce((sum, value) => sum + value, 0);
  const client = new Bun.RedisClient(site.redis.url);
  const rules = ['max_budget', 'tokens_per_minute', 'max_parallel_requests'];
  const held = async (): Promise<number> => {
    // Looking at the counters lets what is over expire.
    await ask(gateways[0] ?? { url: '' }, key, { model: 'gpt', messages: [{ role: 'user', content: 'cached-1' }] });
    const counts = await Promise.all(rules.map((rule) => client.send('ZCARD', [`{weir}:limit:key:${hashOf(key)}:${rule}:held`])));
    return counts.reduce((sum: number, value) => sum + Number(value), 0);
  };
  const atOnce = await held();
  const gone = await until(async () => (await held()) === 0, 120_000);
  const heldAmount = Number(await client.send('HGET', [`{weir}:limit:key:${hashOf(key)}:max_budget`, 'h']));
  client.close();
  say('no lease and no reservation left', open === 0 && gone && heldAmount === 0, `${open} open in the processes, ${atOnce} of killed processes in Redis at the end of the load, none after their life`);

  await Bun.sleep(2_000);
  const rows = await site.store.db.selectFrom('spend_log').select(['request_id', 'spend_nano_usd']).where('api_key', '=', hashOf(key)).execute();
  const written = new Map<string, number>();
  let twice = 0;
  for (const { request_id: id, spend_nano_usd: spend } of rows) {
    if (written.has(id) && id.startsWith('chaos-')) twice++;
    written.set(id, (written.get(id) ?? 0) + Number(spend));
  }
  const billed = provider.account();
  let unlike = 0;
  let inKills = 0;
  for (const [id, nano] of billed) {
    if (id === 'cached') continue;
    if ((written.get(id) ?? 0) === nano) continue;
    if (lost.has(id)) inKills++;
    else unlike++;
  }
  // Questions that many ask: the sum must fit, but for those that a kill took.
  const shared = [...written].filter(([id]) => !billed.has(id)).reduce((total, [, nano]) => total + nano, 0);
  const missing = ((billed.get('cached') ?? 0) - shared) / priceNano;
  if (missing < 0 || missing > lost.size) unlike++;
  inKills += Math.max(0, missing);
  const sum = (amounts: Iterable<number>): number => [...amounts].reduce((total, amount) => total + amount, 0) / 1e9;
  say('the ledger equals what the provider billed', unlike === 0 && twice === 0,
    `${rows.length} rows, $${sum(written.values()).toFixed(4)} written, $${sum(billed.values()).toFixed(4)} billed; ${unlike} differ, ${twice} written twice; ${inKills} billed requests were under way in a process when it was killed (of ${lost.size})`);
  console.log(`     statuses: ${[...statuses].map(([status, number]) => `${status === 0 ? 'left or killed' : status}: ${number}`).join(', ')}`);
}
