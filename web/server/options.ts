// The command line of the web service.
import { parseArgs } from 'node:util';

/** How the service was started. */
export interface Options {
  host: string;
  port: number;
  /** Folder of the database; null means `.weir` in the project. */
  dataFolder: string | null;
  /** Names besides `localhost` and IP addresses under which the page may be opened. */
  allowedHosts: string[];
  help: boolean;
}

/** A mistake on the command line; the message is for the person who made it. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

/** What `--help` prints. */
export const usage = `Usage: ./start-web.sh [options]

Starts Weir's web service: the chat page, in front of a gateway that runs on its own.

  --port N            port to listen on (default 3000)
  --host ADDRESS      address to bind (default 127.0.0.1: only this machine)
  --allow-host NAME   also answer under this host name (may be repeated)
  --data DIR          where conversations are kept (default .weir in the project)
  --help              show this text

Environment, or lines in .env:
  LITELLM_PROXY_URL    the gateway (default http://localhost:4000)
  LITELLM_MASTER_KEY   the key to call it with; it never leaves the service
`;

/** Reads the arguments. Throws `OptionsError`. */
export function readOptions(args: string[]): Options {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        port: { type: 'string', default: '3000' },
        host: { type: 'string', default: '127.0.0.1' },
        data: { type: 'string' },
        'allow-host': { type: 'string', multiple: true, default: [] },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new OptionsError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new OptionsError(`--port must be 0 to 65535, not "${values.port}"`);
  if (values.host === '') throw new OptionsError('--host must not be empty');
  return {
    host: values.host,
    port,
    dataFolder: values.data ?? null,
    allowedHosts: values['allow-host'].map((name) => name.toLowerCase()),
    help: values.help,
  };
}
