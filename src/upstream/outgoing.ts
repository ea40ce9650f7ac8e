// Makes the body that goes to the provider. Same dialect: the client's bytes with a few members changed.
// Another dialect: read into the canonical form and written anew.
import { converseMembers } from '../dialects/bedrock-converse/wire.ts';
import { markedMembers, markRequest, type CachePlan } from '../dialects/cache-points.ts';
import { dialectOf } from '../dialects/registry.ts';
import { orderedMessages } from '../dialects/openai-chat/message-order.ts';
import { fitModel } from './fit-model.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Disguises } from '../dialects/dialect.ts';
import { capabilitiesAt } from '../routing/model-facts.ts';
import type { Lane, Target } from '../routing/deployment.ts';
import { arrayAt, isJsonObject, objectAt, type Json, type JsonObject } from '../lib/json.ts';
import type { ReasoningMemory } from '../cache/reasoning-memory.ts';
import { splicePieces } from '../lib/splice.ts';
import { without, type DropPath } from '../lib/drop-paths.ts';
import type { Call, ParameterWishes } from './call.ts';
import type { SortedBetas } from '../providers/anthropic-betas.ts';

/** A body for the provider, and what a translation left behind. */
export interface Outgoing {
  pieces: readonly Buffer[];
  /** The request in canonical form when it was translated. */
  request: CanonicalRequest | null;
  /** What the answer has to be put back into, when tools had to be disguised for the provider. */
  disguises: Disguises | null;
  dropped: readonly string[];
}

/** The body for one attempt. */
export function outgoingBody(call: Call, target: Target, lane: Lane, reasoning: ReasoningMemory, betas: SortedBetas | null = null): Result<Outgoing> {
  const outgoing = lane.translate ? translated(call, target, lane, reasoning, betas) : passed(call, target, lane, betas);
  if (!outgoing.ok || outgoing.value.dropped.length === 0 || !(target.deployment.strict || call.wishes?.strict)) return outgoing;
  const names = outgoing.value.dropped.map((name) => `'${name}'`).join(', ');
  return fail(fault('parameter_unsupported', `${target.deployment.provider.title} cannot take [${names}] of this request, and strict is set.`, { param: outgoing.value.dropped[0] ?? null }));
}

/** What is left out of the client's body because somebody asked for it: the deployment's list, then the request's. */
const dropsOf = (call: Call, { rules }: Lane): readonly DropPath[] => (call.wishes && call.wishes.drop.length > 0 ? [...rules.drop, ...call.wishes.drop] : rules.drop);

function passed(call: Call, { deployment, model }: Target, lane: Lane, betas: SortedBetas | null): Result<Outgoing> {
  const { body } = call;
  const edits = new Map<string, string | null>();
  const dropped: string[] = [];
  for (const { key } of body.outline.members) {
    if (call.removed.has(key)) {
      edits.set(key, null);
    } else if (lane.rules.omit.includes(key) || betas?.members.includes(key)) {
      edits.set(key, null);
      dropped.push(key);
    }
  }
  fitModel(call, { deployment, model }, lane, edits, dropped);
  for (const { steps: [member, ...rest] } of dropsOf(call, lane)) {
    const key = String(member);
    if (!body.has(key) && !edits.has(key)) continue;
    // Several paths may lead into one member.
    const before: Json = edits.has(key) ? JSON.parse(edits.get(key) ?? 'null') as Json : body.get(key) as Json;
    edits.set(key, rest.length === 0 ? null : JSON.stringify(without(before, rest)));
  }
  if (deployment.messageOrder && lane.outbound === 'openai-chat') edits.set('messages', JSON.stringify(orderedMessages(arrayOf(memberOf(body, edits)('messages')), deployment.messageOrder)));
  const marks = cachePlanAt(call, { deployment, model });
  if (marks && (lane.outbound === 'openai-chat' || lane.outbound === 'anthropic-messages')) setMarks(body, edits, marks);
  for (const key of lane.rules.unsaid) edits.set(key, null);
  if (lane.outbound !== 'gemini' && !lane.rules.unsaid.includes('model')) edits.set('model', JSON.stringify(model));
  if (lane.outbound === 'openai-chat') {
    if (call.stream && deployment.capabilities.streamUsage && !call.includeUsage) edits.set('stream_options', streamOptions(body.get('stream_options')));
  }
  // Whatever is no boolean asks for no stream; providers that are less strict would stream.
  if (body.has('stream') && body.kindOf('stream') !== 'boolean') edits.set('stream', null);
  if (deployment.provider.statesStream && lane.outbound !== 'openai-responses' && !body.has('stream') && !edits.has('stream')) edits.set('stream', 'false');
  for (const [from, to] of lane.rules.rename) {
    if (!body.has(from)) continue;
    const changed = edits.get(from);
    edits.set(from, null);
    if (!body.has(to) && changed !== null) edits.set(to, changed ?? JSON.stringify(body.get(from)));
  }
  for (const [key, text] of lane.rules.defaults) if (!body.has(key)) edits.set(key, text);
  if (betas && lane.betas?.place === 'body') edits.set('anthropic_beta', betas.sent.length > 0 ? JSON.stringify(betas.sent) : null);
  for (const word of betas?.dropped ?? []) dropped.push(`anthropic-beta:${word}`);
  return ok({ pieces: splicePieces(body.bytes, body.outline, edits), request: null, disguises: null, dropped });
}

