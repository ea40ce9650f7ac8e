// The reports of spending over HTTP, on each database: shapes, sums, filters, and who sees what.
import { beforeAll, describe, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore, storeDialects } from '../../support/stores.ts';
import { ledgerEntry } from '../../support/ledger-entries.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { openLedger } from '../../../src/accounting/ledger/ledger.ts';
import { silentLogger } from '../../../src/observe/logger.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const config = `
model_list:
  - model_name: gpt
    litellm_params: { model: openai/gpt-test, api_key: sk-provider, input_cost_per_token: 0.000001, output_cost_per_token: 0.00001 }
general_settings: { shadow_limits: [team] }
router_settings: { provider_budget_config: { openai: { budget_limit: 100, time_period: 1d } } }
`;
const key = 'sk-spend-test-key-of-ann';
const hash = new Bun.CryptoHasher('sha256').update(key).digest('hex');
const other = 'b'.repeat(64);
const times = { created_at_ms: 1, updated_at_ms: 1 };
const day = (date: string, hour = 12): number => Date.parse(`${date}T${String(hour).padStart(2, '0')}:00:00Z`);
const span = 'start_date=2026-11-01&end_date=2026-11-30';

const keyBudget = ['shadow', 'key', hash, 'max_budget', null] as const;

async function filled(store: Store): Promise<void> {
  await store.db.insertInto('virtual_keys').values([{ key_hash: hash, key_alias: "ann's", key_name: 'sk-...fann', user_id: 'ann', team_id: 'core', fields: '{"metadata":{"shadow_limits":true}}', ...times }, { key_hash: other, user_id: 'bob', fields: '{}', ...times }]).execute();
  await store.db.insertInto('users').values([{ user_id: 'ann', user_email: 'ann@example.com', user_role: 'internal_user', ...times }, { user_id: 'bob', password_hash: 'secret', ...times }]).execute();
  await store.db.insertInto('teams').values({ team_id: 'core', team_alias: 'Core', ...times }).execute();
  const ledger = openLedger({ store, logger: silentLogger, folder: null, batchMs: 10 });
  const ann = { api_key: hash, user_id: 'ann', team_id: 'core', organization_id: 'org' };
  ledger.add(ledgerEntry({ ...ann, started_at_ms: day('2026-11-20'), request_id: 'one', spend_nano_usd: 1_000_000_000, session_id: 's', limit_refusals: [keyBudget, ['shadow', 'team', 'core', 'requests_per_minute', null]], payload: { messages: [{ role: 'user', content: 'hi' }], response: { ok: true }, proxy_server_request: {} } }));
  ledger.add(ledgerEntry({ ...ann, started_at_ms: day('2026-11-20', 13), request_id: 'two', spend_nano_usd: 500_000_000, session_id: 's', cache_hit: 1, limit_refusals: [keyBudget] }));
  ledger.add(ledgerEntry({ ...ann, started_at_ms: day('2026-11-21'), request_id: 'three', spend_nano_usd: 0, status: 'failure', http_status: 429, error_code: 'upstream_rate_limited', limit_refusals: [['enforced', 'key', hash, 'max_budget', null]], fields: { error_message: 'too 100% many' }, request_tags: ['red'] }));
  ledger.add(ledgerEntry({ api_key: other, user_id: 'bob', team_id: undefined, organization_id: undefined, end_user: undefined, started_at_ms: day('2026-11-22'), request_id: 'four', spend_nano_usd: 2_000_000_000, model: 'claude', model_group: 'claude', provider: 'anthropic', request_tags: [] } as never));
  await ledger.close();
}

/** What stands at a path of names and positions. */
const at = (value: unknown, path: string): unknown =>
  (path === '' ? value : path.split('.').reduce((inner: unknown, name) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined), value));
/** Members of each row: the value of one, or a list of several. */
const columns = (rows: unknown, ...names: string[]): unknown[] => (Array.isArray(rows) ? rows : []).map((row) => (names.length === 1 ? at(row, names[0] ?? '') : names.map((name) => at(row, name))));

describe.each(storeDialects)('spending in %s', (dialect) => {
  let gateway: LocalGateway;
  beforeAll(async () => {
    const store = await newStore(dialect);
    await filled(store);
    gateway = localGateway(config, { store });
  });
  const get = async (path: string, as?: string): Promise<{ status: number; body: unknown }> => {
    const response = await gateway.fetch(path, as ? { headers: { authorization: `Bearer ${as}` } } : {});
    return { status: response.status, body: await response.json() };
  };

  test('how fast, slow and faulty the deployments of a group are; who occurs; what members cost', async () => {
    const when = 'startTime=2026-11-01&endTime=2026-11-30';
    const metrics = (await get(`/model/metrics?_selected_model_group=claude&${when}`)).body;
    expect([columns(at(metrics, 'data'), 'date'), at(metrics, 'all_api_bases')]).toEqual([['2026-11-22'], ['https://api.openai.com/v1']]);
    expect(Object.values(at(metrics, 'data.0') as object)[1]).toBeGreaterThan(0);
    expect((await get(`/model/streaming_metrics?_selected_model_group=claude&${when}`)).status).toBe(200);
    expect((await get(`/model/metrics/slow_responses?_selected_model_group=claude&${when}`)).body).toEqual([]);
    const group = String(at((await get('/spend/logs?request_id=three')).body, '0.model_group'));
    const failed = (await get(`/model/metrics/exceptions?_selected_model_group=${group}&${when}`)).body;
    expect([at(failed, 'exception_types'), at(failed, 'data.0.total_exceptions')]).toEqual([['upstream_rate_limited'], 1]);
    const within = encodeURI('filter[startTime][gte]=2026-11-01&filter[startTime][lte]=2026-11-30');
    expect((await get(`/management/v1/spend_logs/users?${within}`)).body).toMatchObject({ data: ['ann', 'bob'], meta: { has_more: false } });
    expect((await get(`/management/v1/spend_logs/users?${within}&page_size=1`)).body).toMatchObject({ data: ['ann'], meta: { has_more: true } });
    expect((await get(`/management/v1/spend_logs/users?${within}`, key)).body).toMatchObject({ data: ['ann'] });
    expect((await get('/management/v1/spend_logs/users')).status).toBe(400);
    expect(columns(at((await get(`/team/spend/by_user?${span}`)).body, 'results'), 'team_id', 'user_id', 'user_email', 'spend', 'failed_requests')).toEqual([['core', 'ann', 'ann@example.com', 1.5, 1]]);
    expect((await get(`/team/spend/by_user?${span}&team_ids=core`, key)).status).toBe(403);
    expect(columns(at((await get(`/tag/summary?${span}`)).body, 'results'), 'tag', 'total_requests', 'failed_requests')).toContainEqual(['red', 1, 1]);
    expect((await get('/tag/distinct')).body).toEqual({ results: [] });
  });

  test('budgets of providers, for the administrator alone', async () => {
    const { status, body } = await get('/provider/budgets');
    expect(status).toBe(200);
    expect(body).toMatchObject({ providers: { openai: { budget_limit: 100, time_period: '1d', budget_reset_at: expect.any(String) } } });
    expect((await get('/provider/budgets', key)).status).toBe(401);
  });

  test('rows of the ledger, for the administrator and for a key', async () => {
    const all = (await get('/spend/logs')).body;
    expect(columns(all, 'request_id')).toEqual(['four', 'three', 'two', 'one']);
    expect(at(all, '3')).toMatchObject({ spend: 1, api_key: hash, user: 'ann', startTime: '2026-11-20T12:00:00.000Z', cache_hit: 'False', request_tags: ['blue'], request_duration_ms: 250, custom_llm_provider: 'openai', metadata: { user_api_key: hash } });
    expect(columns(at((await get('/spend/logs', key)).body, ''), 'request_id')).toEqual(['three', 'two', 'one']);
    expect((await get('/spend/logs?user_id=bob', key)).body).toEqual([]);
    expect((await get('/spend/logs?request_id=four')).body).toHaveLength(1);
  });

  test('days in the older form, filled up to the end', async () => {
    const { body } = await get('/spend/logs?start_date=2026-11-20&end_date=2026-11-23');
    expect(body).toEqual([
      { [hash]: 1.5, startTime: '2026-11-20', spend: 1.5, users: { ann: 1.5 }, models: { 'openai/gpt-4o-mini': 1.5 } },
      { [hash]: 0, startTime: '2026-11-21', spend: 0, users: { ann: 0 }, models: { 'openai/gpt-4o-mini': 0 } },
      { [other]: 2, startTime: '2026-11-22', spend: 2, users: { bob: 2 }, models: { claude: 2 } },
      { startTime: '2026-11-23', spend: 0, users: {}, models: {} }]);
  });

  test('pages, by number and by cursor, with filters', async () => {
    const first = (await get(`/spend/logs/v2?${span}&page_size=3`)).body;
    expect(['total', 'page', 'page_size', 'total_pages', 'data.length'].map((path) => at(first, path))).toEqual([4, 1, 3, 2, 3]);
    const second = (await get(`/spend/logs/v2?${span}&page_size=3&cursor=${String(at(first, 'next_cursor'))}`)).body;
    expect(columns(at(second, 'data'), 'request_id')).toEqual(['one']);
    expect(at(second, 'next_cursor')).toBeNull();
    const filters: [string, string[]][] = [
      ['status_filter=failure', ['three']], ['cache_hit_filter=hit', ['two']], ['error_code=429', ['three']], ['error_message=100%25', ['three']], ['error_message=100_', []], ['tag=red', ['three']],
      ['min_spend=1', ['four', 'one']], ['max_spend=0.5&sort_by=spend&sort_order=asc', ['three', 'two']], ['team_id=core&model_group=gpt-4o-mini&session_id=s', ['two', 'one']], [`api_key=${key}`, ['three', 'two', 'one']],
      ['search=four', ['four']], ['search=ann', ['three', 'two', 'one']], ['search=nothing', []], ['model=claude', ['four']], ['provider=nobody', []], ['tag=green', []], ['key_alias=nn%27s', ['three', 'two', 'one']], ['model=claude&user_id=ann', []], ['sort_by=spend&model_group=gpt-4o-mini', ['one', 'two', 'three']], ['limit=any', ['three', 'two', 'one']], ['limit=shadow', ['two', 'one']], ['limit=enforced', ['three']], [`limit=${encodeURIComponent(JSON.stringify(['shadow', 'team', 'core', 'requests_per_minute', null]))}`, ['one']], ['end_user=customer', ['three', 'two', 'one']],
    ];
    for (const [filter, wanted] of filters) expect([filter, columns(at((await get(`/spend/logs/ui?${span}&${filter}`)).body, 'data'), 'request_id')]).toEqual([filter, wanted]);
    expect(at((await get('/spend/logs/ui?request_id=one')).body, 'data.0')).toMatchObject({ session_total_count: 2, session_total_spend: 1.5, metadata: { user_api_key_alias: "ann's", user_api_key_team_alias: 'Core' } });
    expect((await get('/spend/logs/v2')).status).toBe(400);
    expect((await get(`/spend/logs/v2?${span}&sort_by=password`)).status).toBe(400);
    expect(at((await get(`/spend/logs/v2?${span}&user_id=bob`, key)).body, 'data')).toEqual([]);
  });

  test('which limits refused, or would have in shadow mode', async () => {
    const { body } = await get(`/spend/refusals?${span}`);
    expect(body).toMatchObject({ shadow_kinds: ['team'], shadow: [{ kind: 'key', id: hash, name: "ann's" }] });
    expect(at(body, 'refusals')).toEqual([
      { filter: JSON.stringify(keyBudget), mode: 'shadow', kind: 'key', id: hash, name: "ann's", rule: 'max_budget', model: null, requests: 2, spend: 1.5, last_at: '2026-11-20T13:00:00.000Z' },
      ...[`enforced key ${hash} ann's max_budget 0 2026-11-21T12:00:00.000Z`, 'shadow team core Core requests_per_minute 1 2026-11-20T12:00:00.000Z'].map((line) => {
        const [mode, kind, id, name, rule, spend, last] = line.split(' ');
        return { filter: JSON.stringify([mode, kind, id, rule, null]), mode, kind, id, name, rule, model: null, requests: 1, spend: Number(spend), last_at: last };
      }),
    ]);
    expect(at((await get('/spend/logs/ui?request_id=two')).body, 'data.0.metadata.limit_refusals')).toEqual([keyBudget]);
    expect(at((await get('/spend/refusals?start_date=2026-11-21&end_date=2026-11-21')).body, 'refusals.length')).toBe(1);
    expect((await get(`/spend/refusals?${span}`, key)).status).toBe(401);
    expect((await get(`/spend/logs/v2?${span}&limit=nonsense`)).status).toBe(400);
  });

  test('a day in all and by its parts', async () => {
    const { body } = await get('/spend/latency?start_date=2026-11-20%2000:00:00&end_date=2026-11-20%2023:59:59');
    expect(at(body, 'sums')).toMatchObject({ requests: 2, failed: 0, tokens: 30, spend: 1.5 });
    expect(columns(at(body, 'sums.parts'), 'requests', 'spend')).toEqual([[1, 1], [1, 0.5]]);
    expect(String(at(body, 'sums.parts.0.start')) <= '2026-11-20T12:00:00.000Z' && '2026-11-20T12:00:00.000Z' < String(at(body, 'sums.parts.0.end'))).toBe(true);
    expect(at((await get('/spend/latency?start_date=2026-11-22&end_date=2026-11-22', key)).body, 'sums.requests')).toBe(0);
  });

  test('how long requests took', async () => {
    expect((await get(`/spend/latency?${span}`)).body).toEqual({ requests: 3, sampled: false, p50_ms: 250, p95_ms: 250, p99_ms: 250, streamed: 3, first_token_p50_ms: 200, first_token_p95_ms: 200 });
    expect((await get(`/spend/latency?${span}&team_id=core`, key)).body).toMatchObject({ requests: 2 });
    expect((await get('/spend/latency?start_date=2026-11-22&end_date=2026-11-21')).status).toBe(400);
    expect((await get('/spend/latency?start_date=2026-01-22&end_date=2026-01-22')).body).toMatchObject({ requests: 0, p95_ms: null, first_token_p50_ms: null });
  });

  test('one request with its content, and a session', async () => {
    expect((await get('/spend/logs/ui/one')).body).toMatchObject({ messages: [{ role: 'user', content: 'hi' }], response: { ok: true } });
    expect((await get('/spend/logs/ui/four', key)).status).toBe(404);
    expect((await get('/spend/logs/session/ui?session_id=s')).body).toMatchObject({ total: 2, data: [{ request_id: 'one' }, { request_id: 'two' }] });
  });

  test('keys and users, without secrets', async () => {
    expect(columns((await get('/spend/keys')).body, 'token', 'spend')).toEqual([[other, 2], [hash, 1.5]]);
    expect((await get('/spend/keys', key)).body).toHaveLength(1);
    const users = await get('/spend/users');
    expect(columns(users.body, 'user_id', 'spend')).toEqual([['bob', 2], ['ann', 1.5]]);
    expect(JSON.stringify(users.body)).not.toContain('secret');
    expect((await get('/spend/users?user_id=bob', key)).status).toBe(403);
  });

  test('sums over all', async () => {
    expect((await get('/global/spend')).body).toEqual({ spend: 3.5, max_budget: 0 });
    expect((await get('/global/spend/keys?limit=1')).body).toEqual([{ api_key: other, key_alias: null, key_name: null, total_spend: 2 }]);
    expect((await get('/global/spend/keys?limit=0')).status).toBe(422);
    expect((await get('/global/spend/models')).body).toEqual([{ model: 'claude', total_spend: 2 }, { model: 'openai/gpt-4o-mini', total_spend: 1.5 }]);
    expect(at((await get('/global/spend/teams')).body, 'total_spend_per_team')).toEqual([{ team_id: 'Unassigned', total_spend: 2 }, { team_id: 'Core', total_spend: 1.5 }]);
    expect((await get(`/global/spend/provider?${span}`)).body).toEqual([{ provider: 'anthropic', spend: 2 }, { provider: 'openai', spend: 1.5 }]);
    expect((await get('/spend/tags')).body).toEqual([{ individual_request_tag: 'blue', log_count: 2, total_spend: 1.5 }, { individual_request_tag: 'red', log_count: 1, total_spend: 0 }]);
    expect((await get(`/global/spend/tags?${span}&tags=red`)).body).toEqual({ spend_per_tag: [{ name: 'red', spend: 0, log_count: 1 }] });
    expect((await get(`/global/activity?${span}`)).body).toMatchObject({ sum_api_requests: 4, sum_total_tokens: 60, daily_data: [{ date: 'Nov 20', api_requests: 2, total_tokens: 30 }, {}, {}] });
    expect(at((await get(`/global/activity/model?${span}`)).body, '0')).toMatchObject({ model: 'gpt-4o-mini', sum_api_requests: 3 });
    expect((await get('/global/activity')).status).toBe(400);
    expect((await get('/global/spend', key)).status).toBe(401);
  });

  test('activity by day, with breakdowns', async () => {
    const { body } = await get(`/user/daily/activity?${span}`);
    expect(at(body, 'metadata')).toMatchObject({ total_spend: 3.5, total_api_requests: 4, total_successful_requests: 3, total_failed_requests: 1, total_tokens: 60, page: 1, total_pages: 1, has_more: false });
    expect(columns(at(body, 'results'), 'date')).toEqual(['2026-11-22', '2026-11-21', '2026-11-20']);
    expect(at((await get(`/user/daily/activity?${span}&team_id=core`)).body, 'metadata.total_spend')).toBe(1.5);
    expect(at(body, 'results.2.breakdown.models.openai/gpt-4o-mini')).toMatchObject({ metrics: { spend: 1.5, api_requests: 2, cache_read_input_tokens: 4 }, api_key_breakdown: { [hash]: { metadata: { key_alias: "ann's", key_exists: true } } } });
    expect(at((await get(`/team/daily/activity?${span}&team_ids=core`)).body, 'results.0.breakdown.entities.core')).toMatchObject({ metadata: { team_alias: 'Core' } });
    expect(at((await get(`/tag/daily/activity?${span}&tags=blue`)).body, 'metadata')).toMatchObject({ total_spend: 1.5, total_api_requests: 2 });
    expect(at((await get(`/customer/daily/activity/aggregated?${span}`)).body, 'metadata.total_spend')).toBe(1.5);
    expect(at((await get(`/organization/daily/activity?${span}`)).body, 'metadata.total_spend')).toBe(1.5);
    expect(at((await get(`/user/daily/activity?${span}`, key)).body, 'metadata.total_spend')).toBe(1.5);
    expect((await get(`/user/daily/activity?${span}&user_id=bob`, key)).status).toBe(403);
    expect((await get('/user/daily/activity')).status).toBe(400);
  });

  test('reports by team, customer and key', async () => {
    const byTeam = (await get(`/global/spend/report?${span}`)).body;
    expect(at(byTeam, '0')).toMatchObject({ teams: [{ team_name: 'Core', total_spend: 1.5, metadata: [{ api_key: hash, spend: 1.5, total_tokens: 30 }] }] });
    expect(at((await get(`/global/spend/report?${span}&group_by=customer`)).body, '0.customers.0')).toMatchObject({ customer: 'customer', total_spend: 1.5 });
    expect(columns((await get(`/global/spend/report?${span}&group_by=api_key`)).body, 'api_key', 'total_cost')).toEqual([[other, 2], [hash, 1.5]]);
    expect((await get(`/key/spend/report?${span}`, key)).body).toMatchObject([{ api_key: hash, total_cost: 1.5, total_input_tokens: 30 }]);
    expect((await get(`/key/spend/report?${span}&api_key=${other}`, key)).status).toBe(403);
  });

  test('what a call would cost, and did cost', async () => {
    const post = async (body: object): Promise<{ status: number; body: unknown }> => {
      const response = await gateway.post('/spend/calculate', body);
      return { status: response.status, body: await response.json() };
    };
    expect(at((await post({ model: 'gpt', messages: [{ role: 'user', content: 'hello' }] })).body, 'cost')).toBeGreaterThan(0);
    expect((await post({ completion_response: { model: 'gpt', usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 } } })).body).toEqual({ cost: 0.000129 });
    expect((await post({ model: 'nobody-knows-this', messages: [] })).status).toBe(400);
    expect((await post({})).status).toBe(400);
  });

  test('a reset sets windows to 0 and leaves the ledger', async () => {
    expect((await gateway.post('/global/spend/reset', {})).status).toBe(200);
    expect(columns((await get('/spend/keys')).body, 'spend', 'total_spend').sort()).toEqual([[0, 1.5], [0, 2]]);
    expect(at((await get('/global/spend')).body, 'spend')).toBe(3.5);
  });
});

