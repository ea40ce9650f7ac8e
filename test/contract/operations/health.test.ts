// Health checks in the background: who is asked, who is not, and what is told of it.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { configOf, providerDialects } from '../../support/dialects.ts';
import { either } from '../../support/recorded-provider.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
const [source] = providerDialects;
if (!source) throw new Error('no such dialect');

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  provider.on('good', either(source.answer, source.frames)).on('bad', json(source.error('broken'), 500));
});
afterAll(() => provider.stop());

const gateway = (general: Record<string, unknown>, router: Record<string, unknown> = {}): LocalGateway => localGateway(configOf(
  [{ name: 'm', model: 'deepseek/good', base: `${provider.url}/v1` }, { name: 'm', model: 'deepseek/bad', base: `${provider.url}/v1` }],
  { general_settings: general, router_settings: router },
));
interface Latest {
  latest_health_checks: Record<string, { model_id: string; status: string; details: { by: string } }>;
  total_models: number;
}
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 5_000; !(await holds()) && Date.now() < deadline;) await Bun.sleep(10);
  expect(await holds()).toBe(true);
};

test('a round asks every deployment; those that answered real requests are not asked in the next', async () => {
  const local = gateway({ background_health_checks: true, health_check_interval: 0.2 }, { num_retries: 1 });
  const stop = local.background.start();
  try {
    const latest = async (): Promise<Latest> => (await (await local.fetch('/health/latest')).json()) as Latest;
    await until(async () => (await latest()).total_models === 2);
    expect(Object.values((await latest()).latest_health_checks).map(({ status }) => status).toSorted()).toEqual(['healthy', 'unhealthy']);
    const health = (await (await local.fetch('/health')).json()) as Record<string, number>;
    expect(health).toMatchObject({ healthy_count: 1, unhealthy_count: 1 });
    await until(async () => {
      await local.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'hello' }] });
      return Object.values((await latest()).latest_health_checks).some(({ status, details }) => status === 'healthy' && details.by === 'traffic');
    });
    const history = (await (await local.fetch('/health/history?status=unhealthy&limit=1')).json()) as { health_checks: { status: string }[]; total_records: number };
    expect(history.health_checks.map(({ status }) => status)).toEqual(['unhealthy']);
    expect(history.total_records).toBeGreaterThan(0);
  } finally {
    stop();
  }
});

test('with enable_health_check_routing, what failed its check is left out', async () => {
  const local = gateway({ background_health_checks: true }, { enable_health_check_routing: true, num_retries: 0, prompt_cache_affinity: false, disable_cooldowns: true });
  const stop = local.background.start();
  await until(async () => ((await (await local.fetch('/health/latest')).json()) as Latest).total_models === 2);
  stop();
  provider.clear();
  provider.on('good', either(source.answer, source.frames)).on('bad', json(source.error('broken'), 500));
  for (let round = 0; round < 12; round++) expect((await local.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: `${round}` }] })).status).toBe(200);
  expect(provider.callsOf('bad')).toHaveLength(0);
});

test('without checks there is nothing to tell, in the words of LiteLLM', async () => {
  const response = await gateway({}).fetch('/health/latest');
  expect([response.status, await response.json()]).toEqual([500, { detail: { error: 'Database not initialized' } }]);
});

test.each(storeDialects)('with a database, what was found outlasts the process, and is written when it changes (%s)', async (dialect) => {
  provider.clear();
  provider.on('good', either(source.answer, source.frames)).on('bad', json(source.error('broken'), 500));
  const store = await newStore(dialect);
  const made = (): LocalGateway => localGateway(configOf(
    [{ name: 'm', model: 'deepseek/good', base: `${provider.url}/v1` }, { name: 'm', model: 'deepseek/bad', base: `${provider.url}/v1` }],
    { general_settings: { background_health_checks: true, health_check_interval: 0.05 } },
  ), { store });
  const first = made();
  const stop = first.background.start();
  await until(async () => provider.callsOf('good').length > 3 && provider.callsOf('bad').length > 3);
  stop();
  const later = made();
  const history = async (query: string): Promise<{ health_checks: { status: string; model_name: string; error_message: string | null }[]; total_records: number }> =>
    (await (await later.fetch(`/health/history${query}`)).json()) as Awaited<ReturnType<typeof history>>;
  await until(async () => (await history('')).total_records === 2);
  expect((await history('?status_filter=unhealthy&model=m')).health_checks).toMatchObject([{ status: 'unhealthy', model_name: 'm', error_message: expect.stringContaining('broken') }]);
  expect((await history('?model=other')).total_records).toBe(0);
  expect((await history('?limit=1&offset=1')).health_checks).toHaveLength(1);
  expect((await (await later.fetch('/health/latest')).json()) as object).toMatchObject({ total_models: 2 });
});

test('the backlog tells what waits for a deployment', async () => {
  interface Backlog {
    in_flight_requests: number;
    admitted_requests: number;
    queued_requests: number;
    rejected_requests: number;
  }
  const held = Promise.withResolvers<void>();
  provider.on('slow', async (line, call) => {
    await held.promise;
    return either(source.answer, source.frames)(line, call);
  });
  const local = localGateway(configOf([{ name: 's', model: 'deepseek/slow', base: `${provider.url}/v1` }], { router_settings: { default_max_parallel_requests: 1 } }));
  const backlog = async (): Promise<Backlog> => (await (await local.fetch('/health/backlog')).json()) as Backlog;
  const ask = (more: object = {}): Promise<Response> => local.post('/v1/chat/completions', { model: 's', messages: [{ role: 'user', content: 'hello' }], ...more });
  const first = ask();
  await until(async () => provider.callsOf('slow').length === 1);
  const second = ask({ priority: 1 });
  await until(async () => (await backlog()).queued_requests === 1);
  expect(await backlog()).toMatchObject({ rejected_requests: 0 });
  const { in_flight_requests: inFlight, admitted_requests: admitted } = await backlog();
  expect(inFlight - admitted).toBe(1);
  held.resolve();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
  expect(await backlog()).toMatchObject({ queued_requests: 0, rejected_requests: 0 });
});
