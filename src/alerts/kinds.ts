// The table of alerts: LiteLLM's names for them (`alert_types`), what each is, and how long the same one is not told again.

/** How urgent it is. `critical`: callers notice. `warning`: they soon may. `info`: good to know. */
export type Severity = 'info' | 'warning' | 'critical';

/** A row. */
export interface KindRow {
  /** For the dashboard and the documentation. */
  readonly label: string;
  readonly severity: Severity;
  /** The same subject is told at most once in this time. */
  readonly pauseMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const row = (label: string, severity: Severity, pauseMs: number): KindRow => ({ label, severity, pauseMs });

/** All kinds. The names are LiteLLM's where it has one; `error_rate`, `service_lost` and `limit_alerts` are Weir's own. */
export const alertKinds = {
  budget_alerts: row('A budget passed a threshold', 'warning', 24 * hourMs),
  limit_alerts: row('A limit refuses requests', 'warning', hourMs),
  llm_exceptions: row('A model group fails', 'warning', 10 * minuteMs),
  error_rate: row('The share of failed requests is high', 'critical', 10 * minuteMs),
  llm_too_slow: row('A request was slow', 'warning', 10 * minuteMs),
  cooldown_deployment: row('A deployment was cooled down', 'warning', 10 * minuteMs),
  outage_alerts: row('A deployment has an outage', 'critical', 10 * minuteMs),
  region_outage_alerts: row('A provider has an outage', 'critical', 10 * minuteMs),
  db_exceptions: row('The database is away', 'critical', 10 * minuteMs),
  service_lost: row('A service that Weir needs is away', 'critical', 10 * minuteMs),
  failed_tracking_spend: row('Spending could not be written down', 'critical', hourMs),
  daily_reports: row('What happened since the last report', 'info', 0),
  new_virtual_key_created: row('A virtual key was made', 'info', 0),
  virtual_key_updated: row('A virtual key was changed', 'info', 0),
  virtual_key_deleted: row('A virtual key was deleted', 'info', 0),
  new_team_created: row('A team was made', 'info', 0),
  team_updated: row('A team was changed', 'info', 0),
  team_deleted: row('A team was deleted', 'info', 0),
  new_internal_user_created: row('A user was made', 'info', 0),
  internal_user_updated: row('A user was changed', 'info', 0),
  internal_user_deleted: row('A user was deleted', 'info', 0),
  new_model_added: row('A model was added', 'info', 0),
} as const satisfies Record<string, KindRow>;

/** The name of a kind. */
export type AlertKind = keyof typeof alertKinds;

/** LiteLLM's names for what Weir tells under another name, or has nothing to tell of. */
const otherNames: Readonly<Record<string, AlertKind>> = {
  llm_requests_hanging: 'llm_too_slow', fallback_reports: 'daily_reports', spend_reports: 'daily_reports', user_budget_alerts: 'budget_alerts',
};

/** Kinds that are told without being named in `alert_types`: LiteLLM's default leaves out what administrators do themselves. */
export const defaultKinds: readonly AlertKind[] = [
  'budget_alerts', 'limit_alerts', 'llm_exceptions', 'error_rate', 'llm_too_slow', 'cooldown_deployment', 'outage_alerts', 'region_outage_alerts', 'db_exceptions', 'service_lost',
  'failed_tracking_spend', 'daily_reports',
];

/** The kind of a name in `alert_types`; null when there is none. */
export function kindOf(name: string): AlertKind | null {
  if (Object.hasOwn(alertKinds, name)) return name as AlertKind;
  return otherNames[name] ?? null;
}
