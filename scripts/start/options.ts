// The flags of start.sh.

/** What start.sh was asked to do. */
export interface Options {
  config: string | null;
  port: number;
  webPort: number;
  host: string;
  web: boolean;
  localModel: boolean;
}

export const usage = `./start.sh [flags]      gateway and chat page, ready to use

  --config FILE    the gateway's configuration (default: config/litellm_config.yaml with OPENROUTER_API_KEY, else a demo)
  --local-model    a small real model on this machine, as \`local\` (Python 3.10 or newer, about 130 MB once)
  --port N         the gateway's port (4000)
  --web-port N     the chat page's port (3000)
  --host H         the address both listen on (127.0.0.1)
  --no-web         only the gateway
  --help           this
`;

/** Reads the flags; a text is what is wrong with them, or the help. */
export function readOptions(argv: readonly string[]): Options | { text: string; code: number } {
  const options: Options = { config: null, port: 4000, webPort: 3000, host: '127.0.0.1', web: true, localModel: false };
  const rest = argv.flatMap((word) => (/^--[a-z-]+=/.test(word) ? [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)] : [word]));
  while (rest.length > 0) {
    const flag = rest.shift() ?? '';
    if (flag === '--help' || flag === '-h') return { text: usage, code: 0 };
    if (flag === '--no-web') options.web = false;
    else if (flag === '--local-model') options.localModel = true;
    else if (['--config', '-c', '--port', '--web-port', '--host'].includes(flag)) {
      const value = rest.shift();
      if (value === undefined) return { text: `start.sh: ${flag} wants a value.\n\n${usage}`, code: 2 };
      const problem = take(options, flag, value);
      if (problem) return { text: `start.sh: ${problem}\n\n${usage}`, code: 2 };
    } else return { text: `start.sh: unknown flag ${flag}\n\n${usage}`, code: 2 };
  }
  return options;
}

function take(options: Options, flag: string, value: string): string | null {
  if (flag === '--config' || flag === '-c') options.config = value;
  else if (flag === '--host') options.host = value;
  else {
    const port = Number(value);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) return `${flag} wants a port from 1 to 65535, not ${value}.`;
    if (flag === '--port') options.port = port;
    else options.webPort = port;
  }
  return null;
}
