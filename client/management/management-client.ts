// The management API as typed calls: what the dashboard is made of, and whoever else administers a gateway by program.
import { Api, type ApiOptions } from './api.ts';
import type {
  ActivityAnswer, ActivityScope, AlertsAnswer, AuditEntry, Budget, ConfigField, Configuration, ConfigurationProblem, Credential, CursorPage, CursorQuery, Customer, Deployment, GatewayInstance, HealthReport, Invitation,
  KeyChanges, LatencyAnswer, ListQuery, LogPage, LogQuery, ModelGroup, NewKey, Page, PriceRow, Readiness, RefusalsAnswer, RouteExplanation, RoutePlan, SessionInfo, SpendLog, Tag, Team, TeamChanges, TeamMember, User, UserChanges, VirtualKey,
} from './types.ts';

type Signal = AbortSignal | undefined;

/** Calls the management API. Failures are thrown as `GatewayError`. */
export class ManagementClient {
  readonly api: Api;

  constructor(options: ApiOptions = {}) {
    this.api = new Api(options);
  }

  readonly session = {
    show: (signal?: Signal): Promise<SessionInfo> => this.api.json('GET', '/ui/session', { signal }),
    start: (credentials: { key: string } | { username: string; password: string }): Promise<unknown> => this.api.json('POST', '/ui/session', { body: credentials }),
    end: (): Promise<unknown> => this.api.json('DELETE', '/ui/session'),
    invitation: (id: string, signal?: Signal): Promise<{ email: string | null; user_id: string; min_password_characters: number }> => this.api.json('GET', `/ui/invitation/${encodeURIComponent(id)}`, { signal }),
    accept: (id: string, password: string): Promise<unknown> => this.api.json('POST', `/ui/invitation/${encodeURIComponent(id)}`, { body: { password } }),
  };

  readonly keys = {
    list: async (query: ListQuery & { team_id?: string; user_id?: string; key_hash?: string } = {}, signal?: Signal): Promise<Page<VirtualKey>> => {
      const { page = 1, size = 50, search, sortBy, sortOrder, ...filters } = query;
      const answer = await this.api.json<{ keys: VirtualKey[]; total_count: number; current_page: number; total_pages: number }>('GET', '/key/list', {
        query: { page, size, return_full_object: true, include_team_keys: true, search, sort_by: sortBy, sort_order: sortOrder, ...filters }, signal,
      });
      return { items: answer.keys, total: answer.total_count, page: answer.current_page, pages: answer.total_pages };
    },
    /** One key, by its hash; the caller's own without one. */
    info: async (key?: string, signal?: Signal): Promise<VirtualKey> => {
      const { key: token, info } = await this.api.json<{ key: string; info: VirtualKey }>('GET', '/key/info', { query: { key }, signal });
      return { ...info, token: info.token ?? token };
    },
    generate: (changes: KeyChanges): Promise<NewKey> => this.api.json('POST', '/key/generate', { body: changes }),
    update: (key: string, changes: KeyChanges): Promise<VirtualKey> => this.api.json('POST', '/key/update', { body: { key, ...changes } }),
    regenerate: (key: string): Promise<NewKey> => this.api.json('POST', `/key/${encodeURIComponent(key)}/regenerate`, { body: {} }),
    delete: (...keys: string[]): Promise<unknown> => this.api.json('POST', '/key/delete', { body: { keys } }),
    block: (key: string): Promise<unknown> => this.api.json('POST', '/key/block', { body: { key } }),
    unblock: (key: string): Promise<unknown> => this.api.json('POST', '/key/unblock', { body: { key } }),
  };

