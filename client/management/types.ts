// What the management API gives and takes, as LiteLLM names it. Members that a caller has no use for are left out; they are there on the wire.

import type { IsoTime } from './usage-types.ts';

export type * from './usage-types.ts';

/** A page of a list. */
export interface Page<Item> {
  items: Item[];
  total: number;
  page: number;
  pages: number;
}

/** How lists are asked for. */
export interface ListQuery {
  page?: number;
  size?: number;
  search?: string;
  sortBy?: string;
  sortOrder?: 'asc' | 'desc';
}

/** Limits that keys, teams, users and budgets share. Null means none. */
export interface Limits {
  max_budget: number | null;
  soft_budget?: number | null;
  budget_duration: string | null;
  tpm_limit: number | null;
  rpm_limit: number | null;
  max_parallel_requests?: number | null;
}

/** A virtual key. `token` is its SHA-256; the key itself is shown once, when it is made. */
export interface VirtualKey extends Limits {
  token: string;
  key_name: string;
  key_alias: string | null;
  spend: number;
  expires: IsoTime | null;
  models: string[];
  user_id: string | null;
  team_id: string | null;
  budget_reset_at: IsoTime | null;
  metadata: Record<string, unknown>;
  blocked: boolean | null;
  created_at: IsoTime | null;
  created_by?: string | null;
  updated_at?: IsoTime | null;
  last_active?: IsoTime | null;
  allowed_routes?: string[];
  tags?: string[] | null;
}

/** What a key is made of or changed to. */
export type KeyChanges = Partial<Limits> & {
  key_alias?: string | null;
  duration?: string | null;
  models?: string[];
  user_id?: string | null;
  team_id?: string | null;
  metadata?: Record<string, unknown>;
  tags?: string[];
};

/** A key that was just made: the only time its text is told. */
export interface NewKey extends VirtualKey {
  key: string;
}

/** Who belongs to a team. */
export interface TeamMember {
  user_id: string | null;
  user_email: string | null;
  role: 'admin' | 'user';
}

/** A team. */
export interface Team extends Limits {
  team_id: string;
  team_alias: string | null;
  organization_id: string | null;
  members_with_roles: TeamMember[];
  models: string[];
  blocked: boolean;
  spend: number;
  metadata: Record<string, unknown> | null;
  budget_reset_at: IsoTime | null;
  created_at: IsoTime | null;
  members_count?: number;
  keys_count?: number;
}

/** What a team is made of or changed to. */
export type TeamChanges = Partial<Limits> & { team_alias?: string; models?: string[]; metadata?: Record<string, unknown>; blocked?: boolean };

/** What a person may do. */
export type UserRole = 'proxy_admin' | 'proxy_admin_viewer' | 'internal_user' | 'internal_user_viewer';

/** A person. */
export interface User extends Partial<Limits> {
  user_id: string;
  user_alias?: string | null;
  user_email?: string | null;
  user_role: UserRole | string | null;
  teams: string[] | null;
  spend: number;
  models: string[];
  created_at: IsoTime | null;
  metadata?: Record<string, unknown> | null;
  key_count?: number;
}

/** What a person is made of or changed to. */
export type UserChanges = Partial<Limits> & { user_id?: string; user_email?: string; user_alias?: string; user_role?: UserRole; models?: string[]; teams?: string[]; metadata?: Record<string, unknown> };

/** An invitation: whoever has its id sets the password of the account. */
export interface Invitation {
  id: string;
  user_id: string;
  is_accepted: boolean;
  expires_at: IsoTime;
}

/** A budget that keys, customers and organizations share. */
export interface Budget extends Limits {
  budget_id: string;
  budget_reset_at: IsoTime | null;
  created_at: IsoTime;
}

/** An end user of a caller's own product. */
export interface Customer {
  user_id: string;
  alias: string | null;
  blocked: boolean;
  spend: number;
  budget_id: string | null;
  litellm_budget_table: Budget | null;
}

/** A tag of requests. */
export interface Tag {
  name: string;
  description?: string | null;
  spend?: number;
  litellm_budget_table?: Budget | null;
}

/** A page of a list that is continued by a cursor. */
export interface CursorPage<Item> {
  data: Item[];
  total: number;
  next_cursor: string | null;
}

/** How such a list is asked for. */
export interface CursorQuery {
  search?: string | undefined;
  sortBy?: string | undefined;
  sortOrder?: 'asc' | 'desc' | undefined;
  size?: number | undefined;
  cursor?: string | null | undefined;
}

/** Prices of a model in USD per token, and how much it reads. */
export interface PriceRow {
  model: string;
  litellm_provider: string;
  mode: string;
  input_cost_per_token: number | null;
  output_cost_per_token: number | null;
  cache_read_input_token_cost: number | null;
  cache_creation_input_token_cost: number | null;
  max_input_tokens: number | null;
}

/** A process that works on the gateway's database. */
export interface GatewayInstance {
  id: string;
  host: string;
  pid: number;
  version: string;
  started_at: IsoTime;
  seen_at: IsoTime;
  /** It was not heard of for a while. */
  silent: boolean;
  memory_bytes?: number;
  ledger_waiting_bytes?: number;
}

/** A deployment as `/model/info` tells it; keys of providers are not in it. */
export interface Deployment {
  model_name: string;
  litellm_params: Record<string, unknown> & { model: string };
  model_info: Record<string, unknown> & { id: string; db_model?: boolean };
}

