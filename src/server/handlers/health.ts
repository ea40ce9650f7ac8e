// Liveness, readiness and health. Liveness answers from memory; only `/health` calls providers.
import { checkHealth } from '../../operations/health.ts';
import { fault } from '../../canonical/fault.ts';
import { json, refusal } from '../reply.ts';
import type { Handler } from '../route.ts';

/** `GET /health/liveliness`. */
export const liveness: Handler = () => json("I'm alive!");

/** `GET /health/readiness`. */
export const readiness: Handler = () => json({ status: 'healthy', db: 'Not connected' });

/** `GET /health`: calls every deployment, or those of one model. */
export const health: Handler = async ({ services, search, request }) => {
  const { router } = services.pipeline;
  const model = new URLSearchParams(search).get('model');
  const deployments = model === null ? router.groups.all() : router.groups.find(model)?.deployments ?? [];
  return json(await checkHealth(deployments, services.pipeline, request.signal));
};

/** `GET /health/backlog`. */
export const backlog: Handler = ({ services }) => json({ in_flight_requests: services.inFlight(), admitted_requests: services.inFlight(), queued_requests: 0, rejected_requests: 0 });

/** `GET /health/services`: there is no service that could be tested without being configured. */
export const healthOfService: Handler = ({ search, route, id }) => {
  const service = (new URLSearchParams(search).get('service') ?? '').slice(0, 100);
  return refusal(fault('parameter_invalid', `"${service}" not in proxy config: general_settings. Unable to test this.`, { status: 422, param: 'None', type: 'auth_error' }), route.dialect, id);
};

/** `GET /health/latest`, `/health/history`: results of earlier checks are kept in a database only. */
export const healthHistory: Handler = () => json({ detail: { error: 'Database not initialized' } }, 500);

/** `GET /test`. */
export const test: Handler = ({ path }) => json({ route: path });
