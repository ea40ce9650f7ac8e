// Every request comes through here: host, address, route, key, in this order, and only then the handler. There is no other way in.
import { callerAddress } from '../access/addresses.ts';
import { fault, faultStatus, type Fault, type Result } from '../canonical/fault.ts';
import { newRequestId } from '../lib/identifiers.ts';
import { presentedKey, withKeyOfQuery } from '../access/presented-key.ts';
import { json, refusal } from './reply.ts';
import { refusedRecord } from '../observe/exchange-record.ts';
import { requestTarget } from './request-target.ts';
import { ownRoutes } from './own-routes.ts';
import { RouteMatcher } from './route-matcher.ts';
import { routes } from './routes.ts';
import { withCors, preflight } from './cors.ts';
import { anonymousCaller, mayDo, type Caller } from '../access/caller.ts';
import type { Action } from '../access/permissions.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Route, RouteCall } from './route.ts';
import type { Services } from './services.ts';
import { Reply, ReplyHeaders, type AnyReply } from '../http/reply.ts';
import type { IncomingRequest, RequestHeaders } from '../http/incoming.ts';
import { after, type Later } from '../lib/later.ts';

const matcher = new RouteMatcher(routes);

/** Answers any request. `connection` is the address at the other end of the socket. */
export function answerRequest(request: IncomingRequest, connection: string, services: Services): Later<AnyReply> {
  const id = clientRequestId(request.headers.get('x-litellm-call-id')) ?? newRequestId();
  const target = requestTarget(request);
  if (!target) return refusal(fault('host_invalid', 'The Host header is not a host name.'), 'openai-chat', id);
  const origin = request.headers.get('origin');
  if (request.method === 'OPTIONS' && origin !== null && request.headers.has('access-control-request-method')) return preflight();
  const response = answerTarget(request, target, id, connection, services);
  return origin === null ? response : after(response, withCors);
}

function answerTarget(request: IncomingRequest, target: { path: string; query: string }, id: string, connection: string, services: Services): Later<AnyReply> {
  const startedMs = performance.now();
  const { addresses } = services;
  const address = callerAddress(connection, request.headers.get('x-forwarded-for'), addresses);
  if (addresses.allowed && !addresses.allowed.has(address)) {
    return refusal(fault('address_not_allowed', 'Access forbidden: IP address not allowed.'), dialectOfPath(target.path), id);
  }
  const usual = matcher.match(request.method, target.path);
  const exact = usual.kind === 'none' ? ownRoutes(services.config)?.match(request.method, target.path) ?? usual : usual;
  const meant = exact.kind === 'none' ? withoutSlash(target.path) : target.path;
  const match = meant === target.path ? exact : matcher.match(request.method, meant);
  if (match.kind === 'none') return refusal(fault('route_unknown', 'Not Found'), 'openai-chat', id);
  if (match.kind === 'other-method') {
    const refused = refusal(fault('method_not_allowed', 'Method Not Allowed'), 'openai-chat', id);
    refused.headers.set('allow', match.allowed.join(', '));
    return refused;
  }
  const { route, params } = match;
  return after(admit(route, target.path, route.dialect === 'gemini' ? withKeyOfQuery(request.headers, target.query) : request.headers, services), (caller) => {
    const admitted = 'refused' in caller ? caller : permit(caller.caller, route, meant, address, services.routes);
    if ('refused' in admitted) {
      const { refused } = admitted;
      services.pipeline.observer.exchange(refusedRecord(id, route.path, faultStatus(refused), address, refused.code, performance.now() - startedMs));
      // LiteLLM answers scrapers with the bare sentence.
      return route.access === 'metrics' ? json(refused.message, faultStatus(refused), { 'x-litellm-call-id': id }) : refusal(refused, route.dialect, id);
    }
    if (meant !== target.path) return new Reply(307, ReplyHeaders.of({ location: target.query === '' ? meant : `${meant}?${target.query}` }), null);
    return handled({ request, id, path: target.path, search: target.query, params, route, caller: admitted.caller, address, services });
  });
}

/** What the route's handler answers; what it throws is told to the log alone. */
function handled(call: RouteCall): Later<AnyReply> {
  const { request, id, route, services } = call;
  const failed = (error: unknown): AnyReply => {
    if (request.signal.aborted) return new Reply(499, new ReplyHeaders(), null);
    services.logger.error('a request handler failed', { request_id: id, route: route.path, error: error instanceof Error ? error.stack ?? error.message : String(error) });
    return refusal(fault('internal', 'Internal server error'), route.dialect, id);
  };
  try {
    const reply = route.handler(call);
    return reply instanceof Promise ? reply.catch(failed) : reply;
  } catch (error) {
    return failed(error);
  }
}

