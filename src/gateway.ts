// The composition root: a configuration becomes one function from request to response. Sockets, the command line and tests stand around it.
import { AddressSet, type AddressPolicy } from './access/addresses.ts';
import { Alerts } from './alerts/alerts.ts';
import { answerRequest } from './server/front-door.ts';
import { compileDeployments, type CompileProblem } from './routing/compile-deployments.ts';
import { compileCache } from './pipeline/compile-cache.ts';
import { compileLedger } from './pipeline/compile-ledger.ts';
import { compileRouter } from './routing/compile-router.ts';
import { createAuthenticator, type Authenticator } from './access/authenticator.ts';
import { createKeyDirectory, type DirectoryOptions } from './access/key-directory.ts';
import { createSealer } from './admin/seal/sealer.ts';
import { createMetrics } from './observe/metrics.ts';
import { createObserver } from './observe/observer.ts';
import { demoSend } from './demo/send.ts';
import { HealthTable } from './routing/health-table.ts';
import { jwtSettings } from './access/jwt/settings.ts';
import { tokenRecognizer } from './access/jwt/recognizer.ts';
import { followChanges } from './admin/follow-changes.ts';
import { keepRotating } from './admin/keys/rotation.ts';
import { LiveModels } from './admin/models/live-models.ts';
import { compileLimits, windowClock } from './pipeline/compile-limits.ts';
import { embedText } from './pipeline/embed-text.ts';
import { guardedFetch } from './http/guarded-fetch.ts';
import { IdleWatch } from './upstream/idle-watch.ts';
import { keepAliveMs, maxRequestBytes } from './lib/bounds.ts';
import { dashboardAccess } from './access/dashboard-access.ts';
import { readTlsSettings, sendWithTls } from './http/provider-tls.ts';
import { settledModels } from './pipeline/settled-models.ts';
import { passedHeaders } from './pipeline/passed-headers.ts';
import { newProcessMemory, type ProcessMemory } from './pipeline/process-memory.ts';
import { responseTable } from './cache/response-table.ts';
import { routeRules } from './access/route-rules.ts';
import { send } from './http/send.ts';
import { startHealthChecks } from './operations/background-health.ts';
import { sendByFetch, type Send } from './http/provider-response.ts';
import { sessionTable } from './access/session-table.ts';
import { Sessions } from './access/sessions.ts';
import { Steering } from './routing/steering.ts';
import { storedScopes } from './access/stored-scopes.ts';
import type { Changes } from './access/changes.ts';
import type { AdminServices } from './admin/services.ts';
import type { Config } from './config/config.ts';
import type { PipelineParts } from './pipeline/parts.ts';
import type { Deployment } from './routing/deployment.ts';
import type { DeploymentState } from './observe/metric-table.ts';
import type { JsonObject } from './lib/json.ts';
import type { Ledger } from './accounting/ledger/ledger.ts';
import type { Logger } from './observe/logger.ts';
import type { Router } from './routing/router.ts';
import type { Store } from './store/store.ts';
import type { Services } from './server/services.ts';
import type { SettingsKeeper } from './config/settings-keeper.ts';
import type { CancelSignal } from './lib/cancellation.ts';
import { after, type Later } from './lib/later.ts';
import { Reply, type AnyReply } from './http/reply.ts';
import { UploadStore } from './http/stored/upload-store.ts';
import { WebRequest, type IncomingRequest } from './http/incoming.ts';

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
  const sending = sendFor(options);
  if (typeof sending !== 'function') return { kind: 'error', problems: [...problems, sending] };
  if (problems.length > 0 && !config.routing.ignoreInvalidDeployments) return { kind: 'error', problems };
  for (const { path, message } of problems) logger.warn('an entry of model_list cannot be used', { path, reason: message });
  let handling = 0;
  const streams = new IdleWatch(options.keepAliveMs ?? keepAliveMs);
  const inFlight = (): number => handling + streams.size;
  const memory = options.memory ?? newProcessMemory();
  keepInStore(memory, options);
  const cache = compileCache(config, memory.cache, { embed: (model) => (text, exchange) => embedText(model, text, exchange, services.pipeline), send: (url, request) => services.pipeline.send(url, request) });
  const router = compileRouter(config, deployments, { nowMs: Date.now, random: Math.random, sleep }, memory.routing, healthCheckOf(config, memory));
  const changes = memory.changes.scope();
  const stored = options.store ? storedScopes(options.store, changes, config.litellmSettings.maxEndUserBudgetId ?? null, config.generalSettings.userApiKeyCacheTtlMs) : null;
  const limits = compileLimits(config, deployments, memory, stored);
  const metrics = createMetrics({
    process: () => ({ openStreams: streams.size, inFlight: inFlight(), cacheEntries: cache?.store.size().entries ?? 0, semanticCache: cache?.semantic ? { hits: cache.saved.semanticHits, usd: cache.saved.semanticUsd } : null, limits: services.pipeline.limits.limiter.counts(), ledger: options.ledger?.state() ?? null }),
    deployments: () => services.pipeline.router.groups.all().map((deployment) => deploymentState(deployment, services.pipeline.router)),
  });
  const apply = (whole: Config): void => {
    const { deployments: all, problems: wrong } = compileDeployments(whole);
    for (const { path, message } of wrong) logger.warn('a stored model cannot be used', { path, reason: message });
    services.pipeline = {
      ...services.pipeline, router: compileRouter(config, all, { nowMs: Date.now, random: Math.random, sleep }, memory.routing, healthCheckOf(config, memory)), limits: compileLimits(config, all, memory, stored),
    };
  };
  const alerts = options.alerts ?? new Alerts({ logger });
  const management = options.store ? managementOf(options, options.store, alerts, changes, apply, () => services.pipeline).admin : null;
  alerts.configure(config, (id) => alertedDeployment(services.pipeline.router.groups.deployment(id), services.pipeline.router));
  const services: Services = {
    config, logger, metrics, inFlight, alerts,
    store: options.store ?? null, admin: management,
    ...dashboardAccess(config, {
      keys: authenticatorOf(options, changes),
      masterKey: options.masterKey, store: options.store ?? null, changes, scopes: accessOptions(config),
      sessions: options.sessions ?? new Sessions(options.store ? sessionTable(options.store) : null),
    }),
    addresses: addressPolicy(config),
    routes: { allowed: routeRules(config.generalSettings.allowedRoutes ?? []), adminOnly: routeRules(config.generalSettings.adminOnlyRoutes ?? []), open: routeRules([...config.generalSettings.publicRoutes ?? [], ...config.litellmSettings.publicRoutes ?? []]) },
    uploads: options.uploads ?? new UploadStore(null), maxRequestBytes: config.generalSettings.maxRequestSizeBytes ?? maxRequestBytes,
    metricsNeedKey: config.litellmSettings.requireAuthForMetricsEndpoint,
    pipeline: {
      router,
      observer: createObserver(logger, metrics, alerts),
      cache, streams, limits,
      ledger: options.ledger && !config.generalSettings.disableSpendUpdates ? compileLedger(config, options.ledger) : null,
      responses: memory.responses,
      background: memory.background,
      reasoning: memory.reasoning,
      refused: memory.refused,
      fetchMedia: guardedFetch({ allowedHosts: new Set(config.litellmSettings.userUrlAllowedHosts ?? []) }),
      explanations: memory.explanations,
      health: memory.health,
      accounts: memory.accounts,
      steering: new Steering(config.routing.rules, config.routing.splits, config.routing.mirrors),
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

/** How providers are called; or what is wrong with the settings about it. */
function sendFor({ config, fetch: given }: GatewayOptions): Send | CompileProblem {
  if (given) return sendByFetch(given);
  if (process.env['WEIR_HTTP_CLIENT'] === 'fetch') return sendByFetch(fetch);
  const { sslVerify, sslCertificate } = config.litellmSettings;
  const settings = readTlsSettings(sslVerify ?? (config.environmentValue('SSL_VERIFY') || undefined), sslCertificate);
  if (!settings.ok) return { file: config.files[0] ?? 'configuration', line: 0, path: `litellm_settings.${settings.setting}`, message: settings.message };
  return settings.tls ? sendWithTls(settings.tls, send) : send;
}

/** What of the configuration every call is held against. */
const callSettings = (config: Config) => ({
  defaultTimeoutMs: config.routing.timeoutMs,
  defaultStreamTimeoutMs: config.routing.streamTimeoutMs ?? null,
  continueStreams: config.routing.continueStreams,
  firstContentTimeoutMs: config.routing.firstContentTimeoutMs,
  costInStreams: config.litellmSettings.includeCostInStreamingUsage,
  passed: passedHeaders(config),
  settledModel: settledModels(config),
  callIdInErrors: config.generalSettings.includeCallIdInErrorBody,
  enforcedParams: [...config.generalSettings.enforcedParams ?? [], ...(config.generalSettings.enforceUserParam ? ['user'] : [])],
  tagsRefused: config.generalSettings.rejectClientsideMetadataTags,
  mockTestingAllowed: config.generalSettings.dangerouslyAllowMockTestingRequestParams,
});

/** The management API over a database, with the models that are kept there. */
function managementOf({ config, logger, masterKey, settings = null }: GatewayOptions, store: Store, alerts: Alerts, changes: Changes, apply: (config: Config) => void, pipeline: () => PipelineParts): { admin: AdminServices } {
  const secret = config.environmentValue('LITELLM_SALT_KEY') || masterKey;
  const earlier = (config.environmentValue('LITELLM_SALT_KEY_PREVIOUS') ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '');
  // Where a salt key was set later, what the master key sealed goes on opening.
  const sealer = secret === null ? null : createSealer(secret, masterKey === null || masterKey === secret ? earlier : [...earlier, masterKey]);
  const models = sealer && new LiveModels({ store, sealer, config, logger, changes, apply });
  return {
    admin: {
      store, config, alerts, changes, logger, sealer, settings, nowMs: Date.now, clock: windowClock(config), router: () => pipeline().router, reloadModels: () => models?.reload() ?? Promise.resolve(),
      get limiter() {
        return pipeline().limits.limiter;
      },
    },
  };
}

/** Takes the master key, keys of the database and tokens of an identity provider. */
function authenticatorOf({ config, masterKey, store = null }: GatewayOptions, changes: Changes): Authenticator {
  const { litellmKeyHeaderName: keyHeaderName, enableJwtAuth, litellmJwtauth, rolePermissions } = config.generalSettings;
  const settings = jwtSettings({ enabled: enableJwtAuth === true, given: (litellmJwtauth ?? {}) as JsonObject, rolePermissions: (rolePermissions ?? []) as JsonObject[], environment: config.environmentValue });
  return createAuthenticator(masterKey, {
    keyHeaderName, keys: store ? createKeyDirectory(store, changes, accessOptions(config)) : null,
    recognizers: settings ? [tokenRecognizer({ settings, store, changes, scopes: accessOptions(config) })] : [],
  });
}

const accessOptions = ({ generalSettings }: Config): DirectoryOptions => ({
  userBudgetsForTeamKeys: generalSettings.applyUserBudgetToTeamKeys, refreshMs: generalSettings.userApiKeyCacheTtlMs, serviceAccountParams: generalSettings.serviceAccountSettings?.enforcedParams ?? [],
});

function deploymentState(deployment: Deployment, { pool }: Router): DeploymentState {
  return {
    group: deployment.group, model: deployment.model, id: deployment.id, provider: deployment.provider.name, cooling: pool.isCooling(deployment),
    requestsPerMinute: deployment.requestsPerMinute, tokensPerMinute: deployment.tokensPerMinute, ...pool.history(deployment),
  };
}

function alertedDeployment(deployment: Deployment | undefined, { pool }: Router): { name: string; provider: string; coolingSeconds: number } | null {
  return deployment ? { name: `${deployment.group} on ${deployment.model}`, provider: deployment.provider.name, coolingSeconds: pool.coolingSecondsOf(deployment) } : null;
}

function backgroundOf({ config, pipeline, admin }: Services): Background {
  const { backgroundHealthChecks, healthCheckIntervalMs } = config.generalSettings;
  const { router, health } = pipeline;
  return {
    start() {
      const stopChecks = backgroundHealthChecks ? startHealthChecks({ router, wire: pipeline, log: health, intervalMs: healthCheckIntervalMs }) : null;
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

// A result is believed for two rounds.
function healthCheckOf(config: Config, { health }: ProcessMemory): (deployment: Deployment) => boolean {
  if (!config.routerSettings.enableHealthCheckRouting) return () => true;
  const believedMs = config.generalSettings.healthCheckIntervalMs * 2;
  return ({ id }) => {
    const known = health.latestOf(id);
    return !known || known.healthy || Date.now() - known.checkedMs > believedMs;
  };
}

function addressPolicy({ generalSettings }: Config): AddressPolicy {
  const { allowedIps, useXForwardedFor, trustedProxyRanges } = generalSettings;
  return {
    allowed: allowedIps ? new AddressSet(allowedIps) : null,
    trustedProxies: useXForwardedFor && trustedProxyRanges ? new AddressSet(trustedProxyRanges) : null,
  };
}

/** Waits, but not longer than the caller does. */
async function sleep(milliseconds: number, signal: CancelSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const onAbort = (): void => resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  await promise;
  clearTimeout(timer);
  signal.removeEventListener('abort', onAbort);
}
