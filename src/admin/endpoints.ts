// THE table of the management API's handlers, by method and path. Who may call them stands in `without-database.ts`.
import { spendEndpoints } from './spend/endpoints.ts';
import type { Endpoints } from './endpoint.ts';

/** All handlers. */
export const endpoints: Endpoints = {
  ...spendEndpoints,
};
