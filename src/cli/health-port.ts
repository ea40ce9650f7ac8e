// A port of its own for probes, as LiteLLM's images have it: `SEPARATE_HEALTH_APP=1`, and `SEPARATE_HEALTH_PORT` when it is not 4001.
// It answers nothing but `/health…`, and goes on answering while the process is taken out of service.
import { listen, type HttpServer } from '../http/server/listen.ts';
import { json } from '../server/reply.ts';
import type { Config } from '../config/config.ts';
import type { Gateway } from '../gateway.ts';

const usualPort = 4001;
const idleTimeoutMs = 75_000;

/** The port that the environment asks for; null: none; NaN when it is no port. */
export function healthPortOf(environmentValue: Config['environmentValue']): number | null {
  if (!/^(1|true)$/i.test(environmentValue('SEPARATE_HEALTH_APP')?.trim() ?? '')) return null;
  const text = environmentValue('SEPARATE_HEALTH_PORT')?.trim() || String(usualPort);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  return port <= 65_535 ? port : NaN;
}

/** Listens for probes. Throws when the port is taken, or is none. */
export function serveHealth(gateway: Gateway, hostname: string, port: number): HttpServer {
  if (Number.isNaN(port)) throw new RangeError('SEPARATE_HEALTH_PORT is not a port');
  return listen({
    hostname, port, idleTimeoutMs,
    answer: (request, address) => (/^\/health(?:[/?]|$)/.test(request.target) ? gateway.answer(request, address) : json({ detail: 'Not Found' }, 404)),
  });
}