// A path with one slash too many leads to the one that is meant, as with LiteLLM; clients send the body again there.
const withoutSlash = (path: string): string => (path.length > 1 && path.endsWith('/') && !path.startsWith('//') ? path.slice(0, -1) : path);

type Admitted = { caller: Caller | null } | { refused: Fault };

function admit(route: Route, path: string, headers: RequestHeaders, services: Services): Admitted | Promise<Admitted> {
  if (route.access === 'public' || (route.access === 'metrics' && !services.metricsNeedKey)) return { caller: null };
  const judge = (result: Result<Caller>): Admitted =>
    result.ok ? { caller: result.value } : isOpen(result.fault, route, path, services) ? { caller: anonymousCaller } : { refused: route.access === 'metrics' && result.fault.code !== 'store_unavailable' ? metricsFault(headers) : result.fault };
  const result = services.authenticator.authenticate(headers);
  return result instanceof Promise ? result.then(judge) : judge(result);
}

/** True when the configuration lets callers without a key in here. Who presents a wrong key is refused all the same. */
const isOpen = ({ code }: Fault, { access }: Route, path: string, { routes: { open } }: Services): boolean => code === 'no_key' && open !== null && open.allows(path, actionOf(access));

const actionOf = (access: Route['access']): Action => (access === 'public' || access === 'metrics' ? 'gateway.look' : access);

/** The caller, when its role, its key's routes and its address permit the call. */
function permit(caller: Caller | null, route: Route, path: string, address: string, { allowed, adminOnly }: Services['routes']): Admitted {
  if (caller === null) return { caller };
  const { access } = route;
  const action = actionOf(access);
  if (allowed && !allowed.allows(path, action)) return { refused: fault('route_not_allowed', `Route ${path} not allowed`) };
  if (adminOnly && !caller.isAdmin && adminOnly.allows(path, action)) return { refused: fault('admin_only', adminRefusal(caller, route)) };
  if (access !== 'public' && access !== 'metrics' && !mayDo(caller, access)) return { refused: caller.role === 'proxy_admin_viewer' && !calling.has(access) ? viewerRefusal(route) : fault('admin_only', adminRefusal(caller, route)) };
  if (caller.routes && !caller.routes.allows(path, action)) {
    const given = caller.routes.given.map((entry) => `'${entry}'`).join(', ');
    return { refused: fault('route_not_allowed', `Virtual key is not allowed to call this route. Only allowed to call routes: [${given}]. Tried to call route: ${path}`) };
  }
  if (caller.addresses && !caller.addresses.has(address)) return { refused: fault('address_not_allowed', 'Access forbidden: IP address not allowed.') };
  return { caller };
}

const calling: ReadonlySet<Action> = new Set(['models.call', 'provider.call']);

// LiteLLM tells those who may only look something else.
const viewerRefusal = ({ path }: Route): Fault => fault('admin_only', `user not allowed to access this route, role= proxy_admin_viewer. Trying to access: ${path}`, { status: 403 });

const adminRefusal = (caller: Caller, { path }: Route): string =>
  `Authentication Error, Only proxy admin can be used to generate, delete, update info for new keys/users/teams. Route=${path}. Your role=${caller.role === 'key' ? 'unknown' : caller.role}.`;

// LiteLLM tells operators of scrapers how to open the endpoint.
function metricsFault(headers: RequestHeaders): Fault {
  const presented = presentedKey(headers);
  // Scrapers send the key as bearer or not at all; LiteLLM answers both mistakes with the same words.
  const reason = presented.ok ? 'Authentication Error, Invalid proxy server token passed.' : 'Authentication Error, Malformed API Key passed in. Ensure Key has `Bearer ` prefix.';
  return fault('unknown_key', `Unauthorized access to metrics endpoint: ${reason} To allow unauthenticated access, set \`litellm_settings.require_auth_for_metrics_endpoint: false\` in your proxy_config.yaml.`);
}

function dialectOfPath(path: string): DialectName {
  return path.includes('/messages') ? 'anthropic-messages' : 'openai-chat';
}

// A client may name its request; what it names appears in headers and logs, so it is kept short and plain.
function clientRequestId(given: string | null): string | null {
  return given !== null && /^[\w.:-]{1,128}$/.test(given) ? given : null;
}
