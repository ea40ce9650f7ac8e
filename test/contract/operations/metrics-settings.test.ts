// Settings of `/metrics`, and of what the ledger keeps of requests, over real requests.
import { expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { storeKey } from '../../support/stored-keys.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { LedgerEntry } from '../../../src/accounting/ledger/entry.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const answerOf = { id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } };
const models = 'model_list:\n  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:9/v1 }, model_info: { id: d1 } }\n  - { model_name: one, litellm_params: { model: openai/one, api_key: k, api_base: http://127.0.0.1:8/v1 }, model_info: { id: d2 } }\n';

interface Rig {
  gateway: LocalGateway;
  entries: LedgerEntry[];
  chat(more?: JsonObject, headers?: Record<string, string>): Promise<void>;
  /** The lines of a metric. */
  lines(name: string): Promise<string[]>;
}

function rig(settings: string, store: Store | null = null): Rig {
  const entries: LedgerEntry[] = [];
  const gateway = localGateway(models + settings, {
    store, fetch: () => Promise.resolve(Response.json(answerOf)),
    ledger: { add: (entry) => void entries.push(entry), flush: () => Promise.resolve(), close: () => Promise.resolve(), state: () => ({ waitingBytes: 0, lost: 0, rejected: 0, awaySinceMs: null }) },
  });
  return {
    gateway, entries,
    async chat(more = {}, headers = {}) {
      const response = await gateway.post('/v1/chat/completions', { model: 'one', messages: [{ role: 'user', content: 'hi' }], ...more }, headers);
      expect([response.status, (await response.text()).includes('hi')]).toEqual([200, true]);
    },
    lines: async (name) => (await (await gateway.fetch('/metrics/')).text()).split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `) || line.startsWith(`# TYPE ${name} `)),
  };
}

test('prometheus_metrics_config: only these metrics, with these labels; what is not told apart is added up', async () => {
  const { chat, lines } = rig(`litellm_settings:
  prometheus_metrics_config:
    - { group: calls, metrics: [litellm_proxy_total_requests_metric], include_labels: [requested_model, team, stream, nonsense] }
    - { group: tokens, metrics: [litellm_total_tokens_metric_total, litellm_deployment_total_requests] }
`);
  for (let calls = 0; calls < 4; calls++) await chat();
  expect(await lines('litellm_proxy_total_requests_metric_total')).toEqual(['# TYPE litellm_proxy_total_requests_metric_total counter', 'litellm_proxy_total_requests_metric_total{requested_model="one",team="",stream="False"} 4']);
  expect((await lines('litellm_total_tokens_metric_total')).join()).toContain('requested_model="one",model="one",model_id="d');
  expect(await lines('litellm_spend_metric_total')).toEqual([]);
  expect(await lines('weir_open_streams')).toEqual([]);
  expect(await lines('process_start_time_seconds')).toHaveLength(2);
});

test('prometheus_exclude_metrics and prometheus_exclude_labels', async () => {
  const { chat, lines } = rig('litellm_settings:\n  prometheus_exclude_metrics: [litellm_spend_metric, litellm_request_total_latency_metric]\n  prometheus_exclude_labels: [model_id, hashed_api_key, api_key_alias]\n');
  for (let calls = 0; calls < 4; calls++) await chat();
  expect(await lines('litellm_spend_metric_total')).toEqual([]);
  expect(await lines('litellm_request_total_latency_metric')).toEqual([]);
  expect((await lines('litellm_requests_metric_total'))[1]).toBe('litellm_requests_metric_total{requested_model="one",model="one",api_provider="openai"} 4');
  expect((await lines('litellm_deployment_success_responses_total'))[1]).toBe('litellm_deployment_success_responses_total{model_group="one",litellm_model_name="one",api_provider="openai"} 4');
});

