// Shows what would be sent to a provider for a request, without sending it: `/utils/transform_request`.
import { bodyBytes } from '../http/provider-response.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { JsonBody } from '../lib/json-body.ts';
import { newRequestId } from '../lib/identifiers.ts';
import { formedBody } from '../upstream/chat-form.ts';
import { outgoingBody } from '../upstream/outgoing.ts';
import { outgoingOperation } from '../upstream/operation-body.ts';
import { parseJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import { servedTarget, standInKey, targetAtProvider } from './model-of-name.ts';
import type { Config } from '../config/config.ts';
import type { ModelGroups } from '../routing/model-groups.ts';
import { ReasoningMemory } from '../cache/reasoning-memory.ts';
import type { Call } from '../upstream/call.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { OperationName } from '../providers/provider.ts';
import type { Deployment, Lane, Target } from '../routing/deployment.ts';

/** A request as a provider would get it. */
export interface Transformed {
  url: string;
  body: JsonObject;
  /** Values that carry a key are masked. */
  headers: Record<string, string>;
}

// LiteLLM's names of calls, with or without an `a` in front.
const dialects: Readonly<Record<string, DialectName>> = {
  completion: 'openai-chat', text_completion: 'openai-completions', responses: 'openai-responses', anthropic_messages: 'anthropic-messages', generate_content: 'gemini',
};
const operations: Readonly<Record<string, OperationName>> = {
  embedding: 'embeddings', image_generation: 'images-generations', speech: 'audio-speech', moderation: 'moderations', rerank: 'rerank',
};
/** The names of calls that are known, with and without `a`. */
export const callTypes: ReadonlySet<string> = new Set([...Object.keys(dialects), ...Object.keys(operations)].flatMap((name) => [name, `a${name}`]));
const secretNames = /authorization|key|token|secret/i;

/**
 * The request for the model that its body names: a name of this gateway, else `provider/model` at its provider with what the environment
 * says, as in LiteLLM, else what a pattern serves.
 */
export function transformRequest(callType: string, request: JsonObject, groups: ModelGroups, config: Config): Result<Transformed> {
  const name = stringAt(request, 'model') ?? '';
  const served = servedTarget(name, groups);
  const target = served?.captured === null ? served : (name.includes('/') ? targetAtProvider(name, config) : null) ?? served;
  if (!target) return fail(fault('model_unknown', `You passed in model=${name.slice(0, 200)}. There are no healthy deployments for this model`));
  const body = JsonBody.read(Buffer.from(JSON.stringify(request)));
  if (!body) return fail(fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.'));
  const plainType = Object.hasOwn(dialects, callType) || Object.hasOwn(operations, callType) ? callType : callType.slice(1);
  const operation = Object.hasOwn(operations, plainType) ? operations[plainType] : undefined;
  return operation ? ofOperation(operation, body, target) : ofChat(dialects[plainType] ?? 'openai-chat', body, name, target);
}

/** Members of a request that would lead its key elsewhere; they are not looked at here either. */
export const redirects = ['api_base', 'base_url', 'api_key'] as const;

function ofChat(inbound: DialectName, body: JsonBody, model: string, target: Target): Result<Transformed> {
  const lane = target.deployment.lanes.get(inbound);
  if (!lane) return fail(fault('operation_unsupported', `The provider ${target.deployment.provider.title} has no chat that this gateway speaks.`));
  const stream = body.get('stream') === true;
  const call: Call = {
    asked: null, id: newRequestId(), inbound, tenant: '', body, model, stream, includeUsage: false, removed: new Set(), passed: null, forwarded: null, session: () => null, timeoutMs: null, defaultTimeoutMs: 0,
    wishes: null, defaultStreamTimeoutMs: null, signal: new AbortController().signal, nowSeconds: Math.floor(Date.now() / 1000), collect: false, keepaliveMs: null, costOfUsage: null, deadlineMs: Infinity, firstContentTimeoutMs: null, resume: null, continued: null,
  };
  const outgoing = outgoingBody(call, target, lane, new ReasoningMemory(Date.now));
  return outgoing.ok ? ok(shown(lane.url(target.model, stream), Buffer.concat(lane.form ? formedBody(outgoing.value.pieces, lane.form, stream) : outgoing.value.pieces), lane.headers, target.deployment, lane)) : outgoing;
}

function ofOperation(operation: OperationName, members: JsonBody, { deployment, model }: Target): Result<Transformed> {
  const lane = deployment.operations.get(operation);
  if (!lane) return fail(fault('operation_unsupported', `The provider ${deployment.provider.title} has no ${operation} that this gateway speaks.`));
  const outgoing = outgoingOperation({ members, form: null }, model, new Set(), lane);
  if (!outgoing.ok) return outgoing;
  const { body, url } = outgoing.value;
  return ok(shown(url, Buffer.from(bodyBytes(body)), deployment.headers, deployment, null));
}

function shown(url: string, bytes: Buffer, headers: Readonly<Record<string, string>>, { provider }: Deployment, lane: Lane | null): Transformed {
  const written = new Map(Object.keys({ ...provider.headers, ...usualNames(lane) }).map((name) => [name.toLowerCase(), name]));
  const told = Object.entries(headers).map(([name, value]): [string, string] => [written.get(name) ?? name, secretNames.test(name) ? masked(value) : value]);
  return { url, body: parseJsonObject(bytes.toString('utf8')) ?? {}, headers: Object.fromEntries(told) };
}

// Names of headers have no case; people know them like this from OpenAI's dialects.
const usualNames = (lane: Lane | null): Record<string, true> => (lane?.outbound === 'anthropic-messages' ? {} : { 'Authorization': true, 'Content-Type': true });

// The stand-in's ends, as LiteLLM shows them: nothing of a real key.
function masked(value: string): string {
  const scheme = /^[A-Za-z]+ /.exec(value)?.[0] ?? '';
  const text = scheme + standInKey;
  return `${text.slice(0, 2)}****${text.slice(-2)}`;
}