  readonly teams = {
    list: async (query: ListQuery = {}, signal?: Signal): Promise<Page<Team>> => {
      const { page = 1, size = 50, search, sortBy, sortOrder } = query;
      const answer = await this.api.json<{ teams: Team[]; total: number; page: number; total_pages: number }>('GET', '/v2/team/list', {
        query: { page, page_size: size, search, sort_by: sortBy, sort_order: sortOrder }, signal,
      });
      return { items: answer.teams, total: answer.total, page: answer.page, pages: answer.total_pages };
    },
    info: async (teamId: string, signal?: Signal): Promise<{ team: Team; keys: VirtualKey[] }> => {
      const answer = await this.api.json<{ team_info: Team; keys: VirtualKey[] }>('GET', '/team/info', { query: { team_id: teamId }, signal });
      return { team: answer.team_info, keys: answer.keys };
    },
    create: (changes: TeamChanges): Promise<Team> => this.api.json('POST', '/team/new', { body: changes }),
    update: (teamId: string, changes: TeamChanges): Promise<unknown> => this.api.json('POST', '/team/update', { body: { team_id: teamId, ...changes } }),
    delete: (...teamIds: string[]): Promise<unknown> => this.api.json('POST', '/team/delete', { body: { team_ids: teamIds } }),
    addMember: (teamId: string, member: Partial<TeamMember>): Promise<unknown> => this.api.json('POST', '/team/member_add', { body: { team_id: teamId, member } }),
    removeMember: (teamId: string, userId: string): Promise<unknown> => this.api.json('POST', '/team/member_delete', { body: { team_id: teamId, user_id: userId } }),
  };

  readonly users = {
    list: async (query: ListQuery = {}, signal?: Signal): Promise<Page<User>> => {
      const { page = 1, size = 50, search, sortBy, sortOrder } = query;
      const answer = await this.api.json<{ users: User[]; total: number; page: number; total_pages: number }>('GET', '/user/list', {
        query: { page, page_size: size, search, sort_by: sortBy, sort_order: sortOrder }, signal,
      });
      return { items: answer.users, total: answer.total, page: answer.page, pages: answer.total_pages };
    },
    /** Makes an account, without the key that LiteLLM makes along with it. */
    create: (changes: UserChanges): Promise<User> => this.api.json('POST', '/user/new', { body: { auto_create_key: false, ...changes } }),
    update: (userId: string, changes: UserChanges): Promise<unknown> => this.api.json('POST', '/user/update', { body: { ...changes, user_id: userId } }),
    info: async (userId: string, signal?: Signal): Promise<User> => (await this.api.json<{ user_info: User }>('GET', '/user/info', { query: { user_id: userId }, signal })).user_info,
    delete: (...userIds: string[]): Promise<unknown> => this.api.json('POST', '/user/delete', { body: { user_ids: userIds } }),
    invite: (userId: string): Promise<Invitation> => this.api.json('POST', '/invitation/new', { body: { user_id: userId } }),
  };

  readonly budgets = {
    list: (signal?: Signal): Promise<Budget[]> => this.api.json('GET', '/budget/list', { signal }),
    create: (budget: Partial<Budget>): Promise<Budget> => this.api.json('POST', '/budget/new', { body: budget }),
    update: (budget: Partial<Budget>): Promise<Budget> => this.api.json('POST', '/budget/update', { body: budget }),
    delete: (id: string): Promise<unknown> => this.api.json('POST', '/budget/delete', { body: { id } }),
  };

  readonly customers = {
    list: (signal?: Signal): Promise<Customer[]> => this.api.json('GET', '/customer/list', { signal }),
    block: (...userIds: string[]): Promise<unknown> => this.api.json('POST', '/customer/block', { body: { user_ids: userIds } }),
    unblock: (...userIds: string[]): Promise<unknown> => this.api.json('POST', '/customer/unblock', { body: { user_ids: userIds } }),
  };

  readonly tags = { list: (signal?: Signal): Promise<Tag[]> => this.api.json('GET', '/tag/list', { signal }) };

