// THE table of the management API's handlers, by method and path. Who may call them stands in `without-database.ts`.
import { budgetEndpoints } from './budgets/endpoints.ts';
import { keyEndpoints } from './keys/endpoints.ts';
import { teamEndpoints } from './teams/endpoints.ts';
import { userEndpoints } from './users/endpoints.ts';
import type { Endpoints } from './endpoint.ts';

/** All handlers. */
export const endpoints: Endpoints = { ...keyEndpoints, ...userEndpoints, ...teamEndpoints, ...budgetEndpoints };
