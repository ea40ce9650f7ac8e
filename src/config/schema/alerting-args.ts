// `general_settings.alerting_args`: when alerts are raised and told. The first rows are LiteLLM's.
import { accepted, supported, type Settings } from '../field.ts';
import { amount, boolean, positive, share, text, timeZone } from '../shape.ts';

export const alertingArgsFields = {
  daily_report_frequency: supported(amount, 'Time between two reports; 0 for none.', { unit: 'seconds', default: 43_200 }),
  budget_alert_ttl: supported(amount, 'The same budget is told again after this time.', { unit: 'seconds', default: 86_400 }),
  outage_alert_ttl: supported(amount, 'Failures of a deployment are counted over this time.', { unit: 'seconds', default: 60 }),
  minor_outage_alert_threshold: supported(positive, 'Failures that are a minor outage.', { default: 5 }),
  major_outage_alert_threshold: supported(positive, 'Failures that are a major one.', { default: 10 }),
  error_rate_threshold: supported(share, 'Share of failed requests that is told.', { default: 0.25 }),
  error_rate_minimum_requests: supported(positive, 'With fewer requests the share means nothing.', { default: 20 }),
  error_rate_window: supported(amount, 'The share is taken over this time.', { unit: 'seconds', default: 300 }),
  quiet_hours: supported(text, 'Hours such as `22:00-07:00` in which only critical alerts are told at once; the others wait for their end.'),
  time_zone: supported(timeZone, 'The time zone of `quiet_hours`, such as `Asia/Shanghai`.', { default: 'UTC' }),
  report_check_interval: accepted(amount, 'How often LiteLLM looks whether a report is due.', 'reports have a clock of their own'),
  region_outage_alert_ttl: accepted(amount, 'The time for outages of a provider.', '`outage_alert_ttl` holds for both'),
  max_outage_alert_list_size: accepted(amount, 'Outages that are remembered.', 'the bound is fixed'),
  log_to_console: accepted(boolean, 'Write alerts to the log.', 'deliveries that fail are logged, and the dashboard shows all'),
};

/** The settings with their defaults. */
export type AlertingArgs = Settings<typeof alertingArgsFields>;
