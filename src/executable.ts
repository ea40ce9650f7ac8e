// Where the one-file executable starts (scripts/build-executable.sh). Bun reads the limit of concurrent outgoing requests once, from
// the environment, before any code runs (default 256), so the process has to be started again with it; bin/weir does it in the shell.
import { requestLimitVariable, startAgainWith } from './cli/start-again.ts';

if (process.env[requestLimitVariable] === undefined) await startAgainWith({ [requestLimitVariable]: '65336' });
await import('./main.ts');
