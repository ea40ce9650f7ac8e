// Keeps answers of the Responses API and lets requests go on from them: at the provider that keeps the answer, or by putting what was said
// before in front of the new input.
import { dialectOf } from '../dialects/registry.ts';
import { fail, fault, ok, type Fault, type Result } from '../canonical/fault.ts';
import { findMember, memberValue, outlineOf } from '../lib/json-members.ts';
import { isJsonObject, parseJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import { JsonBody } from '../lib/json-body.ts';
import { maxResponseChain } from '../lib/bounds.ts';
import { parseFrame, SseSplitter } from '../lib/sse.ts';
import { wantsRedaction } from './ledger-entry.ts';
import { spliceMembers } from '../lib/splice.ts';
import type { Caller } from '../access/caller.ts';
import type { Exchange } from './exchange.ts';
import type { ResponseStore, StoredResponse } from '../cache/response-store.ts';
import type { Router } from '../routing/router.ts';

/** How a request goes on from an earlier answer. */
export interface Continuation {
  /** The body to send. */
  body: JsonBody;
  /** The earlier answer, when this gateway put it into the body; null: the provider knows it, or there is none. */
  continued: string | null;
  /** The only deployment that can go on. */
  only: string | null;
}

/** What keeping answers needs. */
export interface ChainParts {
  router: Router;
  responses: ResponseStore;
}

/** The fault for an id that leads nowhere. */
export const responseUnknown = (id: string, param: string | null = null): Fault =>
  fault('parameter_invalid', `There is no response with the id '${id.slice(0, 200)}'. It was never made by this gateway for this key, was not stored, or is no longer kept.`, { param });

/** Finds out how a request goes on. An id that is not known here may still be the provider's: only administrators may try, since a provider knows no tenants. */
export function continueResponse(exchange: Exchange, body: JsonBody, parts: ChainParts): Result<Continuation> | Promise<Result<Continuation>> {
  if (exchange.caller?.isAdmin !== true && namesConversation(body)) return fail(conversationUnknown);
  const previous = body.has('previous_response_id') ? body.get('previous_response_id') : null;
  return typeof previous === 'string' ? continueFrom(previous, exchange, body, parts) : ok({ body, continued: null, only: null });
}

/** Why a body that goes to the provider as it is may not name this earlier answer or conversation there; null: it may. */
export async function foreignRefusal(caller: Caller | null, body: JsonBody, responses: ResponseStore): Promise<Fault | null> {
  if (caller?.isAdmin) return null;
  if (namesConversation(body)) return conversationUnknown;
  const previous = body.has('previous_response_id') ? body.get('previous_response_id') : null;
  return typeof previous === 'string' && !await responses.find(caller?.tenant ?? '', previous) ? responseUnknown(previous, 'previous_response_id') : null;
}

const namesConversation = (body: JsonBody): boolean => body.has('conversation') && body.kindOf('conversation') !== 'null';
const conversationUnknown = fault('parameter_invalid', 'Conversations that a provider keeps belong to its account, not to a key: only administrators may go on with one.', { param: 'conversation' });

async function continueFrom(previous: string, exchange: Exchange, body: JsonBody, { router, responses }: ChainParts): Promise<Result<Continuation>> {
  const stored = await responses.find(exchange.caller?.tenant ?? '', previous);
  if (!stored) return exchange.caller?.isAdmin ? ok({ body, continued: null, only: null }) : fail(responseUnknown(previous, 'previous_response_id'));
  if (stored.unfinished) return fail(fault('parameter_invalid', `The response '${previous.slice(0, 200)}' is not finished: nothing can go on from it yet.`, { param: 'previous_response_id' }));
  const served = router.groups.find(exchange.routed)?.deployments.some((deployment) => deployment.id === stored.deploymentId) ?? false;
  if (stored.kept === 'provider' && served) return ok({ body, continued: null, only: stored.deploymentId });
  const chain = await chainOf(stored, responses);
  const whole = chain && withHistory(body, chain);
  return whole ? ok({ body: whole, continued: previous, only: null }) : fail(responseUnknown(previous, 'previous_response_id'));
}

/** The answers from the first to this one; null when one of them is gone. */
export async function chainOf(last: StoredResponse, responses: ResponseStore): Promise<StoredResponse[] | null> {
  const chain = [last];
  for (let { previous } = last; previous !== null;) {
    const earlier = await responses.find(last.tenant, previous);
    if (!earlier || chain.length >= maxResponseChain) return null;
    chain.unshift(earlier);
    ({ previous } = earlier);
  }
  return chain;
}

/** The items that went into an answer: a text becomes a message. */
export function inputItems({ input }: StoredResponse): Json[] {
  const value: unknown = JSON.parse(input.toString('utf8'));
  if (typeof value === 'string') return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: value }] }];
  return Array.isArray(value) ? value as Json[] : [];
}

