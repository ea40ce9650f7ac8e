// What a configuration says of `/metrics`: which metrics there are, and with which labels.
import { budgetMetrics, callCounters, callHistograms, deploymentMetrics, labelSets, latencyBuckets, processMetrics, refusalMetric } from './metric-table.ts';
import type { LitellmSettings } from '../config/config.ts';

/** How metrics are shown. */
export interface MetricSettings {
  /** Upper bounds of histograms' buckets, in seconds, upwards. */
  buckets: readonly number[];
  /** Sets of labels of model calls that are counted. */
  maxSeries: number;
  /** The labels of a metric, `usual` being those that it has when nothing is said; null: it is not shown. */
  labelsOf: (name: string, usual: readonly string[]) => readonly string[] | null;
  /** Labels of model calls beyond the usual ones, in the order in which `ExchangeRecord.labels` holds their values. */
  extra: readonly string[];
  /** Names in the configuration that no metric has. */
  unknown: readonly string[];
}

/** Labels that model calls can have beyond the usual ones. */
export const extraLabels = ['team', 'user', 'user_email', 'end_user', 'org_id', 'project_id', 'client_ip', 'user_agent', 'stream', 'exception_class'] as const;

// Callers choose model names; the metrics do not grow with what they invent.
const usualSeries = 5_000;

/** Everything as the table has it. */
export const usualMetricSettings: MetricSettings = { buckets: latencyBuckets, maxSeries: usualSeries, labelsOf: (_name, usual) => usual, extra: [], unknown: [] };

type Said = Pick<LitellmSettings,
  | 'prometheusMetricsConfig' | 'prometheusExcludeMetrics' | 'prometheusExcludeLabels' | 'prometheusLatencyBuckets' | 'prometheusEmitStreamLabel' | 'prometheusMetricsMaxSeriesPerMetric'
  | 'customPrometheusMetadataLabels' | 'customPrometheusTags' | 'enableEndUserCostTrackingPrometheusOnly' | 'disableEndUserCostTrackingPrometheusOnly' | 'disableEndUserCostTracking'>;

/** The name of a label, from a name that may hold anything. The form is Prometheus's. */
export const labelName = (name: string): string => name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?![a-zA-Z_])/, '_');

/** The settings of a configuration. */
export function metricSettings(said: Said): MetricSettings {
  const { prometheusMetricsConfig: groups, prometheusLatencyBuckets: buckets } = said;
  const noEndUsers = said.disableEndUserCostTrackingPrometheusOnly || said.disableEndUserCostTracking === true;
  const without = new Set([...said.prometheusExcludeLabels ?? [], ...(noEndUsers ? ['end_user'] : [])]);
  const hidden = new Set((said.prometheusExcludeMetrics ?? []).map(plain));
  const listed = groups && groups.length > 0 ? new Map(groups.flatMap(({ metrics, includeLabels }) => metrics.map((name) => [plain(name), includeLabels] as const))) : null;
  const always = [
    ...(said.prometheusEmitStreamLabel ? ['stream'] : []), ...(said.enableEndUserCostTrackingPrometheusOnly ? ['end_user'] : []),
    ...(said.customPrometheusMetadataLabels ?? []).map(labelName), ...(said.customPrometheusTags ?? []).map((tag) => labelName(`tag_${tag}`)),
  ];
  const asked = (groups ?? []).flatMap(({ includeLabels }) => includeLabels ?? []).filter((name) => extraLabels.some((label) => label === name));
  const extra = [...new Set([...always, ...asked])].filter((name) => !without.has(name));
  const calls: ReadonlySet<readonly string[]> = new Set([labelSets.request, labelSets.model]);
  return {
    extra, maxSeries: said.prometheusMetricsMaxSeriesPerMetric, unknown: [...hidden, ...listed?.keys() ?? []].filter((name) => !known.has(name)),
    buckets: buckets && buckets.length > 0 ? [...new Set(buckets)].toSorted((one, other) => one - other) : latencyBuckets,
    labelsOf(name, usual) {
      const metric = plain(name);
      if (hidden.has(metric) || (listed && !listed.has(metric) && !metric.startsWith('process_'))) return null;
      const wanted = listed?.get(metric);
      const possible = calls.has(usual) ? [...usual, ...extra] : usual;
      const named = wanted ? possible.filter((label) => wanted.includes(label)) : calls.has(usual) ? [...usual, ...always] : usual;
      return [...new Set(named)].filter((label) => !without.has(label));
    },
  };
}

// LiteLLM's settings leave out the ending that its library adds.
const plain = (name: string): string => name.replace(/_total$/, '');
const known = new Set([...budgetMetrics, ...callCounters, ...callHistograms, ...deploymentMetrics, ...processMetrics, refusalMetric].map(({ name }) => plain(name)));
