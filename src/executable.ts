// Where the one-file executable starts (scripts/build-executable.sh). Bun reads the limit of concurrent outgoing requests (default 256) and
// how long its allocator keeps free memory once, from the environment, before any code runs, so the process has to be started again with
// them; bin/weir does it in the shell, and says why.
import { requestLimitVariable, startAgainWith } from './cli/start-again.ts';

if (process.env[requestLimitVariable] === undefined) await startAgainWith({ [requestLimitVariable]: '65336', MIMALLOC_PURGE_DELAY: process.env['MIMALLOC_PURGE_DELAY'] ?? '1000' });
await import('./main.ts');
