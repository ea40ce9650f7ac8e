// A list of texts for a provider that takes one a call: as many calls, a few at a time, and one answer.
import { arrayAt, isJsonObject, parseJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import { emptyUsage, type Usage } from '../canonical/usage.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { JsonBody } from '../lib/json-body.ts';
import type { OperationAnswer, OperationCall } from './call.ts';

type PlainAnswer = Extract<OperationAnswer, { kind: 'plain' }>;

const callsAtOnce = 8;
/** OpenAI takes no more in one request. */
const maxInputs = 2048;

/** The texts of a request with more than one; null for a single text and for one list of tokens. */
export function severalInputs(members: JsonBody): Json[] | null {
  const input = members.get('input');
  return Array.isArray(input) && input.length > 1 && typeof input[0] !== 'number' ? input as Json[] : null;
}

/** Asks for each text and puts the answers together. The first failure is the whole's. */
export async function joined(inputs: readonly Json[], call: OperationCall, ask: (call: OperationCall) => Promise<Result<OperationAnswer>>): Promise<Result<OperationAnswer>> {
  if (inputs.length > maxInputs) return fail(fault('parameter_invalid', `input: at most ${maxInputs} texts`, { param: 'input' }));
  const object = call.body.members.object();
  if (!object) return fail(fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.'));
  const answers: PlainAnswer[] = [];
  for (let at = 0; at < inputs.length; at += callsAtOnce) {
    const some = await Promise.all(inputs.slice(at, at + callsAtOnce).map((input) => one(input, object, call, ask)));
    for (const answer of some) {
      if (!answer.ok) return answer;
      answers.push(answer.value);
    }
  }
  return together(answers);
}

async function one(input: Json, object: JsonObject, call: OperationCall, ask: (call: OperationCall) => Promise<Result<OperationAnswer>>): Promise<Result<PlainAnswer>> {
  const members = JsonBody.read(Buffer.from(JSON.stringify({ ...object, input })));
  if (!members) return fail(fault('internal', 'A part of the request is not JSON.'));
  const answer = await ask({ ...call, body: { members, form: null } });
  if (!answer.ok) return answer;
  return answer.value.kind === 'plain' ? ok(answer.value) : fail(fault('upstream_invalid_answer', 'The provider answered with something that is not JSON.'));
}

function together(answers: readonly PlainAnswer[]): Result<OperationAnswer> {
  const [first] = answers;
  const bodies = answers.map(({ body }) => parseJsonObject(body.toString('utf8')) ?? {});
  if (!first) return fail(fault('internal', 'There is no answer.'));
  const data = bodies.flatMap((body) => arrayAt(body, 'data').filter(isJsonObject)).map((item, index) => ({ ...item, index }));
  const usage: Usage = { ...emptyUsage(), inputTokens: answers.reduce((sum, answer) => sum + (answer.usage?.inputTokens ?? 0), 0) };
  const told: JsonObject = { ...bodies[0], data, usage: { prompt_tokens: usage.inputTokens, total_tokens: usage.inputTokens, completion_tokens: 0, completion_tokens_details: null, prompt_tokens_details: null } };
  return ok({ ...first, body: Buffer.from(JSON.stringify(told)), usage });
}
