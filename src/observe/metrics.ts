// Counts model calls and shows the counts to Prometheus (text format 0.0.4). What is added for each call is a few numbers in arrays;
// text is made only when somebody looks. (docs/decisions/metrics.md says why this is no library.)
import { budgetMetrics, callCounters, callHistograms, deploymentMetrics, labelSets, processMetrics, refusalMetric, type BudgetMetric, type CallMetric, type DeploymentMetric, type DeploymentState, type ProcessState } from './metric-table.ts';
import { usualMetricSettings, type MetricSettings } from './metric-settings.ts';
import type { BudgetState } from '../limits/limiter.ts';
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
  budgets: () => readonly BudgetState[];
}

const maxRecent = 8;

/** What calls are counted by. */
type SeriesKey = Pick<ExchangeRecord, 'group' | 'deploymentId' | 'caller' | 'route' | 'status' | 'labels'>;

const isOf = (one: SeriesKey, other: SeriesKey): boolean =>
  one.deploymentId === other.deploymentId && one.status === other.status && one.caller === other.caller && one.group === other.group && one.route === other.route && one.labels === other.labels;

/** The counts of the calls with one set of labels. */
interface Series {
  of: SeriesKey;
  /** The text of the labels, by the place of their names in the plan. */
  labels: readonly string[];
  counts: number[];
  histograms: { buckets: number[]; sum: number; count: number }[];
}

/** A metric of model calls that is shown. */
interface Shown {
  metric: CallMetric;
  /** Its place among the numbers of a series. */
  index: number;
  /** The place of its labels' names in the plan. */
  set: number;
}

/** Which metrics are shown, with which labels; worked out once. */
interface Plan {
  sets: readonly (readonly string[])[];
  counters: readonly Shown[];
  histograms: readonly Shown[];
}

function planOf({ labelsOf }: MetricSettings): Plan {
  const sets: (readonly string[])[] = [];
  const shown = (metrics: readonly CallMetric[]): Shown[] => metrics.flatMap((metric, index) => {
    const labels = labelsOf(metric.name, labelSets[metric.labels]);
    if (!labels) return [];
    const same = sets.findIndex((set) => set.join() === labels.join());
    return [{ metric, index, set: same === -1 ? sets.push(labels) - 1 : same }];
  });
  return { counters: shown(callCounters), histograms: shown(callHistograms), sets };
}

/** The metrics of a gateway. */
export function createMetrics(sources: MetricSources, settings: MetricSettings = usualMetricSettings): Metrics {
  const plan = planOf(settings);
  const all = new Map<string, Series>();
  const recent: Series[] = [];
  let place = 0;
  const find = (record: ExchangeRecord): Series | null => {
    // Calls come in runs of a few kinds. To put a key together from five names and to look it up costs more than all that is counted.
    for (const series of recent) if (isOf(series.of, record)) return series;
    const key = `${record.group ?? ''}\n${record.deploymentId ?? ''}\n${record.caller ?? ''}\n${record.route}\n${record.status}\n${record.labels ?? ''}`;
    let series = all.get(key);
    if (!series) {
      if (all.size >= settings.maxSeries) return null;
      series = newSeries(record, plan, settings);
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
      if (series) add(series, record, settings.buckets);
    },
    text() {
      const series = [...all.values()];
      const budgets = sources.budgets();
      return [
        ...plan.counters.map((shown) => counterText(shown, series)),
        ...plan.histograms.map((shown) => histogramText(shown, series, settings.buckets)),
        ...deploymentMetrics.map((metric) => deploymentText(metric, sources.deployments(), settings)),
        ...budgetMetrics.map((metric) => budgetText(metric, budgets, settings)),
        ...processMetrics.filter(({ name }) => settings.labelsOf(name, labelSets.none)).map((metric) => head(metric.name, metric.kind, metric.help) + sample(metric.name, '', metric.value(sources.process()))),
        refusalText(sources.process().limits.refusals, settings),
      ].join('');
    },
  };
}

function newSeries(record: ExchangeRecord, { sets }: Plan, { buckets, extra }: MetricSettings): Series {
  const { group, deploymentId, caller, route, status, labels } = record;
  const further = labels?.split('\n') ?? [];
  const values: Readonly<Record<string, string | null | undefined>> = {
    ...Object.fromEntries(extra.map((name, index) => [name, further[index]])),
    requested_model: group ?? 'unknown', model: record.providerModel, model_id: deploymentId, api_provider: record.provider, hashed_api_key: caller, api_key_alias: record.callerName, route, status_code: String(status),
  };
  return {
    of: { group, deploymentId, caller, route, status, labels },
    labels: sets.map((names) => labelText(names, names.map((name) => values[name] ?? ''))),
    counts: callCounters.map(() => 0),
    histograms: callHistograms.map(() => ({ buckets: buckets.map(() => 0), sum: 0, count: 0 })),
  };
}

