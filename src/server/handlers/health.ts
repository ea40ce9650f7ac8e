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

/** `GET /health`: calls every deployment, or those of one model. With `background_health_checks` it tells what the last round found, as LiteLLM does. */
export const health: Handler = async ({ services, search, request, caller }) => {
  const { router } = services.pipeline;
  const model = new URLSearchParams(search).get('model');
  const named = model === null ? router.groups.all() : router.groups.find(model)?.deployments ?? [];
  const deployments = named.filter(({ group }) => mayCall(caller, group, router.groups));
  const log = services.pipeline.health;
  return json(services.config.generalSettings.backgroundHealthChecks ? healthOf(deployments, log) : await checkHealth(deployments, services.pipeline, request.signal, log));
};

/** `GET /health/backlog`: what is under way, how much of it waits for a deployment, and what limits and full queues turned away since the start. */
export const backlog: Handler = ({ services }) => {
  const { router, limits } = services.pipeline;
  const { now: queued, turnedAway } = router.waiting();
  let refused = turnedAway;
  for (const [words, count] of limits.limiter.counts().refusals) if (words.endsWith(' enforced')) refused += count;
  const inFlight = services.inFlight();
  return json({ in_flight_requests: inFlight, admitted_requests: inFlight - queued, queued_requests: queued, rejected_requests: refused });
};

/** `GET /test`. */
export const test: Handler = ({ path }) => json({ route: path });
