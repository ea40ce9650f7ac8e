// The composition root: a configuration becomes one function from request to response. Sockets, the command line and tests stand around it.
import { addressPolicy } from './access/addresses.ts';
import { accessOptions, configuredAuthenticator } from './access/configured-authenticator.ts';
import { dashboardAccess } from './access/dashboard-access.ts';
import { configuredRoutes } from './access/route-rules.ts';
import { sessionTable } from './access/session-table.ts';
import { Sessions } from './access/sessions.ts';
import { storedScopes } from './access/stored-scopes.ts';
import { followChanges } from './admin/follow-changes.ts';
import { keepRotating } from './admin/keys/rotation.ts';
import { createManagement } from './admin/management.ts';
import { Alerts } from './alerts/alerts.ts';
import { responseTable } from './cache/response-table.ts';
import { demoSend } from './demo/send.ts';
import { guardedFetch } from './http/guarded-fetch.ts';
import { WebRequest, type IncomingRequest } from './http/incoming.ts';
import { sendByFetch } from './http/send-by-fetch.ts';
import { Reply, type AnyReply } from './http/reply.ts';
import { UploadStore } from './http/stored/upload-store.ts';
import { maxRequestBytes } from './lib/bounds.ts';
import { after, type Later } from './lib/later.ts';
import { sleep } from './lib/sleep.ts';
import { createMetrics } from './observe/metrics.ts';
import { metricSettings } from './observe/metric-settings.ts';
import { createObserver } from './observe/observer.ts';
import { checkSettings } from './operations/health.ts';
import { startHealthChecks } from './operations/background-health.ts';
import { callSettings } from './pipeline/call-settings.ts';
import { compileCache } from './pipeline/compile-cache.ts';
import { compileLedger } from './pipeline/compile-ledger.ts';
import { compileLimits } from './pipeline/compile-limits.ts';
import { embedText } from './pipeline/embed-text.ts';
import { metricLabels } from './pipeline/metric-labels.ts';
import { newProcessMemory, type ProcessMemory } from './pipeline/process-memory.ts';
import { believedHealth } from './routing/believed-health.ts';
import { compileDeployments, type CompileProblem } from './routing/compile-deployments.ts';
import { compileRouter } from './routing/compile-router.ts';
import { alertedDeployment, measuredDeployment } from './routing/deployment-views.ts';
import { HealthTable } from './routing/health-table.ts';
import { Steering } from './routing/steering.ts';
import { answerRequest } from './server/front-door.ts';
import { configuredSend } from './upstream/configured-send.ts';
import { IdleWatch } from './upstream/idle-watch.ts';
import type { Ledger } from './accounting/ledger/ledger.ts';
import type { Config } from './config/config.ts';
import type { SettingsKeeper } from './config/settings-keeper.ts';
import type { Logger } from './observe/logger.ts';
import type { PipelineParts } from './pipeline/parts.ts';
import type { Deployment } from './routing/deployment.ts';
import type { Services } from './server/services.ts';
import type { Store } from './store/store.ts';

/** What a gateway gets from outside. */
export interface GatewayOptions {
  config: Config;
  /** Null only where the operator permits calls without a key on purpose. */
  masterKey: string | null;
  logger: Logger;
  /** Who is signed in to the dashboard; given where it must outlive a change of the configuration. */
  sessions?: Sessions;
  /** Where state is kept; without it keys come from the file. Whoever opened it closes it. */
  store?: Store | null;
  /** Where requests are written down. */
  ledger?: Ledger | null;
  /** Sends requests to providers in place of the network; for tests. */
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** The alerts of the process; without them nobody is told of anything. */
  alerts?: Alerts;
  /** What outlives a change of the configuration; without it everything begins empty. */
  memory?: ProcessMemory;
  /** Who keeps settings that are changed while the gateway runs; without it they are changed in the file only. */
  settings?: SettingsKeeper | null;
  /** Where large uploads lie; without it, in the system's folder for temporary files. */
  uploads?: UploadStore;
  /** Silence after which a keep-alive goes to the client, when not the usual time. */
  keepAliveMs?: number;
}

