// Every metric as a row: name, help and where its value comes from. Names are LiteLLM's where it has the same metric.
// docs/metrics.md is made from this table.
import type { LedgerState } from '../accounting/ledger/ledger-state.ts';
import type { BudgetState } from '../limits/limiter.ts';
import type { ExchangeRecord } from './exchange-record.ts';

/** Sets of labels. `request` tells route and status too, `model` only who asked for what. */
export const labelSets = {
  request: ['requested_model', 'model', 'model_id', 'api_provider', 'hashed_api_key', 'api_key_alias', 'route', 'status_code'],
  model: ['requested_model', 'model', 'model_id', 'api_provider', 'hashed_api_key', 'api_key_alias'],
  deployment: ['model_group', 'litellm_model_name', 'model_id', 'api_provider'],
  none: [],
} as const satisfies Record<string, readonly string[]>;

/** A counter or histogram over finished model calls. `value` is what one call adds; null: nothing. */
export interface CallMetric {
  name: string;
  help: string;
  labels: 'request' | 'model';
  value: (record: ExchangeRecord) => number | null;
}

const known = (record: ExchangeRecord, tokens: number): number | null => (record.usageKnown ? tokens : null);
const seconds = (milliseconds: number | null): number | null => (milliseconds === null ? null : milliseconds / 1000);
const failed = (record: ExchangeRecord): boolean => record.status >= 400;

/** Counters over model calls. */
export const callCounters: readonly CallMetric[] = [
  { name: 'litellm_proxy_total_requests_metric_total', help: 'Requests of clients.', labels: 'request', value: () => 1 },
  { name: 'litellm_proxy_failed_requests_metric_total', help: 'Requests that ended without an answer.', labels: 'request', value: (record) => (failed(record) ? 1 : null) },
  { name: 'litellm_requests_metric_total', help: 'Requests that were answered.', labels: 'model', value: (record) => (failed(record) ? null : 1) },
  { name: 'litellm_spend_metric_total', help: 'Cost in US dollars.', labels: 'model', value: (record) => record.costUsd },
  { name: 'litellm_total_tokens_metric_total', help: 'Input and output tokens.', labels: 'model', value: (record) => known(record, record.usage.inputTokens + record.usage.outputTokens) },
  { name: 'litellm_input_tokens_metric_total', help: 'Input tokens.', labels: 'model', value: (record) => known(record, record.usage.inputTokens) },
  { name: 'litellm_output_tokens_metric_total', help: 'Output tokens.', labels: 'model', value: (record) => known(record, record.usage.outputTokens) },
  { name: 'litellm_input_cached_tokens_metric_total', help: "Input tokens that the provider had in its cache.", labels: 'model', value: (record) => record.usage.cacheReadTokens || null },
  { name: 'litellm_input_cache_creation_tokens_metric_total', help: "Input tokens that were written to the provider's cache.", labels: 'model', value: (record) => record.usage.cacheWriteTokens || null },
  { name: 'litellm_output_reasoning_tokens_metric_total', help: 'Output tokens that were reasoning.', labels: 'model', value: (record) => record.usage.reasoningTokens || null },
  { name: 'litellm_cache_hits_metric_total', help: 'Answers from the response cache.', labels: 'model', value: (record) => (record.cache === 'hit' ? 1 : null) },
  { name: 'weir_cache_saved_usd_total', help: 'What answers from the response cache had cost when they were made.', labels: 'model', value: (record) => record.savedUsd },
  { name: 'weir_cache_saved_tokens_total', help: 'Tokens of answers from the response cache.', labels: 'model', value: (record) => (record.cache === 'hit' ? record.usage.inputTokens + record.usage.outputTokens || null : null) },
  { name: 'litellm_cache_misses_metric_total', help: 'Requests that the response cache could not answer.', labels: 'model', value: (record) => (record.cache === 'miss' ? 1 : null) },
  { name: 'weir_retries_total', help: 'Attempts that were made again.', labels: 'model', value: (record) => record.retries || null },
  { name: 'weir_fallbacks_total', help: 'Model groups that were tried after another one failed.', labels: 'model', value: (record) => record.fallbacks || null },
];

