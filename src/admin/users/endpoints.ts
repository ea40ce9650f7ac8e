// The handlers of `/user/*`.
import { availableRoles, availableUsers, listUsers, userInfo, userInfoShort } from './look.ts';
import { bulkDeleteUsers, bulkNewUsers, bulkUpdateUsers, deleteUsers, updateUser } from './change.ts';
import { endpointsOf, type Endpoints } from '../endpoint.ts';
import { changePassword } from './password.ts';
import { newUser } from './new.ts';
import { auth, detailError, usual } from '../forms.ts';

export const userEndpoints: Endpoints = {
  ...endpointsOf(usual, {
    'POST /user/new': newUser,
    'POST /user/bulk_update': bulkUpdateUsers,
    'POST /management/v1/users/bulk': bulkNewUsers,
    'POST /management/v1/users/bulk_delete': bulkDeleteUsers,
    'GET /user/info': userInfo,
    'GET /v2/user/info': userInfoShort,
    'GET /user/list': listUsers,
    'GET /user/get_users': listUsers,
    'GET /user/available_roles': availableRoles,
  }),
  ...endpointsOf(auth, { 'POST /user/update': updateUser }),
  ...endpointsOf(detailError, { 'POST /user/delete': deleteUsers, 'GET /user/available_users': availableUsers, 'POST /user/password/change': changePassword }),
};