  readonly models = {
    deployments: async (signal?: Signal): Promise<Deployment[]> => (await this.api.json<{ data: Deployment[] }>('GET', '/model/info', { signal })).data,
    groups: async (signal?: Signal): Promise<ModelGroup[]> => (await this.api.json<{ data: ModelGroup[] }>('GET', '/model_group/info', { signal })).data,
    names: async (signal?: Signal): Promise<string[]> => (await this.api.json<{ data: { id: string }[] }>('GET', '/v1/models', { signal })).data.map(({ id }) => id),
    /** What is called after a group has failed, by the group's name. */
    fallbacks: async (signal?: Signal): Promise<Record<string, string[]>> => {
      const { data } = await this.api.json<{ data: { id: string; metadata?: { fallbacks?: string[] } }[] }>('GET', '/v1/models', { query: { include_metadata: true }, signal });
      return Object.fromEntries(data.map(({ id, metadata }) => [id, metadata?.fallbacks ?? []]));
    },
    create: (deployment: { model_name: string; litellm_params: Record<string, unknown>; model_info?: Record<string, unknown> }): Promise<Deployment> =>
      this.api.json('POST', '/model/new', { body: deployment }),
    update: (id: string, changes: Partial<Deployment>): Promise<unknown> => this.api.json('PATCH', `/model/${encodeURIComponent(id)}/update`, { body: changes }),
    delete: (id: string): Promise<unknown> => this.api.json('POST', '/model/delete', { body: { id } }),
    /** Deployments page by page; sorted by `name`, `model`, `provider`, `input_cost`, `output_cost` or `context`. */
    page: (query: CursorQuery, signal?: Signal): Promise<CursorPage<Deployment>> => this.api.json('GET', '/model/info', { query: cursorQuery(query), signal }),
    /** One deployment. */
    deployment: async (id: string, signal?: Signal): Promise<Deployment | null> => (await this.api.json<{ data: Deployment[] }>('GET', '/model/info', { query: { litellm_model_id: id }, signal })).data[0] ?? null,
    /** The map of prices page by page; sorted by `model`, `provider`, `mode`, `input_cost`, `output_cost`, `cache_read_cost`, `cache_write_cost` or `context`. */
    pricePage: (query: CursorQuery, signal?: Signal): Promise<CursorPage<PriceRow>> => this.api.json('GET', '/public/prices', { query: cursorQuery(query), signal }),
    /** The map of prices: per model of a provider, in USD per token. */
    prices: (signal?: Signal): Promise<Record<string, Record<string, unknown>>> => this.api.json('GET', '/public/litellm_model_cost_map', { signal }),
  };

  readonly credentials = {
    list: async (signal?: Signal): Promise<Credential[]> => (await this.api.json<{ credentials: Credential[] }>('GET', '/credentials', { signal })).credentials,
    create: (credential: Credential): Promise<unknown> => this.api.json('POST', '/credentials', { body: credential }),
    delete: (name: string): Promise<unknown> => this.api.json('DELETE', `/credentials/${encodeURIComponent(name)}`),
    providers: (signal?: Signal): Promise<string[]> => this.api.json('GET', '/public/providers', { signal }),
  };

  readonly spend = {
    logs: (query: LogQuery, signal?: Signal): Promise<LogPage> => this.api.json('GET', '/spend/logs/v2', { query: { ...query }, signal }),
    /** One request with its content, where content is kept. */
    log: (requestId: string, signal?: Signal): Promise<SpendLog> => this.api.json('GET', `/spend/logs/ui/${encodeURIComponent(requestId)}`, { signal }),
    /** Latency of a time range, by the filters of the logs. */
    latency: (query: LogQuery, signal?: Signal): Promise<LatencyAnswer> => this.api.json('GET', '/spend/latency', { query: { ...query }, signal }),
    /** What limits refused, or would have in shadow mode. */
    refusals: (query: Pick<LogQuery, 'start_date' | 'end_date' | 'team_id'>, signal?: Signal): Promise<RefusalsAnswer> => this.api.json('GET', '/spend/refusals', { query: { ...query }, signal }),
    /** Spent by everybody together, against the budget of the gateway; 0: there is none. */
    global: (signal?: Signal): Promise<{ spend: number; max_budget: number }> => this.api.json('GET', '/global/spend', { signal }),
    activity: (scope: ActivityScope, query: { start_date: string; end_date: string; model?: string; api_key?: string; team_id?: string; page_size?: number }, signal?: Signal): Promise<ActivityAnswer> =>
      this.api.json('GET', `/${scope}/daily/activity`, { query: { page: 1, page_size: 1000, ...query }, signal }),
  };

