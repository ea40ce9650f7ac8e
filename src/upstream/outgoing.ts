// Makes the body that goes to the provider. Same dialect: the client's bytes with a few members changed.
// Another dialect: read into the canonical form and written anew.
import { converseMembers } from '../dialects/bedrock-converse/wire.ts';
import { dialectOf } from '../dialects/registry.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Disguises } from '../dialects/dialect.ts';
import type { Lane, Target } from '../routing/deployment.ts';
import { arrayAt, isJsonObject, objectAt, type Json } from '../lib/json.ts';
import type { ReasoningMemory } from '../cache/reasoning-memory.ts';
import { splicePieces } from '../lib/splice.ts';
import type { Call } from './call.ts';
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
  return lane.translate ? translated(call, target, lane, reasoning, betas) : passed(call, target, lane, betas);
}

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
  for (const key of lane.rules.unsaid) edits.set(key, null);
  if (lane.outbound !== 'gemini' && !lane.rules.unsaid.includes('model')) edits.set('model', JSON.stringify(model));
  if (lane.outbound === 'openai-chat') {
    if (call.stream && deployment.capabilities.streamUsage && !call.includeUsage) edits.set('stream_options', streamOptions(body.get('stream_options')));
  }
  if (deployment.provider.statesStream && lane.outbound === 'openai-chat' && !body.has('stream') && !edits.has('stream')) edits.set('stream', 'false');
  for (const [from, to] of lane.rules.rename) {
    if (!body.has(from)) continue;
    edits.set(from, null);
    if (!body.has(to)) edits.set(to, JSON.stringify(body.get(from)));
  }
  for (const [key, text] of lane.rules.defaults) if (!body.has(key)) edits.set(key, text);
  if (betas && lane.betas?.place === 'body') edits.set('anthropic_beta', betas.sent.length > 0 ? JSON.stringify(betas.sent) : null);
  for (const word of betas?.dropped ?? []) dropped.push(`anthropic-beta:${word}`);
  return ok({ pieces: splicePieces(body.bytes, body.outline, edits), request: null, disguises: null, dropped });
}

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
  const input = Object.fromEntries(Object.entries(object).filter(([key]) => !call.removed.has(key) && !(call.inbound === 'anthropic-messages' && betas?.members.includes(key))));
  const read = dialectOf(call.inbound).readRequest(input, call.model, call.stream);
  if (!read.ok) return read;
  const request: CanonicalRequest = { ...reasoning.recall(call.tenant, lane.outbound, read.value), model: target.model };
  const written = dialectOf(lane.outbound).writeRequest(request, writeTarget(target));
  if (!written.ok) return written;
  const body: Record<string, Json> = written.value.body;
  applyRules(body, lane);
  if (betas && betas.sent.length > 0) tellBetas(body, betas.sent, lane);
  return ok({ pieces: [Buffer.from(JSON.stringify(body))], request: { ...read.value, extra: call.continued === null ? read.value.extra : { ...read.value.extra, previous_response_id: call.continued } }, disguises: written.value.disguises ?? null, dropped: [...written.value.dropped, ...(betas?.dropped ?? []).map((word) => `anthropic-beta:${word}`)] });
}

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

function writeTarget({ deployment, model }: Target): Parameters<ReturnType<typeof dialectOf>['writeRequest']>[1] {
  const { capabilities, provider, knownAs } = deployment;
  return {
    model, knownAs,
    capabilities: { ...capabilities, cacheControl: capabilities.cacheControl && (provider.cacheControlModels?.test(model) ?? true) },
    defaultMaxOutputTokens: deployment.defaultMaxOutputTokens,
    dropParams: deployment.dropParams,
    modifyParams: deployment.modifyParams,
  };
}
