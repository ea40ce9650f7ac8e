// Routes that pass to a provider: its files and batches, and anything else under the provider's name. What lies there belongs to the
// provider's account, not to a caller: nothing tells whose it is, so these routes are for administrators.
import { baseUrlOf, endpointUrl } from '../../providers/address.ts';
import { credentialHeaders, credentialOf, staticHeaders } from '../../providers/credential.ts';
import { fault, type Fault } from '../../canonical/fault.ts';
import { findProvider } from '../../providers/catalog.ts';
import { json } from '../reply.ts';
import { newExchange } from '../../pipeline/exchange.ts';
import { passedResponse, passThrough, urlBehind } from '../../upstream/pass-through.ts';
import { readUpload } from '../read-upload.ts';
import { refuse } from '../../pipeline/pipeline.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { OperationName } from '../../providers/provider.ts';
import type { AnyReply } from '../../http/reply.ts';
import type { IncomingRequest } from '../../http/incoming.ts';

// LiteLLM's default for files and batches.
const usualProvider = 'openai';

/** Files or batches, at the first deployment of the provider that the path or `custom_llm_provider` names. `errorType` as LiteLLM tells it. */
export const storedAtProvider = (name: Extract<OperationName, 'files' | 'batches'>, errorType?: string): Handler => async (call) => {
  const { request, services, params, search, path } = call;
  const { pipeline } = services;
  const wanted = params['provider'] ?? new URLSearchParams(search).get('custom_llm_provider') ?? usualProvider;
  const deployment = pipeline.router.groups.all().find((candidate) => candidate.provider.name === wanted && candidate.credential.kind !== 'unset' && candidate.operations.has(name));
  const lane = deployment?.operations.get(name);
  if (!deployment || !lane) return refused(call, name, fault('operation_unsupported', `No deployment of the provider "${wanted.slice(0, 100)}" has ${name}.`));
  const behind = path.slice(path.indexOf(`/${name}`) + name.length + 1);
  if (climbs(behind)) return refused(call, name, fault('route_unknown', 'Not Found'));
  const body = await readUpload(request, services);
  if (!body.ok) return refused(call, name, body.fault);
  const headers = { ...deployment.headers, ...contentType(request) };
  const url = urlBehind(lane.url(deployment.model), behind, withoutProvider(search));
  const passed = await passThrough({ method: request.method, url, headers, body: body.value.body(), signal: request.signal, timeoutMs: pipeline.defaultTimeoutMs }, deployment, pipeline).finally(() => body.value.release());
  if (!passed.ok) return refused(call, name, errorType === undefined ? passed.fault : { ...passed.fault, type: errorType });
  passed.value.headers.set('x-litellm-call-id', call.id);
  return passed.value;
};

/** Any route of a provider, with the key of a deployment that says so (`use_in_pass_through`), else with the environment's. `prefix` is what stands before the provider's own path. */
export const ofProvider = (name: string, prefix: string): Handler => async (call) => {
  const { request, services, search, path, id } = call;
  const provider = findProvider(name);
  const variable = services.config.environmentValue;
  const own = services.pipeline.router.groups.all().find((candidate) => candidate.inPassThrough && candidate.provider.name === name && candidate.credential.kind === 'value');
  const credential = own?.credential.kind === 'value' ? { key: own.credential.value, variable: own.credential.variable } : provider && credentialOf(provider, undefined, variable);
  if (!provider || !credential) return json({ detail: missingKey(provider?.title ?? name, provider?.keyVariables ?? []) }, 401, { 'x-litellm-call-id': id });
  // A deployment's key goes to its own address.
  const base = own ? { ok: true as const, baseUrl: own.apiBase } : baseUrlOf(provider, undefined, () => undefined, variable);
  const behind = path.slice(prefix.length);
  if (!base.ok || climbs(behind)) return json({ detail: base.ok ? 'Not Found' : base.message }, 404, { 'x-litellm-call-id': id });
  const carrying = credentialHeaders(provider, credential, base.baseUrl);
  if (!carrying.ok) return json({ detail: carrying.message }, 401, { 'x-litellm-call-id': id });
  const body = await readUpload(request, services);
  if (!body.ok) return refused(call, 'files', body.fault);
  const headers = { ...staticHeaders(provider, null, variable), ...contentType(request), ...ownHeaders(request), ...carrying.headers };
  try {
    const response = await services.pipeline.send(urlBehind(endpointUrl(base.baseUrl, behind), '', search), {
      method: request.method, headers, body: body.value.body(), signal: request.signal,
    });
    const passed = passedResponse(response);
    passed.headers.set('x-litellm-call-id', id);
    return passed;
  } catch {
    return json({ detail: `The connection to ${provider.title} failed.` }, 502, { 'x-litellm-call-id': id });
  } finally {
    body.value.release();
  }
};

const missingKey = (title: string, variables: readonly string[]): string =>
  `This gateway has no key for ${title}. The key that you sent is for the gateway and is not passed on.${variables.length > 0 ? ` Set ${variables.join(' or ')} in the gateway's environment.` : ''}`;

/** True for a path that would leave the place that it was put under, however it is written. */
export const climbs = (path: string): boolean => /(^|\/|\\)(\.|%2e){2}(\/|\\|$)|%2f|%5c/i.test(path);

const contentType = (request: IncomingRequest): Record<string, string> => {
  const value = request.headers.get('content-type');
  return value === null ? {} : { 'content-type': value };
};

// Versions and features of a provider's API are chosen by header.
function ownHeaders({ headers }: IncomingRequest): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['accept', 'anthropic-version', 'anthropic-beta', 'openai-beta']) {
    const value = headers.get(name);
    if (value !== null) kept[name] = value;
  }
  return kept;
}

function withoutProvider(search: string): string {
  if (!search.includes('custom_llm_provider')) return search;
  const query = new URLSearchParams(search);
  query.delete('custom_llm_provider');
  return query.toString();
}

function refused({ id, route, request, address, caller, services }: RouteCall, operation: OperationName, reason: Fault): AnyReply {
  const exchange = newExchange({ id, kind: { type: 'operation', operation }, route: route.path, headers: request.headers, signal: request.signal, address });
  exchange.caller = caller;
  return refuse(exchange, reason, services.pipeline, 'openai-chat');
}
