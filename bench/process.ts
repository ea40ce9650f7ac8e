// Processes of the benchmark: a free port, start with output to a file, wait for the first correct answer, end by pid.
import type { Subprocess } from 'bun';
import { closeSync, openSync, readFileSync } from 'node:fs';

const running = new Set<Subprocess>();

/** A port on the loopback interface that was free a moment ago. */
export function freePort(): number {
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } });
  const port = probe.port;
  probe.stop(true);
  return port;
}

/** What to start. */
export interface ProcessPlan {
  readonly command: readonly string[];
  readonly folder?: string;
  /** Receives what the process prints. */
  readonly logFile: string;
  readonly environment?: Record<string, string>;
}

/** Starts a process in a small environment: nothing there, a proxy say, may lead its requests elsewhere. */
export function start({ command, folder, logFile, environment = {} }: ProcessPlan): Subprocess {
  const log = openSync(logFile, 'w');
  const { PATH = '', HOME = '', LANG = 'C.UTF-8' } = process.env;
  try {
    const child = Bun.spawn([...command], {
      ...(folder ? { cwd: folder } : {}),
      env: { PATH, HOME, LANG, ...environment },
      stdin: 'ignore',
      stdout: log,
      stderr: log,
      onExit: (ended) => void running.delete(ended),
    });
    running.add(child);
    return child;
  } finally {
    closeSync(log);
  }
}

/** Ends a process that `start` started, gently first. Resolves when it is gone. */
export async function stop(child: Subprocess, patienceMs = 3_000): Promise<void> {
  if (child.exitCode === null) child.kill('SIGTERM');
  const gone = await Promise.race([child.exited.then(() => true), Bun.sleep(patienceMs).then(() => false)]);
  if (!gone) {
    child.kill('SIGKILL');
    await child.exited;
  }
}

/** Ends whatever still runs; for an interrupted run. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((child) => stop(child)));
}

/** The last lines that a process wrote, for an error message. */
export function tail(logFile: string, lines = 15): string {
  return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

/** Asks until `ready` says yes; returns the time since `startedAt` (`performance.now()`), in milliseconds. Throws when the process ends or time is up. */
export async function firstAnswer(
  child: Subprocess, startedAt: number, ready: () => Promise<boolean>, timeoutMs: number, logFile: string,
): Promise<number> {
  while (performance.now() - startedAt < timeoutMs) {
    if (child.exitCode !== null) throw new Error(`It ended with code ${child.exitCode}:\n${tail(logFile)}`);
    if (await ready().catch(() => false)) return performance.now() - startedAt;
    await Bun.sleep(2);
  }
  throw new Error(`No correct answer within ${timeoutMs} ms:\n${tail(logFile)}`);
}
