// Liveness, readiness and health. Liveness answers from memory; only `/health` calls providers.
import { checkHealth, healthOf } from '../../operations/health.ts';
import { json } from '../reply.ts';
import { mayCall } from '../../operations/models.ts';
import type { Handler } from '../route.ts';

/** `GET /health/liveliness`. */
export const liveness: Handler = () => json("I'm alive!");

/** `GET /health/readiness`. A database that is away for a while does not make the gateway useless: known keys go on. */
export const readiness: Handler = async ({ services: { store } }) =>
  json({ status: 'healthy', db: store === null ? 'Not connected' : await store.healthy() ? 'connected' : 'disconnected' });

/** `GET /health`: calls every deployment, or those of one model or one deployment (`model_id`). With `background_health_checks` it tells what the last round found, as LiteLLM does. */
export const health: Handler = async ({ services, search, request, caller }) => {
  const { router } = services.pipeline;
  const query = new URLSearchParams(search);
  const [model, id] = [query.get('model'), query.get('model_id')];
  const all = model === null ? router.groups.all() : router.groups.find(model)?.deployments ?? [];
  const named = id === null ? all : all.filter((deployment) => deployment.id === id);
  const deployments = named.filter(({ group }) => mayCall(caller, group, router.groups));
  const log = services.pipeline.health;
  // A model that nothing serves is not well, and LiteLLM says so by the status.
  const status = deployments.length === 0 && (model !== null || id !== null) ? 503 : 200;
  return json(services.config.generalSettings.backgroundHealthChecks ? healthOf(deployments, log) : await checkHealth(deployments, services.pipeline, request.signal, log), status);
};

/** `GET /health/backlog`. */
export const backlog: Handler = ({ services }) => json({ in_flight_requests: services.inFlight(), admitted_requests: services.inFlight(), queued_requests: 0, rejected_requests: 0 });

/** `GET /test`. */
export const test: Handler = ({ path }) => json({ route: path });
