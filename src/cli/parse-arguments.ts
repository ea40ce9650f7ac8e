// Reads the command line and the environment by the table in flags.ts. What is wrong comes back as a value, with the way to put it right.
import { didYouMean } from '../config/suggest.ts';
import { commands, flags } from './flags.ts';
import type { CommandName, Flag, FlagValues } from './flags.ts';

/** What the gateway is started with. Without `config` and `model` the caller chooses. */
export type StartOptions = {
  readonly config: string | undefined;
  readonly port: number;
  readonly host: string;
  readonly model: string | undefined;
  readonly alias: string | undefined;
  readonly apiBase: string | undefined;
  readonly apiVersion: string | undefined;
  /** The folder for state. */
  readonly data: string | undefined;
  readonly requestTimeoutMs: number | undefined;
  /** US dollars. */
  readonly maxBudget: number | undefined;
  readonly dropParams: boolean;
  readonly debug: boolean;
  readonly detailedDebug: boolean;
  /** HTTPS, when both files were named. */
  readonly tls: { readonly keyFile: string; readonly certificateFile: string } | undefined;
  readonly keepaliveTimeoutSeconds: number | undefined;
  readonly skipServerStartup: boolean;
};

/** What is to be done. `notices` tell which flags have no effect, and why; `error` ends with exit code 2. */
export type Invocation =
  | { readonly kind: 'start' | 'migrate' | 'health' | 'test'; readonly options: StartOptions; readonly notices: readonly string[] }
  | { readonly kind: 'import'; readonly from: string; readonly dryRun: boolean; readonly options: StartOptions; readonly notices: readonly string[] }
  | { readonly kind: 'check'; readonly config: string | undefined; readonly notices: readonly string[] }
  | { readonly kind: 'explain'; readonly file: string; readonly options: StartOptions; readonly notices: readonly string[] }
  | { readonly kind: 'explain-config'; readonly key: string; readonly config: string | undefined; readonly notices: readonly string[] }
  /** `command`: help with one of the commands. */
  | { readonly kind: 'help'; readonly command: CommandName | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'error'; readonly exitCode: 2; readonly message: string };

type Environment = Readonly<Record<string, string | undefined>>;
type Value = string | number | boolean;

/** A mistake in the arguments; caught in `parseArguments` and nowhere else. */
class Mistake extends Error {}

/** Reads the arguments (without the program's name). The command line wins over the environment, the environment over the defaults. */
export function parseArguments(argv: readonly string[], environment: Environment): Invocation {
  try {
    return new Parser(environment).parse(argv);
  } catch (error) {
    if (error instanceof Mistake) return { kind: 'error', exitCode: 2, message: `${error.message}\nweir --help lists all flags.` };
    throw error;
  }
}

class Parser {
  private readonly values = new Map<string, Value>();
  private readonly notices: string[] = [];
  private readonly words: string[] = [];

  constructor(private readonly environment: Environment) {}

  parse(argv: readonly string[]): Invocation {
    const rest = [...argv];
    let onlyWords = false;
    for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
      if (onlyWords || argument === '-' || !argument.startsWith('-')) {
        this.words.push(argument);
      } else if (argument === '--') onlyWords = true;
      else this.option(argument, rest);
    }
    this.fromEnvironment();
    return this.invocation();
  }

  private option(argument: string, rest: string[]): void {
    const { flag, attached } = argument.startsWith('--') ? longFlag(argument) : shortFlag(argument);
    if (flag.status === 'refused') throw new Mistake(`--${flag.name} is not taken: ${flag.reason ?? ''}.`);
    if (flag.kind === 'flag') {
      if (attached !== undefined) throw new Mistake(`--${flag.name} takes no value.`);
      this.set(flag, true);
      return;
    }
    const text = attached ?? rest.shift();
    if (text === undefined) throw new Mistake(`--${flag.name} needs a value: ${expected(flag)}.`);
    this.set(flag, read(flag, text, `--${flag.name}`));
  }

  private set(flag: Flag, value: Value): void {
    this.values.set(flag.name, value);
    const harmless = flag.default !== undefined && String(value) === flag.default;
    if (flag.status === 'ignored' && !harmless) this.notices.push(`--${flag.name} has no effect: ${flag.reason ?? ''}.`);
  }

  private fromEnvironment(): void {
    for (const flag of flags) {
      const row: Flag = flag;
      const text = row.environment === undefined ? undefined : this.environment[row.environment];
      if (text === undefined || text === '' || this.values.has(row.name)) continue;
      // A value that has no effect cannot be wrong either.
      if (row.status === 'ignored') this.set(row, text);
      else if (row.kind !== 'flag') this.set(row, read(row, text, `the environment variable ${row.environment ?? ''}`));
      // DEBUG and the like mean other things to other programs: what is not plainly yes is no.
      else if (/^(true|1|yes|on)$/i.test(text)) this.set(row, true);
    }
  }

  private invocation(): Invocation {
    // Sound by construction: `set` stores under each name what `read` gives for its kind.
    const values = Object.fromEntries(this.values) as FlagValues;
    if (values.help === true) return { kind: 'help', command: commands.find(({ name }) => name === this.words[0])?.name ?? null };
    if (values.version === true) return { kind: 'version' };
    const [command = 'start', ...words] = this.words;
    const notices = this.notices;
    if (command === 'check') {
      const [file, extra] = words;
      if (extra !== undefined) throw new Mistake(`check takes one file; found also ${JSON.stringify(extra)}.`);
      return { kind: 'check', config: file ?? values.config, notices };
    }
    if (command === 'explain' || command === 'explain-config') {
      const [subject, more] = words;
      if (subject === undefined || more !== undefined) throw new Mistake(`${command} takes one ${command === 'explain' ? 'file with a request' : 'name of a setting'}.`);
      if (command === 'explain') return { kind: 'explain', file: subject, options: startOptions(values), notices };
      return { kind: 'explain-config', key: subject, config: values.config, notices };
    }
    if (command === 'import') return this.importing(words, values);
    const [extra] = words;
    if (command !== 'start' && command !== 'migrate') throw new Mistake(noSuchCommand(command));
    if (extra !== undefined) throw new Mistake(`${command} takes only flags; found ${JSON.stringify(extra)}.`);
    if (values.validate_config === true) return { kind: 'check', config: values.config, notices };
    const options = startOptions(values);
    if (command === 'migrate') return { kind: 'migrate', options, notices };
    return { kind: values.health === true ? 'health' : values.test === true ? 'test' : 'start', options, notices };
  }

  private importing([source, extra]: readonly string[], values: FlagValues): Invocation {
    if (source !== 'litellm' || extra !== undefined) throw new Mistake('import takes one word: weir import litellm --from postgresql://…');
    if (values.from === undefined) throw new Mistake('import litellm wants --from, the address of the database of LiteLLM.');
    return { kind: 'import', from: values.from, dryRun: values.dry_run ?? false, options: startOptions(values), notices: this.notices };
  }
}