/** Marks for the prompt cache that the configuration or the request wants, where the model takes any; null: none. */
function cachePlanAt({ wishes }: Call, { deployment, model }: Target): CachePlan | null {
  const plan = wishes && wishes.cachePoints.length > 0 ? { points: wishes.cachePoints, standsDown: false } : deployment.cachePlan;
  if (!plan || !takesCacheMarks({ deployment, model })) return null;
  // The usual places are Claude's; a pattern serves others, too.
  return plan.standsDown && deployment.model.includes('*') && !model.includes('claude') ? null : plan;
}

const takesCacheMarks = ({ deployment, model }: Target): boolean => capabilitiesAt(deployment, model).cacheControl && (deployment.provider.cacheControlModels?.test(model) ?? true);

function setMarks(body: Call['body'], edits: Map<string, string | null>, plan: CachePlan): void {
  for (const [name, value] of markedMembers(memberOf(body, edits), plan)) edits.set(name, JSON.stringify(value));
}

/** Reads members of a body as the edits leave them. */
const memberOf = (body: Call['body'], edits: ReadonlyMap<string, string | null>) => (name: string): unknown =>
  (edits.has(name) ? JSON.parse(edits.get(name) ?? 'null') : body.has(name) ? body.get(name) : undefined);

const arrayOf = (value: unknown): Json[] => (Array.isArray(value) ? value as Json[] : []);

// The provider is always asked for usage; the client sees the chunk only if it asked itself.
function streamOptions(value: unknown): string {
  return JSON.stringify({ ...(isJsonObject(value) ? value : {}), include_usage: true });
}

