// A call for something other than chat, through the same stages as chat: parameters → limits → cache → route → call → reply → settle.
import { accessRefusal, missingParameter, nameModel, tagsRefusal } from './access-stage.ts';
import { answerHeaders } from './answer-headers.ts';
import { abandonLimits, admit } from './limit-stage.ts';
import { attemptOperation } from '../upstream/operation.ts';
import { cacheSlot } from './cache-stage.ts';
import { soundUsage } from '../accounting/billed-usage.ts';
import { emptyUsage } from '../canonical/usage.ts';
import { checkParameters, modelOf } from './parameters.ts';
import { clientSettingRefusal } from './client-settings.ts';
import { embeddingSlots, joinEmbeddings, type EmbeddingSlots } from './embedding-slots.ts';
import { fault, faultStatus, type Fault } from '../canonical/fault.ts';
import { requiredParams, refuse, replyCached, replyPlain, routed, type PipelineParts } from './pipeline.ts';
import { pretendedFailure } from './pretended-failure.ts';
import { readControls, type Controls } from './controls.ts';
import { costOfUsage, exchangeCost, settle } from './settle.ts';
import { steer } from './steer-stage.ts';
import type { Exchange } from './exchange.ts';
import type { OperationAnswer, OperationCall } from '../upstream/call.ts';
import type { OperationBody } from '../upstream/operation-body.ts';
import type { OperationName } from '../providers/provider.ts';
import { Reply } from '../http/reply.ts';

/** An operation as the route found it. */
export interface OperationRequest {
  operation: OperationName;
  body: OperationBody;
  /** The model when it stands in the path. */
  modelFromPath: string | null;
}

/** Answers a request for an operation. Errors have OpenAI's form. */
export function answerOperation(exchange: Exchange, request: OperationRequest, parts: PipelineParts): Promise<Reply> {
  return answer(exchange, request, parts).catch((error: unknown) => abandonLimits(exchange, error, parts.limits));
}

async function answer(exchange: Exchange, request: OperationRequest, parts: PipelineParts): Promise<Reply> {
  const { members } = request.body;
  exchange.asked = members;
  const elsewhere = parts.settledModel?.(exchange.kind) ?? request.modelFromPath;
  const model = modelOf(members, elsewhere);
  if (model.ok) nameModel(exchange, model.value, parts.router.groups);
  const own = clientSettingRefusal(members, () => parts.router.groups.find(exchange.routed));
  if (own) return refuse(exchange, own, parts, 'openai-chat');
  const checked = checkParameters(members, exchange.kind, elsewhere !== null);
  if (!checked.ok) return refuse(exchange, checked.fault, parts, 'openai-chat');
  if (!model.ok) return refuse(exchange, model.fault, parts, 'openai-chat');
  const read = readControls(members, exchange.headers, exchange.kind, parts.mockTestingAllowed, exchange.routed);
  if (!read.ok) return refuse(exchange, read.fault, parts, 'openai-chat');
  const refused = accessRefusal(exchange, members, parts.router.groups) ?? tagsRefusal(read.value.tags, parts.tagsRefused) ?? missingParameter(members, requiredParams(exchange, parts));
  if (refused) return refuse(exchange, refused, parts, 'openai-chat');
  const stream = members.get('stream');
  exchange.stream = stream === true || stream === 'true' || members.get('stream_format') === 'sse';
  exchange.tags = read.value.tags;
  const admitting = admit(exchange, members, fileBytesOf(request.body), parts);
  const admitted = admitting instanceof Promise ? await admitting : admitting;
  if (!admitted.ok) return refuse(exchange, admitted.fault, parts, 'openai-chat');

  const tags = steer(exchange, members, read.value, parts);
  const controls = tags.length > 0 ? { ...read.value, tags: [...read.value.tags, ...tags] } : read.value;

  const list = request.operation === 'embeddings' ? await embeddingSlots(parts.cache, exchange, members, controls) : null;
  if (list) return answerList(exchange, request, list, controls, parts);
  const slot = exchange.stream ? null : await cacheSlot(parts.cache, exchange, members, controls, 'whole');
  if (slot) exchange.cache = slot.hit ? 'hit' : 'miss';
  if (slot?.hit) return replyCached(exchange, slot, slot.hit, parts);
  const answered = await call(exchange, request, controls, parts);
  if (!answered.ok) return refuse(exchange, request.operation === 'embeddings' ? withoutParam(answered.fault) : answered.fault, parts, 'openai-chat');
  exchange.units = answered.value.units;
  return answered.value.kind === 'plain' ? replyPlain(exchange, answered.value, slot, parts) : replyBytes(exchange, answered.value, parts);
}

