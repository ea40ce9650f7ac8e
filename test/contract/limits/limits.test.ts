// Budgets and limits through the whole gateway: keys in SQLite, a provider on a real socket, clients on real sockets.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { startBillingProvider, type BillingProvider } from '../../support/billing-provider.ts';
import { storeBudget, storeKey } from '../../support/stored-keys.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
let store: Store;
let provider: BillingProvider;
beforeAll(async () => {
  store = await newStore();
  provider = startBillingProvider();
});
afterAll(() => provider.stop());

// Five output tokens of a cent each: every answer costs five cents.
const config = (more = ''): string => `
model_list:
  - model_name: gpt
    litellm_params: { model: openai/gpt-test, api_key: sk-provider, api_base: "${provider.url}/v1", input_cost_per_token: 0, output_cost_per_token: 0.01 }
  - model_name: free
    litellm_params: { model: openai/free-test, api_key: sk-provider, api_base: "${provider.url}/v1", input_cost_per_token: 0, output_cost_per_token: 0 }
  - model_name: unknown
    litellm_params: { model: openai/nobody-knows, api_key: sk-provider, api_base: "${provider.url}/v1" }
  - model_name: claude
    litellm_params: { model: anthropic/claude-test, api_key: sk-provider, api_base: "${provider.url}", input_cost_per_token: 0, output_cost_per_token: 0.01 }
${more}`;
const gatewayOf = (more = ''): LocalGateway => localGateway(config(more), { store });
const chat = (model = 'gpt', more: object = {}): object => ({ model, max_tokens: 5, messages: [{ role: 'user', content: 'hi' }], ...more });
const as = (key: string): Record<string, string> => ({ authorization: `Bearer ${key}` });
const leases = async (gateway: LocalGateway): Promise<string | undefined> => (await (await gateway.fetch('/metrics/')).text()).split('\n').find((line) => line.startsWith('weir_limit_leases '));

test('a used-up budget refuses in each dialect, before the provider is asked, and not for free models', async () => {
  const gateway = gatewayOf();
  const key = await storeKey(store, 'spent', { max_budget: 0.05 });
  expect((await gateway.post('/v1/chat/completions', chat(), as(key))).headers.get('x-litellm-key-max-budget')).toBe('0.05');
  const calls = provider.calls();
  const refused = await gateway.post('/v1/chat/completions', chat(), as(key));
  expect(refused.status).toBe(422);
  expect(await refused.json()).toEqual({ error: { message: 'Budget has been exceeded! Key=sk-...pent Current cost: 0.05, Max budget: 0.05', type: 'budget_exceeded', param: null, code: '422' } });
  expect(refused.headers.get('x-litellm-key-spend')).toBe('0.05');
  const messages = await gateway.post('/v1/messages', chat('claude'), { ...as(key), 'anthropic-version': '2023-06-01' });
  expect([messages.status, (await messages.json() as { type: string }).type]).toEqual([422, 'error']);
  expect((await gateway.post('/v1/embeddings', { model: 'gpt', input: 'x' }, as(key))).status).toBe(422);
  expect(provider.calls()).toBe(calls);
  expect(await (await gateway.fetch('/health/backlog')).json()).toMatchObject({ queued_requests: 0, rejected_requests: 3 });
  expect((await gateway.post('/v1/chat/completions', chat('free'), as(key))).status).toBe(200);
  expect(await leases(gateway)).toBe('weir_limit_leases 0');
});

test('answers say what a key has spent, also one that nothing limits', async () => {
  const gateway = gatewayOf();
  const key = await storeKey(store, 'unlimited');
  const spends: (string | null)[] = [];
  for (let count = 0; count < 3; count++) spends.push((await gateway.post('/v1/chat/completions', chat(), as(key))).headers.get('x-litellm-key-spend'));
  expect(spends).toEqual(['0.0', '0.05', '0.1']);
});

