// Passes what the dashboard asks of the gateway on to it, with the reader's own cookie or key. The service's key is never added: who uses the
// dashboard signs in.
import { ApiError } from './http.ts';

/** The header by which the dashboard marks its calls; see src/access/session-cookie.ts of the gateway. */
const dashboardHeader = 'x-weir-session';
/** What goes to the gateway. Anything else is between the browser and this service. */
const passed = ['accept', 'accept-language', 'authorization', 'content-type', 'cookie', dashboardHeader, 'x-goog-api-key', 'anthropic-version', 'sec-fetch-site'] as const;
/** What does not come back: the connection's own affairs. */
const kept = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-encoding', 'content-length', 'access-control-allow-origin', 'access-control-expose-headers']);

/** Whether a request is the gateway's affair. */
export function isForGateway(request: Request, url: URL): boolean {
  return url.pathname.startsWith('/sso/') || request.headers.has(dashboardHeader) || request.headers.has('authorization') || request.headers.has('x-goog-api-key');
}

/**
 * `GET /ui/session`: the gateway's answer, and that the chat is open to whoever reaches this service. When the gateway is away the chat's page
 * still opens, and says so.
 */
export async function answerSession(request: Request, url: URL, gatewayUrl: string): Promise<Response> {
  const stranger = { signed_in: false, methods: { password: true, sso: [] } };
  const response = await forward(request, url, gatewayUrl).catch(() => null);
  const session: unknown = response?.ok ? await response.json().catch(() => stranger) : stranger;
  return Response.json({ ...(session as object), chat_open: true }, { headers: { 'cache-control': 'no-store' } });
}

/** The gateway's answer. The reader leaving ends the call there too. */
export async function forward(request: Request, url: URL, gatewayUrl: string): Promise<Response> {
  const headers = new Headers();
  for (const name of passed) {
    const value = request.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  try {
    const response = await fetch(`${gatewayUrl}${url.pathname}${url.search}`, { method: request.method, headers, body: request.body, redirect: 'manual', signal: request.signal });
    const answer = new Response(response.body, { status: response.status });
    for (const [name, value] of response.headers) if (!kept.has(name)) answer.headers.append(name, value);
    return answer;
  } catch {
    throw new ApiError('gateway', `The gateway at ${gatewayUrl} cannot be reached`);
  }
}
