// What start.sh does once Bun is there: key, configuration, gateway, chat page, and a clean end.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { answers, startChild, type Child } from './child.ts';
import { banner, shownKey } from './banner.ts';
import { checkPort } from './port.ts';
import { completeEnvironmentFile, newKey } from './environment-file.ts';
import { installLocalModel, startLocalModel } from './local-model.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readOptions, type Options } from './options.ts';
import { renderProblem } from '../../src/config/problem.ts';
import { resolveMasterKey } from '../../src/config/master-key.ts';
import { stopOnSignals } from './stop.ts';
import { withDotenv } from '../../src/config/dotenv.ts';
import type { Config } from '../../src/config/config.ts';

/** A mistake of the person who starts, or of the machine; told without a stack. */
class StartError extends Error {
  constructor(message: string, readonly code = 1) {
    super(message);
  }
}

const root = resolve(import.meta.dir, '../..');
const environmentFile = join(root, '.env');
const gatewayStartTimeoutMs = 60_000;
// The first start builds the page.
const webStartTimeoutMs = 300_000;

try {
  process.exit(await run(options()));
} catch (error) {
  if (!(error instanceof StartError)) throw error;
  console.error(`start.sh: ${error.message}`);
  process.exit(error.code);
}

function options(): Options {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    throw new StartError(`${error instanceof Error ? error.message : String(error)}\nTry './start.sh --help'.`, 2);
  }
}

async function run(chosen: Options): Promise<number> {
  const port = usablePort(chosen.host, chosen.port, '--port');
  const webPort = chosen.web ? usablePort(chosen.host, chosen.webPort, '--web-port') : 0;
  const reachable = ['0.0.0.0', '::'].includes(chosen.host) ? '127.0.0.1' : chosen.host.includes(':') ? `[${chosen.host}]` : chosen.host;
  const url = `http://${reachable}:${port}`;
  // Who has a key already comes from LiteLLM or from here, and stays in OpenRouter's statistics as before.
  const ofNewInstallation = withDotenv(root, process.env)['LITELLM_MASTER_KEY'] ? {} : { OR_APP_NAME: () => 'Weir', OR_SITE_URL: () => url };
  const defaults = { LITELLM_MASTER_KEY: newKey, LITELLM_PROXY_URL: () => url, ...ofNewInstallation };
  const added = await completeEnvironmentFile(environmentFile, join(root, '.weir/env.lock'), process.env, defaults);
  if (added.names.length > 0) console.log(`Added ${added.names.join(', ')} to .env`);
  const config = configOf(chosen);
  const { key, model } = readConfig(config);

  const children: Child[] = [];
  const stopping = stopOnSignals(children);
  const start = (child: Child): Child => {
    children.push(child);
    return child;
  };
  try {
    const environment: Record<string, string> = {};
    if (chosen.localModel) environment['LOCAL_MODEL_URL'] = await localModel(start);
    const command = [join(root, 'bin/weir'), '--config', config, '--port', String(port), '--host', chosen.host, ...dataFlags(chosen.data)];
    const gateway = start(startChild({ name: 'gateway', command, folder: root, environment }));
    if (!(await answers(`${url}/health/liveliness`, gateway, gatewayStartTimeoutMs))) return await gateway.exited;
    const web = chosen.web ? start(webService(chosen.host, webPort, url, key)) : null;
    if (web && !(await answers(`http://${reachable}:${webPort}/`, web, webStartTimeoutMs)) && !stopping()) console.error('start.sh: the chat page did not start; the gateway goes on without it.');
    const webUrl = web && !web.ended() ? `http://${reachable}:${webPort}` : null;
    if (!stopping()) console.log(banner({ gatewayUrl: url, webUrl, config: shown(config), model, key: keyForCommands(key), notes: notesOn(config, url) }));
    for (const child of children) if (child !== gateway) tellWhenItEnds(child, stopping);
    const code = await gateway.exited;
    if (!stopping()) console.error(`start.sh: the gateway ended with code ${code}.`);
    return code;
  } finally {
    await endAll(children);
  }
}

