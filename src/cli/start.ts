// `weir --config FILE`: loads, checks, listens, follows changes of the file, and stops when it is told to.
import { unwatchFile, watchFile } from 'node:fs';
import { createGateway, type Background, type Gateway } from '../gateway.ts';
import { drainTimeoutOf } from '../server/handlers/drain.ts';
import { createLogger } from '../observe/logger.ts';
import { LiveGateway } from './live-gateway.ts';
import { loadForCommand } from './load.ts';
import { openRuntime, type Runtime } from './runtime.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { healthPortOf, serveHealth } from './health-port.ts';
import { serve, type Listening } from './serve.ts';
import { tellProblems } from './tell.ts';
import { version } from '../pipeline/answer-headers.ts';
import type { Config } from '../config/config.ts';
import { currentPriceMap } from '../accounting/price-map.ts';
import { followPriceMap, type RefreshPlan } from '../accounting/price-refresh.ts';
import { join } from 'node:path';
import { stateFolder } from './open-ledger.ts';
import { useKeptPriceMap } from '../accounting/kept-prices.ts';
import { send } from '../http/send.ts';
import type { StartOptions } from './parse-arguments.ts';

/** A gateway with what it was made from. */
interface Built {
  gateway: Gateway;
  background: Background;
  /** The files of its configuration. */
  files: readonly string[];
  models: number;
}

// Looking for changes by time stamp works with every editor and with mounted files that are replaced by a link.
const watchIntervalMs = 1_000;

/** Starts the gateway; gives the exit code when it does not start, null while it runs. */
export async function start(options: StartOptions): Promise<number | null> {
  const logger = createLogger({ file: process.env['WEIR_LOG_FILE'] || null });
  const written = loadForCommand(options);
  if (!written) return 1;
  const runtime = await openRuntime(written, options, logger);
  if (!runtime) return 1;
  const config = await withStoredSettings(written, options, runtime);
  const prices = config && refreshPlan(config, options.data);
  if (prices) takeKeptPrices(prices, logger);
  const built = config && build(config, runtime);
  if (!built || options.skipServerStartup) {
    await runtime.close();
    return built ? 0 : 1;
  }
  if (built.files.length === 0 && options.model === undefined) console.error('note: no configuration file was named, so the built-in demo model answers; --config FILE names one.');
  const live = new LiveGateway(built.gateway);
  const probePort = healthPortOf(config.environmentValue);
  const listening = listenOn(options.host, options.port, '--port', () => serve(live, options));
  if (!listening || (probePort !== null && !listenOn(options.host, probePort, 'SEPARATE_HEALTH_PORT', () => serveHealth(live, options.host, probePort)))) return 1;
  logger.info('listening', { url: listening.url, version, models: built.models, ...(runtime.store && { database: runtime.store.dialect }) });
  followChanges(built, prices, options, live, runtime);
  stopOnSignals(listening, runtime, drainTimeoutOf(config.environmentValue));
  return null;
}

/** The configuration with the settings of the database; null after what is wrong with them was written to standard error. */
async function withStoredSettings(written: Config, options: StartOptions, { settings }: Runtime): Promise<Config | null> {
  const stored = await settings?.read() ?? {};
  return Object.keys(stored).length === 0 ? written : loadForCommand(options, stored);
}

/** Makes a gateway from a configuration; null after what is wrong was written to standard error. */
function build(config: Config, { logger, store, ledger, alerts, memory, uploads, sessions, settings }: Runtime): Built | null {
  const key = resolveMasterKey(config);
  if (key.kind === 'refused') {
    console.error(key.message);
    return null;
  }
  for (const warning of key.warnings) console.error(`warning: ${warning}`);
  const made = createGateway({ config, masterKey: key.kind === 'ok' ? key.key.value : null, logger, store, ledger: ledger?.ledger ?? null, alerts, memory, uploads, sessions, settings });
  if (made.kind === 'ok') return { gateway: made.gateway, background: made.background, files: config.files, models: config.deployments.length };
  tellProblems(made.problems);
  return null;
}

const hourMs = 3_600_000;

/** The last good prices of an earlier run count until newer ones come. */
function takeKeptPrices({ url, file }: RefreshPlan, logger: Runtime['logger']): void {
  const kept = file === null ? null : useKeptPriceMap(file, url, Date.now());
  if (kept?.kind === 'used') logger.info('the price map of the last run is in force', { source: kept.source });
  else if (kept?.kind === 'refused') logger.error('the kept price map was not used', { problem: kept.problem, in_force: currentPriceMap().header.source });
}