/** What is a flag and no command, such as `health`, is named as such. */
function noSuchCommand(command: string): string {
  const flag = flags.find((row) => row.name === command.replaceAll('-', '_'));
  const near = flag ? `; did you mean --${flag.name}?` : didYouMean(command, commands.map(({ name }) => name));
  return `There is no command ${JSON.stringify(command)}${near || '.'}`;
}

function startOptions(values: FlagValues): StartOptions {
  const { ssl_keyfile_path: keyFile, ssl_certfile_path: certificateFile } = values;
  if ((keyFile === undefined) !== (certificateFile === undefined)) {
    throw new Mistake(`--ssl_keyfile_path and --ssl_certfile_path go together; --ssl_${keyFile === undefined ? 'key' : 'cert'}file_path is missing.`);
  }
  if (values.model !== undefined && values.config !== undefined) throw new Mistake('--model serves one model without a file; leave out --model or --config.');
  for (const name of ['alias', 'api_base', 'api_version'] as const) {
    if (values[name] !== undefined && values.model === undefined) throw new Mistake(`--${name} belongs to --model, which is missing.`);
  }
  return {
    config: values.config,
    port: values.port ?? 4000,
    host: values.host ?? '0.0.0.0',
    model: values.model,
    alias: values.alias,
    apiBase: values.api_base,
    apiVersion: values.api_version,
    data: values.data,
    requestTimeoutMs: values.request_timeout === undefined ? undefined : values.request_timeout * 1000,
    maxBudget: values.max_budget,
    dropParams: values.drop_params ?? false,
    debug: values.debug ?? false,
    detailedDebug: values.detailed_debug ?? false,
    tls: keyFile === undefined || certificateFile === undefined ? undefined : { keyFile, certificateFile },
    keepaliveTimeoutSeconds: values.keepalive_timeout,
    skipServerStartup: values.skip_server_startup ?? false,
  };
}

type Named = { readonly flag: Flag; readonly attached: string | undefined };

/** `--name`, `--name=value`; dashes inside a name count as underscores. */
function longFlag(argument: string): Named {
  const [, name = '', attached] = /^--([^=]*)(?:=([\s\S]*))?$/.exec(argument) ?? [];
  const flag = flags.find((row) => row.name === name.replaceAll('-', '_'));
  if (flag === undefined) throw new Mistake(`There is no flag --${name}${didYouMean(`--${name}`, flags.map((row) => `--${row.name}`)) || '.'}`);
  return { flag, attached };
}

/** `-c`, `-cVALUE`. */
function shortFlag(argument: string): Named {
  const rows: readonly Flag[] = flags;
  const flag = rows.find((row) => row.short === argument[1]);
  if (flag === undefined) throw new Mistake(`There is no flag ${argument}.`);
  return { flag, attached: argument.length > 2 ? argument.slice(2).replace(/^=/, '') : undefined };
}

function read(flag: Flag, text: string, where: string): Value {
  if (flag.kind === 'text') {
    if (text === '') throw new Mistake(`${where} is empty; expected ${expected(flag)}.`);
    return text;
  }
  const value = /^[-+]?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  const outside = value < (flag.minimum ?? value) || value > (flag.maximum ?? value);
  if (Number.isNaN(value) || outside || (flag.kind === 'integer' && !Number.isSafeInteger(value))) {
    throw new Mistake(`${where}: expected ${expected(flag)}, found ${JSON.stringify(text.slice(0, 60))}.`);
  }
  return value;
}

function expected(flag: Flag): string {
  if (flag.kind === 'text') return 'text';
  const kind = flag.kind === 'integer' ? 'a whole number' : 'a number';
  if (flag.minimum !== undefined && flag.maximum !== undefined) return `${kind} from ${flag.minimum} to ${flag.maximum}`;
  return flag.minimum === undefined ? kind : `${kind}, at least ${flag.minimum}`;
}