function withHistory(body: JsonBody, chain: readonly StoredResponse[]): JsonBody | null {
  const items = chain.flatMap((stored) => [...inputItems(stored), ...outputItems(stored)]);
  const input = body.get('input');
  const now: Json[] = typeof input === 'string' ? [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }] : Array.isArray(input) ? input as Json[] : [];
  const edits = new Map([['input', JSON.stringify([...items, ...now])], ['previous_response_id', null]]);
  return JsonBody.read(spliceMembers(body.bytes, body.outline, edits));
}

function outputItems({ body }: StoredResponse): Json[] {
  const output = parseJsonObject(body.toString('utf8'))?.['output'];
  return Array.isArray(output) ? output.map(withoutNulls) : [];
}

// Members that were added as null for clients are none of a provider's.
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isJsonObject(value)) return value;
  const kept: JsonObject = {};
  for (const [key, member] of Object.entries(value)) if (member !== null) kept[key] = withoutNulls(member);
  return kept;
}

/** Keeps an answer, unless the request says `store: false`. `asked` is the client's own body. */
export function keepResponse(exchange: Exchange, asked: JsonBody, answer: Buffer | null, responses: ResponseStore): void {
  const { deployment } = exchange;
  const outline = answer && outlineOf(answer);
  const input = findMember(asked.outline, 'input');
  if (!answer || !outline || !deployment || !input || asked.get('store') === false) return;
  const id = memberValue(answer, findMember(outline, 'id'));
  if (typeof id !== 'string' || id === '') return;
  const status = memberValue(answer, findMember(outline, 'status'));
  const unfinished = status === 'queued' || status === 'in_progress';
  const lane = deployment.lanes.get('openai-responses');
  const previous = asked.get('previous_response_id');
  responses.set({
    id, tenant: exchange.caller?.tenant ?? '', model: exchange.model, deploymentId: deployment.id,
    kept: lane && !lane.translate && (lane.keepsAnswers || unfinished) ? 'provider' : 'here',
    // A server that gives every answer the same id has no chain.
    previous: typeof previous === 'string' && previous !== id ? previous : null,
    input: Buffer.from(asked.bytes.subarray(input.valueStart, input.valueEnd)), body: Buffer.from(answer), ...(wantsRedaction(exchange.headers) && { memoryOnly: true }),
  });
}

/** The whole answer that stands in the last event of a stream. */
export function answerOfStream(lastSent: Buffer | null): Buffer | null {
  if (!lastSent) return null;
  const glance = dialectOf('openai-responses').createGlancer();
  for (const bytes of (new SseSplitter().push(lastSent) ?? []).toReversed()) {
    const frame = parseFrame(bytes);
    const json = frame?.data.startsWith('{') ? parseJsonObject(frame.data) : undefined;
    if (frame && json && glance(json, frame).terminal && isJsonObject(json['response'])) return Buffer.from(JSON.stringify(json['response']));
  }
  return null;
}
