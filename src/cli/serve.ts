// Puts a gateway on a socket, and takes it off again without breaking an answer.
import { drainTimeoutMs } from '../lib/bounds.ts';
import type { Gateway } from '../gateway.ts';
import type { StartOptions } from './parse-arguments.ts';

/** A gateway on its socket. */
export interface Listening {
  url: string;
  /** Takes no more connections, waits for running answers (at most `drainTimeoutMs`), then closes. Gives what was still running. */
  stop(): Promise<number>;
}

// A connection on which nothing moves for this long is closed. While an answer is being made its own time-outs hold instead.
const defaultIdleSeconds = 75;
// Bun must not refuse a body before the gateway has: the refusal would not be in the client's dialect.
const socketBodyLimit = Number.MAX_SAFE_INTEGER;

/** Listens. Throws when the port is taken. */
export function serve(gateway: Gateway, options: Pick<StartOptions, 'port' | 'host' | 'tls' | 'keepaliveTimeoutSeconds'>): Listening {
  const server = Bun.serve({
    port: options.port,
    hostname: options.host,
    idleTimeout: Math.min(255, options.keepaliveTimeoutSeconds ?? defaultIdleSeconds),
    maxRequestBodySize: socketBodyLimit,
    ...(options.tls && { tls: { key: Bun.file(options.tls.keyFile), cert: Bun.file(options.tls.certificateFile) } }),
    fetch(request, self) {
      self.timeout(request, 0);
      return gateway.handle(request, self.requestIP(request)?.address ?? '');
    },
    error: () => new Response('{"error":{"message":"Internal server error","type":"internal_server_error","param":null,"code":"500"}}', { status: 500, headers: { 'content-type': 'application/json' } }),
  });
  return {
    url: String(server.url),
    async stop() {
      const closed = server.stop();
      const deadline = Date.now() + drainTimeoutMs;
      // An answer that the gateway has given is still being sent while its reader takes it.
      const running = (): number => Math.max(gateway.inFlight(), server.pendingRequests);
      while (running() > 0 && Date.now() < deadline) await Bun.sleep(50);
      const left = running();
      await server.stop(true);
      await closed;
      return left;
    },
  };
}
