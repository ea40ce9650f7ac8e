// The flags of start.sh.
import { parseArgs } from 'node:util';

/** What start.sh was asked to do. A port 0 means any free one. */
export interface Options {
  /** Relative to the folder in which start.sh was called. */
  config: string | null;
  port: number;
  webPort: number;
  host: string;
  web: boolean;
  localModel: boolean;
  /** Where keys, logs and usage are kept, unless the configuration or `DATABASE_URL` names a database; null: nowhere. */
  data: string | null;
}

/** What `--help` prints; start.sh cuts it out of this file, so it has no `${…}`. */
export const usage = `Usage: ./start.sh [flags]

Starts the gateway with its dashboard, and the chat page. Installs what is missing and puts a random key into .env on the first run.

  --config FILE    the gateway's configuration (default: config/litellm_config.yaml when OPENROUTER_API_KEY is set,
                   else config/demo.yaml with the built-in demo model)
  --local-model    install and start a small real model, config/local.yaml (Python 3.10 or newer, about 130 MB once)
  --port N         the gateway's port (default 4000)
  --web-port N     the chat page's port (default 3000)
  --host H         the address both listen on (default 127.0.0.1: only this machine)
  --no-web         only the gateway
  --data DIR       where keys, logs and usage are kept (default: .weir in the project; none: nowhere)
  --help           show this text

Ctrl-C finishes running answers first; pressed again, it stops at once.
`;

/** Reads the flags. The message of the error that it throws is for the person who typed them. */
export function readOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      config: { type: 'string', short: 'c' },
      port: { type: 'string', default: '4000' },
      'web-port': { type: 'string', default: '3000' },
      host: { type: 'string', default: '127.0.0.1' },
      'no-web': { type: 'boolean', default: false },
      'local-model': { type: 'boolean', default: false },
      'data': { type: 'string', default: '.weir' },
    },
  });
  if (values.data === '') throw new Error('--data must not be empty.');
  if (values.host === '') throw new Error('--host must not be empty.');
  return {
    config: values.config ?? null,
    port: portOf('--port', values.port),
    webPort: portOf('--web-port', values['web-port']),
    host: values.host,
    web: !values['no-web'],
    localModel: values['local-model'],
    data: values.data === 'none' ? null : values.data,
  };
}

function portOf(flag: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${flag} must be 0 to 65535, not "${text}".`);
  return port;
}
