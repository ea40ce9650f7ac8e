// The routes of an answer of the Responses API: fetch it, forget it, cancel it, list what went into it. An answer that the provider keeps is
// asked for there; the others are kept here.
import { boundedBody } from '../../http/bounded-body.ts';
import { maxAnswerBytes } from '../../lib/bounds.ts';
import { chainOf, foreignRefusal, inputItems, responseUnknown } from '../../pipeline/response-chain.ts';
import { estimateTokens } from '../../accounting/token-estimate.ts';
import { fault, type Fault } from '../../canonical/fault.ts';
import { isJsonObject, numberAt, parseJsonObject, type Json } from '../../lib/json.ts';
import { eventStream } from './background.ts';
import { framesAfter } from '../../pipeline/background-job.ts';
import { json } from '../reply.ts';
import { openaiResponses } from '../../dialects/openai-responses/index.ts';
import { newExchange, type Exchange } from '../../pipeline/exchange.ts';
import { answerOperationCall } from './operation.ts';
import { passThrough, urlBehind } from '../../upstream/pass-through.ts';
import { readJsonBody } from '../read-body.ts';
import { refuse } from '../../pipeline/pipeline.ts';
import { applyPatches, type Patch } from '../../lib/patch.ts';
import { replaceString, touchObject } from '../../lib/touch.ts';
import type { BackgroundJob } from '../../pipeline/background-job.ts';
import type { Deployment } from '../../routing/deployment.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { StoredResponse } from '../../cache/response-store.ts';
import { Reply, ReplyHeaders, type AnyReply } from '../../http/reply.ts';

type KeptHere = (call: RouteCall, stored: StoredResponse) => AnyReply | Promise<AnyReply>;

/** A route of one answer: `suffix` behind its id at the provider, `here` for answers that this gateway keeps. */
const ofAnswer = (suffix: string, here: KeptHere): Handler => async (call) => {
  const { services, caller, params } = call;
  const id = params['response_id'] ?? '';
  const stored = await services.pipeline.responses.find(caller?.tenant ?? '', id) ?? storedJob(jobOf(call));
  if (!stored) return refused(call, responseUnknown(id));
  if (stored.kept === 'here') return here(call, stored);
  const deployment = services.pipeline.router.groups.deployment(stored.deploymentId);
  return deployment ? askProvider(call, stored, deployment, suffix) : refused(call, responseUnknown(id));
};

const jobOf = ({ services, caller, params }: RouteCall): BackgroundJob | null => services.pipeline.background.get(caller?.tenant ?? '', params['response_id'] ?? '');

// A job whose answer found no room among the kept ones.
const storedJob = (job: BackgroundJob | null): StoredResponse | null => job && {
  id: job.id, tenant: job.tenant, model: job.start.model, deploymentId: '', kept: 'here', previous: job.start.previous, input: job.start.input, body: Buffer.from(JSON.stringify(job.response)),
};

async function askProvider(call: RouteCall, stored: StoredResponse, deployment: Deployment, suffix: string): Promise<AnyReply> {
  const { request, services, search, id } = call;
  const { pipeline } = services;
  const lane = deployment.lanes.get('openai-responses');
  if (!lane) return refused(call, responseUnknown(stored.id));
  const url = urlBehind(lane.url(deployment.model, false), `/${encodeURIComponent(stored.id)}${suffix}`, search);
  const passed = await passThrough({ method: request.method, url, headers: lane.headers, body: [], signal: request.signal, timeoutMs: pipeline.defaultTimeoutMs }, deployment, pipeline);
  if (!passed.ok) return refused(call, passed.fault);
  if (request.method === 'DELETE') pipeline.responses.delete(stored.tenant, stored.id);
  passed.value.headers.set('x-litellm-call-id', id);
  passed.value.headers.set('x-litellm-model-id', deployment.id);
  if (!(passed.value.headers.get('content-type') ?? '').includes('json')) return passed.value;
  const bytes = await boundedBody(passed.value, maxAnswerBytes);
  if (!bytes) return refused(call, fault('upstream_invalid_answer', 'The answer is larger than this gateway reads.'));
  const patches: Patch[] = [];
  touchObject({ members: { model: replaceString(JSON.stringify(stored.model)) } })(bytes, 0, patches);
  return new Response(new Uint8Array(applyPatches(bytes, patches)), passed.value);
}

