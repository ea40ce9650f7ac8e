// A whole answer: read with a bound, checked to be one, and given to the client in its own dialect.
import { dialectOf } from '../dialects/registry.ts';
import { emptyUsage } from '../canonical/usage.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { maxAnswerBytes } from '../lib/bounds.ts';
import { parseJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import { embeddedStatus, errorBodyFault, invalidAnswerFault, isErrorBody, scrubbed } from './failure.ts';
import { presentAnswer } from './present.ts';
import { answerContext, readWhole } from './translation.ts';
import type { Answer, Call } from './call.ts';
import type { Deployment, Lane, Target } from '../routing/deployment.ts';
import type { Outgoing } from './outgoing.ts';

type PlainAnswer = Extract<Answer, { kind: 'plain' }>;

/** The provider's whole answer, for the client. */
export async function plainAnswer(call: Call, target: Target, lane: Lane, outgoing: Outgoing, response: Response): Promise<Result<PlainAnswer>> {
  const declared = Number(response.headers.get('content-length') ?? 0);
  if (declared > maxAnswerBytes) return fail(invalidAnswerFault('The answer is larger than this gateway reads.', target.deployment));
  const bytes = Buffer.from(await response.arrayBuffer());
  const read = readBody(bytes, target.deployment);
  if (!read.ok) return read;
  const body = read.value;
  const made = lane.translate
    ? translateAnswer(body, call, lane, outgoing)
    : ok({ body: presentAnswer(bytes, lane.outbound, call.model), usage: dialectOf(lane.outbound).usageOf(body), finishReason: finishReasonOf(body) });
  if (!made.ok) return made;
  return ok({ kind: 'plain', headers: response.headers, dropped: outgoing.dropped, ...made.value });
}

/** A body that must be an answer: a JSON object that is no error. */
export function readBody(bytes: Buffer, deployment: Deployment): Result<JsonObject> {
  if (bytes.length > maxAnswerBytes) return fail(invalidAnswerFault('The answer is larger than this gateway reads.', deployment));
  const text = bytes.toString('utf8');
  const body = parseJsonObject(text);
  if (!body) return fail(invalidAnswerFault('The provider answered with something that is not JSON.', deployment));
  if (!isErrorBody(body)) return ok(body);
  const error = body['error'];
  const status = typeof error === 'object' && error !== null && !Array.isArray(error) ? embeddedStatus(error) : 500;
  return fail(errorBodyFault(status, scrubbed(text, deployment), deployment));
}

function translateAnswer(body: JsonObject, call: Call, lane: Lane, outgoing: Outgoing): Result<{ body: Buffer; usage: PlainAnswer['usage']; finishReason: string | null }> {
  const answer = readWhole(body, lane, outgoing.disguises);
  if (!answer.ok) return answer;
  if (!outgoing.request) return fail(fault('internal', 'A translated answer has no request.'));
  const { usage, choices } = answer.value;
  const written = dialectOf(call.inbound).writeAnswer({ ...answer.value, usage: usage ?? emptyUsage() }, answerContext(call, outgoing.request));
  return ok({ body: Buffer.from(JSON.stringify(written)), usage, finishReason: choices[0]?.native ?? choices[0]?.reason ?? null });
}

/** The word for why a whole answer ended, in whatever dialect it is. */
function finishReasonOf(body: JsonObject): string | null {
  const { choices } = body;
  const first = Array.isArray(choices) ? choices[0] : undefined;
  const object = typeof first === 'object' && first !== null && !Array.isArray(first) ? first : undefined;
  return stringAt(object, 'finish_reason') ?? stringAt(body, 'stop_reason') ?? stringAt(body, 'status') ?? null;
}