/** A model group as `/model_group/info` tells it. */
export interface ModelGroup {
  model_group: string;
  providers: string[];
  mode: string | null;
  max_input_tokens: number | null;
  max_output_tokens: number | null;
  input_cost_per_token: number | null;
  output_cost_per_token: number | null;
  supports_vision?: boolean;
  supports_function_calling?: boolean;
  supports_reasoning?: boolean;
}

/** A stored credential, its values masked. */
export interface Credential {
  credential_name: string;
  credential_info: Record<string, unknown>;
  credential_values: Record<string, unknown>;
}

/** An entry of the audit log. */
export interface AuditEntry {
  id: string;
  updated_at: IsoTime;
  changed_by: string;
  changed_by_api_key: string;
  action: string;
  table_name: string;
  object_id: string;
  before_value: Record<string, unknown> | null;
  updated_values: Record<string, unknown> | null;
}

/** A field of `general_settings` with where its value comes from. */
export interface ConfigField {
  field_name: string;
  field_type: string;
  field_description: string;
  field_value: unknown;
  stored_in_db: boolean | null;
  field_default_value?: unknown;
}

/** Who is signed in to the dashboard. */
export interface SessionInfo {
  signed_in: boolean;
  methods: { password: boolean; sso: string[]; redirect?: boolean };
  name?: string;
  email?: string | null;
  role?: UserRole;
  method?: string;
  version?: string;
  user_id?: string | null;
  /** Of the key that somebody signed in with. */
  key_hash?: string | null;
  /** Whether keys, logs and usage are kept. */
  database?: boolean;
  /** Set by the web service: its chat may be used without signing in, with the service's own key. */
  chat_open?: boolean;
  /** The gateway lets everybody in, by its operator's wish. */
  open?: boolean;
}

/** How the gateway says that it is. */
export interface Readiness {
  status: string;
  db?: string;
  cache?: unknown;
  litellm_version?: string;
  success_callbacks?: string[];
}

/** What the last real calls to deployments gave. */
export interface HealthReport {
  healthy_endpoints: Record<string, unknown>[];
  unhealthy_endpoints: Record<string, unknown>[];
  healthy_count: number;
  unhealthy_count: number;
}

/** A deployment that was thought of for a request. */
export interface RouteCandidate {
  deployment_id: string;
  /** What the strategy made of it; null where it was not weighed. */
  score: number | null;
  in_flight: number;
  /** Why it was left out; null: it was not. */
  excluded: string | null;
}

/** A choice among candidates. */
export interface RoutePick {
  group?: string;
  strategy?: string;
  candidates: RouteCandidate[];
  [member: string]: unknown;
}

/** The way that a request took. */
export interface RouteExplanation {
  request_id: string;
  time: string;
  model: string;
  instead: string | null;
  rules: string[];
  group: string | null;
  status: number;
  fault: string | null;
  picks: RoutePick[];
  attempts: { deployment_id: string; duration_ms: number; failure: string | null }[];
  retries: number;
  fallbacks: number;
  answered_by: string | null;
  first_byte_ms: number | null;
  total_ms: number;
}

/** The way that a request would take. */
export interface RoutePlan {
  model: string;
  group: string | null;
  instead: string | null;
  rules: Record<string, unknown>[];
  input_tokens: number | null;
  abilities: string[];
  tags: string[];
  pick: RoutePick | null;
  answer: { deployment_id: string; provider: string; model: string; api_base: string | null; order: number | null; weight: number | null } | null;
  refusal: { code: string; message: string } | null;
  retries: number;
  fallbacks: { on_failure: string[]; on_context_window: string[]; on_content_policy: string[] };
  max_attempts: number;
  total_timeout_seconds: number;
  cache: { key: string; hit: boolean } | null;
}

/** The alerts and where they go. */
export interface AlertsAnswer {
  places: { name: string; label: string }[];
  kinds: { kind: string; label: string; told: boolean }[];
  /** Every place that there could be, and the variables of the environment that it needs. */
  known: { name: string; label: string; variables: { name: string; isSet: boolean }[] }[];
  /** When alerts are raised; times in milliseconds. */
  thresholds: { slowMs: number; minorOutage: number; majorOutage: number; outageWindowMs: number; errorRate: number; errorRateRequests: number; errorRateWindowMs: number; reportEveryMs: number } | null;
  /** Deliveries that wait, and alerts that were dropped. */
  waiting: number;
  dropped: number;
  warnings: string[];
  alerts: {
    id: string; kind: string; severity: 'info' | 'warning' | 'critical'; subject: string; title: string; text: string; facts: Record<string, unknown>; resolved: boolean; time: IsoTime;
    deliveries: Record<string, unknown>[];
  }[];
}

/** Where a setting's value comes from. */
export interface ConfigurationField {
  path: string;
  /** As JSON text; null when it has none. */
  value: string | null;
  origin: 'file' | 'environment' | 'unset-variable' | 'default' | 'nothing';
  place: string | null;
  variable: string | null;
  description: string;
  status: string;
}

/** The configuration file, its secrets taken out. */
export interface Configuration {
  file: string;
  text: string;
  etag: string;
  writable: boolean;
  fields: ConfigurationField[];
  history: { id: string; time: IsoTime }[];
}

/** Something that is wrong with a configuration. */
export interface ConfigurationProblem {
  severity: 'error' | 'warning';
  line: number;
  column: number;
  path: string;
  message: string;
}