/** `GET /v1/responses/{response_id}`: the answer as it stands, or with `stream=true` its events behind `starting_after`. */
export const showResponse = ofAnswer('', (call, stored) => {
  const query = new URLSearchParams(call.search);
  if (query.get('stream') !== 'true') return new Reply(200, ReplyHeaders.of(headersOf(call)), stored.body);
  const given = query.get('starting_after');
  if (given !== null && !/^\d{1,9}$/.test(given)) return refused(call, fault('parameter_invalid', "Invalid value for 'starting_after': expected a whole number.", { param: 'starting_after' }));
  const startingAfter = given === null ? -1 : Number(given);
  const job = jobOf(call);
  if (job) return eventStream(call, job, startingAfter);
  const text = eventsOf(stored);
  if (text === null) return refused(call, fault('parameter_invalid', 'This response cannot be streamed any more.', { param: 'stream' }));
  return new Reply(200, ReplyHeaders.of({ ...headersOf(call), 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' }), framesAfter(text, startingAfter));
});

/** The events that a kept answer might have come in; null for one that says nothing. */
function eventsOf({ id, model, body, input }: StoredResponse): string | null {
  const answer = parseJsonObject(body.toString('utf8'));
  const request = openaiResponses.readRequest({ input: JSON.parse(input.toString('utf8')) as Json }, model, true);
  if (!answer || !request.ok) return null;
  const context = { requestId: id.replace(/^resp_/, ''), model, request: request.value, estimatedInputTokens: 0, nowSeconds: numberAt(answer, 'created_at') ?? 0 };
  const writer = openaiResponses.createWriter(context);
  return openaiResponses.readAnswer(answer).map((event) => writer.write(event)).join('');
}

/** `DELETE /v1/responses/{response_id}`. */
export const deleteResponse = ofAnswer('', (call, { tenant, id }) => {
  const job = jobOf(call);
  if (job) call.services.pipeline.background.drop(job);
  call.services.pipeline.responses.delete(tenant, id);
  return json({ id, object: 'response', deleted: true }, 200, headersOf(call));
});

/** `POST /v1/responses/{response_id}/cancel`: ends an answer in the background; one that has ended is shown as it is. */
export const cancelResponse = ofAnswer('/cancel', (call, { body }) => {
  const job = jobOf(call);
  job?.cancel();
  if (job || parseJsonObject(body.toString('utf8'))?.['background'] === true) return new Reply(200, ReplyHeaders.of(headersOf(call)), job ? JSON.stringify(job.response) : body);
  return refused(call, fault('parameter_invalid', 'This response is finished: only a response that runs in the background can be cancelled.'));
});

/** `GET /v1/responses/{response_id}/input_items`. */
export const listInputItems = ofAnswer('/input_items', async (call, stored) => {
  const query = new URLSearchParams(call.search);
  const chain = await chainOf(stored, call.services.pipeline.responses) ?? [stored];
  const items = chain.flatMap((part) => inputItems(part).map((item, index) => withId(item, `${part.id.replace(/^resp_/, '')}_${index}`)));
  const ordered = query.get('order') === 'asc' ? items : items.toReversed();
  const after = query.get('after');
  const from = after === null ? 0 : ordered.findIndex((item) => idOf(item) === after) + 1;
  const limit = Math.min(100, Math.max(1, Number(query.get('limit') ?? 20) || 20));
  const data = ordered.slice(from, from + limit);
  return json({ object: 'list', data, first_id: idOf(data[0]), last_id: idOf(data.at(-1)), has_more: from + limit < ordered.length }, 200, headersOf(call));
});

const withId = (item: Json, name: string): Json => (isJsonObject(item) ? { type: 'message', ...item, id: item['id'] ?? `msg_${name}` } : item);
const idOf = (item: Json | undefined): Json => (isJsonObject(item) ? item['id'] ?? null : null);

/** `POST /v1/responses/input_tokens`: counted by the provider where it can, else estimated. */
export const countInputTokens: Handler = async (call) => {
  const body = await readJsonBody(call.request, call.services.maxRequestBytes);
  if (!body.ok) return refused(call, body.fault);
  const foreign = await foreignRefusal(call.caller, body.value, call.services.pipeline.responses);
  if (foreign) return refused(call, foreign);
  const model = body.value.get('model');
  const group = typeof model === 'string' ? call.services.pipeline.router.groups.find(model) : null;
  const counts = group?.deployments.some((deployment) => deployment.operations.has('responses-input-tokens')) ?? false;
  const object = body.value.object();
  if (counts || !group || !object || !body.value.has('input')) return answerOperationCall(call, 'responses-input-tokens', { members: body.value, form: null });
  return json({ object: 'response.input_tokens', input_tokens: estimateTokens(object), litellm_count_source: 'local_estimate' }, 200, headersOf(call));
};

const headersOf = ({ id }: RouteCall): Record<string, string> => ({ 'content-type': 'application/json', 'x-litellm-call-id': id });

const refused = (call: RouteCall, reason: Fault): AnyReply => refuse(exchangeOf(call), reason, call.services.pipeline, 'openai-responses');

function exchangeOf({ id, route, request, address, caller }: RouteCall): Exchange {
  const exchange = newExchange({ id, kind: { type: 'chat', dialect: 'openai-responses' }, route: route.path, headers: request.headers, signal: request.signal, address });
  exchange.caller = caller;
  return exchange;
}
