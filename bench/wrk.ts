// Full load by wrk: as many requests as the answers allow over a fixed number of connections.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What wrk saw. */
export interface WrkResult {
  readonly requests: number;
  readonly durationUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Answers with a status of 400 or more. */
  readonly failed: number;
  /** Connections that broke, timeouts. */
  readonly broken: number;
}

/** One load. */
export interface WrkLoad {
  readonly url: string;
  readonly body: string;
  readonly authorization: string;
  readonly connections: number;
  readonly seconds: number;
  /** For the file with the body. */
  readonly folder: string;
}

/** Why wrk cannot be used here; undefined when it can. */
export function wrkMissing(): string | undefined {
  return Bun.which('wrk') ? undefined : 'wrk is not installed (Debian: apt-get install wrk)';
}

/** Runs wrk once. Throws when it fails or nothing was answered. */
export async function wrk({ url, body, authorization, connections, seconds, folder }: WrkLoad): Promise<WrkResult> {
  const bodyFile = join(folder, 'body.json');
  writeFileSync(bodyFile, body);
  const command = [
    'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '60s', '-s', join(import.meta.dir, 'wrk.lua'), url,
  ];
  const child = Bun.spawn(command, {
    env: { PATH: process.env.PATH ?? '', WEIR_BENCH_BODY: bodyFile, WEIR_BENCH_AUTHORIZATION: authorization },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  const line = /^RESULT (.*)$/m.exec(out)?.[1];
  if (!line) throw new Error(`wrk failed: ${error || out}`);
  return JSON.parse(line) as WrkResult;
}
