// Prometheus metrics with LiteLLM's names. Children are looked up once for each set of labels, since hashing labels at every request
// costs more than counting.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ExchangeRecord } from './exchange-record.ts';

/** Counts model calls and shows the counts. */
export interface Metrics {
  count(record: ExchangeRecord): void;
  /** The text for Prometheus. */
  text(): Promise<string>;
  contentType: string;
}

/** Numbers that are read when somebody looks. */
export interface MetricSources {
  openStreams: () => number;
  inFlight: () => number;
  cacheEntries: () => number;
}

const requestLabels = ['requested_model', 'model', 'model_id', 'api_provider', 'hashed_api_key', 'api_key_alias', 'route', 'status_code'] as const;
const modelLabels = ['requested_model', 'model', 'model_id', 'api_provider', 'hashed_api_key', 'api_key_alias'] as const;
// LiteLLM's buckets, in seconds.
const latencyBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20, 30, 60, 120, 300];
// Callers choose model names; a metric does not grow with what they invent.
const maxLabelSets = 2_000;

interface Children {
  requests: { inc(value?: number): void };
  failures: { inc(value?: number): void };
  spend: { inc(value?: number): void };
  tokens: { inc(value?: number): void };
  inputTokens: { inc(value?: number): void };
  outputTokens: { inc(value?: number): void };
  cachedTokens: { inc(value?: number): void };
  total: { observe(value: number): void };
  provider: { observe(value: number): void };
  firstToken: { observe(value: number): void };
  overhead: { observe(value: number): void };
  cacheHits: { inc(value?: number): void };
  cacheMisses: { inc(value?: number): void };
}

/** The metrics of a gateway. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const counters = createCounters(registry);
  gauge(registry, 'weir_open_streams', 'Streams that are open now.', sources.openStreams);
  gauge(registry, 'litellm_in_flight_requests', 'Requests under way.', sources.inFlight);
  gauge(registry, 'weir_cache_entries', 'Answers in the response cache.', sources.cacheEntries);
  gauge(registry, 'process_resident_memory_bytes', 'Resident memory size in bytes.', () => process.memoryUsage.rss());
  const cpu = new Counter({ name: 'process_cpu_seconds_total', help: 'Total user and system CPU time spent in seconds.', registers: [registry], collect() {
    const { user, system } = process.cpuUsage();
    cpu.reset();
    cpu.inc((user + system) / 1e6);
  } });
  const known = new Map<string, Children>();
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    count(record) {
      const group = record.group === null ? 'unknown' : record.group;
      const key = `${group}\n${record.deploymentId ?? ''}\n${record.caller ?? ''}\n${record.route}\n${record.status}`;
      let children = known.get(key);
      if (!children) {
        if (known.size >= maxLabelSets) return;
        children = childrenFor(counters, record, group);
        known.set(key, children);
      }
      addTo(children, record);
    },
  };
}

function addTo(children: Children, record: ExchangeRecord): void {
  const { usage } = record;
  children.requests.inc();
  if (record.status >= 400) children.failures.inc();
  if (record.costUsd !== null && record.costUsd > 0) children.spend.inc(record.costUsd);
  if (record.cache === 'hit') children.cacheHits.inc();
  else if (record.cache === 'miss') children.cacheMisses.inc();
  if (record.usageKnown) {
    children.tokens.inc(usage.inputTokens + usage.outputTokens);
    children.inputTokens.inc(usage.inputTokens);
    children.outputTokens.inc(usage.outputTokens);
    if (usage.cacheReadTokens > 0) children.cachedTokens.inc(usage.cacheReadTokens);
  }
  children.total.observe(record.totalMs / 1000);
  if (record.firstByteMs === null) return;
  if (record.overheadMs !== null) {
    children.overhead.observe(record.overheadMs / 1000);
    children.provider.observe((record.totalMs - record.overheadMs) / 1000);
  }
  if (record.stream) children.firstToken.observe(record.firstByteMs / 1000);
}

function createCounters(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> => new Counter({ name, help, labelNames: [...labelNames], registers });
  const histogram = (name: string, help: string): Histogram<(typeof modelLabels)[number]> => new Histogram({ name, help, labelNames: [...modelLabels], buckets: latencyBuckets, registers });
  return {
    requests: counter('litellm_proxy_total_requests_metric_total', 'Requests of clients.', requestLabels),
    failures: counter('litellm_proxy_failed_requests_metric_total', 'Requests that ended without an answer.', requestLabels),
    spend: counter('litellm_spend_metric_total', 'Cost in US dollars.', modelLabels),
    tokens: counter('litellm_total_tokens_metric_total', 'Input and output tokens.', modelLabels),
    inputTokens: counter('litellm_input_tokens_metric_total', 'Input tokens.', modelLabels),
    outputTokens: counter('litellm_output_tokens_metric_total', 'Output tokens.', modelLabels),
    cachedTokens: counter('litellm_input_cached_tokens_metric_total', 'Input tokens that a provider had in its cache.', modelLabels),
    total: histogram('litellm_request_total_latency_metric', 'Seconds from the arrival of a request to its last byte.'),
    provider: histogram('litellm_llm_api_latency_metric', 'Seconds that the provider took.'),
    firstToken: histogram('litellm_llm_api_time_to_first_token_metric', 'Seconds to the first token of a stream.'),
    overhead: histogram('litellm_overhead_latency_metric', 'Seconds that the gateway itself took before the first byte.'),
    cacheHits: counter('litellm_cache_hits_metric_total', 'Answers from the response cache.', modelLabels),
    cacheMisses: counter('litellm_cache_misses_metric_total', 'Requests that the response cache could not answer.', modelLabels),
  };
}

function childrenFor(counters: ReturnType<typeof createCounters>, record: ExchangeRecord, group: string): Children {
  const model = {
    requested_model: group, model: record.providerModel ?? '', model_id: record.deploymentId ?? '', api_provider: record.provider ?? '',
    hashed_api_key: record.caller ?? '', api_key_alias: record.callerName ?? '',
  };
  const request = { ...model, route: record.route, status_code: String(record.status) };
  return {
    requests: counters.requests.labels(request), failures: counters.failures.labels(request),
    spend: counters.spend.labels(model), tokens: counters.tokens.labels(model),
    inputTokens: counters.inputTokens.labels(model), outputTokens: counters.outputTokens.labels(model), cachedTokens: counters.cachedTokens.labels(model),
    total: counters.total.labels(model), provider: counters.provider.labels(model), firstToken: counters.firstToken.labels(model),
    overhead: counters.overhead.labels(model), cacheHits: counters.cacheHits.labels(model), cacheMisses: counters.cacheMisses.labels(model),
  };
}

function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  const made: Gauge = new Gauge({ name, help, registers: [registry], collect: () => made.set(read()) });
}
