// Passes a request to the address that the configuration names for its path: with the headers of the configuration, never with the caller's key.
// It is admitted, logged and written down like any other call, at the price per request that the configuration says.
import { admit } from '../../pipeline/limit-stage.ts';
import { climbs } from './provider-routes.ts';
import { fault, ok, type Fault } from '../../canonical/fault.ts';
import { flatCost } from '../../accounting/cost.ts';
import { lowerCased } from '../../lib/lower-cased.ts';
import { JsonBody } from '../../lib/json-body.ts';
import { newExchange, type Exchange } from '../../pipeline/exchange.ts';
import { passedResponse, urlBehind } from '../../upstream/pass-through.ts';
import { Connection } from '../../upstream/connection.ts';
import { isNeverPassed } from '../../pipeline/passed-headers.ts';
import { readUpload } from '../read-upload.ts';
import { refuse } from '../../pipeline/pipeline.ts';
import { settle } from '../../pipeline/settle.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { OwnEndpoint } from '../../config/config.ts';
import type { RequestHeaders } from '../../http/incoming.ts';
import type { StoredBytes } from '../../http/stored/stored-bytes.ts';
import type { AnyReply } from '../../http/reply.ts';

/** A handler that passes to the endpoint's target. */
export const toTarget = (endpoint: OwnEndpoint, usualTimeoutMs: number): Handler => async (call) => {
  const { request, path, services } = call;
  const { pipeline } = services;
  const exchange = exchangeOf(call, endpoint);
  const refused = (reason: Fault): AnyReply => refuse(exchange, reason, pipeline, 'openai-chat');
  const behind = path.slice(endpoint.path.replace(/\/$/, '').length);
  if (climbs(behind)) return refused(fault('route_unknown', 'Not Found'));
  const admitted = nothing ? await admit(exchange, nothing, 0, pipeline) : ok(null);
  if (!admitted.ok) return refused(admitted.fault);
  const body = await readUpload(request, services);
  if (!body.ok) return refused(body.fault);
  return pass(call, endpoint, exchange, urlBehind(endpoint.target, behind === '/' ? '' : behind, queryOf(endpoint, call.search)), body.value, endpoint.timeoutMs ?? usualTimeoutMs)
    .catch(() => refused(request.signal.aborted ? fault('client_left', 'The client left.') : fault('upstream_bad_gateway', `The server behind ${endpoint.path} could not be reached.`)))
    .finally(() => body.value.release());
};

const nothing = JsonBody.read(Buffer.from('{}'));

async function pass({ request, id, services }: RouteCall, endpoint: OwnEndpoint, exchange: Exchange, url: string, body: StoredBytes, timeoutMs: number): Promise<AnyReply> {
  const connection = new Connection(request.signal, timeoutMs);
  try {
    const response = await services.pipeline.send(url, { method: request.method, headers: { ...clientHeaders(request.headers, endpoint.forwardHeaders), ...lowerCased(endpoint.headers ?? {}) }, body: body.body(), signal: connection.signal });
    exchange.status = response.status;
    exchange.firstByteMs = performance.now() - exchange.startedMs;
    exchange.providerMs = exchange.firstByteMs;
    settle(exchange, services.pipeline, false, response.status < 400 && endpoint.costPerRequestUsd > 0 ? flatCost(endpoint.costPerRequestUsd) : null);
    const passed = passedResponse(response);
    passed.headers.set('x-litellm-call-id', id);
    return passed;
  } finally {
    connection.settle();
  }
}

function exchangeOf({ request, id, route, address, caller }: RouteCall, { path }: OwnEndpoint): Exchange {
  const exchange = newExchange({ id, kind: { type: 'operation', operation: 'pass-through' }, route: route.path, headers: request.headers, signal: request.signal, address });
  exchange.caller = caller;
  exchange.model = path;
  exchange.routed = path;
  exchange.group = path;
  return exchange;
}

// What says how a body is to be read; with `forward_headers` the rest too, but for keys and what is between two machines.
const alwaysPassed: ReadonlySet<string> = new Set(['content-type', 'accept', 'accept-language']);
const betweenMachines: ReadonlySet<string> = new Set(['host', 'connection', 'content-length', 'content-encoding', 'transfer-encoding', 'keep-alive', 'upgrade', 'te', 'trailer', 'expect', 'accept-encoding', 'proxy-connection']);

function clientHeaders(headers: RequestHeaders, all: boolean): Record<string, string> {
  const passed: Record<string, string> = {};
  headers.forEach((value, name) => {
    if (alwaysPassed.has(name) || (all && !betweenMachines.has(name) && !isNeverPassed(name))) passed[name] = value;
  });
  return passed;
}

/** The client's query, before the endpoint's own where both say the same. */
function queryOf({ defaultQueryParams }: OwnEndpoint, search: string): string {
  if (!defaultQueryParams) return search;
  const given = new URLSearchParams(search);
  for (const [name, value] of Object.entries(defaultQueryParams)) if (!given.has(name)) given.set(name, value);
  return given.toString();
}