  readonly routing = {
    /** The way that one of the last requests took. */
    explanation: (requestId: string, signal?: Signal): Promise<RouteExplanation> => this.api.json('GET', `/router/explain/${encodeURIComponent(requestId)}`, { signal }),
    /** What would become of a request, which is not sent. */
    explain: (body: Record<string, unknown>): Promise<RoutePlan> => this.api.json('POST', '/router/explain', { body }),
  };

  readonly alerts = {
    list: (signal?: Signal): Promise<AlertsAnswer> => this.api.json('GET', '/alerts', { signal }),
    test: (place: string): Promise<unknown> => this.api.json('POST', '/alerts/test', { body: { place } }),
  };

  readonly audit = {
    info: (id: string, signal?: Signal): Promise<AuditEntry> => this.api.json('GET', `/audit/${encodeURIComponent(id)}`, { signal }),
    list: async (query: ListQuery & { action?: string; table_name?: string; object_id?: string; start_date?: string; end_date?: string } = {}, signal?: Signal): Promise<Page<AuditEntry>> => {
      const { page = 1, size = 50, search, sortBy, sortOrder, ...filters } = query;
      const answer = await this.api.json<{ audit_logs: AuditEntry[]; total: number; page: number; total_pages: number }>('GET', '/audit', {
        query: { page, page_size: size, search, sort_by: sortBy, sort_order: sortOrder, ...filters }, signal,
      });
      return { items: answer.audit_logs, total: answer.total, page: answer.page, pages: answer.total_pages };
    },
  };

  readonly configuration = {
    show: (signal?: Signal): Promise<Configuration> => this.api.json('GET', '/configuration', { signal }),
    check: async (text: string): Promise<ConfigurationProblem[]> => (await this.api.json<{ problems: ConfigurationProblem[] }>('POST', '/configuration/check', { body: { text } })).problems,
    change: (text: string, etag: string): Promise<{ problems: ConfigurationProblem[] }> => this.api.json('PUT', '/configuration', { body: { text, etag } }),
    earlier: async (id: string, signal?: Signal): Promise<string> => (await this.api.json<{ text: string }>('GET', `/configuration/history/${encodeURIComponent(id)}`, { signal })).text,
  };

  readonly config = {
    fields: (signal?: Signal): Promise<ConfigField[]> => this.api.json('GET', '/config/list', { query: { config_type: 'general_settings' }, signal }),
  };

  readonly system = {
    readiness: (signal?: Signal): Promise<Readiness> => this.api.json('GET', '/health/readiness', { signal }),
    /** The same, with the version and the cache. */
    readinessDetails: (signal?: Signal): Promise<Readiness> => this.api.json('GET', '/health/readiness/details', { signal }),
    liveness: (signal?: Signal): Promise<unknown> => this.api.json('GET', '/health/liveliness', { signal, timeoutMs: 8_000 }),
    health: (signal?: Signal): Promise<HealthReport> => this.api.json('GET', '/health', { signal, timeoutMs: 120_000 }),
    backlog: (signal?: Signal): Promise<Record<string, unknown>> => this.api.json('GET', '/health/backlog', { signal }),
    metrics: async (signal?: Signal): Promise<string> => (await this.api.text('GET', '/metrics/', { signal })).text,
    instances: async (signal?: Signal): Promise<GatewayInstance[]> => (await this.api.json<{ instances: GatewayInstance[] }>('GET', '/instances', { signal })).instances,
    settings: (signal?: Signal): Promise<Record<string, unknown>> => this.api.json('GET', '/settings', { signal }),
  };
}

const cursorQuery = ({ search, sortBy, sortOrder, size = 50, cursor }: CursorQuery) => ({ search, sort_by: sortBy, sort_order: sortOrder, size, cursor });
