// Liveness, readiness and health. Liveness answers from memory; only `/health` calls providers.
import { checkHealth, healthOf } from '../../operations/health.ts';
import { json } from '../reply.ts';
import { mayCall } from '../../operations/models.ts';
import type { Handler } from '../route.ts';
import type { Reply } from '../../http/reply.ts';

/** `GET /health/liveliness`. */
export const liveness: Handler = ({ services: { draining } }) => (draining.begun ? goingAway() : json("I'm alive!"));

/** `GET /health/readiness`. A database that is away for a while does not make the gateway useless: known keys go on. */
export const readiness: Handler = async ({ services: { draining, store } }) => (draining.begun ? goingAway() : json({ status: 'healthy', db: store === null ? 'Not connected' : await store.healthy() ? 'connected' : 'disconnected' }));

const goingAway = (): Reply => json({ status: 'shutting_down' }, 503);

/** `GET /health`: calls every deployment, or those of one model. With `background_health_checks` it tells what the last round found, as LiteLLM does. */
export const health: Handler = async ({ services, search, request, caller }) => {
  const { router } = services.pipeline;
  const model = new URLSearchParams(search).get('model');
  const named = model === null ? router.groups.all() : router.groups.find(model)?.deployments ?? [];
  const deployments = named.filter(({ group }) => mayCall(caller, group, router.groups));
  const log = services.pipeline.health;
  return json(services.config.generalSettings.backgroundHealthChecks ? healthOf(deployments, log) : await checkHealth(deployments, services.pipeline, request.signal, log));
};

/** `GET /health/backlog`. */
export const backlog: Handler = ({ services }) => json({ in_flight_requests: services.inFlight(), admitted_requests: services.inFlight(), queued_requests: 0, rejected_requests: 0 });

/** `GET /test`. */
export const test: Handler = ({ path }) => json({ route: path });
