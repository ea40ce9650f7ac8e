// What the management routes answer while no database is connected: one table with the status and the form that LiteLLM's clients expect
// from each. A route leaves this table when it gets a real handler.

/** The form of such an answer: OpenAI's error object with a type, `{"detail": text}`, or `{"detail": {"error": text}}`. */
export type RefusalForm = { kind: 'error'; type: string; param: string | null } | { kind: 'detail' } | { kind: 'detail-error' };

/** One route. */
export interface DatabaseRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  access: 'admin' | 'key';
  status: number;
  form: RefusalForm;
}

/** The sentence for people. */
export const databaseRequired = 'No database is connected, and this route needs one. Set general_settings.database_url or DATABASE_URL.';

const error = (type: string, param: string | null = null): RefusalForm => ({ kind: 'error', type, param });
const usual = error('internal_server_error');
const auth = error('auth_error', 'None');
const spend = error('internal_error', 'None');
const detail: RefusalForm = { kind: 'detail' };
const detailError: RefusalForm = { kind: 'detail-error' };

const of = (method: DatabaseRoute['method'], status: number, form: RefusalForm, paths: readonly string[], access: DatabaseRoute['access'] = 'admin'): DatabaseRoute[] =>
  paths.map((path) => ({ method, path, access, status, form }));

const activity = (...names: string[]): string[] => names.map((name) => `/${name}/daily/activity`);

/** All of them. */
export const databaseRoutes: readonly DatabaseRoute[] = [
  // Keys.
  ...of('POST', 500, usual, ['/key/generate', '/key/service-account/generate', '/key/delete', '/key/regenerate', '/key/{key}/regenerate', '/key/{key}/reset_spend', '/key/bulk_update', '/key/block', '/key/unblock']),
  ...of('POST', 500, auth, ['/key/update']),
  ...of('POST', 500, usual, ['/key/health'], 'key'),
  ...of('GET', 500, usual, ['/key/info'], 'key'),
  ...of('GET', 500, error('internal_server_error', 'None'), ['/key/list', '/key/aliases']),
  // Users, teams, organizations.
  ...of('POST', 400, usual, ['/user/new']),
  ...of('POST', 500, usual, ['/user/update', '/user/delete', '/user/bulk_update']),
  ...of('GET', 500, usual, ['/user/info', '/v2/user/info'], 'key'),
  ...of('GET', 500, usual, ['/user/list', '/user/get_users']),
  ...of('POST', 500, usual, [
    '/team/new', '/team/update', '/team/delete', '/team/block', '/team/unblock', '/team/member_add', '/team/member_update', '/team/member_delete',
    '/team/bulk_member_add', '/team/model/add', '/team/model/delete', '/team/permissions_update',
  ]),
  ...of('GET', 500, usual, ['/team/info', '/team/permissions_list', '/v2/team/list', '/team/available']),
  ...of('GET', 400, detailError, ['/team/list']),
  ...of('POST', 403, detailError, ['/organization/new']),
  ...of('GET', 403, detailError, ['/organization/list']),
  ...of('GET', 500, detailError, ['/organization/info']),
  ...of('PATCH', 500, detailError, ['/organization/update']),
  ...of('DELETE', 500, detailError, ['/organization/delete']),
  ...of('POST', 500, detailError, ['/organization/member_add', '/invitation/new']),
  // Budgets, customers, tags.
  ...of('POST', 500, detailError, ['/budget/new', '/budget/update', '/budget/info', '/budget/delete']),
  ...of('GET', 500, detailError, ['/budget/list', '/budget/settings']),
  ...of('POST', 500, detailError, ['/customer/new', '/customer/update', '/customer/delete', '/customer/block', '/customer/unblock', '/end_user/new', '/end_user/update', '/end_user/delete', '/end_user/block', '/end_user/unblock']),
  ...of('GET', 500, detailError, ['/customer/info', '/customer/list', '/end_user/info', '/end_user/list']),
  ...of('GET', 500, detail, ['/tag/list', '/tag/info']),
  ...of('POST', 500, detail, ['/tag/new', '/tag/update', '/tag/delete']),
  // Models and credentials.
  ...of('POST', 500, auth, ['/model/new', '/model/update', '/model/delete', '/model/block', '/model/unblock']),
  ...of('PATCH', 500, auth, ['/model/{model_id}/update']),
  ...of('GET', 500, detailError, ['/v2/model/info']),
  ...of('GET', 500, spend, ['/model/metrics', '/model/metrics/slow_responses', '/model/metrics/exceptions', '/model/streaming_metrics']),
  ...of('GET', 500, usual, ['/credentials', '/credentials/by_name/{name}', '/credentials/by_model/{model_id}']),
  ...of('POST', 500, usual, ['/credentials']),
  ...of('PATCH', 500, usual, ['/credentials/{name}']),
  ...of('DELETE', 500, usual, ['/credentials/{name}']),
  // Spend.
  ...of('GET', 500, spend, [
    '/spend/logs', '/spend/logs/ui', '/spend/logs/v2', '/spend/keys', '/spend/users', '/spend/tags', '/global/spend', '/global/spend/logs', '/global/spend/keys',
    '/global/spend/models', '/global/spend/teams', '/global/spend/provider', '/global/spend/tags', '/global/spend/report', '/global/activity', '/global/activity/model',
  ]),
  ...of('POST', 500, spend, ['/global/spend/reset', '/global/spend/end_users']),
  ...of('GET', 500, detailError, activity('user', 'team', 'tag', 'organization', 'customer', 'agent')),
  ...of('GET', 500, usual, ['/provider/budgets']),
  // Settings.
  ...of('POST', 400, auth, ['/config/update', '/config/field/update', '/config/field/delete']),
  ...of('GET', 400, auth, ['/config/list', '/config/field/info']),
];