// The default is a folder of the project; a folder that was named is relative to where start.sh was called.
function dataFlags(folder: string | null): string[] {
  if (folder === null) return [];
  return ['--data', folder === '.weir' ? join(root, '.weir') : resolve(process.cwd(), folder)];
}

function usablePort(host: string, wanted: number, flag: string): number {
  const result = checkPort(host, wanted, flag);
  if (result.kind === 'error') throw new StartError(result.message);
  return result.port;
}

function configOf(chosen: Options): string {
  if (chosen.config !== null) return resolve(process.cwd(), chosen.config);
  if (chosen.localModel) return join(root, 'config/local.yaml');
  const key = withDotenv(root, process.env)['OPENROUTER_API_KEY']?.trim();
  return join(root, key ? 'config/litellm_config.yaml' : 'config/demo.yaml');
}

/** The key that the gateway will want and a model to call, or an error before anything is started. The gateway itself tells the warnings. */
function readConfig(file: string): { key: string; model: string } {
  const loaded = loadConfig(file, withDotenv(root, process.env));
  if (loaded.kind === 'error') throw new StartError(`the configuration has mistakes:\n${loaded.problems.map(renderProblem).join('\n')}`);
  const key = resolveMasterKey(loaded.config);
  if (key.kind === 'refused') throw new StartError(key.message);
  return { key: key.kind === 'ok' ? key.key.value : '', model: modelToTry(loaded.config) };
}

function modelToTry({ deployments }: Config): string {
  const names = deployments.map(({ modelName }) => modelName).filter((name) => !name.includes('*'));
  return names.includes('deepseek') ? 'deepseek' : names[0] ?? 'MODEL';
}

async function localModel(start: (child: Child) => Child): Promise<string> {
  const installed = await installLocalModel(root, (text) => console.log(text));
  if (installed.kind === 'error') throw new StartError(installed.message);
  const model = await startLocalModel(root);
  if (model.kind === 'error') throw new StartError(model.message);
  start(model.child);
  return model.url;
}

function webService(host: string, port: number, gatewayUrl: string, key: string): Child {
  const command = [join(root, 'start-web.sh'), '--port', String(port), '--host', host];
  return startChild({ name: 'chat page', command, folder: root, environment: { LITELLM_PROXY_URL: gatewayUrl, LITELLM_MASTER_KEY: key } });
}

function tellWhenItEnds(child: Child, stopping: () => boolean): void {
  void child.exited.then((code) => {
    if (!stopping()) console.error(`start.sh: the ${child.name} ended with code ${code}; the gateway goes on. ./start-web.sh starts the chat page alone.`);
  });
}

/** The gateway is gone: what it was started with follows. */
async function endAll(children: readonly Child[]): Promise<void> {
  const patience = setTimeout(() => {
    for (const child of children) if (!child.ended()) child.kill();
  }, 5_000);
  for (const child of children) if (!child.ended()) child.stop();
  await Promise.all(children.map((child) => child.exited));
  clearTimeout(patience);
}

function keyForCommands(key: string): string {
  const text = existsSync(environmentFile) ? readFileSync(environmentFile, 'utf8') : '';
  return shownKey(key, { path: environmentFile, text }, process.stdout.isTTY);
}

function shown(config: string): string {
  const path = relative(root, config);
  return path.startsWith('..') ? config : path;
}

function notesOn(config: string, url: string): string[] {
  const notes: string[] = [];
  if (config === join(root, 'config/demo.yaml')) notes.push('This is the built-in demo model. For real ones put OPENROUTER_API_KEY=… into .env, or run ./start.sh --local-model.');
  const known = withDotenv(root, process.env)['LITELLM_PROXY_URL'] ?? url;
  if (/^https?:\/\/(localhost|127\.0\.0\.1)\b/.test(known) && new URL(known).port !== new URL(url).port) notes.push(`LITELLM_PROXY_URL says ${known}; programs that read it look there, not here.`);
  return notes;
}
