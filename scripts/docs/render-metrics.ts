// docs/metrics.md, from the table of metrics.
import { budgetMetrics, callCounters, callHistograms, deploymentMetrics, labelSets, latencyBuckets, processMetrics, refusalMetric } from '../../src/observe/metric-table.ts';
import { code, table } from './markdown.ts';

const introduction = `# Metrics

<!-- Made by scripts/docs/generate.ts from src/observe/metric-table.ts. Change the table, not this page. -->

\`GET /metrics/\` answers in the text format of Prometheus; \`/metrics\` leads there. It asks for a key unless \`litellm_settings.require_auth_for_metrics_endpoint\` is
\`false\`. Names are LiteLLM's where LiteLLM has the same metric, so its dashboards go on working; Weir's own begin with \`weir_\`.
Which metrics and labels there are, and the buckets, \`litellm_settings.prometheus_…\` says ([configuration](configuration.md)).
A metric is always there as a name, and has samples once there is something to tell.
`;

const labels = (names: readonly string[]): string => names.map((name) => code(name)).join(', ');

/** The whole page. */
export function renderMetrics(): string {
  const calls = [
    ...callCounters.map((metric) => ({ ...metric, kind: 'counter' })),
    ...callHistograms.map((metric) => ({ ...metric, kind: 'histogram' })),
  ];
  return [
    introduction,
    '## Model calls\n',
    table(['metric', 'kind', 'labels', 'meaning'], calls.map((metric) => [code(metric.name), metric.kind, metric.labels, metric.help])),
    `\nLabels *request*: ${labels(labelSets.request)}.\nLabels *model*: ${labels(labelSets.model)}.\n`,
    `The key is shown as its SHA-256, the master key as \`litellm_proxy_master_key\`. Histograms count seconds in buckets up to ${latencyBuckets.join(', ')}.\n`,
    '## Deployments\n',
    table(['metric', 'kind', 'meaning'], deploymentMetrics.map((metric) => [code(metric.name), metric.kind, metric.help])),
    `\nLabels: ${labels(labelSets.deployment)}.\n`,
    '## Budgets\n',
    table(['metric', 'labels', 'meaning'], budgetMetrics.map((metric) => [code(metric.name), labels(metric.labels), metric.help])),
    '\nA budget is shown once a request has met it, until a day after the last one. End users are shown only with `enable_end_user_cost_tracking_prometheus_only`.\n',
    '## Limits\n',
    table(['metric', 'kind', 'labels', 'meaning'], [[code(refusalMetric.name), 'counter', labels(refusalMetric.labels), refusalMetric.help]]),
    '',
    '## The process\n',
    table(['metric', 'kind', 'meaning'], processMetrics.map((metric) => [code(metric.name), metric.kind, metric.help])),
    '',
  ].join('\n');
}