/** LiteLLM's variables: an address, and a word that forbids it. */
function refreshPlan(config: Config, dataFolder: string | undefined): RefreshPlan | null {
  const { generalSettings, environmentValue } = config;
  const url = generalSettings.modelCostMapUrl ?? (environmentValue('LITELLM_MODEL_COST_MAP_URL') || undefined);
  if (url === undefined || !URL.canParse(url) || /^true$/i.test(environmentValue('LITELLM_LOCAL_MODEL_COST_MAP') ?? '')) return null;
  const folder = stateFolder(config, dataFolder);
  return { url, everyMs: Math.max(1, generalSettings.modelCostMapRefreshHours) * hourMs, file: folder === null ? null : join(folder, 'prices') };
}

/** Takes a changed configuration over while requests go on; one with mistakes is refused, and the old one stays. */
function followChanges(first: Built, prices: RefreshPlan | null, options: StartOptions, live: LiveGateway, runtime: Runtime): void {
  const { logger } = runtime;
  let watched: readonly string[] = [];
  let stopBackground = first.background.start();
  const watch = (files: readonly string[]): void => {
    // A file that is watched already stays so: begun anew, a change of this very moment would be taken for how it always was.
    for (const file of watched) if (!files.includes(file)) unwatchFile(file, onChange);
    for (const file of files) if (!watched.includes(file)) watchFile(file, { interval: watchIntervalMs, persistent: false }, onChange);
    watched = files;
  };
  const rebuild = (): Built | null => {
    const config = loadForCommand(options, runtime.settings?.stored());
    const next = config && build(config, runtime);
    if (!next) {
      logger.error('the changed configuration has mistakes; the one before stays in force', { files: watched });
      return null;
    }
    live.replace(next.gateway);
    stopBackground();
    stopBackground = next.background.start();
    watch(next.files);
    return next;
  };
  const onChange = (): void => {
    const next = rebuild();
    if (next) logger.info('the changed configuration is in force', { files: next.files, models: next.models });
  };
  watch(first.files);
  runtime.settings?.onChange(onChange);
  if (prices) {
    followPriceMap(prices, send, (outcome) => {
      if (outcome.kind === 'failed') logger.error('the price map was not refreshed; the one before stays in force', { problem: outcome.problem, in_force: currentPriceMap().header.source });
      // Prices stand in compiled plans: all of them change at once, and requests under way keep theirs.
      else if (outcome.kind === 'new' && rebuild()) logger.info('a new price map is in force', { source: outcome.source, models: outcome.models });
    });
  }
}

/** Listens; null after the reason why not was written to standard error. `setting` chooses another port. */
function listenOn<T>(host: string, port: number, setting: string, begin: () => T): T | null {
  try {
    return begin();
  } catch (error) {
    console.error(`weir: cannot listen on ${host}:${port}: ${reasonOf(error, setting)}`);
    return null;
  }
}

/** Why it cannot listen, in words that say what to do. `setting` chooses another port. */
function reasonOf(error: unknown, setting: string): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, message } = { code: '', path: '', ...error, message: error.message };
  if (path !== '') return `the file ${path} of --ssl_keyfile_path or --ssl_certfile_path cannot be read (${code})`;
  switch (code) {
    case 'EADDRINUSE': return `the port is taken; choose another one with ${setting}`;
    case 'EACCES': return `this user may not take the port; choose one from 1024 on with ${setting}`;
    case 'EADDRNOTAVAIL': return 'the address is not one of this machine; --host takes 0.0.0.0 for all of them';
    default: return message;
  }
}

function stopOnSignals(listening: Listening, { logger, memory, close }: Runtime, waitMs: number): void {
  const seen = new Set<string>();
  const stop = (signal: string): void => {
    // Ctrl-C reaches every process of a terminal, and a supervisor passes it on as SIGTERM: only the same signal again means impatience.
    if (seen.has(signal)) process.exit(130);
    seen.add(signal);
    if (seen.size > 1) return;
    logger.info('stopping: running answers are finished first', { signal });
    memory.draining.begin();
    void listening.stop(waitMs).then(async (left) => {
      await close();
      logger.info('stopped', { broken_off: left });
      logger.flush();
      process.exit(0);
    });
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}