function add(series: Series, record: ExchangeRecord, bounds: readonly number[]): void {
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
    const bucket = bounds.findIndex((bound) => value <= bound);
    if (bucket !== -1) histogram.buckets[bucket] = (histogram.buckets[bucket] ?? 0) + 1;
  }
}

/** Sums by their labels. What was told apart by a label that is not shown comes together. */
function put(sums: Map<string, number>, labels: string, value: number, kind: 'counter' | 'gauge'): void {
  const before = sums.get(labels);
  sums.set(labels, before === undefined ? value : kind === 'counter' ? before + value : Math.max(before, value));
}

const samples = (name: string, sums: ReadonlyMap<string, number>): string => [...sums].map(([labels, value]) => sample(name, labels, value)).join('');

function deploymentText({ name, kind, help, value }: DeploymentMetric, states: readonly DeploymentState[], { labelsOf }: MetricSettings): string {
  const names = labelsOf(name, labelSets.deployment);
  if (!names) return '';
  const sums = new Map<string, number>();
  for (const state of states) {
    const values: Readonly<Record<string, string>> = { model_group: state.group, litellm_model_name: state.model, model_id: state.id, api_provider: state.provider };
    const number = value(state);
    if (number !== null) put(sums, labelText(names, names.map((label) => values[label] ?? '')), number, kind);
  }
  return head(name, kind, help) + samples(name, sums);
}

function budgetText({ name, kind, help, labels, value }: BudgetMetric, budgets: readonly BudgetState[], { labelsOf, maxSeries, extra }: MetricSettings): string {
  const names = labelsOf(name, labels);
  // End users are in the metrics only where the configuration says so.
  if (!names || (kind === 'end_user' && !extra.includes('end_user'))) return '';
  const sums = new Map<string, number>();
  for (const state of budgets.filter((one) => one.kind === kind).slice(0, maxSeries)) {
    const number = value(state);
    if (number !== null) put(sums, labelText(names, names.map((label) => (label === labels[0] ? state.id : state.name))), number, 'gauge');
  }
  return head(name, 'gauge', help) + samples(name, sums);
}

function refusalText(refusals: ReadonlyMap<string, number>, { labelsOf }: MetricSettings): string {
  const { name, help, labels } = refusalMetric;
  const names = labelsOf(name, labels);
  if (!names) return '';
  const sums = new Map<string, number>();
  for (const [words, count] of refusals) {
    const values = words.split(' ');
    put(sums, labelText(names, names.map((label) => values[labels.findIndex((one) => one === label)] ?? '')), count, 'counter');
  }
  return head(name, 'counter', help) + samples(name, sums);
}

function counterText({ metric, index, set }: Shown, series: readonly Series[]): string {
  const sums = new Map<string, number>();
  for (const { labels, counts } of series) {
    const value = counts[index] ?? 0;
    if (value > 0) put(sums, labels[set] ?? '', value, 'counter');
  }
  return head(metric.name, 'counter', metric.help) + samples(metric.name, sums);
}

function histogramText({ metric, index, set }: Shown, series: readonly Series[], bounds: readonly number[]): string {
  const merged = new Map<string, { buckets: number[]; sum: number; count: number }>();
  for (const { labels, histograms } of series) {
    const own = histograms[index];
    if (!own || own.count === 0) continue;
    const text = labels[set] ?? '';
    const total = merged.get(text) ?? { buckets: bounds.map(() => 0), sum: 0, count: 0 };
    own.buckets.forEach((count, bucket) => {
      total.buckets[bucket] = (total.buckets[bucket] ?? 0) + count;
    });
    total.sum += own.sum;
    total.count += own.count;
    merged.set(text, total);
  }
  let text = head(metric.name, 'histogram', metric.help);
  for (const [labels, total] of merged) {
    const before = labels === '' ? '' : `${labels},`;
    let below = 0;
    bounds.forEach((bound, bucket) => {
      below += total.buckets[bucket] ?? 0;
      text += sample(`${metric.name}_bucket`, `${before}le="${bound}"`, below);
    });
    text += sample(`${metric.name}_bucket`, `${before}le="+Inf"`, total.count) + sample(`${metric.name}_sum`, labels, total.sum) + sample(`${metric.name}_count`, labels, total.count);
  }
  return text;
}

const head = (name: string, kind: string, help: string): string => `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`;
const sample = (name: string, labels: string, value: number | null): string => (value === null ? '' : `${name}${labels === '' ? '' : `{${labels}}`} ${value}\n`);
const labelText = (names: readonly string[], values: readonly string[]): string => names.map((name, index) => `${name}="${escaped(values[index] ?? '')}"`).join(',');
const escaped = (value: string): string => value.replace(/\\/g, '\\\\').replace(/"/g, String.raw`\"`).replace(/\n/g, String.raw`\n`);