function translated(call: Call, target: Target, lane: Lane, reasoning: ReasoningMemory, betas: SortedBetas | null): Result<Outgoing> {
  const object = call.body.object();
  if (!object) return fail(fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.'));
  const previous = object['previous_response_id'];
  if (call.inbound === 'openai-responses' && typeof previous === 'string') {
    return fail(fault('parameter_invalid', `There is no response with the id '${previous.slice(0, 200)}' that this model could go on from.`, { param: 'previous_response_id' }));
  }
  const drops = dropsOf(call, lane);
  const allowed = allowedOf(call, target);
  const withBetas = call.inbound === 'anthropic-messages' ? (betas?.members ?? []).filter((key) => object[key] !== undefined) : [];
  let input: JsonObject = Object.fromEntries(Object.entries(object).filter(([key]) => !call.removed.has(key) && !allowed.has(key) && !withBetas.includes(key)));
  for (const { steps } of drops) input = without(input, steps) as JsonObject;
  const read = dialectOf(call.inbound).readRequest(input, call.model, call.stream);
  if (!read.ok) return read;
  const request: CanonicalRequest = { ...reasoning.recall(call.tenant, lane.outbound, read.value), model: target.model };
  const marks = cachePlanAt(call, target);
  if (marks) markRequest(request, marks);
  const written = dialectOf(lane.outbound).writeRequest(request, writeTarget(target, call.wishes));
  if (!written.ok) return written;
  let body: JsonObject = written.value.body;
  for (const key of allowed) if (object[key] !== undefined) body[key] = object[key];
  applyRules(body, lane);
  if (target.deployment.messageOrder && lane.outbound === 'openai-chat') body['messages'] = orderedMessages(arrayAt(body, 'messages'), target.deployment.messageOrder);
  for (const { steps } of drops) body = without(body, steps) as JsonObject;
  if (betas && betas.sent.length > 0) tellBetas(body, betas.sent, lane);
  return ok({ pieces: [Buffer.from(JSON.stringify(body))], request: { ...read.value, extra: call.continued === null ? read.value.extra : { ...read.value.extra, previous_response_id: call.continued } }, disguises: written.value.disguises ?? null, dropped: [...written.value.dropped, ...withBetas, ...(betas?.dropped ?? []).map((word) => `anthropic-beta:${word}`)] });
}

// Only what the target's dialect has no word for has to be allowed; the rest is translated.
function allowedOf({ inbound, wishes }: Call, { deployment }: Target): ReadonlySet<string> {
  const names = [...deployment.allowedParams, ...(wishes?.allowed ?? [])];
  if (names.length === 0 || !inbound.startsWith('openai-')) return nothingAllowed;
  return new Set(names.filter((name) => !translatedParameters.has(name)));
}

const nothingAllowed: ReadonlySet<string> = new Set();
const translatedParameters: ReadonlySet<string> = new Set([
  'model', 'messages', 'input', 'instructions', 'stream', 'stream_options', 'tools', 'tool_choice', 'functions', 'function_call', 'parallel_tool_calls', 'max_tokens',
  'max_completion_tokens', 'max_output_tokens', 'temperature', 'top_p', 'stop', 'response_format', 'text', 'reasoning', 'reasoning_effort', 'thinking',
]);

function tellBetas(body: Record<string, Json>, words: readonly string[], { betas }: Lane): void {
  const holder = betas?.place === 'fields' ? objectAt(body, 'additionalModelRequestFields') ?? {} : body;
  holder['anthropic_beta'] = [...new Set([...arrayAt(holder, 'anthropic_beta'), ...words])];
  if (betas?.place === 'fields') body['additionalModelRequestFields'] = holder;
}

// Where a dialect keeps members that it does not know itself.
const furtherMembers: Readonly<Partial<Record<DialectName, { known: ReadonlySet<string>; holder: string }>>> = {
  'bedrock-converse': { known: converseMembers, holder: 'additionalModelRequestFields' },
};

function applyRules(body: Record<string, Json>, { rules, outbound }: Lane): void {
  const { known, holder } = furtherMembers[outbound] ?? {};
  for (const [key, text] of rules.defaults) {
    const inside: Record<string, Json> = holder === undefined || known?.has(key) ? body : objectAt(body, holder) ?? {};
    inside[key] ??= JSON.parse(text) as Json;
    if (inside !== body && holder !== undefined) body[holder] = inside;
  }
  for (const [from, to] of rules.rename) {
    const value = body[from];
    if (value === undefined) continue;
    body[to] ??= value;
    delete body[from];
  }
  for (const key of [...rules.omit, ...rules.unsaid]) delete body[key];
}

function writeTarget({ deployment, model }: Target, wishes: ParameterWishes | null): Parameters<ReturnType<typeof dialectOf>['writeRequest']>[1] {
  const { knownAs } = deployment;
  const capabilities = capabilitiesAt(deployment, model);
  return {
    model, knownAs,
    capabilities: { ...capabilities, cacheControl: takesCacheMarks({ deployment, model }) },
    defaultMaxOutputTokens: deployment.defaultMaxOutputTokens,
    dropParams: wishes?.dropParams ?? deployment.dropParams,
    modifyParams: wishes?.modifyParams ?? deployment.modifyParams,
  };
}
