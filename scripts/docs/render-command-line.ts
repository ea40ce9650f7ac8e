// docs/command-line.md, from the table of flags.
import { commands, flags } from '../../src/cli/flags.ts';
import type { Flag } from '../../src/cli/flags.ts';
import { usage } from '../../src/cli/help.ts';
import { code, table } from './markdown.ts';

const introduction = `# The command line

<!-- Made by scripts/docs/generate.ts from src/cli/flags.ts. Change the table, not this page. -->

\`weir --config config.yaml --port 4000\` starts the gateway as \`litellm --config config.yaml --port 4000\` would. Values may follow a space or
\`=\`; names may be written with \`-\` instead of \`_\`. A flag on the command line wins over its environment variable. A mistake ends with
exit code 2.
`;

/** The whole page. */
export function renderCommandLine(): string {
  const rows: readonly Flag[] = flags;
  const of = (status: Flag['status']) => rows.filter((flag) => flag.status === status);
  return [
    introduction,
    '## Commands\n',
    table(['command', 'meaning'], commands.map((command) => [code(`weir ${command.name} ${command.arguments}`.trim()), command.help])),
    '\n## Flags\n',
    table(['flag', 'default', 'environment', 'meaning'], of('supported').map((flag) => [code(usage(flag)), code(flag.default), code(flag.environment), flag.help])),
    '\n## Without effect\n\nTaken, so that commands written for LiteLLM go on working. A notice at the start says why.\n',
    table(['flag', 'in LiteLLM', 'why it has no effect'], of('ignored').map((flag) => [code(usage(flag)), flag.help, flag.reason ?? ''])),
    '\n## Refused\n\nTheir effect would be missed, so the start stops.\n',
    table(['flag', 'in LiteLLM', 'why'], of('refused').map((flag) => [code(usage(flag)), flag.help, flag.reason ?? ''])),
    '',
  ].join('\n');
}
