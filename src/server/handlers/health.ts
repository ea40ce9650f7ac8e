// Liveness, readiness and health. Liveness answers from memory; only `/health` calls providers.
import { checkHealth } from '../../operations/health.ts';
import { json } from '../reply.ts';
import type { Handler } from '../route.ts';

/** `GET /health/liveliness`. */
export const liveness: Handler = () => json("I'm alive!");

/** `GET /health/readiness`. A database that is away for a while does not make the gateway useless: known keys go on. */
export const readiness: Handler = async ({ services: { store } }) =>
  json({ status: 'healthy', db: store === null ? 'Not connected' : await store.healthy() ? 'connected' : 'disconnected' });

/** `GET /health`: calls every deployment, or those of one model. */
export const health: Handler = async ({ services, search, request }) => {
  const { router } = services.pipeline;
  const model = new URLSearchParams(search).get('model');
  const deployments = model === null ? router.groups.all() : router.groups.find(model)?.deployments ?? [];
  return json(await checkHealth(deployments, services.pipeline, request.signal));
};

/** `GET /health/backlog`. */
export const backlog: Handler = ({ services }) => json({ in_flight_requests: services.inFlight(), admitted_requests: services.inFlight(), queued_requests: 0, rejected_requests: 0 });

/** `GET /health/latest`, `/health/history`: results of earlier checks are kept in a database only. */
export const healthHistory: Handler = () => json({ detail: { error: 'Database not initialized' } }, 500);

/** `GET /test`. */
export const test: Handler = ({ path }) => json({ route: path });
