// Settings of the router that LiteLLM has, each in what a request sees of it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { configOf, providerOf } from '../../support/dialects.ts';
import { either } from '../../support/recorded-provider.ts';
import { json, ScriptedProvider, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
const source = providerOf('deepseek');
const good = either(source.answer, source.frames);

beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

interface Model {
  name: string;
  model?: string;
  params?: Record<string, unknown>;
  info?: Record<string, unknown>;
}

/** A gateway whose models answer; the model at the provider tells which one did. */
function gateway(models: readonly Model[], router: Record<string, unknown> = {}, plays: Record<string, Play> = {}): LocalGateway {
  for (const { name, model = name } of models) provider.on(model, plays[model] ?? good);
  const list = models.map(({ name, model = name, params, info }) => ({ model_name: name, litellm_params: { model: `deepseek/${model}`, api_base: `${provider.url}/v1`, api_key: 'k', ...params }, ...(info && { model_info: info }) }));
  return localGateway(JSON.stringify({ model_list: list, router_settings: router }));
}
const ask = (local: LocalGateway, model: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> =>
  local.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hello' }], ...more }, headers);
const answerers = (): string[] => provider.calls.map(({ model }) => model);

describe('tags', () => {
  test('are filtered for a model name of its own, with a prefix, and by the client’s User-Agent', async () => {
    const own = { enable_tag_filtering: true };
    const local = gateway([
      { name: 'm', model: 'cli', params: { tag_regex: ['^User-Agent: claude-cli/'] }, info: own }, { name: 'm', model: 'eu', params: { tags: ['eu'] } }, { name: 'm', model: 'rest', params: { tags: ['default'] } },
      { name: 'n', model: 'n1', params: { tags: ['eu'] } },
    ], { tag_routing_prefix: 'to:' });
    await ask(local, 'm', {}, { 'user-agent': 'claude-cli/2.1' });
    await ask(local, 'm', { metadata: { tags: ['to:eu'] } });
    await ask(local, 'm');
    // Another model name goes by the router's setting, which is off.
    await ask(local, 'n', { metadata: { tags: ['us'] } });
    expect(answerers()).toEqual(['cli', 'eu', 'rest', 'n1']);
  });
});

describe('routing_groups', () => {
  test('give model names a strategy of their own, and a name for all of them', async () => {
    const local = gateway([
      { name: 'dear', params: { input_cost_per_token: 5e-6, output_cost_per_token: 5e-6 } }, { name: 'cheap', params: { input_cost_per_token: 1e-6, output_cost_per_token: 1e-6 } },
    ], { routing_groups: [{ group_name: 'both', models: ['dear', 'cheap'], routing_strategy: 'cost-based-routing' }] });
    for (let round = 0; round < 6; round++) expect((await ask(local, 'both', { user: String(round) })).status).toBe(200);
    expect(answerers()).toEqual(Array<string>(6).fill('cheap'));
    const { data } = (await (await local.fetch('/v1/models')).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toContain('both');
  });

  test('priority: the lowest number first, the next one when that fails', async () => {
    const groups = { routing_groups: [{ group_name: 'both', models: ['main', 'spare'], routing_strategy: 'priority', model_priorities: { main: 1, spare: 2 } }] };
    const local = gateway([{ name: 'spare' }, { name: 'main' }], groups);
    for (let round = 0; round < 4; round++) await ask(local, 'both', { user: String(round) });
    expect(answerers()).toEqual(Array<string>(4).fill('main'));
    provider.clear();
    expect((await ask(gateway([{ name: 'spare' }, { name: 'main' }], groups, { main: json({ error: { message: 'no' } }, 500) }), 'both')).status).toBe(200);
    expect(answerers()).toEqual(['main', 'spare']);
  });
});

test('model_group_affinity_config keeps conversations of one model name in place, and lets those of another go', async () => {
  const pair = (name: string): Model[] => [{ name, model: `${name}1` }, { name, model: `${name}2` }, { name, model: `${name}3` }];
  const local = gateway([...pair('stays'), ...pair('goes')], { routing_strategy: 'simple-shuffle', model_group_affinity_config: { stays: ['session_affinity'], goes: [] } });
  for (const name of ['stays', 'goes']) for (let round = 0; round < 20; round++) await ask(local, name, {}, { 'x-session-id': 'one' });
  expect(new Set(answerers().filter((model) => model.startsWith('stays'))).size).toBe(1);
  expect(new Set(answerers().filter((model) => model.startsWith('goes'))).size).toBeGreaterThan(1);
});

test('a provider is told the session in the header of its choice', async () => {
  const local = gateway([{ name: 'm', params: { provider_affinity_header: 'X-Affinity' } }]);
  await ask(local, 'm', {}, { 'x-litellm-session-id': 'session-1' });
  await ask(local, 'm');
  expect(provider.calls.map(({ headers }) => headers['x-affinity'])).toEqual(['session-1', undefined]);
});

test('a deployment is reserved for a team in its hours', async () => {
  const always = { access_windows: [{ start: '00:00', end: '23:59:59', timezone: 'UTC', team_ids: ['red'] }] };
  const only = gateway([{ name: 'm', info: always }]);
  const refused = await ask(only, 'm');
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('is reserved for another team until 23:59:59 UTC')]);
  const other = gateway([{ name: 'm', model: 'reserved', info: always }, { name: 'm', model: 'open' }]);
  for (let round = 0; round < 4; round++) await ask(other, 'm', { user: String(round) });
  expect(answerers()).toEqual(Array<string>(4).fill('open'));
});

test('ignore_invalid_deployments goes on without the wrong entries', async () => {
  const models = [{ name: 'wrong', params: { custom_llm_provider: 'no-such-provider' } }, { name: 'right' }];
  expect(() => gateway(models)).toThrow();
  const local = gateway(models, { ignore_invalid_deployments: true });
  expect((await ask(local, 'right')).status).toBe(200);
  expect((await ask(local, 'wrong')).status).toBe(400);
});

test('a request with a priority waits for a deployment that is cooling, one without does not', async () => {
  let calls = 0;
  const once: Play = (line, call) => (calls++ === 0 ? json({ error: { message: 'slow down' } }, 429, { 'retry-after': '1' })(line, call) : good(line, call));
  const local = gateway([{ name: 'm' }], { num_retries: 0, allowed_fails: 0 }, { m: once });
  expect((await ask(local, 'm')).status).toBe(429);
  expect((await ask(local, 'm')).status).toBe(429);
  expect(calls).toBe(1);
  expect((await ask(local, 'm', { priority: 3 })).status).toBe(200);
  expect(provider.calls.at(-1)?.json).not.toHaveProperty('priority');
});

describe('the cache by the router’s settings', () => {
  test('cache_responses turns it on, with settings of its own', async () => {
    const local = gateway([{ name: 'm' }], { cache_responses: true, cache_kwargs: { type: 'local', ttl: 60 } });
    await ask(local, 'm');
    expect((await ask(local, 'm')).headers.has('x-litellm-cache-key')).toBe(true);
    expect(answerers()).toEqual(['m']);
  });

  test('caching_groups: models of one group share answers', async () => {
    const local = gateway([{ name: 'one' }, { name: 'other' }, { name: 'third' }], { cache_responses: true, caching_groups: [['shared', ['one', 'other']]] });
    for (const model of ['one', 'other', 'third']) await ask(local, model);
    expect(answerers()).toEqual(['one', 'third']);
  });
});

test('lowest_latency_buffer: those that are nearly as fast as the fastest share the load', async () => {
  const after = (milliseconds: number): Play => async (line, call) => {
    await Bun.sleep(milliseconds);
    await good(line, call);
  };
  const models = [{ name: 'm', model: 'fast' }, { name: 'm', model: 'near' }, { name: 'm', model: 'far' }];
  const local = gateway(models, { routing_strategy: 'latency-based-routing', routing_strategy_args: { lowest_latency_buffer: 4 } }, { fast: after(40), near: after(60), far: after(600) });
  for (let round = 0; round < 24; round++) await ask(local, 'm', { user: String(round) });
  const counts = (model: string): number => answerers().filter((answerer) => answerer === model).length;
  expect(counts('far')).toBeLessThanOrEqual(1);
  expect(Math.min(counts('fast'), counts('near'))).toBeGreaterThan(2);
});

test('alerting_config tells a Slack webhook', async () => {
  const told = Promise.withResolvers<string>();
  const slack = Bun.serve({ port: 0, hostname: '127.0.0.1', async fetch(request) {
    told.resolve(await request.text());
    return new Response('ok');
  } });
  const config = configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }], { router_settings: { num_retries: 0, alerting_config: { webhook_url: `http://127.0.0.1:${slack.port}/hook`, alerting_threshold: 0.01 } } });
  provider.on('m', async (line, call) => {
    await Bun.sleep(50);
    await good(line, call);
  });
  await ask(localGateway(config), 'm');
  expect(await told.promise).toContain('m');
  await slack.stop(true);
});
