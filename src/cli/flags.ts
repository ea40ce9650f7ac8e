// THE table of the command line: every flag that `litellm` takes, and ours. Flags without effect are taken, so that existing
// commands go on working, and say why; a flag whose loss would be dangerous is refused.

/** How a flag's value is read. `flag` takes none. */
export type FlagKind = 'flag' | 'text' | 'integer' | 'number';

/** `supported`: works. `ignored`: taken, with a notice that gives the reason. `refused`: stops, with the reason. */
export type FlagStatus = 'supported' | 'ignored' | 'refused';

/** A row: names without dashes, `default` and `environment` as they are documented, bounds for numbers. */
export type Flag = {
  readonly name: string;
  readonly short?: string;
  readonly kind: FlagKind;
  readonly help: string;
  readonly status: FlagStatus;
  readonly default?: string;
  readonly environment?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly reason?: string;
};

type More = Omit<Flag, 'name' | 'kind' | 'help' | 'status' | 'reason'>;

function works<const N extends string, const K extends FlagKind>(name: N, kind: K, help: string, more: More = {}) {
  return { name, kind, help, status: 'supported', ...more } as const;
}

function ignored<const N extends string, const K extends FlagKind>(name: N, kind: K, help: string, reason: string, more: More = {}) {
  return { name, kind, help, status: 'ignored', reason, ...more } as const;
}

function refused<const N extends string, const K extends FlagKind>(name: N, kind: K, help: string, reason: string) {
  return { name, kind, help, status: 'refused', reason } as const;
}

const oneServer = 'Weir is its own server';
const oneProcess = 'one process serves all requests; start more of them behind a load balancer';
const inFile = 'set it in the configuration file, or let the request say it';
const noPrisma = 'there is no Prisma; migrations are numbered';
const noQueue = 'there is no queue of this kind; LiteLLM has none any more either';
const gone = 'it has no effect in LiteLLM either';

export const flags = [
  works('config', 'text', 'The configuration file.', { short: 'c', environment: 'CONFIG_FILE_PATH' }),
  works('port', 'integer', 'The port to listen on; 0 takes a free one.', { default: '4000', environment: 'PORT', minimum: 0, maximum: 65_535 }),
  works('host', 'text', 'The address to listen on.', { default: '0.0.0.0', environment: 'HOST' }),
  works('model', 'text', 'Serve this one model without a configuration file, as in openai/gpt-4o-mini.', { short: 'm' }),
  works('alias', 'text', 'The name by which clients ask for the model of --model.'),
  works('api_base', 'text', "The provider's address for the model of --model."),
  works('api_version', 'text', 'The version of the interface (Azure) for the model of --model.'),
  works('data', 'text', 'A folder for state: a SQLite database, unless another database is named, and the journal of the ledger.', { environment: 'WEIR_DATA' }),
  works('request_timeout', 'number', 'The longest time a request may take, in seconds.', { minimum: 0 }),
  works('max_budget', 'number', 'The most that may be spent in all, in US dollars; `litellm_settings.budget_duration` says until when.', { minimum: 0 }),
  works('drop_params', 'flag', 'Leave out parameters that a provider does not know.'),
  works('debug', 'flag', 'Write more to the log.', { environment: 'DEBUG' }),
  works('detailed_debug', 'flag', 'Write still more to the log.', { environment: 'DETAILED_DEBUG' }),
  works('ssl_keyfile_path', 'text', "The certificate's key; with --ssl_certfile_path the gateway speaks HTTPS.", { environment: 'SSL_KEYFILE_PATH' }),
  works('ssl_certfile_path', 'text', 'The certificate.', { environment: 'SSL_CERTFILE_PATH' }),
  works('keepalive_timeout', 'integer', 'Seconds after which an idle connection is closed.', { environment: 'KEEPALIVE_TIMEOUT', minimum: 0, maximum: 255 }),
  works('from', 'text', 'For import: the address of the database of LiteLLM, postgresql://….'),
  works('dry_run', 'flag', 'For import: write nothing, only say what would be imported.'),
  works('validate_config', 'flag', 'Check the configuration file and end: 0 when it is right, 1 when not. As the command check.'),
  works('skip_server_startup', 'flag', 'Do everything but listen, and end.', { environment: 'SKIP_SERVER_STARTUP' }),
  works('health', 'flag', 'Let the running gateway at --host and --port call all its models, print what it found, and end: 0 when all answer, 1 when not.'),
  works('test', 'flag', 'Send test requests (for --model, else the first it lists), plain and streaming, to the running gateway at --host and --port, print the answers, and end.'),
  works('version', 'flag', 'Print the version and end.', { short: 'v' }),
  works('help', 'flag', 'Print this and end.', { short: 'h' }),
  ignored('num_workers', 'integer', 'Number of processes.', oneProcess, { environment: 'NUM_WORKERS', default: '1', minimum: 1 }),
  ignored('run_gunicorn', 'flag', 'Serve by gunicorn.', oneServer),
  ignored('run_hypercorn', 'flag', 'Serve by hypercorn.', oneServer),
  ignored('run_granian', 'flag', 'Serve by granian.', oneServer),
  ignored('granian_threads', 'integer', 'Threads of granian.', oneServer, { minimum: 1 }),
  ignored('timeout_worker_healthcheck', 'integer', "Time limit of uvicorn's check of its processes.", oneServer),
  ignored('max_requests_before_restart', 'integer', 'Restart a process after so many requests.', 'nothing grows with the number of requests'),
  ignored('max_requests_before_restart_jitter', 'integer', 'Spread those restarts.', 'there are no such restarts'),
  ignored('limit_concurrency', 'integer', "uvicorn's limit of connections.", 'connections have their own bounds', { minimum: 1 }),
  ignored('log_config', 'text', 'A configuration file of Python logging.', 'the log is JSON, one line per request, on the standard output'),
  ignored('ciphers', 'text', 'The ciphers of HTTPS.', 'the safe list of the runtime is used'),
  ignored('reload', 'flag', 'Restart when a file changes.', 'it is meant for changes to Python code'),
  ignored('prometheus_metrics_port', 'integer', 'A port of their own for the metrics.', 'metrics are at /metrics of the main port and cost requests nothing', { minimum: 1, maximum: 65_535 }),
  ignored('use_prisma_db_push', 'flag', 'Change the database by prisma db push.', noPrisma),
  ignored('use_v2_migration_resolver', 'flag', 'The way of migrations in LiteLLM.', noPrisma),
  ignored('use_legacy_migration_resolver', 'flag', 'The older way of migrations in LiteLLM.', noPrisma),
  ignored('iam_token_db_auth', 'flag', 'Connect to the database by an AWS IAM token.', 'put the password into the address of the database'),
  ignored('azure_postgresql_auth', 'flag', 'Connect to the database by a Microsoft Entra token.', 'put the password into the address of the database'),
  ignored('local', 'flag', 'Nothing; an old flag.', gone),
  ignored('save', 'flag', "Keep the model's settings.", 'write them into the configuration file'),
  ignored('add_key', 'text', 'Keep a key.', 'write it into the environment or .env'),
  ignored('headers', 'text', 'Headers for the provider.', 'set extra_headers in the configuration file'),
  ignored('temperature', 'number', 'The temperature for the model.', inFile),
  ignored('max_tokens', 'integer', 'The most tokens of an answer.', inFile),
  ignored('add_function_to_prompt', 'flag', 'Put tools into the prompt of models that know none.', inFile),
  ignored('use_queue', 'flag', 'Work through a queue.', noQueue),
  ignored('num_requests', 'integer', 'Requests to the queue.', noQueue),
  ignored('test_async', 'flag', 'Test the queue.', noQueue),
  refused('setup', 'flag', 'Ask for the settings and write the file.', 'there is no such dialogue; start from the example in docs/configuration.md'),
] as const satisfies readonly Flag[];

