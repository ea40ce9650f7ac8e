// Starts the web service: `./start-web.sh` calls this.
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GatewayBackend, type GatewayBackendOptions } from '../../client/index.ts';
import { SqliteConversationStore } from './conversations/sqlite-store.ts';
import { readEnvironmentFile } from './environment.ts';
import { type Options, OptionsError, readOptions, usage } from './options.ts';
import { startWebService, type WebService } from './web-service.ts';

const root = resolve(import.meta.dir, '../..');
// Conversations are private: files and folders made here are for their owner alone.
process.umask(0o077);

function gatewayOptions(): GatewayBackendOptions {
  const file = readEnvironmentFile(join(root, '.env'));
  const baseUrl = process.env.LITELLM_PROXY_URL || file.LITELLM_PROXY_URL;
  const apiKey = process.env.LITELLM_MASTER_KEY || file.LITELLM_MASTER_KEY;
  return { ...(baseUrl ? { baseUrl } : {}), ...(apiKey ? { apiKey } : {}) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function start(options: Options): WebService {
  const gateway = gatewayOptions();
  const backend = new GatewayBackend(gateway);
  const dataFolder = options.dataFolder === null ? join(root, '.weir') : resolve(options.dataFolder);
  mkdirSync(dataFolder, { recursive: true });
  const store = new SqliteConversationStore(join(dataFolder, 'conversations.db'));
  const service = startWebService({ ...options, backend, gatewayUrl: backend.baseUrl, store, pageFolder: join(root, 'web/dist') });
  console.log(`Weir's chat page: ${service.url}   (gateway: ${backend.baseUrl})`);
  if (!gateway.apiKey) console.warn('LITELLM_MASTER_KEY is not set, neither in the environment nor in .env: the gateway will refuse calls.');
  if (!isLoopback(options.host)) console.warn(`Anyone who can reach ${options.host}:${service.port} can chat with your key: there is no sign-in.`);
  return service;
}

function stopOnSignal(service: WebService): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) process.exit(1);
    stopping = true;
    void service.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else stopOnSignal(start(options));
} catch (error) {
  console.error(`weir web: ${error instanceof Error ? error.message : String(error)}`);
  if (error instanceof OptionsError) console.error("Try './start-web.sh --help'.");
  process.exit(error instanceof OptionsError ? 2 : 1);
}
