// An HTTP/1.1 server on Bun's sockets. `Bun.serve` costs several times as much, most of it for objects of the platform that a gateway does
// not need. (docs/decisions/http-server.md has the figures.)
import { ServerConnection, type ConnectionHost } from './connection.ts';
import type { AnyReply } from '../reply.ts';
import type { Later } from '../../lib/later.ts';
import type { IncomingRequest } from '../incoming.ts';

/** How to listen. */
export interface ListenOptions {
  hostname: string;
  port: number;
  tls?: { keyFile: string; certificateFile: string } | undefined;
  idleTimeoutMs: number;
  /** Answers a request that came from `address`; may not throw. */
  answer(request: IncomingRequest, address: string): Later<AnyReply>;
}

/** A server that listens. */
export interface HttpServer {
  readonly port: number;
  /** Connections with an answer under way. */
  busy(): number;
  /** Takes no more connections and requests; what is under way goes on. */
  stop(): void;
  /** Closes everything. */
  destroy(): void;
}

const tickMs = 1_000;

/** Listens. Throws when the port is taken. */
export function listen({ hostname, port, tls, idleTimeoutMs, answer }: ListenOptions): HttpServer {
  const connections = new Set<ServerConnection>();
  const host: ConnectionHost & { stopping: boolean } = { answer, idleTimeoutMs, stopping: false, scheme: tls ? 'https' : 'http', onClosed: (connection) => connections.delete(connection) };
  const listener = Bun.listen<ServerConnection | undefined>({
    hostname, port,
    ...(tls && { tls: { key: Bun.file(tls.keyFile), cert: Bun.file(tls.certificateFile) } }),
    socket: {
      binaryType: 'buffer',
      open(socket) {
        socket.setNoDelay(true);
        const connection = new ServerConnection(socket as never, host);
        socket.data = connection;
        connections.add(connection);
      },
      data: ({ data }, bytes) => data?.onData(bytes),
      drain: ({ data }) => data?.onDrain(),
      close: ({ data }) => data?.onClose(),
      end: ({ data }) => data?.destroy(),
      error: ({ data }) => data?.destroy(),
    },
  });
  const tick = (): void => {
    const nowMs = performance.now();
    for (const connection of connections) connection.tick(nowMs);
  };
  const timer = setInterval(tick, tickMs);
  const busy = (): number => {
    let count = 0;
    for (const connection of connections) if (connection.busy) count++;
    return count;
  };
  return {
    port: listener.port,
    busy,
    stop() {
      host.stopping = true;
      listener.stop(false);
      tick();
    },
    destroy() {
      clearInterval(timer);
      for (const connection of connections) connection.destroy();
      listener.stop(true);
    },
  };
}