type Row = (typeof flags)[number];

/** The names of flags that work. */
export type SupportedFlag = Extract<Row, { readonly status: 'supported' }>['name'];

type ValueOfKind<K extends FlagKind> = K extends 'flag' ? boolean : K extends 'text' ? string : number;

/** The values of the flags that were given, on the command line or by the environment. */
export type FlagValues = { readonly [F in Extract<Row, { readonly status: 'supported' }> as F['name']]?: ValueOfKind<F['kind']> };

/** A sub-command. */
export type Command = {
  readonly name: string;
  readonly arguments: string;
  readonly help: string;
  readonly example: string;
  /** The flags that it looks at, beyond `--help`; `all`: those of the gateway. */
  readonly flags: readonly SupportedFlag[] | 'all';
};

/** The sub-commands; `start` is meant when none is given. */
export const commands = [
  { name: 'start', arguments: '', help: 'Start the gateway. This is done when no command is named.', example: 'weir --config config.yaml --port 4000', flags: 'all' },
  { name: 'migrate', arguments: '', help: 'Bring the tables of the database up to date, and end. Takes the same flags as start.', example: 'weir migrate --config config.yaml --data .weir', flags: ['config', 'data'] },
  { name: 'import', arguments: 'litellm', help: 'Carry keys, users, teams, organizations, budgets, spend, models and credentials over from a LiteLLM database: --from ADDRESS, --dry-run.', example: 'weir import litellm --from postgresql://user:password@host/litellm --data .weir --dry-run', flags: ['from', 'dry_run', 'config', 'data'] },
  { name: 'explain', arguments: 'FILE', help: 'Say what would become of the request in a file (JSON), without sending it: rules, deployments with their scores, fallbacks.', example: 'weir explain request.json --config config.yaml', flags: ['config', 'data'] },
  { name: 'explain-config', arguments: 'KEY', help: 'Say what a setting is and where its value comes from: file and line, environment, or default. With --config FILE.', example: 'weir explain-config num_retries --config config.yaml', flags: ['config'] },
  { name: 'check', arguments: '[FILE]', help: 'Check a configuration file without starting: 0 when it is right, 1 when not.', example: 'weir check config.yaml', flags: ['config'] },
] as const satisfies readonly Command[];

/** The name of a sub-command. */
export type CommandName = (typeof commands)[number]['name'];
