// A whole answer: read with a bound, checked to be one, and given to the client in its own dialect.
import { asBuffer, type ProviderResponse } from '../http/provider-response.ts';
import { dialectOf } from '../dialects/registry.ts';
import { emptyUsage } from '../canonical/usage.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { maxAnswerBytes } from '../lib/bounds.ts';
import { outlineOf } from '../lib/json-members.ts';
import { isJsonObject, parseJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import { embeddedStatus, errorBodyFault, invalidAnswerFault, isErrorBody, scrubbed } from './failure.ts';
import { presentAnswer, tellingPart } from './present.ts';
import { answerContext, readWhole } from './translation.ts';
import type { Answer, Call } from './call.ts';
import type { Deployment, Lane, Target } from '../routing/deployment.ts';
import type { Fault } from '../canonical/fault.ts';
import type { Outgoing } from './outgoing.ts';

type PlainAnswer = Extract<Answer, { kind: 'plain' }>;
type Made = Pick<PlainAnswer, 'body' | 'usage' | 'finishReason'>;

/** The provider's whole answer, for the client. */
export async function plainAnswer(call: Call, target: Target, lane: Lane, outgoing: Outgoing, response: ProviderResponse): Promise<Result<PlainAnswer>> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (declared > maxAnswerBytes) return fail(tooLarge(target.deployment));
  const bytes = asBuffer(await response.arrayBuffer());
  if (bytes.length > maxAnswerBytes) return fail(tooLarge(target.deployment));
  const made = lane.translate ? translateAnswer(bytes, call, target.deployment, lane, outgoing) : passAnswer(bytes, call, target.deployment, lane);
  return made.ok ? ok({ kind: 'plain', headers: response.headers, dropped: outgoing.dropped, ...made.value }) : made;
}

function passAnswer(bytes: Buffer, call: Call, deployment: Deployment, lane: Lane): Result<Made> {
  const outline = outlineOf(bytes);
  if (!outline) return fail(notJson(deployment));
  const telling = tellingPart(bytes, outline);
  if (isErrorBody(telling)) return fail(errorFault(telling, bytes, deployment));
  const { body, finishReason } = presentAnswer(bytes, outline, lane.outbound, call.model, call.continued);
  const reason = finishReason ?? stringAt(telling, 'stop_reason') ?? stringAt(telling, 'status') ?? null;
  return ok({ body, usage: dialectOf(lane.outbound).usageOf(telling), finishReason: reason });
}

function translateAnswer(bytes: Buffer, call: Call, deployment: Deployment, lane: Lane, outgoing: Outgoing): Result<Made> {
  const body = parseJsonObject(bytes.toString('utf8'));
  if (!body) return fail(notJson(deployment));
  if (isErrorBody(body)) return fail(errorFault(body, bytes, deployment));
  const answer = readWhole(body, lane, outgoing.disguises);
  if (!answer.ok) return answer;
  if (!outgoing.request) return fail(fault('internal', 'A translated answer has no request.'));
  const { usage, choices } = answer.value;
  const written = dialectOf(call.inbound).writeAnswer({ ...answer.value, usage: usage ?? emptyUsage() }, answerContext(call, outgoing.request));
  return ok({ body: Buffer.from(JSON.stringify(written)), usage, finishReason: choices[0]?.native ?? choices[0]?.reason ?? null });
}

function errorFault(body: JsonObject, bytes: Buffer, deployment: Deployment): Fault {
  const { error } = body;
  return errorBodyFault(isJsonObject(error) ? embeddedStatus(error) : 500, scrubbed(bytes.toString('utf8'), deployment), deployment);
}

const tooLarge = (deployment: Deployment): Fault => invalidAnswerFault('The answer is larger than this gateway reads.', deployment);
const notJson = (deployment: Deployment): Fault => invalidAnswerFault('The provider answered with something that is not a JSON object.', deployment);
