// What a request tells the gateway itself: LiteLLM's members of the body and its `x-litellm-` headers. They go no further.
import { arrayAt, isJsonObject, objectAt, stringAt, type JsonObject } from '../lib/json.ts';
import { readCachePoints } from '../dialects/cache-points.ts';
import { litellmNames } from '../config/litellm-names.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { maxRequestTags } from '../lib/bounds.ts';
import type { CallKind } from './exchange.ts';
import { requestFallbacks, type RequestFallbacks } from './request-fallbacks.ts';
import { readDropPaths } from '../lib/drop-paths.ts';
import type { ParameterWishes } from '../upstream/call.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { RequestHeaders } from '../http/incoming.ts';

/** A request's own wishes for the response cache (LiteLLM's `cache` member). */
export interface CacheControls {
  noCache: boolean;
  noStore: boolean;
  ttlSeconds: number | null;
  /** A cached answer may be at most this old. */
  maxAgeSeconds: number | null;
  namespace: string | null;
}

/** A request's wishes for the gateway. */
export interface Controls {
  numRetries: number | null;
  timeoutMs: number | null;
  fallbacks: RequestFallbacks | null;
  fallbacksDisabled: boolean;
  tags: readonly string[];
  /** LiteLLM's `priority`: lower numbers go first when requests have to wait; null: the router's. */
  priority: number | null;
  /** `allowed_model_region`: the region in which the deployment must stand. */
  region: string | null;
  /** `keepalive_seconds`; null: the request does not say. */
  keepaliveMs: number | null;
  cache: CacheControls | null;
  /** Null: the request says nothing about parameters. */
  wishes: ParameterWishes | null;
  /** The members of the body that are for the gateway only. */
  removed: ReadonlySet<string>;
}

// Members that LiteLLM takes out of every body. Addresses and keys in a body are never used: whoever may call must not redirect the key.
const gatewayNames = [
  'num_retries', 'max_retries', 'timeout', 'request_timeout', 'stream_timeout', 'fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks',
  'disable_fallbacks', 'priority', 'cache', 'tags', 'mock_response', 'mock_tool_calls', 'mock_testing_fallbacks', 'mock_testing_context_fallbacks',
  'mock_testing_content_policy_fallbacks', 'mock_testing_rate_limit_error', 'mock_timeout', 'mock_delay', 'guardrails', 'litellm_metadata', 'litellm_call_id',
  'litellm_session_id', 'litellm_trace_id', 'api_key', 'api_base', 'base_url', 'api_version', 'custom_llm_provider', 'user_config', 'no-log', 'drop_params',
  'additional_drop_params', 'allowed_openai_params', 'cache_control_injection_points', 'modify_params', 'strict', 'specific_deployment', 'model_info', 'proxy_server_request', 'secret_fields', 'extra_headers', 'allowed_model_region', 'keepalive_seconds',
] as const;
const gatewayMembers: ReadonlySet<string> = new Set([...gatewayNames, ...litellmNames]);
const withMetadata: ReadonlySet<string> = new Set([...gatewayMembers, 'metadata']);
const maxWishes = 100;
const mockTesting = gatewayNames.filter((name) => name.startsWith('mock_testing_') || name === 'mock_timeout' || name === 'mock_delay');

/** The controls of a chat request or another JSON operation that asks for `model`. Unknown forms are ignored, as LiteLLM does. */
export function readControls(body: JsonBody, headers: RequestHeaders, kind: CallKind, mockTestingAllowed: boolean, model: string): Result<Controls> {
  // Most requests say nothing of all this: one look at the few members that they have spares some forty.
  if (!body.outline.members.some(isControl) && !hasControlHeader(headers)) {
    return metadataIsForGateway(body, kind) ? silentWithMetadata : silent;
  }
  const asked = mockTestingAllowed ? [] : mockTesting.filter((name) => body.has(name));
  if (asked.length > 0) {
    return fail(fault('mock_testing_disabled', `Mock testing request params are disabled on this proxy: ${asked.join(', ')}. An admin can enable them by setting `
      + "`general_settings.dangerously_allow_mock_testing_request_params: true` in config.yaml. This setting cannot be changed from the Admin UI or the API."));
  }
  const tags = tagsOf(body, headers);
  if (tags.length > maxRequestTags) return fail(fault('parameter_invalid', `A request may have ${maxRequestTags} tags, not ${tags.length}.`, { param: 'tags' }));
  return ok({
    numRetries: wholeNumber(headers.get('x-litellm-num-retries')) ?? (body.has('num_retries') ? wholeNumber(body.get('num_retries')) : null),
    timeoutMs: milliseconds(headers.get('x-litellm-timeout')) ?? (body.has('timeout') ? milliseconds(body.get('timeout')) : null),
    fallbacks: requestFallbacks(body, model),
    fallbacksDisabled: body.has('disable_fallbacks') && body.get('disable_fallbacks') === true,
    tags,
    priority: body.has('priority') ? wholeNumber(body.get('priority')) : null,
    region: body.kindOf('allowed_model_region') === 'string' ? String(body.get('allowed_model_region')) : null,
    keepaliveMs: body.has('keepalive_seconds') ? milliseconds(body.get('keepalive_seconds')) : null,
    cache: body.has('cache') ? cacheControls(body.get('cache')) : null,
    wishes: readWishes(body, headers),
    removed: metadataIsForGateway(body, kind) ? withMetadata : gatewayMembers,
  });
}