/** Histograms over model calls, in seconds. */
export const callHistograms: readonly CallMetric[] = [
  { name: 'litellm_request_total_latency_metric', help: 'Seconds from the arrival of a request to its last byte.', labels: 'model', value: (record) => seconds(record.totalMs) },
  { name: 'litellm_llm_api_latency_metric', help: 'Seconds that providers took.', labels: 'model', value: (record) => (record.overheadMs === null ? null : seconds(record.totalMs - record.overheadMs)) },
  { name: 'litellm_llm_api_time_to_first_token_metric', help: 'Seconds to the first token of a stream.', labels: 'model', value: (record) => (record.stream ? seconds(record.firstByteMs) : null) },
  { name: 'litellm_overhead_latency_metric', help: 'Seconds that the gateway itself took before the first byte.', labels: 'model', value: (record) => seconds(record.overheadMs) },
];

/** Upper bounds of the histograms' buckets in seconds. The small ones are for the gateway's own part. */
export const latencyBuckets: readonly number[] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20, 30, 60, 120, 300];

/** What is known about a deployment when somebody looks. */
export interface DeploymentState {
  group: string;
  model: string;
  id: string;
  provider: string;
  cooling: boolean;
  coolDowns: number;
  successes: number;
  failures: number;
  inFlight: number;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
}

/** A metric over deployments. */
export interface DeploymentMetric {
  name: string;
  kind: 'gauge' | 'counter';
  help: string;
  value: (state: DeploymentState) => number | null;
}

/** Metrics over deployments. */
export const deploymentMetrics: readonly DeploymentMetric[] = [
  { name: 'litellm_deployment_state', kind: 'gauge', help: 'Health of a deployment: 0 healthy, 1 partly failing, 2 cooling down.', value: (state) => (state.cooling ? 2 : state.failures > 0 && state.failures > state.successes ? 1 : 0) },
  { name: 'litellm_deployment_cooled_down_total', kind: 'counter', help: 'How often a deployment was given a rest after failures.', value: (state) => state.coolDowns },
  { name: 'litellm_deployment_success_responses_total', kind: 'counter', help: 'Attempts that were answered.', value: (state) => state.successes },
  { name: 'litellm_deployment_failure_responses_total', kind: 'counter', help: 'Attempts that failed.', value: (state) => state.failures },
  { name: 'litellm_deployment_total_requests_total', kind: 'counter', help: 'Attempts.', value: (state) => state.successes + state.failures },
  { name: 'litellm_deployment_rpm_limit', kind: 'gauge', help: "A deployment's limit of requests per minute.", value: (state) => state.requestsPerMinute },
  { name: 'litellm_deployment_tpm_limit', kind: 'gauge', help: "A deployment's limit of tokens per minute.", value: (state) => state.tokensPerMinute },
  { name: 'weir_deployment_in_flight', kind: 'gauge', help: 'Calls under way at a deployment.', value: (state) => state.inFlight },
];

/** Numbers of the process that are read when somebody looks. */
export interface ProcessState {
  openStreams: number;
  inFlight: number;
  cacheEntries: number;
  /** Answers from the cache to questions that mean the same, and what they had cost; null without a cache. */
  semanticCache: { hits: number; usd: number } | null;
  /** Null without a database. */
  ledger: LedgerState | null;
  limits: LimitCounts;
}

/** What limits did. */
export interface LimitCounts {
  counters: number;
  /** Requests with leases or holds that are open. */
  open: number;
  /** True while counters are shared; null: they are not meant to be. */
  shared: boolean | null;
  /** Refusals by kind of scope, rule, and `enforced` or `shadow`, joined by blanks. */
  refusals: ReadonlyMap<string, number>;
}

/** A metric over budgets of one kind of thing. */
export interface BudgetMetric {
  name: string;
  kind: BudgetState['kind'];
  help: string;
  labels: readonly string[];
  value: (state: BudgetState) => number | null;
}

