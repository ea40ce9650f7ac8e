// `weir --config FILE`: loads, checks, listens, and stops when it is told to.
import { createGateway, type GatewayResult } from '../gateway.ts';
import { createLogger, type Logger } from '../observe/logger.ts';
import { loadForCommand } from './load.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { serve, type Listening } from './serve.ts';
import { version } from '../pipeline/answer-headers.ts';
import type { Config } from '../config/config.ts';
import type { StartOptions } from './parse-arguments.ts';

/** Starts the gateway; gives the exit code when it does not start, null while it runs. */
export async function start(options: StartOptions): Promise<number | null> {
  const config = loadForCommand(options);
  if (!config) return 1;
  const key = resolveMasterKey(config);
  if (key.kind === 'refused') {
    console.error(key.message);
    return 1;
  }
  for (const warning of key.warnings) console.error(`warning: ${warning}`);
  const logger = createLogger({ level: levelOf(options, config), file: process.env['WEIR_LOG_FILE'] || null });
  const made = createGateway({ config, masterKey: key.kind === 'ok' ? key.key.value : null, logger });
  if (made.kind === 'error') return tellProblems(made);
  if (options.skipServerStartup) return 0;
  const listening = listen(made, options);
  if (!listening) return 1;
  logger.info('listening', { url: listening.url, version, models: config.deployments.length });
  stopOnSignals(listening, logger);
  return null;
}

/** Writes what is wrong with deployments; gives the exit code. */
export function tellProblems(made: Extract<GatewayResult, { kind: 'error' }>): number {
  for (const problem of made.problems) console.error(`${problem.file}:${problem.line}: error: ${problem.path}: ${problem.message}`);
  return 1;
}

function listen(made: Extract<GatewayResult, { kind: 'ok' }>, options: StartOptions): Listening | null {
  try {
    return serve(made.gateway, options);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' ? 'the port is taken; choose another one with --port' : String(error);
    console.error(`weir: cannot listen on ${options.host}:${options.port}: ${reason}`);
    return null;
  }
}

function levelOf(options: StartOptions, config: Config): 'info' | 'debug' {
  return options.debug || options.detailedDebug || config.litellmSettings.setVerbose ? 'debug' : 'info';
}

function stopOnSignals(listening: Listening, logger: Logger): void {
  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) process.exit(130);
    stopping = true;
    logger.info('stopping: running answers are finished first', { signal });
    void listening.stop().then((left) => {
      logger.info('stopped', { broken_off: left });
      logger.flush();
      process.exit(0);
    });
  };
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('SIGTERM', () => stop('SIGTERM'));
}