/** A running gateway, without a socket. */
export interface Gateway {
  /** Answers a request. `connection` is the address at the other end of the socket. Does not throw. */
  answer(request: IncomingRequest, connection: string): Later<AnyReply>;
  /** The same for the platform's request, without a socket. */
  handle(request: Request, connection: string): Promise<Response>;
  /** Requests whose answers are not complete yet. */
  inFlight(): number;
}

/** What goes on beside requests. */
export interface Background {
  /** Begins it; returns how to stop. */
  start(): () => void;
}

/** A gateway, or what is wrong with the configuration's deployments. */
export type GatewayResult = { kind: 'ok'; gateway: Gateway; background: Background } | { kind: 'error'; problems: readonly CompileProblem[] };

/** Puts a gateway together. */
export function createGateway(options: GatewayOptions): GatewayResult {
  const { config, logger } = options;
  const { deployments, problems } = compileDeployments(config);
  const sending = options.fetch ? sendByFetch(options.fetch) : configuredSend(config);
  if (typeof sending !== 'function') return { kind: 'error', problems: [...problems, sending] };
  if (problems.length > 0 && !config.routing.ignoreInvalidDeployments) return { kind: 'error', problems };
  for (const { path, message } of problems) logger.warn('an entry of model_list cannot be used', { path, reason: message });
  let handling = 0;
  const streams = new IdleWatch(options.keepAliveMs ?? config.litellmSettings.sseKeepalivePingMs);
  const inFlight = (): number => handling + streams.size;
  const memory = options.memory ?? newProcessMemory();
  keepInStore(memory, options);
  const cache = compileCache(config, memory.cache, { embed: (model) => (text, exchange) => embedText(model, text, exchange, services.pipeline), send: (url, request) => services.pipeline.send(url, request) });
  const changes = memory.changes.scope();
  const stored = options.store ? storedScopes(options.store, changes, config.litellmSettings.maxEndUserBudgetId ?? null, config.generalSettings.userApiKeyCacheTtlMs, config.litellmSettings.validateEndUserIdInDb) : null;
  const routed = (all: readonly Deployment[]): Pick<PipelineParts, 'router' | 'limits'> => ({
    router: compileRouter(config, all, { nowMs: Date.now, random: Math.random, sleep }, memory.routing, believedHealth(config, memory.health)), limits: compileLimits(config, all, memory, stored),
  });
  const shown = metricSettings(config.litellmSettings);
  if (shown.unknown.length > 0) logger.warn('metrics of the configuration that are not here', { names: shown.unknown });
  const metrics = createMetrics({
    process: () => ({ openStreams: streams.size, inFlight: inFlight(), cacheEntries: cache?.store.size().entries ?? 0, semanticCache: cache?.semantic ? { hits: cache.saved.semanticHits, usd: cache.saved.semanticUsd } : null, limits: services.pipeline.limits.limiter.counts(), ledger: options.ledger?.state() ?? null }),
    deployments: () => services.pipeline.router.groups.all().map((deployment) => measuredDeployment(deployment, services.pipeline.router)),
    budgets: () => services.pipeline.limits.limiter.budgets(Date.now()),
  }, shown);
  const apply = (whole: Config): void => {
    const { deployments: all, problems: wrong } = compileDeployments(whole);
    for (const { path, message } of wrong) logger.warn('a stored model cannot be used', { path, reason: message });
    services.pipeline = { ...services.pipeline, ...routed(all) };
  };
  const alerts = options.alerts ?? new Alerts({ logger });
  const management = options.store
    ? createManagement({ store: options.store, config, logger, alerts, changes, settings: options.settings ?? null, masterKey: options.masterKey, apply, pipeline: () => services.pipeline })
    : null;
  alerts.configure(config, (id) => alertedDeployment(services.pipeline.router.groups.deployment(id), services.pipeline.router));
  const services: Services = {
    config, logger, metrics, inFlight, alerts, draining: memory.draining,
    store: options.store ?? null, admin: management,
    ...dashboardAccess(config, {
      keys: configuredAuthenticator(config, options.masterKey, options.store ?? null, changes),
      masterKey: options.masterKey, store: options.store ?? null, changes, scopes: accessOptions(config),
      sessions: options.sessions ?? new Sessions(options.store ? sessionTable(options.store) : null),
    }),
    addresses: addressPolicy(config),
    routes: configuredRoutes(config),
    uploads: options.uploads ?? new UploadStore(null), maxRequestBytes: config.generalSettings.maxRequestSizeBytes ?? maxRequestBytes,
    metricsNeedKey: config.litellmSettings.requireAuthForMetricsEndpoint,
    pipeline: {
      ...routed(deployments),
      observer: createObserver(logger, metrics, alerts),
      cache, streams,
      ledger: options.ledger && !config.generalSettings.disableSpendUpdates ? compileLedger(config, options.ledger) : null,
      ...remembered(memory),
      fetchMedia: guardedFetch({ allowedHosts: new Set(config.litellmSettings.userUrlAllowedHosts ?? []) }),
      steering: new Steering(config.routing.rules, config.routing.splits, config.routing.mirrors),
      metricLabels: metricLabels(shown.extra, config.litellmSettings),
      random: Math.random, send: demoSend(sending),
      ...callSettings(config),
    },
  };
  // The first requests wait for the stored models.
  let starting = management?.reloadModels().then(() => {
    starting = undefined;
  });
  const count = (change: number): void => {
    handling += change;
  };
  return { kind: 'ok', gateway: { ...entrances(services, count, () => starting), inFlight }, background: backgroundOf(services) };
}