const call = (exchange: Exchange, { operation, body }: OperationRequest, controls: Controls, parts: PipelineParts): ReturnType<typeof routed<OperationAnswer>> => {
  const made: OperationCall = {
    id: exchange.id, operation, body, model: exchange.model, stream: exchange.stream, removed: controls.removed, passed: parts.passed?.(exchange.headers, exchange.caller, exchange.endUser) ?? null, asked: body.members, timeoutMs: controls.timeoutMs,
    defaultTimeoutMs: parts.defaultTimeoutMs, defaultStreamTimeoutMs: parts.defaultStreamTimeoutMs, signal: exchange.signal,
    deadlineMs: exchange.startedMs + parts.router.settings.totalTimeoutMs,
  };
  // Operations wait for whole answers: no second call is made for them, so none is ever let go.
  return routed(exchange, controls, { body: body.members, only: null, account: null, pretend: pretendedFailure(body.members, exchange.model) }, parts, (target) => attemptOperation(made, target, parts), () => undefined);
};

/** Answers a list of embedding inputs of which the cache may know some. */
async function answerList(exchange: Exchange, request: OperationRequest, { slots, missing }: EmbeddingSlots, controls: Controls, parts: PipelineParts): Promise<Reply> {
  const [first] = slots;
  if (!missing && first?.hit) {
    exchange.cache = 'hit';
    const joined = joinEmbeddings(slots, null, exchange.model, first.hit.deploymentId, null);
    return replyCached(exchange, first, { ...first.hit, costUsd: savedBy(slots), body: joined?.body ?? first.hit.body }, parts);
  }
  exchange.cache = 'miss';
  const answered = await call(exchange, { ...request, body: { members: missing ?? request.body.members, form: null } }, controls, parts);
  if (!answered.ok) return refuse(exchange, request.operation === 'embeddings' ? withoutParam(answered.fault) : answered.fault, parts, 'openai-chat');
  if (answered.value.kind !== 'plain') return replyBytes(exchange, answered.value, parts);
  const costUsd = costOfUsage(exchange, answered.value.usage ?? emptyUsage());
  const joined = joinEmbeddings(slots, answered.value.body, exchange.model, exchange.deployment?.id ?? '', costUsd);
  // The provider's own bytes where nothing was known; only the new part is billed.
  const body = joined && joined.known > 0 ? joined.body : answered.value.body;
  return replyPlain(exchange, { ...answered.value, body }, null, parts);
}

const fileBytesOf = ({ form }: OperationBody): number => form?.length ?? 0;

const savedBy = (slots: EmbeddingSlots['slots']): number | null => slots.reduce<number | null>((sum, { hit }) => (sum === null || hit?.costUsd == null ? null : sum + hit.costUsd), 0);

// LiteLLM names no parameter for embeddings; what the provider says of one stands in its message.
const withoutParam = (reason: Fault): Fault => (reason.upstream ? { ...reason, param: null } : reason);

function replyBytes(exchange: Exchange, answer: Extract<OperationAnswer, { kind: 'bytes' }>, parts: PipelineParts): Reply {
  const { deployment } = exchange;
  exchange.status = 200;
  if (!deployment) return refuse(exchange, fault('internal', 'An answer has no deployment.'), parts, 'openai-chat');
  void answer.ended.then((end) => {
    exchange.usage = end.usage && soundUsage(end.usage);
    // Whoever counts tokens is billed by them.
    if (end.usage) delete exchange.units.seconds;
    exchange.fault = end.fault;
    if (end.fault?.code === 'client_left') exchange.status = faultStatus(end.fault);
    settle(exchange, parts, true);
  });
  // What is spoken is paid by the character, which is known before the sound is there.
  const headers = answerHeaders(exchange, deployment, answer.headers, (exchange.units.characters ?? 0) > 0 ? exchangeCost(exchange) : null);
  headers.set('content-type', answer.mediaType);
  return new Reply(200, headers, answer.body);
}