test('headers of the caller\'s own limits take the place of a provider\'s, also of one that is such a gateway', async () => {
  const told = { 'x-ratelimit-remaining-requests': '7', 'x-ratelimit-api_key-limit-requests': '70', 'x-ratelimit-team-limit-tokens': '700', 'x-litellm-key-spend': '9.5' };
  const gateway = localGateway(config(), { store, fetch: async () => Response.json({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } }, { headers: told }) });
  const key = await storeKey(store, 'chained', { rpm_limit: 3 });
  const { headers } = await gateway.post('/v1/chat/completions', chat('free'), as(key));
  const own = ['x-ratelimit-remaining-requests', 'x-ratelimit-api_key-limit-requests', 'x-ratelimit-team-limit-tokens', 'x-litellm-key-spend'].map((name) => headers.get(name));
  expect(own).toEqual(['2', '3', null, '0.0']);
  expect(headers.get('llm_provider-x-ratelimit-remaining-requests')).toBe('7');
});

test('two hundred requests at once on a dollar end at a dollar', async () => {
  const gateway = gatewayOf();
  const key = await storeKey(store, 'dollar', { max_budget: 1 });
  const statuses = await Promise.all(Array.from({ length: 200 }, async () => (await gateway.post('/v1/chat/completions', chat(), as(key))).status));
  expect(statuses.filter((status) => status === 200).length).toBe(20);
  expect((await gateway.post('/v1/chat/completions', chat(), as(key))).headers.get('x-litellm-key-spend')).toBe('1.0');
});

test('agents with a huge max_tokens are let in', async () => {
  const gateway = gatewayOf();
  const key = await storeKey(store, 'agent', { max_budget: 25 });
  // At $0.01 a token 2,048 tokens would be $20 each: the model's answers are known to be short after a few.
  for (let count = 0; count < 16; count++) await (await gateway.post('/v1/chat/completions', chat('gpt', { max_tokens: 64_000 }), as(await storeKey(store, `warm${count}`)))).arrayBuffer();
  const statuses = await Promise.all(Array.from({ length: 50 }, async () => (await gateway.post('/v1/chat/completions', chat('gpt', { max_tokens: 64_000 }), as(key))).status));
  expect(new Set(statuses)).toEqual(new Set([200]));
});

test('limits of requests: 429 with headers in each dialect, and nothing reaches the provider', async () => {
  const gateway = gatewayOf();
  const key = await storeKey(store, 'rpm1', { rpm_limit: 1 });
  const first = await gateway.post('/v1/chat/completions', chat(), as(key));
  expect([first.headers.get('x-litellm-key-rpm-limit'), first.headers.get('x-ratelimit-remaining-requests'), first.headers.get('x-ratelimit-api_key-limit-requests')]).toEqual(['1', '0', '1']);
  const calls = provider.calls();
  const refused = await gateway.post('/v1/chat/completions', chat(), as(key));
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeWithin(1, 61);
  const body = await refused.json() as { error: { type: string; param: null; code: string; message: string } };
  expect(body.error).toMatchObject({ type: 'throttling_error', param: null, code: '429' });
  expect(body.error.message).toMatch(/^Rate limit exceeded for api_key: sk-\.\.\.rpm1\. Limit type: requests\. Current limit: 1, Remaining: 0\. Limit resets at: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  expect(body.error.message).not.toMatch(/[0-9a-f]{64}/);
  const messages = await gateway.post('/v1/messages', chat('claude'), as(key));
  expect([messages.status, (await messages.json() as { error: { type: string } }).error.type]).toEqual([429, 'rate_limit_error']);
  expect(messages.headers.get('x-litellm-key-rpm-limit')).toBe('1');
  expect(provider.calls()).toBe(calls);
});

test('limits of tokens count what was used; images are not their base64', async () => {
  const gateway = gatewayOf();
  const key = await storeKey(store, 'tpm1', { tpm_limit: 5 });
  expect((await gateway.post('/v1/chat/completions', chat(), as(key))).status).toBe(200);
  expect((await gateway.post('/v1/chat/completions', chat(), as(key))).status).toBe(429);
  const large = await storeKey(store, 'tpm2', { tpm_limit: 10_000 });
  const image = Buffer.alloc(3_000_000, 'abc').toString('base64');
  const picture = chat('gpt', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }] }] });
  const [one, two] = await Promise.all([gateway.post('/v1/chat/completions', picture, as(large)), gateway.post('/v1/chat/completions', picture, as(large))]);
  expect([one.status, two.status]).toEqual([200, 200]);
});

