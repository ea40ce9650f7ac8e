// Liveness, readiness and health. Liveness answers from memory; only `/health` calls providers.
import { checkHealth, checkSettings, healthOf } from '../../operations/health.ts';
import { json } from '../reply.ts';
import { mayCall } from '../../operations/models.ts';
import type { Deployment } from '../../routing/deployment.ts';
import type { Handler } from '../route.ts';
import { version } from '../../pipeline/answer-headers.ts';
import type { Store } from '../../store/store.ts';
import type { Reply } from '../../http/reply.ts';

/** `GET /health/liveliness`. */
export const liveness: Handler = ({ services: { draining } }) => (draining.begun ? goingAway() : json("I'm alive!"));

/** `GET /health/readiness`. A database that is away for a while does not make the gateway useless: known keys go on. */
export const readiness: Handler = (call) => {
  const { config, draining, store } = call.services;
  if (draining.begun) return goingAway();
  return config.generalSettings.allowPublicHealthReadinessDetails ? readinessDetails(call) : databaseState(store).then((db) => json({ status: 'healthy', db }));
};

/** `GET /health/readiness/details`: LiteLLM's members; those about its own parts are false. */
export const readinessDetails: Handler = async ({ services: { config, draining, store, pipeline } }) => {
  if (draining.begun) return goingAway();
  return json({
    status: 'healthy', db: await databaseState(store), cache: pipeline.cache?.store.kind ?? null, litellm_version: version,
    success_callbacks: config.litellmSettings.callbacks ?? [], use_aiohttp_transport: false, log_level: 'INFO', is_detailed_debug: false,
    show_no_redis_warning: false, show_env_credential_login_warning: false,
  });
};

const databaseState = async (store: Store | null): Promise<string> => (store === null ? 'Not connected' : await store.healthy() ? 'connected' : 'disconnected');

const goingAway = (): Reply => json({ status: 'shutting_down' }, 503);

/** `GET /health`: calls every deployment, or those of one model or one deployment (`model_id`). With `background_health_checks` it tells what the last round found, as LiteLLM does. */
export const health: Handler = async ({ services, search, request, caller }) => {
  const { router } = services.pipeline;
  const query = new URLSearchParams(search);
  const [model, id] = [query.get('model'), query.get('model_id')];
  const all = model === null ? router.groups.all() : router.groups.find(model)?.deployments ?? [];
  const named = id === null ? all : all.filter((deployment) => deployment.id === id);
  const { generalSettings } = services.config;
  const asked = (deployment: Deployment): boolean => !(generalSettings.healthCheckSkipDisabledBackgroundModels && deployment.healthCheck.byHandOnly);
  const deployments = named.filter((deployment) => asked(deployment) && mayCall(caller, deployment.group, router.groups));
  const how = checkSettings(services.config);
  const log = services.pipeline.health;
  // A model that nothing serves is not well, and LiteLLM says so by the status.
  const status = deployments.length === 0 && (model !== null || id !== null) ? 503 : 200;
  return json(generalSettings.backgroundHealthChecks ? healthOf(deployments, log, how) : await checkHealth(deployments, services.pipeline, request.signal, log, how), status);
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