const owners = [
  { kind: 'key', word: 'api_key', of: 'a key', labels: ['hashed_api_key', 'api_key_alias'] },
  { kind: 'team', word: 'team', of: 'a team', labels: ['team', 'team_alias'] },
  { kind: 'organization', word: 'org', of: 'an organization', labels: ['org_id', 'org_alias'] },
  { kind: 'user', word: 'user', of: 'a user', labels: ['user'] },
  { kind: 'end_user', word: 'customer', of: 'an end user', labels: ['end_user'] },
] as const;

/** Metrics over budgets. The first label is the id of what has the budget, the second its name. */
export const budgetMetrics: readonly BudgetMetric[] = owners.flatMap(({ kind, word, of, labels }) => [
  { name: `litellm_remaining_${word}_budget_metric`, kind, labels, help: `US dollars that are left of the budget of ${of}.`, value: ({ remainingUsd }: BudgetState) => remainingUsd },
  { name: `litellm_${word}_max_budget_metric`, kind, labels, help: `The budget of ${of}, in US dollars.`, value: ({ maxUsd }: BudgetState) => maxUsd },
  { name: `litellm_${word}_budget_remaining_hours_metric`, kind, labels, help: `Hours until the budget of ${of} starts anew.`, value: ({ hoursLeft }: BudgetState) => hoursLeft },
]);

/** Refusals of limits. */
export const refusalMetric = { name: 'weir_limit_refusals_total', help: 'Requests that a limit refused, or would have in shadow mode.', labels: ['scope', 'rule', 'mode'] } as const;

/** A metric of the process. */
export interface ProcessMetric {
  name: string;
  kind: 'gauge' | 'counter';
  help: string;
  value: (state: ProcessState) => number | null;
}

/** Metrics of the process. */
export const processMetrics: readonly ProcessMetric[] = [
  { name: 'litellm_in_flight_requests', kind: 'gauge', help: 'Requests under way.', value: (state) => state.inFlight },
  { name: 'weir_open_streams', kind: 'gauge', help: 'Streams that are open now.', value: (state) => state.openStreams },
  { name: 'weir_limit_counters', kind: 'gauge', help: 'Counters of budgets and limits that are remembered.', value: (state) => state.limits.counters },
  { name: 'weir_limit_leases', kind: 'gauge', help: 'Requests under way that hold something of a budget or limit.', value: (state) => state.limits.open },
  { name: 'weir_limits_shared', kind: 'gauge', help: '1 while counters of limits are shared with other instances, 0 while that fails and each counts alone.', value: (state) => (state.limits.shared === null ? null : Number(state.limits.shared)) },
  { name: 'weir_cache_entries', kind: 'gauge', help: 'Answers in the response cache.', value: (state) => state.cacheEntries },
  { name: 'weir_semantic_cache_hits_total', kind: 'counter', help: 'Answers from the response cache to questions that mean the same.', value: (state) => state.semanticCache?.hits ?? null },
  { name: 'weir_semantic_cache_saved_usd_total', kind: 'counter', help: 'What these answers had cost when they were made.', value: (state) => state.semanticCache?.usd ?? null },
  { name: 'weir_ledger_waiting_bytes', kind: 'gauge', help: 'Entries of the ledger that are not in the database yet, in bytes.', value: (state) => state.ledger?.waitingBytes ?? null },
  { name: 'weir_ledger_lost_total', kind: 'counter', help: 'Entries of the ledger that there was no room for.', value: (state) => state.ledger?.lost ?? null },
  { name: 'weir_ledger_rejected_total', kind: 'counter', help: 'Entries of the ledger that the database refused; they are in rejected.jsonl.', value: (state) => state.ledger?.rejected ?? null },
  { name: 'weir_database_up', kind: 'gauge', help: 'Whether the last batch of the ledger reached the database: 1 yes, 0 no.', value: (state) => (state.ledger === null ? null : state.ledger.awaySinceMs === null ? 1 : 0) },
  { name: 'process_resident_memory_bytes', kind: 'gauge', help: 'Resident memory size in bytes.', value: () => process.memoryUsage.rss() },
  { name: 'process_cpu_seconds_total', kind: 'counter', help: 'Total user and system CPU time spent in seconds.', value: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  } },
  { name: 'process_start_time_seconds', kind: 'gauge', help: 'Start time of the process since the epoch in seconds.', value: () => Math.round(Date.now() / 1000 - process.uptime()) },
];
