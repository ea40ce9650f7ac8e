// Counts model calls and shows the counts to Prometheus (text format 0.0.4). What is added for each call is a few numbers in arrays;
// text is made only when somebody looks. (docs/decisions/metrics.md says why this is no library.)
import { callCounters, callHistograms, deploymentMetrics, labelSets, latencyBuckets, processMetrics, refusalMetric, type CallMetric, type DeploymentState, type ProcessState } from './metric-table.ts';
import type { ExchangeRecord } from './exchange-record.ts';

/** Counts model calls and shows the counts. */
export interface Metrics {
  count(record: ExchangeRecord): void;
  /** The text for Prometheus. */
  text(): string;
  contentType: string;
}

/** Where the numbers come from that are read when somebody looks. */
export interface MetricSources {
  process: () => ProcessState;
  deployments: () => readonly DeploymentState[];
}

// Callers choose model names; the metrics do not grow with what they invent.
const maxSeries = 5_000;
const maxRecent = 8;

/** What calls are counted by. */
type SeriesKey = Pick<ExchangeRecord, 'group' | 'deploymentId' | 'caller' | 'route' | 'status'>;

const isOf = (one: SeriesKey, other: SeriesKey): boolean =>
  one.deploymentId === other.deploymentId && one.status === other.status && one.caller === other.caller && one.group === other.group && one.route === other.route;

/** The counts of the calls with one set of labels. */
interface Series {
  of: SeriesKey;
  labels: Readonly<Record<'request' | 'model', string>>;
  counts: number[];
  histograms: { buckets: number[]; sum: number; count: number }[];
}

/** The metrics of a gateway. */
export function createMetrics(sources: MetricSources): Metrics {
  const all = new Map<string, Series>();
  const recent: Series[] = [];
  let place = 0;
  const find = (record: ExchangeRecord): Series | null => {
    // Calls come in runs of a few kinds. To put a key together from five names and to look it up costs more than all that is counted.
    for (const series of recent) if (isOf(series.of, record)) return series;
    const key = `${record.group ?? ''}\n${record.deploymentId ?? ''}\n${record.caller ?? ''}\n${record.route}\n${record.status}`;
    let series = all.get(key);
    if (!series) {
      if (all.size >= maxSeries) return null;
      series = newSeries(record);
      all.set(key, series);
    }
    recent[place] = series;
    place = (place + 1) % maxRecent;
    return series;
  };
  return {
    contentType: 'text/plain; version=0.0.4; charset=utf-8',
    count(record) {
      const series = find(record);
      if (series) add(series, record);
    },
    text() {
      const series = [...all.values()];
      return [
        ...callCounters.map((metric, index) => counterText(metric, series, index)),
        ...callHistograms.map((metric, index) => histogramText(metric, series, index)),
        ...deploymentMetrics.map((metric) => head(metric.name, metric.kind, metric.help)
          + sources.deployments().map((state) => sample(metric.name, labelText(labelSets.deployment, [state.group, state.model, state.id, state.provider]), metric.value(state))).join('')),
        ...processMetrics.map((metric) => head(metric.name, metric.kind, metric.help) + sample(metric.name, '', metric.value(sources.process()))),
        refusalText(sources.process().limits.refusals),
      ].join('');
    },
  };
}

function newSeries(record: ExchangeRecord): Series {
  const model = [record.group ?? 'unknown', record.providerModel ?? '', record.deploymentId ?? '', record.provider ?? '', record.caller ?? '', record.callerName ?? ''];
  const { group, deploymentId, caller, route, status } = record;
  return {
    of: { group, deploymentId, caller, route, status },
    labels: { model: labelText(labelSets.model, model), request: labelText(labelSets.request, [...model, record.route, String(record.status)]) },
    counts: callCounters.map(() => 0),
    histograms: callHistograms.map(() => ({ buckets: latencyBuckets.map(() => 0), sum: 0, count: 0 })),
  };
}

function add(series: Series, record: ExchangeRecord): void {
  // Iterators would cost more than what is counted.
  for (let index = 0; index < callCounters.length; index++) {
    const value = callCounters[index]?.value(record) ?? null;
    if (value !== null && value !== 0) series.counts[index] = (series.counts[index] ?? 0) + value;
  }
  for (let index = 0; index < callHistograms.length; index++) {
    const value = callHistograms[index]?.value(record) ?? null;
    const histogram = series.histograms[index];
    if (value === null || !histogram) continue;
    histogram.sum += value;
    histogram.count++;
    const bucket = latencyBuckets.findIndex((bound) => value <= bound);
    if (bucket !== -1) histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1;
  }
}

function refusalText(refusals: ReadonlyMap<string, number>): string {
  let text = head(refusalMetric.name, 'counter', refusalMetric.help);
  for (const [words, count] of refusals) text += sample(refusalMetric.name, labelText(refusalMetric.labels, words.split(' ')), count);
  return text;
}

function counterText(metric: CallMetric, series: readonly Series[], index: number): string {
  const sums = new Map<string, number>();
  for (const { labels, counts } of series) {
    const value = counts[index] ?? 0;
    if (value > 0) sums.set(labels[metric.labels], (sums.get(labels[metric.labels]) ?? 0) + value);
  }
  let text = head(metric.name, 'counter', metric.help);
  for (const [labels, value] of sums) text += sample(metric.name, labels, value);
  return text;
}

function histogramText(metric: CallMetric, series: readonly Series[], index: number): string {
  const merged = new Map<string, { buckets: number[]; sum: number; count: number }>();
  for (const { labels, histograms } of series) {
    const own = histograms[index];
    if (!own || own.count === 0) continue;
    const total = merged.get(labels[metric.labels]) ?? { buckets: latencyBuckets.map(() => 0), sum: 0, count: 0 };
    own.buckets.forEach((count, bucket) => {
      total.buckets[bucket] = (total.buckets[bucket] ?? 0) + count;
    });
    total.sum += own.sum;
    total.count += own.count;
    merged.set(labels[metric.labels], total);
  }
  let text = head(metric.name, 'histogram', metric.help);
  for (const [labels, total] of merged) {
    let below = 0;
    latencyBuckets.forEach((bound, bucket) => {
      below += total.buckets[bucket] ?? 0;
      text += sample(`${metric.name}_bucket`, `${labels},le="${bound}"`, below);
    });
    text += sample(`${metric.name}_bucket`, `${labels},le="+Inf"`, total.count) + sample(`${metric.name}_sum`, labels, total.sum) + sample(`${metric.name}_count`, labels, total.count);
  }
  return text;
}

const head = (name: string, kind: string, help: string): string => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
const sample = (name: string, labels: string, value: number | null): string => (value === null ? '' : `${name}${labels === '' ? '' : `{${labels}}`} ${value}\n`);
const labelText = (names: readonly string[], values: readonly string[]): string => names.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',');
const escaped = (value: string): string => value.replace(/\\/g, '\\\\').replace(/"/g, String.raw`\"`).replace(/\n/g, String.raw`\n`);
