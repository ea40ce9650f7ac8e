// What `weir --help` prints, from the table in flags.ts.
import { commands, flags } from './flags.ts';
import type { Command, CommandName, Flag } from './flags.ts';

const LEFT_COLUMNS = 30;

/** The whole help text. */
export function renderHelp(): string {
  const rows: readonly Flag[] = flags;
  const of = (status: Flag['status']) => rows.filter((flag) => flag.status === status);
  return [
    'Weir: one address and one key for every language model.',
    '',
    'Usage: weir [COMMAND] [FLAGS]',
    '       weir --config config.yaml --port 4000',
    '',
    'Commands:',
    ...commands.map((command) => line(`${command.name} ${command.arguments}`.trim(), command.help)),
    '',
    'Flags:',
    ...of('supported').map((flag) => line(usage(flag), `${flag.help}${extras(flag)}`)),
    '',
    'Taken for commands that were written for LiteLLM, without effect:',
    ...of('ignored').map((flag) => line(usage(flag), `${flag.reason ?? ''}.`)),
    '',
    'Refused:',
    ...of('refused').map((flag) => line(usage(flag), `${flag.reason ?? ''}.`)),
    '',
  ].join('\n');
}

/** The help with one command: what it does, an example, and the flags that it looks at. */
export function renderCommandHelp(name: CommandName): string {
  const known: readonly Command[] = commands;
  const command = known.find((row) => row.name === name);
  if (!command || command.flags === 'all') return renderHelp();
  const rows: readonly Flag[] = flags;
  const own = new Set<string>([...command.flags, 'help']);
  return [
    `Usage: weir ${`${name} ${command.arguments}`.trim()} [FLAGS]`,
    `       ${command.example}`,
    '',
    command.help,
    '',
    'Flags:',
    ...rows.filter((flag) => own.has(flag.name)).map((flag) => line(usage(flag), `${flag.help}${extras(flag)}`)),
    '',
  ].join('\n');
}

/** `-c, --config TEXT`. */
export function usage(flag: Flag): string {
  const short = flag.short === undefined ? '' : `-${flag.short}, `;
  const value = { flag: '', text: ' TEXT', integer: ' INTEGER', number: ' NUMBER' }[flag.kind];
  return `${short}--${flag.name}${value}`;
}

function extras(flag: Flag): string {
  const parts = [
    ...(flag.default === undefined ? [] : [`default ${flag.default}`]),
    ...(flag.environment === undefined ? [] : [`environment ${flag.environment}`]),
  ];
  return parts.length === 0 ? '' : ` [${parts.join('; ')}]`;
}

function line(left: string, right: string): string {
  return left.length < LEFT_COLUMNS - 3 ? `  ${left.padEnd(LEFT_COLUMNS - 2)}${right}` : `  ${left}\n${' '.repeat(LEFT_COLUMNS)}${right}`;
}
