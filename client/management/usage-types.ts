// Requests in the logs, what limits did to them, how long they took, and sums of them.

/** A moment as ISO 8601. */
export type IsoTime = string;

/** One request in the logs. */
export interface SpendLog {
  request_id: string;
  call_type: string;
  api_key: string;
  spend: number;
  total_tokens: number;
  prompt_tokens: number;
  completion_tokens: number;
  startTime: IsoTime;
  endTime: IsoTime | null;
  completionStartTime: IsoTime | null;
  request_duration_ms?: number | null;
  model: string;
  model_id: string | null;
  model_group: string | null;
  custom_llm_provider: string | null;
  api_base: string | null;
  user: string | null;
  team_id: string | null;
  end_user: string | null;
  cache_hit: string | null;
  status?: string | null;
  session_id?: string | null;
  request_tags?: string[] | string | null;
  requester_ip_address?: string | null;
  metadata: Record<string, unknown> | null;
  messages?: unknown;
  response?: unknown;
  proxy_server_request?: unknown;
}

/** Which requests are looked for. Times as `YYYY-MM-DD HH:MM:SS` in UTC, as LiteLLM takes them. */
export interface LogQuery {
  start_date: string;
  end_date: string;
  page?: number;
  page_size?: number;
  sort_by?: string | undefined;
  sort_order?: 'asc' | 'desc' | undefined;
  request_id?: string | undefined;
  api_key?: string | undefined;
  key_alias?: string | undefined;
  team_id?: string | undefined;
  user_id?: string | undefined;
  end_user?: string | undefined;
  model?: string | undefined;
  model_group?: string | undefined;
  model_id?: string | undefined;
  status_filter?: 'success' | 'failure' | undefined;
  error_code?: string | undefined;
  provider?: string | undefined;
  tag?: string | undefined;
  session_id?: string | undefined;
  /** `any`, `shadow`, `enforced`, or one rule as `GET /spend/refusals` names it. */
  limit?: string | undefined;
  search?: string | undefined;
  /** `next_cursor` of the page before: stays fast however far one goes. Only when sorted by `startTime`. */
  cursor?: string | undefined;
}

/** A rule of a limit that refused requests, or would have. */
export interface LimitRefusals {
  /** For `LogQuery.limit`. */
  filter: string;
  mode: 'shadow' | 'enforced';
  kind: ScopeKind;
  id: string;
  name: string;
  rule: string;
  model: string | null;
  requests: number;
  spend: number;
  last_at: IsoTime;
}

/** Whose limits can be in shadow mode. */
export type ScopeKind = 'global' | 'organization' | 'team' | 'team_member' | 'user' | 'key' | 'end_user' | 'tag' | 'provider' | 'model' | 'deployment';

/** What limits refused in a time range, and what is in shadow mode now: kinds by the configuration, things by their own metadata. */
export interface RefusalsAnswer {
  shadow_kinds: (ScopeKind | 'all')[];
  shadow: { kind: ScopeKind; id: string; name: string }[];
  refusals: LimitRefusals[];
}

/** How long requests of a time range took, in milliseconds; `sampled` when not all were looked at. `sums` are there for ranges up to a day. */
export interface LatencyAnswer {
  requests: number;
  sampled: boolean;
  p50_ms: number | null;
  p95_ms: number | null;
  p99_ms: number | null;
  streamed: number;
  first_token_p50_ms: number | null;
  first_token_p95_ms: number | null;
  sums?: RangeSums & { parts: (RangeSums & { start: IsoTime; end: IsoTime })[] };
}

/** Sums over requests. */
export interface RangeSums {
  requests: number;
  failed: number;
  spend: number;
  tokens: number;
}

/** A page of the logs. */
export interface LogPage {
  data: SpendLog[];
  total: number;
  page: number;
  page_size: number;
  total_pages: number;
  next_cursor?: string | null;
}

/** What was used in one day, or of one thing in one day. */
export interface SpendMetrics {
  spend: number;
  prompt_tokens: number;
  completion_tokens: number;
  cache_read_input_tokens: number;
  cache_creation_input_tokens: number;
  total_tokens: number;
  successful_requests: number;
  failed_requests: number;
  api_requests: number;
  prompt_caching_savings_spend?: number;
}

/** The dimensions by which usage is broken down. */
export type BreakdownName = 'models' | 'model_groups' | 'providers' | 'api_keys' | 'entities' | 'endpoints' | 'mcp_servers';

/** One day of usage. */
export interface DailyActivity {
  date: string;
  metrics: SpendMetrics;
  breakdown: Partial<Record<BreakdownName, Record<string, { metrics: SpendMetrics; metadata: Record<string, unknown> }>>>;
}

/** Usage over days. */
export interface ActivityAnswer {
  results: DailyActivity[];
  metadata: Record<string, number | boolean | null>;
}

/** Whose usage is asked for. */
export type ActivityScope = 'user' | 'team' | 'tag' | 'customer' | 'organization';
