// The processes that start.sh runs. Each is ended by its own process id, and only by us.
import { constants } from 'node:os';

/** A running process. `exited` gives its code as a shell would: 128 and the signal's number when a signal ended it. */
export interface Child {
  readonly name: string;
  readonly exited: Promise<number>;
  ended(): boolean;
  /** Asks the process to finish what it does and end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/** How a process is started. */
export interface ChildPlan {
  readonly name: string;
  readonly command: readonly string[];
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Where its output goes: to ours, or nowhere. */
  readonly output?: 'inherit' | 'ignore';
}

/** Starts a process in a session of its own: Ctrl-C reaches only this script, which lets running answers finish. */
export function startChild({ name, command, folder, environment = {}, output = 'inherit' }: ChildPlan): Child {
  // With the flag Bun ends a child whose parent was killed; otherwise it would hold its port for ever.
  const env = { ...process.env, BUN_FEATURE_FLAG_NO_ORPHANS: '1', ...environment };
  const child = Bun.spawn([...command], { cwd: folder, env, stdin: 'pipe', stdout: output, stderr: output, detached: true });
  return {
    name,
    exited: child.exited.then((code) => (typeof child.signalCode === 'string' ? 128 + constants.signals[child.signalCode] : code)),
    ended: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => child.kill('SIGTERM'),
    kill: () => child.kill('SIGKILL'),
  };
}

const pollMs = 50;

/** Waits until an address answers 200; false when the child ends first or it takes too long. */
export async function answers(url: string, child: Child, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && !child.ended()) {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return true;
    await Bun.sleep(pollMs);
  }
  return false;
}
