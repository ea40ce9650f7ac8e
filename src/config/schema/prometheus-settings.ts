// The part of `litellm_settings` about `/metrics`.
import { accepted, notYet, supported } from '../field.ts';
import { amount, boolean, count, listOf, positive, record, text, texts } from '../shape.ts';

/** An entry of `prometheus_metrics_config`. */
export const metricGroupFields = {
  group: supported(text, 'A name for the entry.'),
  metrics: supported(texts, 'Metrics that are shown, by their names with or without `_total`.', { required: true }),
  include_labels: supported(texts, 'Their only labels. Metrics of model calls may also have `team`, `user`, `user_email`, `end_user`, `org_id`, `project_id`, `client_ip`, `user_agent`, `stream` and `exception_class`.'),
};

const notMeasured = { reason: 'it is not measured' } as const;
const noExpiry = { reason: 'series stay as long as the process; prometheus_metrics_max_series_per_metric bounds them' } as const;

export const prometheusFields = {
  prometheus_metrics_config: supported(listOf(record(metricGroupFields)), 'Which metrics there are, and their labels; see below. All when nothing is set. `process_…` stays.'),
  prometheus_exclude_metrics: supported(texts, 'Metrics that are not shown.'),
  prometheus_exclude_labels: supported(texts, 'Labels that no metric has; what they told apart is added up.'),
  prometheus_latency_buckets: supported(listOf(amount), 'Upper bounds of the buckets of histograms, in seconds.'),
  prometheus_emit_stream_label: supported(boolean, 'Model calls have the label `stream`, `True` or `False`.', { default: false }),
  prometheus_metrics_max_series_per_metric: supported(positive, 'So many sets of labels of model calls are counted; others are not.', { default: 5_000 }),
  custom_prometheus_metadata_labels: supported(texts, "Labels from the metadata of requests and keys, as `metadata.foo.bar`; the label is called `metadata_foo_bar`."),
  custom_prometheus_tags: supported(texts, 'A label for each of these tags, `tag_…`, that is `true` or `false`. `*` stands for anything; `User-Agent: curl/*` asks for the client’s program.'),
  enable_end_user_cost_tracking_prometheus_only: supported(boolean, 'Model calls have the label `end_user`.', { default: false }),
  disable_end_user_cost_tracking_prometheus_only: supported(boolean, 'Model calls do not have it, whatever else says so.', { default: false }),
  prometheus_initialize_budget_metrics: notYet(boolean, 'Show the budgets of all keys from the start.', { reason: 'a budget is shown from its first request on' }),
  prometheus_metrics_ttl_seconds: notYet(amount, 'Forget series that did not grow.', { unit: 'seconds', ...noExpiry }),
  prometheus_metrics_cleanup_interval_seconds: notYet(amount, 'How often.', { unit: 'seconds', ...noExpiry }),
  prometheus_end_user_metrics_ttl_seconds: notYet(amount, 'The same for series of end users.', { unit: 'seconds', ...noExpiry }),
  prometheus_end_user_metrics_cleanup_interval_seconds: notYet(amount, 'How often.', { unit: 'seconds', ...noExpiry }),
  prometheus_end_user_metrics_max_series_per_metric: notYet(count, 'How many series of end users there are.', noExpiry),
  prometheus_emit_input_sequence_length_label: notYet(boolean, 'Latency by the length of the prompt.', notMeasured),
  prometheus_emit_rate_limit_labels: notYet(boolean, 'Failures by the limit that refused.', { reason: 'weir_limit_refusals_total tells it' }),
  prometheus_deployment_and_latency_caller_identity: accepted(text, 'How metrics of deployments name callers.', 'they do not name any'),
  prometheus_user_budget_label_include_email_alias: notYet(boolean, 'Budgets of users with their e-mail address.', notMeasured),
};