test('prometheus_latency_buckets, prometheus_emit_stream_label, prometheus_metrics_max_series_per_metric', async () => {
  const { chat, lines } = rig('litellm_settings:\n  prometheus_latency_buckets: [60, 0.5]\n  prometheus_emit_stream_label: true\n  prometheus_exclude_labels: [model_id]\n  prometheus_metrics_max_series_per_metric: 1\n');
  await chat({ mock_response: 'hi' });
  const buckets = (await lines('litellm_request_total_latency_metric_bucket')).map((line) => /le="([^"]+)"/.exec(line)?.[1]);
  expect(buckets).toEqual(['0.5', '60', '+Inf']);
  expect((await lines('litellm_requests_metric_total')).join()).toContain(',stream="False"} 1');
  await chat({ mock_response: 'hi', stream: true });
  expect(await lines('litellm_requests_metric_total')).toHaveLength(2);
});

test('custom_prometheus_metadata_labels and custom_prometheus_tags', async () => {
  const store = await newStore();
  const { chat, lines } = rig('litellm_settings:\n  custom_prometheus_metadata_labels: [metadata.cost.center, department]\n  custom_prometheus_tags: [prod, "User-Agent: curl/*"]\n  prometheus_exclude_labels: [model_id]\n', store);
  const key = await storeKey(store, 'k', { fields: JSON.stringify({ metadata: { cost: { center: 'c1' } } }) });
  await chat({ metadata: { tags: ['prod'], department: 'a\nb', cost: { center: 'mine' } } }, { 'authorization': `Bearer ${key}`, 'user-agent': 'curl/8.1' });
  await chat();
  const found = (await lines('litellm_requests_metric_total')).slice(1).map((line) => line.slice(line.indexOf('metadata_')));
  expect(found).toEqual(['metadata_cost_center="c1",department="a b",tag_prod="true",tag_User_Agent__curl__="true"} 1', 'metadata_cost_center="",department="",tag_prod="false",tag_User_Agent__curl__="false"} 1']);
});

test('end users are in the metrics only when enable_end_user_cost_tracking_prometheus_only says so', async () => {
  for (const [settings, label] of [['', ''], ['  enable_end_user_cost_tracking_prometheus_only: true\n', 'end_user="ann"'], ['  enable_end_user_cost_tracking_prometheus_only: true\n  disable_end_user_cost_tracking_prometheus_only: true\n', '']] as const) {
    const { chat, lines } = rig(`litellm_settings:\n  prometheus_exclude_labels: [model_id]\n${settings}`);
    await chat({ user: 'ann' });
    const text = (await lines('litellm_requests_metric_total')).join();
    expect([settings, text.includes('end_user'), text.includes(label)]).toEqual([settings, label !== '', true]);
  }
});

test('extra_spend_tag_headers: headers that become tags in the ledger', async () => {
  const { chat, entries } = rig('litellm_settings:\n  extra_spend_tag_headers: [x-team-name, user-agent]\n');
  await chat({ tags: ['own'] }, { 'x-team-name': 'search', 'user-agent': 'curl/8.1' });
  expect(entries.map((entry) => entry.request_tags)).toEqual([['own', 'x-team-name: search', 'user-agent: curl/8.1']]);
});

test('spend_logs_metadata_fields: which notes of a request are kept', async () => {
  const noted = async (settings: string): Promise<string[]> => {
    const { chat, entries } = rig(settings);
    await chat({ metadata: { a: 1 } }, { 'x-litellm-spend-logs-metadata': '{"b":1}', 'user-agent': 'curl' });
    return Object.entries(entries[0]?.metadata ?? {}).filter(([, value]) => value !== undefined).map(([name]) => name);
  };
  expect(await noted('')).toEqual(['user_api_key_alias', 'user_agent', 'requester_metadata', 'spend_logs_metadata']);
  expect(await noted('general_settings:\n  spend_logs_metadata_fields: { include: [user_agent] }\n')).toEqual(['user_agent']);
  expect(await noted('general_settings:\n  spend_logs_metadata_fields: { exclude: [requester_metadata, user_agent] }\n')).toEqual(['user_api_key_alias', 'spend_logs_metadata']);
});
