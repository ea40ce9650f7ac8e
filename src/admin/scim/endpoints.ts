// The handlers of `/scim/v2/*` (RFC 7644), by which Okta, Microsoft Entra and others keep users and teams.
import { createGroup, deleteGroup, listGroups, patchGroup, replaceGroup, showGroup } from './groups.ts';
import { createUser, deleteUser, listUsers, patchUser, replaceUser, showUser } from './users.ts';
import { endpointsOf, type AdminAnswer, type AdminCall, type Endpoints } from '../endpoint.ts';
import { groupSchema, scimAnswer, scimList, scimMissing, userSchema } from './protocol.ts';
import { scim } from '../forms.ts';
import type { JsonObject } from '../../lib/json.ts';

const provider: JsonObject = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'], patch: { supported: true }, bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 }, filter: { supported: true, maxResults: 1_000 },
  changePassword: { supported: false }, sort: { supported: false }, etag: { supported: false },
  authenticationSchemes: [{ type: 'oauthbearertoken', name: 'Bearer key', description: "A key of an administrator, best with `allowed_routes: ['/scim/*']`.", primary: true }],
  meta: { resourceType: 'ServiceProviderConfig', location: '/scim/v2/ServiceProviderConfig' },
};

const resourceType = (id: 'User' | 'Group', schema: string): JsonObject => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'], id, name: id, endpoint: `/${id}s`, description: id === 'User' ? 'A user' : 'A team', schema, schemaExtensions: [],
  meta: { resourceType: 'ResourceType', location: `/scim/v2/ResourceTypes/${id}` },
});
const resourceTypes = [resourceType('User', userSchema), resourceType('Group', groupSchema)];

const attribute = (name: string, more: JsonObject = {}): JsonObject => ({ name, type: 'string', multiValued: false, required: false, caseExact: false, mutability: 'readWrite', returned: 'default', uniqueness: 'none', ...more });
const schema = (id: string, name: string, attributes: JsonObject[]): JsonObject => ({ id, name, description: name, attributes, schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'], meta: { resourceType: 'Schema', location: `/scim/v2/Schemas/${id}` } });
const value = [attribute('value'), attribute('display')];
const schemas = [
  schema(userSchema, 'User', [
    attribute('userName', { required: true, uniqueness: 'server' }), attribute('displayName'), attribute('externalId'), attribute('active', { type: 'boolean' }),
    attribute('name', { type: 'complex', subAttributes: [attribute('givenName'), attribute('familyName'), attribute('formatted')] }), attribute('emails', { type: 'complex', multiValued: true, subAttributes: value }),
    attribute('groups', { type: 'complex', multiValued: true, mutability: 'readOnly', subAttributes: value }),
  ]),
  schema(groupSchema, 'Group', [attribute('displayName', { required: true, uniqueness: 'server' }), attribute('externalId'), attribute('members', { type: 'complex', multiValued: true, subAttributes: value })]),
];

const oneOf = (what: string, list: readonly JsonObject[], param: string) => ({ params }: AdminCall): AdminAnswer => {
  const found = list.find((entry) => entry['id'] === params[param]);
  return found ? scimAnswer(found) : scimMissing(what, params[param] ?? '');
};

export const scimEndpoints: Endpoints = endpointsOf(scim, {
  'GET /scim/v2': () => scimList(resourceTypes, resourceTypes.length, 1), 'GET /scim/v2/ServiceProviderConfig': () => scimAnswer(provider),
  'GET /scim/v2/ResourceTypes': () => scimList(resourceTypes, resourceTypes.length, 1), 'GET /scim/v2/ResourceTypes/{resource_type_id}': oneOf('Resource type', resourceTypes, 'resource_type_id'),
  'GET /scim/v2/Schemas': () => scimList(schemas, schemas.length, 1), 'GET /scim/v2/Schemas/{schema_id}': oneOf('Schema', schemas, 'schema_id'),
  'GET /scim/v2/Users': listUsers, 'POST /scim/v2/Users': createUser, 'GET /scim/v2/Users/{user_id}': showUser, 'PUT /scim/v2/Users/{user_id}': replaceUser, 'PATCH /scim/v2/Users/{user_id}': patchUser,
  'DELETE /scim/v2/Users/{user_id}': deleteUser,
  'GET /scim/v2/Groups': listGroups, 'POST /scim/v2/Groups': createGroup, 'GET /scim/v2/Groups/{group_id}': showGroup, 'PUT /scim/v2/Groups/{group_id}': replaceGroup, 'PATCH /scim/v2/Groups/{group_id}': patchGroup,
  'DELETE /scim/v2/Groups/{group_id}': deleteGroup,
});
