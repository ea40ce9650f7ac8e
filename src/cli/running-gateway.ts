// Where the running gateway is that `--health` and `--test` talk to, and the key for it.
import { loadForCommand } from './load.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { withDotenv } from '../config/dotenv.ts';
import type { StartOptions } from './parse-arguments.ts';

/** A gateway that somebody started. */
export interface RunningGateway {
  /** Without a slash at the end. */
  url: string;
  headers: Record<string, string>;
}

/** The gateway at `--host` and `--port`, with the master key of `--config`, else of the environment or `.env`; null after a mistake in the file was told. */
export function runningGateway(options: StartOptions): RunningGateway | null {
  const key = masterKey(options);
  if (key === null) return null;
  const url = `${options.tls ? 'https' : 'http'}://${hostOf(options.host)}:${options.port}`;
  return { url, headers: { 'content-type': 'application/json', ...(key !== '' && { authorization: `Bearer ${key}` }) } };
}

/** Says that nothing answers there; gives the exit code. */
export function tellUnreachable({ url }: RunningGateway, error: unknown): 1 {
  console.error(`weir: no gateway answers at ${url} (${error instanceof Error ? error.message : String(error)}). --host and --port say where it is.`);
  return 1;
}

function masterKey(options: StartOptions): string | null {
  if (options.config === undefined) return withDotenv(process.cwd(), process.env)['LITELLM_MASTER_KEY'] ?? '';
  const config = loadForCommand(options);
  if (!config) return null;
  const key = resolveMasterKey(config);
  return key.kind === 'ok' ? key.key.value : '';
}

/** An address to listen on is not always one to call. */
function hostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
