// The handlers of `/key/*`.
import { auth, bare, usual } from '../forms.ts';
import { blockKey, bulkUpdateKeys, bulkUpdateTeamKeys, resetSpend, updateKey } from './update.ts';
import { deleteKeys } from './delete.ts';
import { endpointsOf, type Endpoints } from '../endpoint.ts';
import { generateKey, generateServiceAccountKey } from './generate.ts';
import { keyAliases, keyHealth, keyInfo, keysInfo, listKeys } from './look.ts';
import { regenerateKey } from './regenerate.ts';
import { rotatedKey } from './rotation.ts';

export const keyEndpoints: Endpoints = {
  ...endpointsOf(usual, {
    'POST /key/generate': generateKey,
    'POST /key/service-account/generate': generateServiceAccountKey,
    'POST /key/delete': deleteKeys,
    'POST /key/regenerate': regenerateKey,
    'POST /key/{key}/regenerate': regenerateKey,
    'POST /key/{key}/reset_spend': resetSpend,
    'POST /key/bulk_update': bulkUpdateKeys,
    'POST /team/key/bulk_update': bulkUpdateTeamKeys,
    'POST /key/block': blockKey(true),
    'POST /key/unblock': blockKey(false),
    'POST /key/health': keyHealth,
    'GET /key/info': keyInfo,
    'POST /v2/key/info': keysInfo,
    'GET /key/rotated': rotatedKey,
  }),
  ...endpointsOf(auth, { 'POST /key/update': updateKey }),
  ...endpointsOf(bare, { 'GET /key/list': listKeys, 'GET /key/aliases': keyAliases }),
};