test('a slot is free again when the last byte has arrived: fifty streams one after the other', async () => {
  const gateway = gatewayOf();
  const listening = gateway.listen();
  const key = await storeKey(store, 'slot', { max_parallel_requests: 1 });
  for (let round = 0; round < 50; round++) {
    const response = await fetch(`${listening.url}v1/chat/completions`, { method: 'POST', headers: { ...as(key), 'content-type': 'application/json' }, body: JSON.stringify(chat('gpt', { stream: round % 2 === 0 })) });
    expect([round, response.status]).toEqual([round, 200]);
    await response.text();
  }
  const held = fetch(`${listening.url}v1/chat/completions`, { method: 'POST', headers: { ...as(key), 'content-type': 'application/json' }, body: JSON.stringify(chat('gpt', { stream: true, messages: [{ role: 'user', content: 'hold' }] })) });
  await provider.holding();
  const refused = await fetch(`${listening.url}v1/chat/completions`, { method: 'POST', headers: { ...as(key), 'content-type': 'application/json' }, body: JSON.stringify(chat()) });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  provider.release();
  await (await held).text();
  await listening.stop();
});

test('a client that leaves, a failing provider and a cached answer leave nothing behind', async () => {
  const gateway = gatewayOf('litellm_settings: { cache: true }\n');
  const listening = gateway.listen();
  const key = await storeKey(store, 'gone', { max_parallel_requests: 1, max_budget: 100, tpm_limit: 100_000 });
  const ask = (body: object, signal?: AbortSignal): Promise<Response> =>
    fetch(`${listening.url}v1/chat/completions`, { method: 'POST', headers: { ...as(key), 'content-type': 'application/json' }, body: JSON.stringify(body), ...(signal && { signal }) });
  const until = async (): Promise<void> => {
    for (const deadline = Date.now() + 5_000; (await leases(gateway)) !== 'weir_limit_leases 0' && Date.now() < deadline;) await Bun.sleep(10);
    expect(await leases(gateway)).toBe('weir_limit_leases 0');
  };
  for (const stream of [true, false]) {
    const controller = new AbortController();
    const leaving = ask(chat('gpt', { stream, messages: [{ role: 'user', content: 'hold' }] }), controller.signal).then((response) => response.text()).catch(() => 'left');
    await provider.holding();
    controller.abort();
    expect(await leaving).toBe('left');
    await until();
    provider.release();
  }
  expect((await ask(chat('gpt', { num_retries: 0, messages: [{ role: 'user', content: 'fail' }] }))).status).toBe(500);
  expect((await ask(chat('gpt', { messages: [{ role: 'user', content: 'cached' }] }))).status).toBe(200);
  const hit = await ask(chat('gpt', { messages: [{ role: 'user', content: 'cached' }] }));
  expect(hit.headers.has('x-litellm-cache-key')).toBe(true);
  await hit.text();
  await until();
  await listening.stop();
});

test('end users and tags have budgets, from the database and from the file', async () => {
  const gateway = gatewayOf('litellm_settings: { max_end_user_budget: 0.05, tag_budget_config: { blue: { max_budget: 0.05, budget_duration: 1d } } }\n');
  const times = { created_at_ms: 1, updated_at_ms: 1 };
  await store.db.insertInto('end_users').values([
    { end_user_id: 'rich', blocked: 0, budget_id: await storeBudget(store, 'rich', { max_budget: 100 }), ...times }, { end_user_id: 'blocked', blocked: 1, budget_id: null, ...times },
  ]).execute();
  await store.db.insertInto('tags').values({ tag_name: 'red', budget_id: await storeBudget(store, 'red', { max_budget: 0.05 }), ...times }).execute();
  const key = await storeKey(store, 'users');
  const twice = async (more: object): Promise<number[]> => {
    const statuses: number[] = [];
    for (let count = 0; count < 2; count++) statuses.push((await gateway.post('/v1/chat/completions', chat('gpt', more), as(key))).status);
    return statuses;
  };
  expect(await twice({ user: 'anybody' })).toEqual([200, 422]);
  expect(await twice({ user: 'rich' })).toEqual([200, 200]);
  expect(await twice({ user: 'blocked' })).toEqual([401, 401]);
  expect(await twice({ metadata: { tags: ['blue'] } })).toEqual([200, 422]);
  expect(await twice({ tags: ['red'] })).toEqual([200, 422]);
});

