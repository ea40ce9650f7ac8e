// THE table of the management API's handlers, by method and path. Who may call them stands in `without-database.ts`.
import { accessGroupEndpoints } from './access-groups/endpoints.ts';
import { auditEndpoints } from './audit.ts';
import { budgetEndpoints } from './budgets/endpoints.ts';
import { chatEndpoints } from './chat/endpoints.ts';
import { credentialEndpoints } from './credentials/endpoints.ts';
import { customerEndpoints } from './customers/endpoints.ts';
import { instanceEndpoints } from './instances.ts';
import { invitationEndpoints } from './invitations.ts';
import { keyEndpoints } from './keys/endpoints.ts';
import { modelEndpoints } from './models/endpoints.ts';
import { organizationEndpoints } from './organizations/endpoints.ts';
import { sealEndpoints } from './seal/endpoints.ts';
import { projectEndpoints } from './projects/endpoints.ts';
import { scimEndpoints } from './scim/endpoints.ts';
import { settingsEndpoints } from './settings/endpoints.ts';
import { tagEndpoints } from './tags/endpoints.ts';
import { teamEndpoints } from './teams/endpoints.ts';
import { tokenKeyEndpoints } from './token-keys.ts';
import { userEndpoints } from './users/endpoints.ts';
import { spendEndpoints } from './spend/endpoints.ts';
import { answer, type Endpoint, type Endpoints } from './endpoint.ts';
import { availableRoles } from './users/look.ts';

const withDatabase: Endpoints = {
  ...keyEndpoints, ...userEndpoints, ...teamEndpoints, ...organizationEndpoints, ...projectEndpoints, ...scimEndpoints, ...tokenKeyEndpoints, ...budgetEndpoints, ...customerEndpoints, ...tagEndpoints, ...accessGroupEndpoints, ...modelEndpoints,
  ...credentialEndpoints, ...sealEndpoints, ...invitationEndpoints, ...settingsEndpoints, ...auditEndpoints,
  ...chatEndpoints, ...instanceEndpoints, ...spendEndpoints,
};

// What there is none of without a database, and what needs none, is told all the same, as LiteLLM does.
const withoutDatabase: Readonly<Record<string, NonNullable<Endpoint['withoutDatabase']>>> = {
  'POST /key/health': () => answer({ key: 'healthy', logging_callbacks: null }), 'GET /user/available_roles': availableRoles, 'GET /credentials': () => answer({ success: true, credentials: [] }), 'GET /team/metadata_schema': () => answer({ fields: [] }),
};

/** All handlers. */
export const endpoints: Endpoints = Object.fromEntries(Object.entries(withDatabase).map(([route, endpoint]) => {
  const told = withoutDatabase[route];
  return [route, told ? { ...endpoint, withoutDatabase: told } : endpoint];
}));