test('what a call would cost is known without a database', async () => {
  const response = await localGateway(config).post('/spend/calculate', { completion_response: { model: 'gpt', usage: { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 } } });
  expect([response.status, await response.json()]).toEqual([200, { cost: 0.000129 }]);
});

test.each(storeDialects)('members of a team see what the whole team spends, where its permissions say so (%s)', async (dialect) => {
  const store = await newStore(dialect);
  await filled(store);
  const gateway = localGateway(config, { store });
  const get = async (path: string, as: string): Promise<{ status: number; body: unknown }> => {
    const response = await gateway.fetch(path, { headers: { authorization: `Bearer ${as}` } });
    return { status: response.status, body: await response.json() };
  };
  const make = async (path: string, body: object): Promise<string> => String((await (await gateway.post(path, body)).json() as { key?: string }).key);
  await make('/user/new', { user_id: 'carl', auto_create_key: false });
  await make('/team/member_add', { team_id: 'core', member: { user_id: 'carl', role: 'user' } });
  const carl = await make('/key/generate', { user_id: 'carl' });
  const spent = async (): Promise<unknown> => at((await get(`/team/daily/activity?${span}&team_ids=core`, carl)).body, 'metadata.total_spend');
  const rows = async (): Promise<unknown[]> => columns((await get('/spend/logs', carl)).body, 'request_id');
  expect([await spent(), await rows()]).toEqual([0, []]);
  await make('/team/permissions_update', { team_id: 'core', team_member_permissions: ['/team/daily/activity', '/spend/logs', '/spend/logs/v2'] });
  expect([await spent(), await rows()]).toEqual([1.5, ['three', 'two', 'one']]);
  expect(at((await get(`/spend/logs/v2?${span}`, carl)).body, 'total')).toBe(3);
  // Another team's figures are none of theirs.
  expect((await get(`/team/daily/activity?${span}&team_ids=other`, carl)).status).toBe(403);
});