test('a provider that has used up its budget is passed over, and refused when there is no other', async () => {
  const gateway = gatewayOf('router_settings: { provider_budget_config: { openai: { budget_limit: 0.05, time_period: 1d } } }\n');
  const key = await storeKey(store, 'prov');
  expect((await gateway.post('/v1/chat/completions', chat(), as(key))).status).toBe(200);
  const refused = await gateway.post('/v1/chat/completions', chat(), as(key));
  expect(refused.status).toBe(429);
  expect((await gateway.post('/v1/messages', chat('claude'), as(key))).status).toBe(200);
});

test('limits of all requests together, and for each key', async () => {
  const gateway = gatewayOf('general_settings: { global_max_parallel_requests: 3, max_parallel_requests: 2 }\n');
  const [one, two] = [await storeKey(store, 'all1'), await storeKey(store, 'all2')];
  const hold = (key: string): Promise<Response> => gateway.post('/v1/chat/completions', chat('gpt', { messages: [{ role: 'user', content: 'hold' }] }), as(key));
  const waiting = [hold(one), hold(one), hold(two)];
  await provider.holding(3);
  expect((await gateway.post('/v1/chat/completions', chat(), as(one))).status).toBe(429);
  expect((await gateway.post('/v1/chat/completions', chat(), as(two))).status).toBe(429);
  provider.release();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect((await gateway.post('/v1/chat/completions', chat(), as(two))).status).toBe(200);
});

test('limits in shadow mode refuse nothing and are counted', async () => {
  const gateway = gatewayOf('general_settings: { shadow_limits: [key] }\n');
  const key = await storeKey(store, 'shadow', { max_budget: 0, rpm_limit: 1 });
  for (let count = 0; count < 3; count++) expect((await gateway.post('/v1/chat/completions', chat(), as(key))).status).toBe(200);
  const text = await (await gateway.fetch('/metrics/')).text();
  expect(text).toContain('weir_limit_refusals_total{scope="key",rule="max_budget",mode="shadow"} 3');
  expect(text).toContain('weir_limit_refusals_total{scope="key",rule="requests_per_minute",mode="shadow"} 2');
  expect(await (await gateway.fetch('/health/backlog')).json()).toMatchObject({ rejected_requests: 0 });
});

test('the status of a used-up budget and the policy for unknown prices are settings', async () => {
  const gateway = gatewayOf('litellm_settings: { budget_exceeded_status_code: 429 }\ngeneral_settings: { unknown_price_policy: deny }\n');
  const spent = await storeKey(store, 'code', { max_budget: 0 });
  const refused = await gateway.post('/v1/chat/completions', chat(), as(spent));
  expect([refused.status, (await refused.json() as { error: { code: string } }).error.code]).toEqual([429, '429']);
  const key = await storeKey(store, 'deny', { max_budget: 5 });
  expect((await gateway.post('/v1/chat/completions', chat('unknown'), as(key))).status).toBe(400);
});

test('a deployment that serves a pattern costs what each of its models costs', async () => {
  const gateway = gatewayOf(`  - model_name: "any/*"
    litellm_params: { model: "openai/*", api_key: sk-provider, api_base: "${provider.url}/v1" }
`);
  const key = await storeKey(store, 'any', { max_budget: 1 });
  const answer = await gateway.post('/v1/chat/completions', chat('any/gpt-4o'), as(key));
  expect(answer.status).toBe(200);
  // 11 × $2.50 and 5 × $10 a million.
  expect(Number(answer.headers.get('x-litellm-response-cost'))).toBeCloseTo(0.0000775, 12);
});

