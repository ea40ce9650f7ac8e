// Health checks in the background: who is asked, who is not, and what is told of it.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { configOf, providerOf } from '../../support/dialects.ts';
import { either } from '../../support/recorded-provider.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { localGateway, masterKey, type LocalGateway } from '../../support/gateway.ts';

closeStoresAfterAll();
let provider: ScriptedProvider;
const source = providerOf('deepseek');

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

test('who is checked, with what, and how much is told', async () => {
  const entry = (name: string, model: string, info: object): object => ({ model_name: name, litellm_params: { model: `deepseek/${model}`, api_key: 'k', api_base: `${provider.url}/v1` }, model_info: { id: name, ...info } });
  const local = localGateway(JSON.stringify({
    model_list: [
      entry('small', 'good', { health_check_max_tokens: 3 }), entry('by-hand', 'good', { disable_background_health_check: true }), entry('slow', 'slow', { health_check_timeout: 0.2 }),
      entry('any/*', '*', { health_check_model: 'deepseek/good' }), entry('never/*', '*', {}), entry('other', 'good', {}),
    ],
    general_settings: { background_health_checks: true, background_health_check_model_groups: ['small', 'by-hand', 'slow', 'any/*', 'never/*'], health_check_details: false, health_check_concurrency: 1 },
  }));
  provider.clear();
  provider.on('good', either(source.answer, source.frames)).on('slow', () => undefined);
  const stop = local.background.start();
  try {
    const health = async (): Promise<Record<'healthy_endpoints' | 'unhealthy_endpoints', Record<string, unknown>[]>> => (await (await local.fetch('/health')).json()) as never;
    await until(async () => (await health()).healthy_endpoints.length === 3 && (await health()).unhealthy_endpoints.length === 1);
    const { healthy_endpoints: healthy, unhealthy_endpoints: unhealthy } = await health();
    expect(healthy.map((found) => found['model_id']).toSorted()).toEqual(['any/*', 'never/*', 'small']);
    expect(unhealthy).toMatchObject([{ model_id: 'slow', model: 'deepseek/slow' }]);
    for (const found of healthy) expect(Object.keys(found).toSorted()).toEqual(['model', 'model_id']);
    // A pattern without a model to ask was not asked.
    expect(provider.calls.map(({ model }) => model).toSorted()).toEqual(['good', 'good', 'slow']);
    expect(provider.calls.map(({ json: body }) => body['max_tokens']).toSorted()).toEqual([16, 16, 3]);
  } finally {
    stop();
  }
});

test('/health leaves out what is not checked by itself where that is wanted, and routing believes no busy provider to be ill', async () => {
  const local = localGateway(JSON.stringify({
    model_list: ['good', 'busy', 'bad'].map((model) => ({ model_name: 'm', litellm_params: { model: `deepseek/${model}`, api_key: 'k', api_base: `${provider.url}/v1` }, model_info: { id: model, disable_background_health_check: model === 'good' } })),
    general_settings: { health_check_skip_disabled_background_models: true, health_check_ignore_transient_errors: true, health_check_staleness_threshold: 0.3 },
    router_settings: { enable_health_check_routing: true, num_retries: 0, prompt_cache_affinity: false, disable_cooldowns: true, routing_strategy: 'simple-shuffle' },
  }));
  provider.clear();
  provider.on('good', either(source.answer, source.frames)).on('busy', json(source.error('busy'), 429)).on('bad', json(source.error('broken'), 500));
  expect(await (await local.fetch('/health')).json()).toMatchObject({ healthy_count: 0, unhealthy_count: 2 });
  const asked = async (rounds: number): Promise<Set<string>> => {
    provider.calls.length = 0;
    for (let round = 0; round < rounds; round++) await local.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: `${round}` }] });
    return new Set(provider.calls.map(({ model }) => model));
  };
  const soon = await asked(15);
  expect(soon).toContain('busy');
  expect(soon).not.toContain('bad');
  // Nobody knows whether an old result still holds.
  await Bun.sleep(350);
  expect(await asked(60)).toContain('bad');
});

test('readiness tells more with a key, or without one where that is wanted', async () => {
  const told = { status: 'healthy', db: 'Not connected', cache: null, success_callbacks: [] };
  const local = gateway({});
  expect(await (await local.fetch('/health/readiness', { headers: { authorization: 'none' } })).json()).toEqual({ status: 'healthy', db: 'Not connected' });
  expect((await local.fetch('/health/readiness/details', { headers: { authorization: 'none' } })).status).toBe(401);
  expect(await (await local.fetch('/health/readiness/details')).json()).toMatchObject(told);
  expect(await (await gateway({ allow_public_health_readiness_details: true }).fetch('/health/readiness', { headers: { authorization: 'none' } })).json()).toMatchObject(told);
});

test('lists leave out models whose deployments all failed, where that is wanted', async () => {
  const entry = (name: string, model: string): object => ({ model_name: name, litellm_params: { model: `deepseek/${model}`, api_key: 'k', api_base: `${provider.url}/v1` } });
  const list = (general: object): LocalGateway => localGateway(JSON.stringify({ model_list: [entry('half', 'good'), entry('half', 'bad'), entry('gone', 'bad')], general_settings: general }));
  provider.clear();
  provider.on('good', either(source.answer, source.frames)).on('bad', json(source.error('broken'), 500));
  const names = async (local: LocalGateway, path: string, headers: Record<string, string> = {}): Promise<string[]> => ((await (await local.fetch(path, { headers: { authorization: `Bearer ${masterKey}`, ...headers } })).json()) as { data: { id?: string; model_name?: string }[] }).data.map(({ id, model_name: name }) => name ?? id ?? '');
  const always = list({ model_list_healthy_only: true });
  expect(await names(always, '/v1/models')).toEqual(['half', 'gone']);
  await always.fetch('/health');
  expect(await names(always, '/v1/models')).toEqual(['half']);
  expect(await names(always, '/v1/models', { 'anthropic-version': '2023-06-01' })).toEqual(['half']);
  expect(await names(always, '/v1/model/info')).toEqual(['half', 'half']);
  const asked = list({});
  await asked.fetch('/health');
  expect(await names(asked, '/v1/models')).toEqual(['half', 'gone']);
  expect(await names(asked, '/v1/models?healthy_only=true')).toEqual(['half']);
});
