// Ctrl-C and SIGTERM: running answers of all processes are finished first; a second time ends at once.
import { drainTimeoutMs } from '../../src/lib/bounds.ts';
import type { Child } from './child.ts';

// The gateway's own limit, and some time to say goodbye.
const patienceMs = drainTimeoutMs + 10_000;

/** Passes signals on to `children`, which may grow. Gives a function that tells whether the end was asked for. */
export function stopOnSignals(children: readonly Child[]): () => boolean {
  let asked = 0;
  const stop = (): void => {
    asked++;
    if (asked === 1) {
      console.log('\nStopping: running answers are finished first (Ctrl-C again stops at once).');
      setTimeout(() => end(children), patienceMs).unref();
      // The local model answers until the gateway is done with it.
      for (const child of children) if (child.name !== 'local model' && !child.ended()) child.stop();
    } else {
      end(children);
    }
    // Nothing was started yet, or an installation is running, which ends with us.
    if (children.length === 0) process.exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  return () => asked > 0;
}

function end(children: readonly Child[]): void {
  for (const child of children) if (!child.ended()) child.kill();
}
