// The `weir` command.
import { check } from './cli/check.ts';
import { explain } from './cli/explain.ts';
import { explainConfig } from './cli/explain-config.ts';
import { health } from './cli/health.ts';
import { importCommand } from './cli/import-litellm.ts';
import { migrateCommand } from './cli/migrate.ts';
import { parseArguments } from './cli/parse-arguments.ts';
import { renderCommandHelp, renderHelp } from './cli/help.ts';
import { start } from './cli/start.ts';
import { testCall } from './cli/test-call.ts';
import { version } from './pipeline/answer-headers.ts';

const invocation = parseArguments(process.argv.slice(2), process.env);
const code = await run();
if (code !== null) process.exit(code);

async function run(): Promise<number | null> {
  switch (invocation.kind) {
    case 'help':
      console.log(invocation.command === null ? renderHelp() : renderCommandHelp(invocation.command));
      return 0;
    case 'version':
      console.log(`Weir ${version}`);
      return 0;
    case 'error':
      console.error(invocation.message);
      return invocation.exitCode;
    case 'start':
      for (const notice of invocation.notices) console.error(`note: ${notice}`);
      return start(invocation.options);
    case 'migrate':
      return migrateCommand(invocation.options);
    case 'import':
      return importCommand(invocation.from, invocation.dryRun, invocation.options);
    case 'explain':
      return explain(invocation.file, invocation.options);
    case 'explain-config':
      return explainConfig(invocation.key, invocation.config);
    case 'check':
      return check(invocation.config);
    case 'health':
      return health(invocation.options);
    case 'test':
      return testCall(invocation.options);
  }
}
