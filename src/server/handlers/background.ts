// `background: true` of the Responses API where the provider has none: the gateway goes on with the call by itself, and the client asks
// for the answer when it likes. What would be refused at once is refused at once.
import { answerChat, refuse } from '../../pipeline/pipeline.ts';
import { Cancellation } from '../../lib/cancellation.ts';
import { fault, fail, ok, type Result } from '../../canonical/fault.ts';
import { newExchange, type Exchange } from '../../pipeline/exchange.ts';
import { newRequestId } from '../../lib/identifiers.ts';
import { wantsRedaction } from '../../pipeline/ledger-entry.ts';
import { objectAt, parseJsonObject, type JsonObject } from '../../lib/json.ts';
import { openaiResponses } from '../../dialects/openai-responses/index.ts';
import { parseFrameText } from '../../lib/sse.ts';
import { findMember } from '../../lib/json-members.ts';
import { isByteSource, Reply, ReplyHeaders, type AnyReply } from '../../http/reply.ts';
import { JsonBody } from '../../lib/json-body.ts';
import { spliceMembers } from '../../lib/splice.ts';
import type { BackgroundJob } from '../../pipeline/background-job.ts';
import type { RouteCall } from '../route.ts';

// Long enough to hear what the gateway itself or a provider nearby refuses, short enough for nobody to notice.
const refusalMs = 100;

/**
 * True for a request whose answer is to be made here, in the background. A provider that keeps its answers does it itself for an administrator only:
 * what such an answer used is told to whoever fetches it, long after its request was billed, and nobody's budget would ever be charged for it.
 */
export function isForBackground(body: JsonBody, { services, caller }: RouteCall): boolean {
  if (!body.has('background') || body.get('background') !== true) return false;
  if (!caller?.isAdmin) return true;
  const model = body.get('model');
  const group = typeof model === 'string' ? services.pipeline.router.groups.find(model) : null;
  const alone = group?.deployments.every((deployment) => {
    const lane = deployment.lanes.get('openai-responses');
    return lane !== undefined && !lane.translate && lane.keepsAnswers;
  });
  return alone !== true;
}

/** Begins an answer in the background. */
export async function answerInBackground(call: RouteCall, body: JsonBody): Promise<AnyReply> {
  const { pipeline } = call.services;
  const work = new Cancellation();
  const exchange = exchangeOf(call, work);
  const begun = begin(call, body, work);
  if (!begun.ok) return refuse(exchange, begun.fault, pipeline, 'openai-responses');
  const job = begun.value;
  const own = JsonBody.read(spliceMembers(body.bytes, body.outline, new Map([['background', null], ['stream', 'true']])));
  if (!own) return refuse(exchange, fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.'), pipeline, 'openai-responses');
  const running = Promise.resolve(answerChat(exchange, { dialect: 'openai-responses', body: own, modelFromPath: null, streamFromPath: true, keptElsewhere: true }, pipeline));
  const early = await Promise.race([running, Bun.sleep(refusalMs)]);
  if (early && early.status !== 200) {
    pipeline.background.drop(job);
    pipeline.responses.delete(job.tenant, job.id);
    return early;
  }
  void running.then((reply) => follow(job, exchange, reply));
  const streams = body.has('stream') && body.get('stream') === true;
  return streams ? eventStream(call, job, -1) : new Reply(200, headersOf(call), JSON.stringify(job.response));
}

/** The events of a job as an answer. */
export function eventStream(call: RouteCall, job: BackgroundJob, startingAfter: number): AnyReply {
  const headers = headersOf(call);
  headers.set('content-type', 'text/event-stream; charset=utf-8');
  headers.set('cache-control', 'no-cache');
  return new Reply(200, headers, job.follow(startingAfter));
}

function follow(job: BackgroundJob, exchange: Exchange, { status, body }: Reply): void {
  if (status === 200 && isByteSource(body)) body.start(job);
  else job.break(exchange.fault ?? fault('internal', 'The answer could not be made.'));
}

function begin(call: RouteCall, body: JsonBody, work: Cancellation): Result<BackgroundJob> {
  const { pipeline } = call.services;
  const object = body.object();
  const input = findMember(body.outline, 'input');
  const model = body.get('model');
  if (!object || !input || typeof model !== 'string') return fail(fault('parameter_missing', "/responses: Missing required parameter: 'input'.", { param: 'input' }));
  if (object['store'] === false) return fail(fault('parameter_invalid', 'A response in the background has to be stored: `store` must not be false.', { param: 'background' }));
  const response = responseBefore(object, model);
  if (!response.ok) return response;
  const previous = object['previous_response_id'];
  const tenant = call.caller?.tenant ?? '';
  const asked = Buffer.from(body.bytes.subarray(input.valueStart, input.valueEnd));
  const job = pipeline.background.begin(
    { id: `resp_${newRequestId()}`, tenant, model, previous: typeof previous === 'string' ? previous : null, input: asked, response: response.value, work },
    (told) => pipeline.responses.set({
      id: told.id, tenant, model, deploymentId: '', kept: 'here', previous: told.start.previous, input: asked, body: Buffer.from(JSON.stringify(told.response)), ...(!told.finished && { unfinished: true }), ...(wantsRedaction(call.request.headers) && { memoryOnly: true }),
    }),
  );
  return job ? ok(job) : fail(fault('overloaded', 'Too many responses are being made in the background.'));
}

/** The response object of a request before anything was said. */
function responseBefore(object: JsonObject, model: string): Result<JsonObject> {
  const request = openaiResponses.readRequest(object, model, true);
  if (!request.ok) return request;
  const writer = openaiResponses.createWriter({ requestId: 'background', model, request: request.value, estimatedInputTokens: 0, nowSeconds: Math.floor(Date.now() / 1000) });
  const [first = ''] = writer.write({ type: 'start', id: '', model, createdSeconds: 0 }).split('\n\n');
  return ok(objectAt(parseJsonObject(parseFrameText(`${first}\n\n`)?.data ?? ''), 'response') ?? {});
}

function exchangeOf({ id, route, request, address, caller }: RouteCall, work: Cancellation): Exchange {
  // The client may leave: only the job ends the call.
  const exchange = newExchange({ id, kind: { type: 'chat', dialect: 'openai-responses' }, route: route.path, headers: request.headers, signal: work, address });
  exchange.caller = caller;
  return exchange;
}

const headersOf = ({ id }: RouteCall): ReplyHeaders => ReplyHeaders.of({ 'content-type': 'application/json', 'x-litellm-call-id': id });
