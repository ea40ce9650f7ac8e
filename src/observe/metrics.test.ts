import { expect, test } from 'bun:test';
import { createMetrics } from './metrics.ts';
import { lineOf } from './logger.ts';
import type { ExchangeRecord } from './exchange-record.ts';

const record: ExchangeRecord = {
  requestId: 'r1', route: '/v1/chat/completions', status: 200, caller: 'litellm_proxy_master_key', callerName: 'master key', address: '127.0.0.1',
  model: 'a"b\n', group: 'a"b\n', deploymentId: 'd1', provider: 'openai', providerModel: 'gpt', stream: true,
  usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 4, cacheWriteTokens: 0, reasoningTokens: 0 }, usageKnown: true, costUsd: 0.25, costNanoUsd: 250_000_000, savedUsd: null, cache: 'off',
  attempts: [{ deploymentId: 'd1', durationMs: 5, failure: null }], retries: 0, fallbacks: 0, dropped: [], finishReason: 'stop', fault: null, faultMessage: null,
  firstByteMs: 20, totalMs: 300, overheadMs: 0.4, labels: null,
};
const metrics = () => createMetrics({
  process: () => ({ openStreams: 1, inFlight: 2, cacheEntries: 3, semanticCache: null, ledger: null, limits: { counters: 4, open: 1, shared: null, refusals: new Map([['key max_budget enforced', 2]]) } }),
  deployments: () => [{ group: 'g', model: 'm', id: 'd1', provider: 'openai', cooling: true, coolDowns: 1, successes: 2, failures: 1, inFlight: 0, requestsPerMinute: 60, tokensPerMinute: null }],
  budgets: () => [{ kind: 'key', id: 'hash', name: 'ann', maxUsd: 2, remainingUsd: 1.5, hoursLeft: null }, { kind: 'end_user', id: 'eve', name: 'eve', maxUsd: 2, remainingUsd: 1.5, hoursLeft: 3 }],
});
const line = (text: string, start: string): string | undefined => text.split('\n').find((candidate) => candidate.startsWith(start));

test('counts calls, tokens and cost by labels', () => {
  const all = metrics();
  all.count(record);
  all.count({ ...record, status: 500, usageKnown: false, costUsd: null });
  const text = all.text();
  expect(line(text, 'litellm_proxy_total_requests_metric_total{')).toContain('status_code="200"} 1');
  expect(line(text, 'litellm_proxy_failed_requests_metric_total{')).toContain('status_code="500"} 1');
  expect(line(text, 'litellm_spend_metric_total{')).toEndWith('} 0.25');
  expect(line(text, 'litellm_total_tokens_metric_total{')).toEndWith('} 15');
  expect(text).toContain(String.raw`requested_model="a\"b\n"`);
});

test('histograms are cumulative and end with all calls', () => {
  const all = metrics();
  all.count(record);
  all.count({ ...record, totalMs: 4_000 });
  const text = all.text();
  const buckets = text.split('\n').filter((candidate) => candidate.startsWith('litellm_request_total_latency_metric_bucket')).map((candidate) => Number(candidate.split(' ').at(-1)));
  expect(buckets).toEqual(buckets.toSorted((a, b) => a - b));
  expect(buckets.at(-1)).toBe(2);
  expect(line(text, 'litellm_request_total_latency_metric_sum')).toEndWith(' 4.3');
});

test('deployments and the process are told when somebody looks', () => {
  const text = metrics().text();
  expect(line(text, 'litellm_deployment_state{')).toEndWith('} 2');
  expect(line(text, 'litellm_deployment_rpm_limit{')).toEndWith('} 60');
  expect(line(text, 'litellm_deployment_tpm_limit{')).toBeUndefined();
  expect(line(text, 'weir_open_streams ')).toBe('weir_open_streams 1');
});

test('a log line is JSON whatever names callers invent', () => {
  const parsed: unknown = JSON.parse(lineOf({ ...record, faultMessage: 'x "y"', fault: 'internal' }, '2026-01-01T00:00:00.000Z'));
  expect(parsed).toMatchObject({ model: 'a"b\n', status: 200, input_tokens: 10, cost_usd: 0.25, fault: 'internal', fault_message: 'x "y"', total_ms: 300 });
});

test('shows refusals of limits', () => {
  expect(line(metrics().text(), 'weir_limit_refusals_total{')).toBe('weir_limit_refusals_total{scope="key",rule="max_budget",mode="enforced"} 2');
});

test('shows what is left of budgets, of end users only where they are asked for', () => {
  const text = metrics().text();
  expect(line(text, 'litellm_remaining_api_key_budget_metric{')).toBe('litellm_remaining_api_key_budget_metric{hashed_api_key="hash",api_key_alias="ann"} 1.5');
  expect(line(text, 'litellm_api_key_max_budget_metric{')).toEndWith('} 2');
  expect(line(text, 'litellm_api_key_budget_remaining_hours_metric{')).toBeUndefined();
  expect(text).not.toContain('eve');
});