test('`/key/info?explain=true` lists every rule of a key, first the one that refuses', async () => {
  const gateway = gatewayOf();
  await store.db.insertInto('teams').values({ team_id: 'explained', team_alias: 'Explained', max_budget: 7, rpm_limit: 50, created_at_ms: 1, updated_at_ms: 1 }).execute();
  const key = await storeKey(store, 'explain', { team_id: 'explained', max_budget: 100, rpm_limit: 1, max_parallel_requests: 4 });
  expect((await gateway.post('/v1/chat/completions', chat(), as(key))).status).toBe(200);
  const info = await (await gateway.fetch(`/key/info?key=${key}&explain=true&model=gpt`)).json() as { scopes?: unknown; info: { scopes?: unknown; explain?: unknown }; explain?: unknown };
  const scopes = (info.scopes ?? info.info.scopes ?? info.explain ?? info.info.explain) as { kind: string; rule: string; refuses: boolean; used: number }[];
  expect(scopes[0]).toMatchObject({ kind: 'key', rule: 'requests_per_minute', used: 1, limit: 1, refuses: true });
  expect(scopes.map(({ kind, rule }) => `${kind} ${rule}`).toSorted()).toEqual([
    'key max_budget', 'key max_parallel_requests', 'key requests_per_minute', 'team max_budget', 'team requests_per_minute',
  ]);
  expect(scopes.find(({ kind, rule }) => kind === 'team' && rule === 'max_budget')).toMatchObject({ used: 0.05, limit: 7, remaining: 6.95, refuses: false });
});

test('budget_exceeded_throttle_percentage: a key that may goes on at a share of its rates when its budget is used up', async () => {
  const gateway = gatewayOf('litellm_settings:\n  budget_exceeded_throttle_percentage: 0.2\n');
  const slowed = JSON.stringify({ metadata: { throttle_on_budget_exceeded: true } });
  const statuses = async (key: string, times: number): Promise<number[]> => {
    const list: number[] = [];
    for (let calls = 0; calls < times; calls++) list.push((await gateway.post('/v1/chat/completions', chat(), as(key))).status);
    return list;
  };
  // One call uses the budget up; of ten calls a minute two are left then, the first one counted.
  expect(await statuses(await storeKey(store, 'slowed', { max_budget: 0.05, rpm_limit: 10, fields: slowed }), 4)).toEqual([200, 200, 429, 429]);
  expect(await statuses(await storeKey(store, 'rich', { max_budget: 50, rpm_limit: 10, fields: slowed }), 4)).toEqual([200, 200, 200, 200]);
  expect(await statuses(await storeKey(store, 'refused', { max_budget: 0.05, rpm_limit: 10 }), 2)).toEqual([200, 422]);
  expect(await statuses(await storeKey(store, 'rateless', { max_budget: 0.05, fields: slowed }), 2)).toEqual([200, 422]);
  const off = gatewayOf();
  const key = await storeKey(store, 'unset', { max_budget: 0.05, rpm_limit: 10, fields: slowed });
  expect([(await off.post('/v1/chat/completions', chat(), as(key))).status, (await off.post('/v1/chat/completions', chat(), as(key))).status]).toEqual([200, 422]);
});

test('/metrics tells what is left of the budgets of keys and their teams', async () => {
  const gateway = gatewayOf();
  await store.db.insertInto('teams').values({ team_id: 'watched', team_alias: 'Watched', max_budget: 1, budget_duration: '1d', budget_reset_at_ms: Date.now() + 3_600_000, blocked: 0, created_at_ms: 1, updated_at_ms: 1 }).execute();
  const key = await storeKey(store, 'watched', { max_budget: 0.5, team_id: 'watched' });
  await gateway.post('/v1/chat/completions', chat(), as(key));
  const lines = (await (await gateway.fetch('/metrics/')).text()).split('\n');
  expect(lines.find((line) => line.startsWith(`litellm_remaining_api_key_budget_metric{hashed_api_key="${new Bun.CryptoHasher('sha256').update(key).digest('hex')}"`))).toEndWith(' 0.45');
  expect(lines.find((line) => line.startsWith('litellm_remaining_team_budget_metric{'))).toBe('litellm_remaining_team_budget_metric{team="watched",team_alias="Watched"} 0.95');
  expect(lines.find((line) => line.startsWith('litellm_team_max_budget_metric{'))).toBe('litellm_team_max_budget_metric{team="watched",team_alias="Watched"} 1');
  expect(Number(lines.find((line) => line.startsWith('litellm_team_budget_remaining_hours_metric{'))?.split(' ').at(-1))).toBeLessThanOrEqual(1);
});