/** What calls find of those before them. */
const remembered = ({ responses, background, reasoning, refused, explanations, health, accounts }: ProcessMemory) => ({ responses, background, reasoning, refused, explanations, health, accounts });

/** Results of health checks outlive the process where there is a database; answers of the Responses API, too, unless contents are to stay out of it. */
function keepInStore({ responses, health }: ProcessMemory, { store, config, logger }: GatewayOptions): void {
  if (store) health.table ??= new HealthTable(store);
  const kept = store && !config.litellmSettings.turnOffMessageLogging ? responseTable(store, Date.now) : null;
  responses.keepIn(kept, (error) => logger.warn('an answer could not be kept in the database, or not be found there', { reason: error instanceof Error ? error.message : String(error) }));
}

/** The ways in, for sockets and for the platform's requests. */
function entrances(services: Services, count: (change: number) => void, starting: () => Promise<void> | undefined): Pick<Gateway, 'answer' | 'handle'> {
  const answered = <T>(reply: T): T => {
    count(-1);
    return reply;
  };
  const failed = (error: unknown): never => {
    count(-1);
    throw error;
  };
  const answer = (request: IncomingRequest, connection: string): Later<AnyReply> => {
    count(1);
    try {
      const reply = after(starting(), () => answerRequest(request, connection, services));
      return reply instanceof Promise ? reply.then(answered, failed) : answered(reply);
    } catch (error) {
      return failed(error);
    }
  };
  return {
    answer,
    async handle(request, connection) {
      const reply = await answer(new WebRequest(request), connection);
      return reply instanceof Reply ? reply.web() : reply;
    },
  };
}

function backgroundOf({ config, pipeline, admin }: Services): Background {
  const { backgroundHealthChecks, healthCheckIntervalMs, backgroundHealthCheckModelGroups } = config.generalSettings;
  const { router, health } = pipeline;
  return {
    start() {
      const stopChecks = backgroundHealthChecks ? startHealthChecks({ router, wire: pipeline, log: health, intervalMs: healthCheckIntervalMs, how: checkSettings(config), groups: backgroundHealthCheckModelGroups ? new Set(backgroundHealthCheckModelGroups) : null }) : null;
      const stopFollowing = admin && followChanges(admin);
      const stopRotating = admin && keepRotating(admin);
      return () => {
        stopChecks?.();
        stopFollowing?.();
        stopRotating?.();
      };
    },
  };
}
