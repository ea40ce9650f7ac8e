// The management routes: who may call each, and what it answers while no database is connected, with the status and the form that LiteLLM's
// clients expect. Their handlers are in `endpoints.ts`.
import { auth, bare, detail, detailError, scim, spend, usual, type RefusalForm } from './forms.ts';
import type { Action } from '../access/permissions.ts';

/** One route. */
export interface DatabaseRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  access: Action;
  status: number;
  form: RefusalForm;
}

/** The sentence for people. */
export const databaseRequired = 'No database is connected, and this route needs one. Set general_settings.database_url or DATABASE_URL.';

const of = (method: DatabaseRoute['method'], status: number, form: RefusalForm, access: DatabaseRoute['access'], paths: readonly string[]): DatabaseRoute[] =>
  paths.map((path) => ({ method, path, access, status, form }));

const customerPaths = (...verbs: string[]): string[] => verbs.flatMap((verb) => [`/customer/${verb}`, `/end_user/${verb}`]);
const activity = (...names: string[]): string[] => names.map((name) => `/${name}/daily/activity`);

/** All of them. */
export const databaseRoutes: readonly DatabaseRoute[] = [
  // Keys.
  ...of('POST', 500, usual, 'key.create', ['/key/generate']),
  ...of('POST', 500, detailError, 'key.create', ['/key/service-account/generate']),
  ...of('POST', 500, usual, 'key.change', ['/key/delete', '/key/regenerate', '/key/{key}/regenerate', '/key/block', '/key/unblock', '/team/key/bulk_update']),
  ...of('POST', 500, detailError, 'key.change', ['/key/bulk_update']),
  ...of('POST', 500, usual, 'spend.change', ['/key/{key}/reset_spend']),
  ...of('POST', 500, auth, 'key.change', ['/key/update']),
  ...of('POST', 500, usual, 'key.read', ['/key/health', '/v2/key/info']),
  ...of('GET', 500, usual, 'key.read', ['/key/info', '/key/rotated']),
  ...of('GET', 500, bare, 'key.list', ['/key/list', '/key/aliases']),
  // Users, teams, organizations, projects.
  ...of('POST', 400, usual, 'user.create', ['/user/new']),
  ...of('POST', 400, auth, 'user.change', ['/user/update']),
  ...of('POST', 500, usual, 'user.create', ['/management/v1/users/bulk', '/management/v1/users/bulk_delete']),
  ...of('POST', 500, detailError, 'user.create', ['/user/delete', '/user/bulk_update']),
  ...of('GET', 500, usual, 'user.read', ['/user/info', '/v2/user/info', '/user/available_roles']),
  ...of('GET', 404, detail, 'user.list', ['/user/get_users']),
  ...of('GET', 500, detailError, 'user.list', ['/user/list']),
  ...of('GET', 500, detailError, 'gateway.read', ['/user/available_users']),
  ...of('POST', 500, detailError, 'own.password', ['/user/password/change']),
  ...of('POST', 500, usual, 'team.create', ['/team/new']),
  ...of('POST', 500, detailError, 'team.delete', ['/team/delete']),
  ...of('POST', 500, usual, 'team.block', ['/team/block', '/team/unblock']),
  ...of('POST', 500, usual, 'team.change', [
    '/team/bulk_member_add', '/team/permissions_update', '/team/permissions_bulk_update', '/team/{team_id}/member/{user_id}/reset_spend',
    '/team/{team_id}/member/{user_id}/reset_budget', '/team/{team_id}/callback', '/team/{team_id}/disable_logging', '/management/v1/teams/{team_id}/members/bulk_delete',
    '/management/v1/teams/{team_id}/members/bulk_update',
  ]),
  ...of('POST', 401, auth, 'team.change', ['/team/update']),
  ...of('POST', 500, detailError, 'team.change', ['/team/member_add', '/team/member_delete', '/team/model/add', '/team/member_update', '/team/model/delete']),
  ...of('PATCH', 500, usual, 'team.change', ['/team/{team_id}']),
  ...of('DELETE', 500, usual, 'team.change', ['/team/{team_id}/callback/{callback_name}']),
  ...of('GET', 500, usual, 'team.read', ['/team/{team_id}/members/me', '/team/{team_id}/callback', '/team/metadata_schema']),
  ...of('GET', 500, auth, 'team.read', ['/team/info']),
  ...of('GET', 500, detailError, 'team.read', ['/team/permissions_list']),
  ...of('GET', 400, detailError, 'team.read', ['/team/available']),
  ...of('GET', 500, detailError, 'team.list', ['/v2/team/list']),
  ...of('GET', 400, detailError, 'team.list', ['/team/list']),
  ...of('POST', 403, detailError, 'organization.create', ['/organization/new']),
  ...of('GET', 403, detailError, 'organization.read', ['/organization/list', '/organization/info']),
  ...of('POST', 403, detailError, 'organization.read', ['/organization/info']),
  ...of('PATCH', 500, detailError, 'organization.change', ['/v2/organization/{organization_id}', '/organization/member_update']),
  ...of('PATCH', 403, detailError, 'organization.change', ['/organization/update']),
  ...of('DELETE', 403, detailError, 'organization.delete', ['/organization/delete']),
  ...of('POST', 403, detailError, 'organization.change', ['/organization/member_add']),
  ...of('DELETE', 500, detailError, 'organization.change', ['/organization/member_delete']),
  ...of('POST', 500, detailError, 'project.change', ['/project/new', '/project/update']),
  ...of('DELETE', 500, detailError, 'project.change', ['/project/delete']),
  ...of('GET', 500, detailError, 'project.read', ['/project/info']),
  ...of('GET', 500, usual, 'project.read', ['/project/list']),
  ...of('POST', 500, detailError, 'invitation.change', ['/invitation/update']),
  ...of('POST', 400, usual, 'invitation.change', ['/invitation/new']),
  ...of('POST', 400, detailError, 'invitation.change', ['/invitation/delete']),
  ...of('GET', 400, detailError, 'invitation.change', ['/invitation/info']),
  // Budgets, customers, tags, access groups.
  ...of('POST', 500, detailError, 'budget.change', ['/budget/new', '/budget/update', '/budget/delete']),
  ...of('POST', 500, detailError, 'budget.read', ['/budget/info']),
  ...of('GET', 500, detailError, 'budget.read', ['/management/v1/budgets']),
  ...of('GET', 400, detailError, 'budget.read', ['/budget/list', '/budget/settings']),
  ...of('POST', 500, detailError, 'customer.change', customerPaths('new', 'block')),
  ...of('POST', 500, usual, 'customer.change', customerPaths('update', 'delete')),
  ...of('POST', 400, detailError, 'customer.change', customerPaths('unblock')),
  ...of('GET', 500, usual, 'customer.read', customerPaths('info')),
  ...of('GET', 400, usual, 'customer.read', customerPaths('list')),
  ...of('GET', 500, detail, 'tag.read', ['/tag/list']),
  ...of('POST', 500, detail, 'tag.read', ['/tag/info']),
  ...of('POST', 500, detail, 'tag.change', ['/tag/new', '/tag/update', '/tag/delete']),
  ...['/v1/access_group', '/v1/unified_access_group'].flatMap((path) => [
    ...of('GET', 500, detailError, 'access_group.read', [path, `${path}/{access_group_id}`]),
    ...of('POST', 500, detailError, 'access_group.change', [path]),
    ...of('PUT', 500, detailError, 'access_group.change', [`${path}/{access_group_id}`]),
    ...of('DELETE', 500, detailError, 'access_group.change', [`${path}/{access_group_id}`]),
  ]),
  ...of('GET', 500, detailError, 'access_group.read', ['/access_group/list', '/access_group/{access_group}/info']),
  ...of('POST', 500, detailError, 'access_group.change', ['/access_group/new']),
  ...of('PUT', 500, detailError, 'access_group.change', ['/access_group/{access_group}/update']),
  ...of('DELETE', 500, detailError, 'access_group.change', ['/access_group/{access_group}/delete']),
  // Models and credentials.
  ...of('POST', 500, auth, 'model.change', ['/model/new', '/model/update', '/model/delete']),
  ...of('POST', 500, detailError, 'model.change', ['/model/block', '/model/unblock']),
  ...of('PATCH', 500, detailError, 'model.change', ['/model/{model_id}/update']),
  ...of('GET', 500, detailError, 'model.read', ['/v2/model/info']),
  ...of('GET', 500, spend, 'spend.read_all', ['/model/metrics', '/model/metrics/slow_responses', '/model/metrics/exceptions', '/model/streaming_metrics']),
  ...of('GET', 500, usual, 'credential.read', ['/credentials', '/credentials/by_name/{credential_name}', '/credentials/by_model/{model_id}']),
  ...of('POST', 500, usual, 'credential.change', ['/credentials']),
  ...of('POST', 500, detailError, 'credential.change', ['/credentials/migrate-encryption']),
  ...of('GET', 500, detailError, 'credential.read', ['/credentials/migrate-encryption/check']),
  ...of('PATCH', 500, usual, 'credential.change', ['/credentials/{credential_name}']),
  ...of('DELETE', 500, usual, 'credential.change', ['/credentials/{credential_name}']),
  // Spend. Who sees whose is decided by the handlers.
  ...of('GET', 500, spend, 'spend.read', ['/spend/logs', '/spend/logs/ui/{request_id}', '/spend/latency', '/spend/tags', '/global/activity/exceptions']),
  ...of('GET', 401, spend, 'spend.read', ['/spend/logs/ui', '/spend/logs/v2']),
  ...of('GET', 500, detail, 'spend.read', ['/key/spend/report', '/organization/spend/report', '/team/spend/report', '/user/spend/report', '/spend/logs/session/ui']),
  ...of('GET', 400, detailError, 'spend.read', ['/global/activity', '/spend/keys', '/spend/users']),
  ...of('GET', 500, spend, 'spend.read_all', ['/global/spend', '/global/spend/logs', '/global/spend/tags', '/global/spend/all_tag_names']),
  ...of('GET', 500, detailError, 'spend.read_all', ['/global/all_end_users', '/global/spend/keys', '/global/spend/models', '/global/spend/teams']),
  ...of('GET', 400, detailError, 'spend.read_all', ['/global/spend/provider', '/global/spend/report']),
  ...of('GET', 500, spend, 'spend.read_all', ['/spend/refusals']),
  ...of('POST', 500, spend, 'spend.change', ['/global/spend/refresh']),
  ...of('POST', 401, spend, 'spend.change', ['/global/spend/reset']),
  ...of('POST', 500, detailError, 'spend.read_all', ['/global/spend/end_users']),
  ...of('GET', 500, detailError, 'spend.read', activity('user', 'team', 'customer')),
  ...of('GET', 500, detail, 'spend.read', activity('tag')),
  ...of('GET', 403, detailError, 'spend.read', activity('organization')),
  ...of('GET', 500, detailError, 'spend.read', ['user', 'team', 'tag', 'organization', 'customer'].map((name) => `/${name}/daily/activity/aggregated`)),
  ...of('GET', 500, detailError, 'spend.read', ['/global/activity/model']),
  ...of('GET', 500, detailError, 'spend.read_all', ['/tag/distinct', '/tag/summary']),
  ...of('GET', 500, detailError, 'spend.read', ['/team/spend/by_user', '/management/v1/spend_logs/users', '/management/v1/spend_logs/end_users']),
  ...of('POST', 500, spend, 'spend.read', ['/spend/calculate']),
  ...of('GET', 500, usual, 'spend.read_all', ['/provider/budgets']),
  // Conversations of the chat page. Everybody reaches their own alone.
  ...of('GET', 500, detailError, 'chat.keep', ['/chat/conversations', '/chat/conversations/{id}', '/chat/files/{id}', '/chat/presets']),
  ...of('PUT', 500, detailError, 'chat.keep', ['/chat/conversations/{id}', '/chat/files/{id}', '/chat/presets/{id}']),
  ...of('DELETE', 500, detailError, 'chat.keep', ['/chat/conversations/{id}', '/chat/conversations/{id}/share', '/chat/presets/{id}']),
  ...of('POST', 500, detailError, 'chat.keep', ['/chat/conversations/{id}/restore', '/chat/conversations/{id}/share']),
  ...of('GET', 500, usual, 'gateway.read', ['/instances']),
  // Tokens that act as keys.
  ...of('POST', 500, detail, 'credential.change', ['/jwt/key/mapping/new', '/jwt/key/mapping/update', '/jwt/key/mapping/delete']),
  ...of('GET', 500, detail, 'credential.read', ['/jwt/key/mapping/list', '/jwt/key/mapping/info']),
  // Users and teams as identity providers keep them.
  ...of('GET', 500, scim, 'scim.read', [
    '/scim/v2', '/scim/v2/ServiceProviderConfig', '/scim/v2/ResourceTypes', '/scim/v2/ResourceTypes/{resource_type_id}', '/scim/v2/Schemas', '/scim/v2/Schemas/{schema_id}', '/scim/v2/Users',
    '/scim/v2/Users/{user_id}', '/scim/v2/Groups', '/scim/v2/Groups/{group_id}',
  ]),
  ...of('POST', 500, scim, 'scim.change', ['/scim/v2/Users', '/scim/v2/Groups']),
  ...(['PUT', 'PATCH', 'DELETE'] as const).flatMap((method) => of(method, 500, scim, 'scim.change', ['/scim/v2/Users/{user_id}', '/scim/v2/Groups/{group_id}'])),
  // Settings and the audit log.
  ...of('POST', 400, auth, 'config.change', ['/config/update']),
  ...of('POST', 400, detailError, 'config.change', ['/config/field/delete', '/config/field/update', '/fallback']),
  ...of('GET', 400, detailError, 'config.read', ['/config/field/info', '/config/list']),
  ...of('GET', 500, detail, 'config.read', ['/get/allowed_ips']),
  ...of('POST', 500, detail, 'config.change', ['/add/allowed_ip', '/delete/allowed_ip']),
  ...of('POST', 500, detailError, 'config.change', ['/model_group/make_public']),
  ...of('GET', 500, detailError, 'config.read', ['/fallback/{model*}', '/get/default_team_settings', '/router/settings', '/router/fields', '/callbacks/list']),
  ...of('DELETE', 400, detailError, 'config.change', ['/fallback/{model*}']),
  ...['/config/cost_discount_config', '/config/cost_margin_config', '/config/block_requests_for_models_without_pricing'].flatMap((path) => [
    ...of('GET', 500, detailError, 'config.read', [path]), ...of('PATCH', 500, detailError, 'config.change', [path]),
  ]),
  ...of('PATCH', 500, detailError, 'config.change', ['/update/internal_user_settings', '/update/default_team_settings']),
  ...of('GET', 500, detailError, 'audit.read', ['/audit', '/audit/{id}']),
];
