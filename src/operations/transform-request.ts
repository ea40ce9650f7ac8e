// Shows what would be sent to a provider for a request, without sending it: `/utils/transform_request`.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { JsonBody } from '../lib/json-body.ts';
import { newRequestId } from '../lib/identifiers.ts';
import { formedBody } from '../upstream/chat-form.ts';
import { outgoingBody } from '../upstream/outgoing.ts';
import { outgoingOperation } from '../upstream/operation-body.ts';
import { parseJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import { providerModel, type ModelGroups } from '../routing/model-groups.ts';
import { ReasoningMemory } from '../cache/reasoning-memory.ts';
import type { Call } from '../upstream/call.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { OperationName } from '../providers/provider.ts';
import type { Target } from '../routing/deployment.ts';

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
const secretNames = /authorization|key|token|secret/i;

/** The request for the first deployment of the model that its body names. */
export function transformRequest(callType: string, request: JsonObject, groups: ModelGroups): Result<Transformed> {
  const name = stringAt(request, 'model') ?? '';
  const group = groups.find(name);
  const [deployment] = group?.deployments ?? [];
  if (!group || !deployment) return fail(fault('model_unknown', `You passed in model=${name.slice(0, 200)}. There are no healthy deployments for this model`));
  const body = JsonBody.read(Buffer.from(JSON.stringify(request)));
  if (!body) return fail(fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.'));
  const target: Target = { deployment, model: providerModel(deployment, group.captured) };
  const plainType = callType.replace(/^a(?=completion|text_|responses|embedding|image_|speech|moderation|rerank|generate_)/, '');
  const operation = Object.hasOwn(operations, plainType) ? operations[plainType] : undefined;
  return operation ? ofOperation(operation, body, target) : ofChat(dialects[plainType] ?? 'openai-chat', body, name, target);
}

function ofChat(inbound: DialectName, body: JsonBody, model: string, target: Target): Result<Transformed> {
  const lane = target.deployment.lanes.get(inbound);
  if (!lane) return fail(fault('operation_unsupported', `The provider ${target.deployment.provider.title} has no chat that this gateway speaks.`));
  const stream = body.get('stream') === true;
  const call: Call = {
    id: newRequestId(), inbound, tenant: '', body, model, stream, includeUsage: false, removed: new Set(), forwarded: null, timeoutMs: null, defaultTimeoutMs: 0,
    wishes: null, defaultStreamTimeoutMs: null, signal: new AbortController().signal, nowSeconds: Math.floor(Date.now() / 1000), collect: false, costOfUsage: null, deadlineMs: Infinity, firstContentTimeoutMs: null, resume: null, continued: null,
  };
  const outgoing = outgoingBody(call, target, lane, new ReasoningMemory(Date.now));
  return outgoing.ok ? ok(shown(lane.url(target.model, stream), Buffer.concat(lane.form ? formedBody(outgoing.value.pieces, lane.form, stream) : outgoing.value.pieces), lane.headers)) : outgoing;
}

function ofOperation(operation: OperationName, members: JsonBody, { deployment, model }: Target): Result<Transformed> {
  const lane = deployment.operations.get(operation);
  if (!lane) return fail(fault('operation_unsupported', `The provider ${deployment.provider.title} has no ${operation} that this gateway speaks.`));
  const outgoing = outgoingOperation({ members, form: null }, model, new Set(), lane);
  if (!outgoing.ok) return outgoing;
  const { body, url } = outgoing.value;
  return ok(shown(url, body instanceof Uint8Array ? Buffer.from(body) : Buffer.concat(body), deployment.headers));
}

function shown(url: string, bytes: Buffer, headers: Readonly<Record<string, string>>): Transformed {
  const masked = Object.entries(headers).map(([name, value]): [string, string] => [name, secretNames.test(name) ? '****' : value]);
  return { url, body: parseJsonObject(bytes.toString('utf8')) ?? {}, headers: Object.fromEntries(masked) };
}
