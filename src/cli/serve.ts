// Puts a gateway on a socket, and takes it off again without breaking an answer.
import { drainTimeoutMs } from '../lib/bounds.ts';
import { listen } from '../http/server/listen.ts';
import type { Gateway } from '../gateway.ts';
import type { StartOptions } from './parse-arguments.ts';

/** A gateway on its socket. */
export interface Listening {
  url: string;
  /** Takes no more connections, waits for running answers, at most `waitMs`, then closes. Gives what was still running. */
  stop(waitMs?: number): Promise<number>;
}

// A connection on which nothing moves for this long is closed. While an answer is being made its own time-outs hold instead.
const defaultIdleSeconds = 75;

/** Listens. Throws when the port is taken. */
export function serve(gateway: Gateway, options: Pick<StartOptions, 'port' | 'host' | 'tls' | 'keepaliveTimeoutSeconds'>): Listening {
  const { host, port, tls } = options;
  const server = listen({
    hostname: host, port, tls,
    idleTimeoutMs: (options.keepaliveTimeoutSeconds ?? defaultIdleSeconds) * 1_000,
    answer: (request, address) => gateway.answer(request, address),
  });
  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${server.port}/`,
    async stop(waitMs = drainTimeoutMs) {
      server.stop();
      const deadline = Date.now() + waitMs;
      // An answer that the gateway has given is still being sent while its reader takes it.
      const running = (): number => Math.max(gateway.inFlight(), server.busy());
      while (running() > 0 && Date.now() < deadline) await Bun.sleep(50);
      const left = running();
      server.destroy();
      return left;
    },
  };
}
