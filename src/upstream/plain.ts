// A whole answer: read with a bound, checked to be one, and given to the client in its own dialect.
import { after, type Later } from '../lib/later.ts';
import type { ProviderResponse } from '../http/provider-response.ts';
import { boundedBody } from '../http/bounded-body.ts';
import { dialectOf } from '../dialects/registry.ts';
import { dialectTraits } from '../dialects/traits.ts';
import { emptyUsage } from '../canonical/usage.ts';
import { fail, fault, faultStatus, ok, type Result } from '../canonical/fault.ts';
import { findMember, memberValue, outlineOf, type Outline } from '../lib/json-members.ts';
import { isJsonObject, parseJsonObject, stringAt, type Json, type JsonObject } from '../lib/json.ts';
import { embeddedStatus, errorBodyFault, invalidAnswerFault, isErrorBody, scrubbed } from './failure.ts';
import { presentAnswer, tellingPart } from './present.ts';
import { AnswerLosses } from '../dialects/answer-losses.ts';
import { answerContext, readWhole } from './translation.ts';
import type { Answer, Call } from './call.ts';
import type { Deployment, Lane, Target } from '../routing/deployment.ts';
import type { Fault } from '../canonical/fault.ts';
import type { ReasoningMemory } from '../cache/reasoning-memory.ts';
import type { Outgoing } from './outgoing.ts';

type PlainAnswer = Extract<Answer, { kind: 'plain' }>;
type Made = Pick<PlainAnswer, 'body' | 'usage' | 'finishReason' | 'dropped'>;

/** The provider's whole answer, for the client; at once when all of it came together with its head. */
export function plainAnswer(call: Call, { deployment }: Target, lane: Lane, outgoing: Outgoing, response: ProviderResponse, reasoning: ReasoningMemory): Later<Result<PlainAnswer>> {
  return after(boundedBody(response, deployment.maxAnswerBytes), (bytes) => {
    if (!bytes) return fail(tooLarge(deployment));
    const made = lane.translate ? translateAnswer(bytes, call, deployment, lane, outgoing, reasoning) : passAnswer(bytes, call, deployment, lane, outgoing.dropped);
    if (!made.ok) return made;
    const { body, usage, finishReason, dropped } = made.value;
    return ok({ kind: 'plain', headers: response.headers, body, usage, finishReason, dropped });
  });
}

function passAnswer(bytes: Buffer, call: Call, deployment: Deployment, lane: Lane, dropped: readonly string[]): Result<Made> {
  const outline = outlineOf(bytes);
  if (!outline) return fail(notJson(deployment));
  const telling = tellingPart(bytes, outline);
  if (isErrorBody(telling)) return fail(errorFault(telling, bytes, deployment, lane));
  if (!holdsAnswer(bytes, outline, lane)) return fail(invalidAnswerFault('The provider answered with JSON that holds no answer.', deployment));
  const { body, finishReason } = presentAnswer(bytes, outline, lane.outbound, call.model, call.continued);
  const reason = finishReason ?? stringAt(telling, 'stop_reason') ?? stringAt(telling, 'status') ?? null;
  return ok({ body, usage: dialectOf(lane.outbound).usageOf(withSearches(telling, bytes, outline, lane)), finishReason: reason, dropped });
}

// Searches of the web are told where the answer is; it is parsed only when it holds some.
function withSearches(telling: JsonObject, bytes: Buffer, outline: Outline, lane: Lane): JsonObject {
  const { searches } = dialectTraits[lane.outbound];
  if (!searches || bytes.indexOf(searches.word) === -1) return telling;
  return { ...telling, [searches.member]: (memberValue(bytes, findMember(outline, searches.member)) as Json | undefined) ?? null };
}

function translateAnswer(bytes: Buffer, call: Call, deployment: Deployment, lane: Lane, outgoing: Outgoing, reasoning: ReasoningMemory): Result<Made> {
  const body = parseJsonObject(bytes.toString('utf8'));
  if (!body) return fail(notJson(deployment));
  if (isErrorBody(body)) return fail(errorFault(body, bytes, deployment, lane));
  const dropped = [...outgoing.dropped];
  const answer = readWhole(body, lane, outgoing.disguises, new AnswerLosses(call.inbound, dropped));
  if (!answer.ok) return answer;
  if (!outgoing.request) return fail(fault('internal', 'A translated answer has no request.'));
  const { usage, choices } = answer.value;
  const recorder = reasoning.recorder(call.tenant, lane.outbound);
  if (recorder) for (const [index, choice] of choices.entries()) for (const block of choice.blocks) recorder.block(index, block);
  const written = dialectOf(call.inbound).writeAnswer({ ...answer.value, usage: usage ?? emptyUsage() }, answerContext(call, outgoing.request));
  return ok({ body: Buffer.from(JSON.stringify(written)), usage, finishReason: choices[0]?.native ?? choices[0]?.reason ?? null, dropped });
}

function holdsAnswer(bytes: Buffer, outline: Outline, lane: Lane): boolean {
  return dialectTraits[lane.outbound].answerMembers.some((name) => {
    const first = bytes[findMember(outline, name)?.valueStart ?? bytes.length];
    return first === 0x5b || first === 0x7b;
  });
}

// The status is a number in the error, or what the dialect's word for the error means.
function errorFault(body: JsonObject, bytes: Buffer, deployment: Deployment, lane: Lane): Fault {
  const { error } = body;
  const read = dialectOf(lane.outbound).readAnswer(body).find((event) => event.type === 'error');
  const status = (isJsonObject(error) ? embeddedStatus(error) : null) ?? (read ? faultStatus(read.fault) : 500);
  return errorBodyFault(status, scrubbed(bytes.toString('utf8'), deployment), deployment);
}

const tooLarge = (deployment: Deployment): Fault => invalidAnswerFault('The answer is larger than this gateway reads.', deployment);
const notJson = (deployment: Deployment): Fault => invalidAnswerFault('The provider answered with something that is not a JSON object.', deployment);
