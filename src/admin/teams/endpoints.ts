// The handlers of `/team/*`.
import { addCallback, listCallbacks, removeCallbacks } from './callbacks.ts';
import { blockTeam, bulkUpdatePermissions, deleteTeams, newTeam, patchTeam, teamModels, updatePermissions, updateTeam } from './change.ts';
import { addMember, bulkAddMembers, bulkDeleteMembers, bulkUpdateMembers, deleteMember, resetMemberBudget, resetMemberSpend, updateMember } from './members.ts';
import { availableTeams, listTeams, memberMe, metadataSchema, pageOfTeams, permissionsList, teamInfo } from './look.ts';
import { detailError, usual } from '../forms.ts';
import { endpointsOf, type Endpoints } from '../endpoint.ts';

export const teamEndpoints: Endpoints = {
  ...endpointsOf(usual, {
    'POST /team/new': newTeam,
    'POST /team/update': updateTeam,
    'PATCH /team/{team_id}': patchTeam,
    'POST /management/v1/teams/{team_id}/members/bulk_delete': bulkDeleteMembers,
    'POST /management/v1/teams/{team_id}/members/bulk_update': bulkUpdateMembers,
    'GET /team/info': teamInfo,
    'GET /team/available': availableTeams,
    'GET /team/metadata_schema': metadataSchema,
  }),
  ...endpointsOf(detailError, {
    'POST /team/delete': deleteTeams,
    'POST /team/block': blockTeam(true),
    'POST /team/unblock': blockTeam(false),
    'POST /team/model/add': teamModels(true),
    'POST /team/model/delete': teamModels(false),
    'POST /team/permissions_update': updatePermissions,
    'POST /team/permissions_bulk_update': bulkUpdatePermissions,
    'POST /team/member_add': addMember,
    'POST /team/bulk_member_add': bulkAddMembers,
    'POST /team/member_update': updateMember,
    'POST /team/member_delete': deleteMember,
    'POST /team/{team_id}/member/{user_id}/reset_spend': resetMemberSpend,
    'POST /team/{team_id}/member/{user_id}/reset_budget': resetMemberBudget,
    'POST /team/{team_id}/callback': addCallback,
    'GET /team/{team_id}/callback': listCallbacks,
    'DELETE /team/{team_id}/callback/{callback_name}': removeCallbacks,
    'POST /team/{team_id}/disable_logging': removeCallbacks,
    'GET /v2/team/list': pageOfTeams,
    'GET /team/permissions_list': permissionsList,
    'GET /team/{team_id}/members/me': memberMe,
    'GET /team/list': listTeams,
  }),
};
