// Proofs of budgets and limits on real processes that share a real Redis and one database, in front of a provider that keeps its own account.
// usage: bun bench/limits/proofs.ts [bound] [rpm] [frozen] [killed] [chaos]
import { ask, gatewayOn, gauge, openSite, quantile, until, type Reply, type Site } from './site.ts';
import { chaos } from './chaos.ts';
import { hashOf, storeBudget, storeKey } from '../../test/support/stored-keys.ts';
import { startBillingProvider, type BillingProvider } from '../../test/support/billing-provider.ts';
import type { GatewayProcess } from '../../test/support/gateway.ts';

const wanted = process.argv.slice(2);
const times = { created_at_ms: 1, updated_at_ms: 1 };

/** Every answer costs five cents: five output tokens of a cent. */
export const configOf = (provider: BillingProvider, site: Site, more = ''): string => `
model_list:
  - model_name: gpt
    litellm_params: { model: openai/gpt-test, api_key: sk-mock, api_base: "${provider.url}/v1", input_cost_per_token: 0, output_cost_per_token: 0.01, num_retries: 0 }
router_settings: { redis_url: "${site.redis.url}", num_retries: 0, disable_cooldowns: true }
${more}`;
const chat = (content = 'hi', more: object = {}): object => ({ model: 'gpt', max_tokens: 5, messages: [{ role: 'user', content }], ...more });
const count = (replies: readonly Reply[], status: number): number => replies.filter((reply) => reply.status === status).length;
let failed = 0;
const say = (name: string, good: boolean, text: string): void => {
  if (!good) failed++;
  console.log(`${good ? 'ok  ' : 'FAIL'} ${name}: ${text}`);
};

async function spentInRedis(site: Site, counter: string): Promise<number> {
  const client = new Bun.RedisClient(site.redis.url);
  const used = Number(await client.send('HGET', [`{weir}:limit:${counter}`, 'u']) ?? Number.NaN);
  client.close();
  return used / 1e9;
}

/** $1.00, 200 requests of $0.05 at once, over three processes, for each scope. */
async function bound(site: Site, gateways: readonly GatewayProcess[]): Promise<void> {
  const dollar = { max_budget: 1 };
  const { db } = site.store;
  await db.insertInto('users').values({ user_id: 'bound-u', ...dollar, ...times }).execute();
  await db.insertInto('teams').values({ team_id: 'bound-t', ...dollar, ...times }).execute();
  await db.insertInto('teams').values({ team_id: 'bound-m', ...times }).execute();
  await db.insertInto('users').values({ user_id: 'bound-mu', ...times }).execute();
  const budget = await storeBudget(site.store, 'bound-b', dollar);
  await db.insertInto('team_members').values({ team_id: 'bound-m', user_id: 'bound-mu', role: 'user', budget_id: budget, ...times }).execute();
  await db.insertInto('organizations').values({ organization_id: 'bound-o', budget_id: budget, ...times }).execute();
  await db.insertInto('end_users').values({ end_user_id: 'bound-e', budget_id: budget, ...times }).execute();
  await db.insertInto('tags').values({ tag_name: 'bound-tag', budget_id: budget, ...times }).execute();
  const open = await storeKey(site.store, 'bound-open');
  const cases: [string, string, object, string][] = [
    ['key', await storeKey(site.store, 'bound-key', dollar), {}, `key:${hashOf('sk-bound-key-0123456789abcdef')}:max_budget`],
    ['user', await storeKey(site.store, 'bound-user', { user_id: 'bound-u' }), {}, 'user:bound-u:max_budget'],
    ['team', await storeKey(site.store, 'bound-team', { team_id: 'bound-t' }), {}, 'team:bound-t:max_budget'],
    ['team member', await storeKey(site.store, 'bound-member', { team_id: 'bound-m', user_id: 'bound-mu' }), {}, 'team_member:bound-m:bound-mu:max_budget'],
    ['organization', await storeKey(site.store, 'bound-org', { organization_id: 'bound-o' }), {}, 'organization:bound-o:max_budget'],
    ['end user', open, { user: 'bound-e' }, 'end_user:bound-e:max_budget'],
    ['tag', open, { tags: ['bound-tag'] }, 'tag:bound-tag:max_budget'],
    ['model of a key', await storeKey(site.store, 'bound-model', { fields: JSON.stringify({ model_max_budget: { gpt: { budget_limit: 1, time_period: '30d' } } }) }), {}, `key:${hashOf('sk-bound-model-0123456789abcdef')}:model_max_budget:gpt`],
  ];
  for (const [name, key, more, counter] of cases) {
    const replies = await Promise.all(Array.from({ length: 200 }, (_, index) => ask(gateways[index % 3] ?? first(gateways), key, chat('hi', more))));
    await Bun.sleep(300);
    const spent = await spentInRedis(site, counter);
    say(`$1.00 ${name}`, spent <= 1.05 + 1e-9 && count(replies, 200) * 0.05 <= 1.05 + 1e-9, `${count(replies, 200)} of 200 admitted over three processes, settled $${spent}`);
  }
}

