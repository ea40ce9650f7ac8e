// The web service as a value: its socket, and how it stops.
import type { LLMBackend } from '../../client/index.ts';
import { drainMs, lingerMs as usualLingerMs, maxBodyBytes } from './bounds.ts';
import { ConflictError, type ConversationStore } from './conversations/store.ts';
import { GatewayProbe } from './gateway-probe.ts';
import { refusal } from './guard.ts';
import { answerSession, forward, isForGateway } from './gateway-proxy.ts';
import { securityHeaders } from '../shared/page-headers.ts';
import { ApiError, failure } from './http.ts';
import { dispatch } from './routes.ts';
import type { Service } from './route.ts';
import { LiveAnswers } from './live-answers.ts';
import { StaticFiles } from './static-files.ts';

/** What a service is made of. */
export interface WebServiceOptions {
  host: string;
  /** 0 takes a free one. */
  port: number;
  allowedHosts: string[];
  backend: LLMBackend;
  /** The gateway's address, for what the dashboard asks of it. */
  gatewayUrl: string;
  store: ConversationStore;
  /** Folder of the built page. */
  pageFolder: string;
  /** How long an answer that nobody reads is written on, when not the usual time. */
  lingerMs?: number;
}

/** A running service. */
export interface WebService {
  port: number;
  url: string;
  /** Takes no more requests, lets answers finish for a while, and closes the store. */
  stop(drainForMs?: number): Promise<void>;
}

/** Starts listening. Throws when the port is taken. */
export function startWebService({ host, port, allowedHosts, backend, gatewayUrl, store, pageFolder, lingerMs = usualLingerMs }: WebServiceOptions): WebService {
  const service: Service = { backend, store, probe: new GatewayProbe(backend), answers: new LiveAnswers(lingerMs) };
  const files = new StaticFiles(pageFolder);
  const server = Bun.serve({
    hostname: host,
    port,
    maxRequestBodySize: maxBodyBytes,
    // A model may think for minutes before it says a word. Answers have heartbeats; all else is short.
    idleTimeout: 0,
    development: false,
    async fetch(request) {
      const response = await answer(request).catch(failureFor);
      for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value);
      return response;
    },
  });

  async function answer(request: Request): Promise<Response> {
    const reason = refusal(request, allowedHosts);
    if (reason !== null) throw new ApiError('forbidden', reason);
    const url = new URL(request.url);
    if (url.pathname.startsWith('/api/')) return dispatch(service, request, url);
    if (request.method === 'GET' && url.pathname === '/ui/session') return answerSession(request, url, gatewayUrl);
    if (isForGateway(request, url)) return forward(request, url, gatewayUrl);
    const reading = request.method === 'GET' || request.method === 'HEAD';
    const moved = reading ? movedPath(url.pathname) : null;
    if (moved !== null) return new Response(null, { status: 302, headers: { location: moved } });
    const file = reading ? await files.answer(request, url.pathname) : null;
    return file ?? failure('notFound', 'There is no such page');
  }

  return {
    port: server.port ?? port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`,
    async stop(drainForMs = drainMs) {
      const closed = server.stop();
      await service.answers.drain(drainForMs);
      await server.stop(true);
      await closed;
      store.close();
    },
  };
}

// Addresses of earlier versions, and the bare one, lead to the chat.
function movedPath(path: string): string | null {
  if (path === '/' || path === '/ui') return '/ui/chat';
  const conversation = /^\/c\/([0-9a-f-]{36})$/.exec(path)?.[1];
  return conversation === undefined ? null : `/ui/chat/${conversation}`;
}

function failureFor(error: unknown): Response {
  if (error instanceof ApiError) return failure(error.kind, error.message);
  if (error instanceof ConflictError) return failure('conflict', error.message);
  console.error('A request failed for a reason of the service itself:', error);
  return failure('internal', 'The web service failed');
}
