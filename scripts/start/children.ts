// The processes that `start.sh` runs. Each is ended by its own process id, and only by us.

/** A running process. */
export interface Child {
  name: string;
  pid: number;
  exited: Promise<number>;
  ended(): boolean;
  /** Asks the process to finish what it does and end. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
}

/** Starts a process in a group of its own: Ctrl-C reaches only this script, which lets running answers finish. */
export function startChild(name: string, command: readonly string[], environment: Readonly<Record<string, string>>, output: 'inherit' | 'ignore' = 'inherit'): Child {
  const child = Bun.spawn([...command], { env: { ...process.env, ...environment }, stdin: 'ignore', stdout: output, stderr: output, detached: true });
  return {
    name,
    pid: child.pid,
    exited: child.exited,
    ended: () => child.exitCode !== null || child.signalCode !== null,
    stop: () => child.kill('SIGTERM'),
    kill: () => child.kill('SIGKILL'),
  };
}