const isControl = ({ key }: { key: string }): boolean => withMetadata.has(key);

function hasControlHeader(headers: RequestHeaders): boolean {
  for (const name of controlHeaders) if (headers.has(name)) return true;
  return false;
}

const controlHeaders = ['x-litellm-num-retries', 'x-litellm-timeout', 'x-litellm-tags', 'x-weir-strict'] as const;
const nothing = { numRetries: null, timeoutMs: null, fallbacks: null, fallbacksDisabled: false, tags: [], priority: null, region: null, keepaliveMs: null, cache: null, wishes: null };
const silent: Result<Controls> = ok({ ...nothing, removed: gatewayMembers });
const silentWithMetadata: Result<Controls> = ok({ ...nothing, removed: withMetadata });

const wishNames = ['drop_params', 'modify_params', 'strict', 'additional_drop_params', 'allowed_openai_params', 'cache_control_injection_points'] as const;

function readWishes(body: JsonBody, headers: RequestHeaders): ParameterWishes | null {
  const header = headers.get('x-weir-strict');
  if (header === null && !wishNames.some((name) => body.has(name))) return null;
  const flag = (name: (typeof wishNames)[number]): boolean | null => {
    const value = body.has(name) ? body.get(name) : undefined;
    return typeof value === 'boolean' ? value : null;
  };
  const texts = (name: (typeof wishNames)[number]): string[] => {
    const value = body.has(name) ? body.get(name) : undefined;
    return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string').slice(0, maxWishes) : [];
  };
  return {
    dropParams: flag('drop_params'), modifyParams: flag('modify_params'), strict: header === 'true' || flag('strict') === true,
    drop: readDropPaths(texts('additional_drop_params')), allowed: texts('allowed_openai_params'),
    cachePoints: body.has('cache_control_injection_points') ? readCachePoints(body.get('cache_control_injection_points')) : [],
  };
}

// `metadata` is LiteLLM's own in chat bodies, except where OpenAI wants it: together with `store`.
function metadataIsForGateway(body: JsonBody, kind: CallKind): boolean {
  if (kind.type !== 'chat') return true;
  return (kind.dialect === 'openai-chat' || kind.dialect === 'openai-completions') && body.get('store') !== true;
}

function tagsOf(body: JsonBody, headers: RequestHeaders): string[] {
  const header = headers.get('x-litellm-tags');
  if (header !== null) return header.split(',').map((tag) => tag.trim()).filter((tag) => tag !== '');
  for (const name of ['tags', 'metadata', 'litellm_metadata']) {
    if (!body.has(name)) continue;
    const value = body.get(name);
    const list = Array.isArray(value) ? value : arrayAt(isJsonObject(value) ? value : undefined, 'tags');
    const tags = list.filter((tag): tag is string => typeof tag === 'string');
    if (tags.length > 0) return tags;
  }
  return [];
}

function cacheControls(value: unknown): CacheControls | null {
  if (!isJsonObject(value)) return null;
  const flag = (name: string): boolean => value[name] === true;
  return {
    noCache: flag('no-cache'),
    noStore: flag('no-store'),
    ttlSeconds: seconds(value, 'ttl'),
    maxAgeSeconds: seconds(value, 's-maxage') ?? seconds(value, 's-max-age'),
    namespace: stringAt(value, 'namespace') ?? stringAt(objectAt(value, 'namespace'), 'name') ?? null,
  };
}

function seconds(value: JsonObject, name: string): number | null {
  const given = value[name];
  const number = typeof given === 'string' ? Number(given) : given;
  return typeof number === 'number' && number >= 0 && Number.isFinite(number) ? number : null;
}

function wholeNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 ? number : null;
}

function milliseconds(value: unknown): number | null {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && Number.isFinite(number) ? Math.max(1, Math.round(number * 1000)) : null;
}
