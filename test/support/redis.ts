// A Redis server for a test: on a free loopback port, without files, ended with the test.
import { freePort } from './gateway.ts';

/** A running server. */
export interface TestRedis {
  port: number;
  url: string;
  /** SIGSTOP and SIGCONT: it accepts connections and says nothing. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** True where a server can be started. */
export const redisInstalled = Bun.which('redis-server') !== null;

/** Starts `redis-server` and waits until it answers. */
export async function startRedis(options: { port?: number; arguments?: readonly string[] } = {}): Promise<TestRedis> {
  const port = options.port ?? await freePort();
  const child = Bun.spawn(['redis-server', '--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', '/tmp', '--dbfilename', `weir-test-${port}.rdb`, ...(options.arguments ?? [])], { stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
  for (const deadline = Date.now() + 10_000; Date.now() < deadline;) {
    if (await answers(port)) break;
    await Bun.sleep(20);
  }
  return {
    port, url: `redis://127.0.0.1:${port}`,
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
    async stop() {
      child.kill('SIGKILL');
      await child.exited;
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = await Bun.connect({ hostname: '127.0.0.1', port, socket: { data: () => resolve(true), error: () => resolve(false), close: () => resolve(false) } }).catch(() => null);
  if (!socket) return false;
  socket.write('PING\r\n');
  const result = await promise;
  socket.end();
  return result;
}