const first = (gateways: readonly GatewayProcess[]): GatewayProcess => {
  const [gateway] = gateways;
  if (!gateway) throw new Error('No gateway.');
  return gateway;
};

/** rpm=60 over three processes. */
async function rpm(site: Site, gateways: readonly GatewayProcess[]): Promise<void> {
  const key = await storeKey(site.store, 'rpm60', { rpm_limit: 60 });
  const replies = await Promise.all(Array.from({ length: 400 }, (_, index) => ask(gateways[index % 3] ?? first(gateways), key, chat())));
  const admitted = count(replies, 200);
  say('rpm=60', Math.abs(admitted - 60) <= 1, `${admitted} of 400 admitted within a minute over three processes`);
}

/** Redis stopped with SIGSTOP under load. */
async function frozen(site: Site, gateways: readonly GatewayProcess[]): Promise<void> {
  const key = await storeKey(site.store, 'frozen', { max_budget: 100_000, rpm_limit: 1_000_000 });
  const load = async (requests: number): Promise<Reply[]> => {
    const replies: Reply[] = [];
    const worker = async (index: number): Promise<void> => {
      for (let done = 0; done < requests / 12; done++) {
        replies.push(await ask(gateways[index % 3] ?? first(gateways), key, chat()));
        await Bun.sleep(10);
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, index) => worker(index)));
    return replies;
  };
  await load(600);
  const before = await load(1_200);
  site.redis.freeze();
  const during = await load(1_200);
  site.redis.thaw();
  const back = await until(async () => (await Promise.all(gateways.map((gateway) => gauge(gateway, 'weir_limits_shared')))).every((value) => value === 1), 15_000);
  const after = await load(600);
  const p99 = (replies: readonly Reply[]): number => quantile(replies.map(({ durationMs }) => durationMs), 0.99);
  const bad = [...during, ...after].filter(({ status }) => status !== 200).length;
  say('Redis frozen', p99(during) - p99(before) <= 60 && bad === 0 && back, `p99 ${p99(before).toFixed(1)} ms before, ${p99(during).toFixed(1)} ms frozen, ${p99(after).toFixed(1)} ms after; ${bad} requests not answered with 200`);
  await Bun.sleep(1_500);
  const spent = await spentInRedis(site, `key:${hashOf(key)}:max_budget`);
  const total = (600 + 1_200 + 1_200 + 600) * 0.05;
  say('merged when Redis is back', Math.abs(spent - total) < 1e-6, `$${spent} counted in Redis for ${total / 0.05} requests of $0.05`);
}

/** A process is killed while it holds fifty requests. */
async function killed(site: Site, gateways: readonly GatewayProcess[], provider: BillingProvider): Promise<void> {
  const key = await storeKey(site.store, 'killed', { max_budget: 100, max_parallel_requests: 50 });
  const victim = await gatewayOn(site, configOf(provider, site), 9);
  const pending = Array.from({ length: 50 }, () => ask(victim, key, chat('hold')));
  await provider.holding(50);
  const other = first(gateways);
  const full = await ask(other, key, chat());
  victim.signal('SIGKILL');
  await victim.exited;
  provider.release();
  await Promise.all(pending);
  const client = new Bun.RedisClient(site.redis.url);
  const held = async (rule: string): Promise<number> => Number(await client.send('ZCARD', [`{weir}:limit:key:${hashOf(key)}:${rule}:held`]));
  const started = Date.now();
  let answered = 0;
  const free = await until(async () => {
    answered = (await ask(other, key, chat())).status;
    return answered === 200 && (await held('max_parallel_requests')) === 0 && (await held('max_budget')) === 0;
  }, 130_000);
  const seconds = (Date.now() - started) / 1000;
  client.close();
  say('kill -9 with 50 holds open', full.status === 429 && free && seconds <= 120, `another process refused with ${full.status} meanwhile; all holds were gone after ${seconds.toFixed(0)} s; settled $${await spentInRedis(site, `key:${hashOf(key)}:max_budget`)}`);
}

const site = await openSite();
const provider = startBillingProvider();
const gateways = await Promise.all([0, 1, 2].map((index) => gatewayOn(site, configOf(provider, site), index)));
const is = (name: string): boolean => wanted.length === 0 || wanted.includes(name);
if (is('bound')) await bound(site, gateways);
if (is('rpm')) await rpm(site, gateways);
if (is('frozen')) await frozen(site, gateways);
if (is('killed')) await killed(site, gateways, provider);
for (const gateway of gateways) await gateway.stop();
if (is('chaos')) await chaos(site, say);
await provider.stop();
await site.close();
console.log(failed === 0 ? '\nall proofs hold' : `\n${failed} proofs FAILED`);
process.exit(failed === 0 ? 0 : 1);
