// A model call from the caller to the provider and back, stage by stage: parameters → limits → cache → route → call → reply → settle.
// The caller was authenticated before the body was read.
import { accessRefusal, missingParameter, nameModel, sessionRefusal, tagsRefusal } from './access-stage.ts';
import { answerHeaders, faultHeaders } from './answer-headers.ts';
import { abandonLimits, admit, enterDeployment, leaveDeployment } from './limit-stage.ts';
import { attempt } from '../upstream/attempt.ts';
import { cacheSlot, type CacheSlot } from './cache-stage.ts';
import { accountIn, accountOf, noteEncrypted, refusesEncrypted, withoutEncrypted } from './encrypted-items.ts';
import { bodyForRest } from './continue-stage.ts';
import { cachedHeaders, streamHeaders } from './cached-headers.ts';
import { checkParameters, modelOf } from './parameters.ts';
import { clientSettingRefusal } from './client-settings.ts';
import { dialectOf } from '../dialects/registry.ts';
import { responseIdOfStream } from './response-id.ts';
import { exchangeCost, costOfUsage, settle, type SettleParts } from './settle.ts';
import { mirror } from './mirror.ts';
import { namedSession } from './session-key.ts';
import { replyJoined, shared, unlessShared } from './shared-stream.ts';
import { steer } from './steer-stage.ts';
import { unboxed } from './extra-body.ts';
import { answerOfStream, continueResponse, keepResponse, type Continuation } from './response-chain.ts';
import { fail, fault, faultStatus, ok, type Fault, type Result } from '../canonical/fault.ts';
import { billedUsage, brokenUsage, soundUsage, tokensOfCharacters } from '../accounting/billed-usage.ts';
import { contentLength } from '../upstream/content-length.ts';
import { foldStream } from '../upstream/fold-stream.ts';
import { keepsContentOf } from './ledger-entry.ts';
import { isJsonObject, parseJsonObject } from '../lib/json.ts';
import { pretendedFailure } from './pretended-failure.ts';
import { readControls, type Controls } from './controls.ts';
import { routingRequest, type RoutedRequest } from './routing-request.ts';
import { streamOfWhole } from '../upstream/stream-of-whole.ts';
import type { Answer, Call, StreamEnd } from '../upstream/call.ts';
import type { CachedAnswer } from '../cache/answer-cache.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Exchange } from './exchange.ts';
import type { ChatRequest, PipelineParts } from './parts.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { Usage } from '../canonical/usage.ts';
import type { Target } from '../routing/deployment.ts';
import type { TryOne } from '../routing/router.ts';
import { Reply } from '../http/reply.ts';
import type { RequestHeaders } from '../http/incoming.ts';
import { noHeaders } from '../http/provider-response.ts';
import { eitherSignal, type CancelSignal } from '../lib/cancellation.ts';
import { after, type Later } from '../lib/later.ts';

export type { ChatRequest, PipelineParts } from './parts.ts';

/** Answers a chat request in any dialect; at once when nobody has to be asked. */
export function answerChat(exchange: Exchange, request: ChatRequest, parts: PipelineParts): Later<Reply> {
  const abandon = (error: unknown): never => abandonLimits(exchange, error, parts.limits);
  try {
    const reply = begin(exchange, request, parts);
    return reply instanceof Promise ? reply.catch(abandon) : reply;
  } catch (error) {
    return abandon(error);
  }
}

function begin(exchange: Exchange, given: ChatRequest, parts: PipelineParts): Later<Reply> {
  const request = unboxed(given);
  const { body, dialect } = request;
  exchange.asked = body;
  const model = modelOf(body, parts.settledModel?.(exchange.kind) ?? request.modelFromPath);
  if (model.ok) nameModel(exchange, model.value, parts.router.groups);
  const own = clientSettingRefusal(body, () => parts.router.groups.find(exchange.routed));
  if (own) return refuse(exchange, own, parts, dialect);
  const checked = checkParameters(body, exchange.kind);
  if (!checked.ok) return refuse(exchange, checked.fault, parts, dialect);
  if (!model.ok) return refuse(exchange, model.fault, parts, dialect);
  const read = readControls(body, exchange.headers, exchange.kind, parts.mockTestingAllowed, exchange.routed);
  if (!read.ok) return refuse(exchange, read.fault, parts, dialect);
  const refused = accessRefusal(exchange, body, parts.router.groups) ?? tagsRefusal(read.value.tags, parts.tagsRefused) ?? missingParameter(body, requiredParams(exchange, parts)) ?? sessionRefusal(exchange, body, parts.sessionNeeded);
  if (refused) return refuse(exchange, refused, parts, dialect);
  exchange.stream = request.streamFromPath ?? (body.kindOf('stream') === 'boolean' && body.get('stream') === true);
  exchange.tags = read.value.tags;
  return after(admit(exchange, body, 0, parts), (admitted) => (admitted.ok ? goOn(exchange, request, read.value, parts) : refuse(exchange, admitted.fault, parts, dialect)));
}

/** The request as rules and an earlier answer leave it. */
function goOn(exchange: Exchange, request: ChatRequest, own: Controls, parts: PipelineParts): Later<Reply> {
  const { body, dialect } = request;
  const tags = steer(exchange, body, own, parts);
  const controls = tags.length > 0 ? { ...own, tags: [...own.tags, ...tags] } : own;
  const continuing = dialect === 'openai-responses' ? continueResponse(exchange, body, parts) : ok({ body, continued: null, only: null });
  return after(continuing, (going) => (going.ok ? lookUp(exchange, body, { ...request, body: going.value.body, continued: going.value.continued, only: going.value.only }, controls, parts) : refuse(exchange, going.fault, parts, dialect)));
}

/** From the cache, else from a provider. `body` is what the client sent, `asked.body` what is asked. */
function lookUp(exchange: Exchange, body: JsonBody, asked: ChatRequest & Continuation, controls: Controls, parts: PipelineParts): Later<Reply> {
  return after(cacheSlot(parts.cache, exchange, asked.body, controls, 'whole'), (slot) => {
    if (slot) exchange.cache = slot.hit || slot.joined ? 'hit' : 'miss';
    if (slot?.joined) return replyJoined(exchange, slot, slot.joined, parts);
    return slot?.hit ? replyFromCache(exchange, asked, controls, slot, slot.hit, parts) : askProviders(exchange, body, asked, controls, slot, parts);
  });
}

async function askProviders(exchange: Exchange, body: JsonBody, asked: ChatRequest & Continuation, controls: Controls, slot: CacheSlot | null, parts: PipelineParts): Promise<Reply> {
  const { dialect } = asked;
  const call = callOf(exchange, asked, controls, parts, slot !== null);
  if (parts.continueStreams && exchange.stream) call.resume = (text) => rest(exchange, call, controls, text, parts);
  const account = dialect === 'openai-responses' ? accountIn(asked.body, parts.accounts) : null;
  const answered = await routed(exchange, controls, { body: asked.body, only: asked.only, account, pretend: pretendedFailure(body, exchange.model) }, parts, (target, cancel) => attemptFor(cancelled(call, cancel), account, target, parts), letGo);
  if (!answered.ok) return refuse(exchange, answered.fault, parts, dialect);
  if (dialect === 'openai-responses') keepAnswer(exchange, asked.keptElsewhere ? null : body, answered.value, parts);
  mirror(exchange, asked, parts, answerChat);
  return answered.value.kind === 'plain'
    ? replyPlain(exchange, answered.value, slot, parts)
    : replyStream(exchange, answered.value, call, slot, parts);
}

/** The parameters that this caller's requests must have. */
export const requiredParams = ({ caller }: Exchange, { enforcedParams }: PipelineParts): readonly string[] =>
  caller && caller.enforcedParams.length > 0 ? [...enforcedParams, ...caller.enforcedParams] : enforcedParams;

function keepAnswer(exchange: Exchange, asked: JsonBody | null, answer: Answer, { responses, accounts }: PipelineParts): void {
  const keep = (body: Buffer | null): void => {
    if (asked) keepResponse(exchange, asked, body, responses);
    if (exchange.deployment) noteEncrypted(body, exchange.deployment, accounts);
  };
  if (answer.kind === 'plain') return keep(answer.body);
  void answer.ended.then((end) => {
    if (!end.fault) keep(answerOfStream(answer.lastSent()));
  });
}

function callOf(exchange: Exchange, { body, dialect, continued }: ChatRequest & Continuation, controls: Controls, parts: PipelineParts, cached: boolean): Call {
  const options = exchange.stream && body.has('stream_options') ? body.get('stream_options') : undefined;
  const includeUsage = wantsUsage(options, parts.usageInStreams);
  return {
    id: exchange.id, inbound: dialect, tenant: exchange.caller?.tenant ?? '', body, model: exchange.model, stream: exchange.stream,
    includeUsage,
    removed: controls.removed, passed: parts.passed?.(exchange.headers, exchange.caller, exchange.endUser) ?? null,
    session: () => namedSession(exchange.headers, body),
    forwarded: forwardedHeaders(exchange.headers, dialect),
    asked: body, timeoutMs: controls.timeoutMs,
    defaultTimeoutMs: parts.defaultTimeoutMs, defaultStreamTimeoutMs: parts.defaultStreamTimeoutMs,
    signal: exchange.stream && exchange.flight ? unlessShared(exchange) : exchange.signal,
    nowSeconds: Math.floor(exchange.startedAt.getTime() / 1000),
    collect: cached || (parts.ledger !== null && keepsContentOf(exchange, parts.ledger)),
    deadlineMs: exchange.startedMs + parts.router.settings.totalTimeoutMs,
    firstContentTimeoutMs: parts.firstContentTimeoutMs,
    resume: null, keepaliveMs: controls.keepaliveMs,
    continued, wishes: controls.wishes,
    // LiteLLM tells it in every stream of Responses, and in those of chat that end with their usage.
    costOfUsage: parts.costInStreams || (exchange.stream && dialect === 'openai-responses') || (includeUsage && dialect === 'openai-chat') ? (usage) => costOfUsage(exchange, usage) : null,
  };
}

// Null: the client says nothing of it.
const wantsUsage = (options: unknown, usually: boolean): boolean => (isJsonObject(options) && 'include_usage' in options ? options['include_usage'] === true : usually);

// Anthropic's clients choose version and features of the API by header; they belong to the request.
function forwardedHeaders(headers: RequestHeaders, dialect: DialectName): Record<string, string> | null {
  if (dialect !== 'anthropic-messages') return null;
  const forwarded: Record<string, string> = {};
  for (const name of ['anthropic-version', 'anthropic-beta']) {
    const value = headers.get(name);
    if (value !== null) forwarded[name] = value;
  }
  return forwarded;
}

/** Takes a call through the router's deployments; `tryOne` tries one of them, `discard` lets an answer go that came too late. */
export async function routed<T extends { dropped: readonly string[] }>(
  exchange: Exchange, controls: Controls, asked: RoutedRequest, parts: PipelineParts, tryOne: TryOne<T>, discard: (answer: T) => void,
): Promise<Result<T>> {
  const { router } = parts;
  exchange.maxRetries = controls.numRetries ?? router.settings.numRetries;
  let { pretend } = asked;
  // Calls may overlap: what counts is the time in which at least one was under way.
  let open = 0;
  let openedMs = 0;
  const call = (target: Target, cancel: CancelSignal | null): Later<Result<T>> => {
    if (open++ === 0) openedMs = performance.now();
    return after(tryOne(target, cancel), (answer) => {
      if (--open === 0) exchange.providerMs += performance.now() - openedMs;
      if (!answer.ok) leaveDeployment(exchange, target.deployment);
      return answer;
    });
  };
  const result = await router.run(routingRequest(exchange, controls, asked, parts), exchange.trail, (target, cancel): Later<Result<T>> => {
    exchange.deployment = target.deployment;
    exchange.targetModel = target.model;
    if (pretend) {
      const reason = pretend;
      pretend = null;
      return fail(reason);
    }
    return after(enterDeployment(exchange, target, parts), (entered) => (entered.ok ? call(target, cancel) : entered));
  }, discard);
  if (result.ok) {
    exchange.deployment = exchange.trail.answeredBy;
    exchange.firstByteMs = performance.now() - exchange.startedMs;
    exchange.dropped = result.value.dropped;
  }
  return result;
}

/** Asks for the rest of an answer that broke off after this text. The deployment that broke off is let go; the other one is held in its place. */
async function rest(exchange: Exchange, call: Call, controls: Controls, text: string, parts: PipelineParts): Promise<Result<Answer>> {
  const { deployment: broken, firstByteMs, dropped, trail } = exchange;
  const body = bodyForRest(call.body, call.inbound, text);
  if (!body) return fail(fault('parameter_unsupported', 'This answer cannot be gone on with.'));
  const asked = { body, only: null, account: null, pretend: null };
  const answered = await routed(exchange, controls, asked, parts, (target) => (target.deployment.supports?.has('assistant_prefill')
    ? attempt({ ...call, body, resume: null, collect: false, includeUsage: true }, target, parts) : fail(fault('parameter_unsupported', 'The model cannot go on with an answer.'))), letGo);
  exchange.firstByteMs = firstByteMs;
  exchange.dropped = dropped;
  if (!answered.ok) {
    exchange.deployment = broken;
    return answered;
  }
  trail.continuations++;
  if (broken) parts.router.release(broken, 0);
  return answered;
}

/** One attempt. Encrypted items go only to the account that made them; where nobody knows who did, the provider's refusal tells. */
function attemptFor(call: Call, account: bigint | null, target: Target, parts: PipelineParts): Later<Result<Answer>> {
  return call.inbound === 'openai-responses' ? attemptResponses(call, account, target, parts) : attempt(call, target, parts);
}

async function attemptResponses(call: Call, account: bigint | null, target: Target, parts: PipelineParts): Promise<Result<Answer>> {
  const foreign = account !== null && accountOf(target.deployment) !== account ? withoutEncrypted(call.body) : null;
  const answer = await attempt(foreign ? { ...call, body: foreign } : call, target, parts);
  if (answer.ok || foreign || !refusesEncrypted(answer.fault)) return answer;
  const body = withoutEncrypted(call.body);
  return body ? attempt({ ...call, body }, target, parts) : answer;
}

/** The call as one of two is made that may be broken off. */
const cancelled = (call: Call, cancel: CancelSignal | null): Call => (cancel ? { ...call, signal: eitherSignal(call.signal, cancel) } : call);

// An answer that nobody waits for any more.
function letGo(answer: Answer): void {
  if (answer.kind === 'stream') answer.body.cancel();
}

// What an operation is billed by besides tokens is counted by itself; only embeddings have nothing else.
function usageOf({ kind, asked }: Exchange, { usage, body }: Pick<Extract<Answer, { kind: 'plain' }>, 'body' | 'usage'>): Usage | null {
  if (kind.type === 'operation' && kind.operation !== 'embeddings') return usage && soundUsage(usage);
  return asked ? billedUsage(usage, () => (kind.type === 'chat' ? tokensOfCharacters(contentLength(parseJsonObject(body.toString('utf8')))) : 0), asked.bytes) : usage;
}

/** A whole answer as the response. */
export function replyPlain(exchange: Exchange, answer: Pick<Extract<Answer, { kind: 'plain' }>, 'headers' | 'body' | 'usage' | 'finishReason'>, slot: CacheSlot | null, parts: PipelineParts): Reply {
  const { deployment } = exchange;
  exchange.usage = usageOf(exchange, answer);
  exchange.finishReason = answer.finishReason;
  exchange.status = 200;
  exchange.answerBody = answer.body;
  if (!deployment) return refuse(exchange, fault('internal', 'An answer has no deployment.'), parts, 'openai-chat');
  const cost = exchangeCost(exchange);
  const headers = answerHeaders(exchange, deployment, answer.headers, cost);
  slot?.keep({ body: answer.body, usage: answer.usage, finishReason: answer.finishReason, deploymentId: deployment.id, costUsd: cost?.totalUsd ?? null });
  settle(exchange, parts, true, cost);
  return new Reply(200, headers, answer.body);
}

function replyStream(exchange: Exchange, answer: Extract<Answer, { kind: 'stream' }>, call: Call, slot: CacheSlot | null, parts: PipelineParts): Reply {
  const { deployment } = exchange;
  exchange.status = 200;
  if (!deployment) return refuse(exchange, fault('internal', 'An answer has no deployment.'), parts, call.inbound);
  void answer.ended.then((end) => {
    endStream(exchange, end, call);
    if (parts.ledger) exchange.responseId = responseIdOfStream(answer.firstSent()) ?? null;
    if (call.collect && !end.fault) keepStream(exchange, call, slot, answer, end);
    settle(exchange, parts, true);
  });
  const headers = answerHeaders(exchange, deployment, answer.headers, null);
  return new Reply(200, streamHeaders(headers), exchange.flight ? shared(exchange, exchange.flight, answer, deployment.id) : answer.body);
}

function endStream(exchange: Exchange, end: StreamEnd, call: Call): void {
  exchange.finishReason = end.finishReason;
  exchange.fault = end.fault;
  exchange.usage = end.fault ? brokenUsage(end.usage, end.contentCharacters, call.body.bytes) : billedUsage(end.usage, () => tokensOfCharacters(end.contentCharacters), call.body.bytes);
  if (end.fault?.code === 'client_left') exchange.status = faultStatus(end.fault);
}

function keepStream(exchange: Exchange, call: Call, slot: CacheSlot | null, answer: Extract<Answer, { kind: 'stream' }>, end: StreamEnd): void {
  const collected = answer.collected();
  const body = collected && foldStream(call, collected, end.usage);
  if (!body) return;
  exchange.answerBody = body;
  slot?.keep({ body, usage: end.usage, finishReason: end.finishReason, deploymentId: exchange.deployment?.id ?? '', costUsd: exchangeCost(exchange)?.totalUsd ?? null });
}

function replyFromCache(exchange: Exchange, asked: ChatRequest & Continuation, controls: Controls, slot: CacheSlot, hit: CachedAnswer, parts: PipelineParts): Reply {
  if (!exchange.stream) return replyCached(exchange, slot, hit, parts);
  parts.cache?.saved.note(hit.costUsd, slot.similarity !== null);
  const call = callOf(exchange, asked, controls, parts, true);
  const headers = cachedHeaders(exchange, slot, hit, parts);
  const streamed = streamOfWhole(call, { headers: noHeaders, body: hit.body, usage: hit.usage, finishReason: hit.finishReason, dropped: [] });
  if (!streamed.ok || streamed.value.kind !== 'stream') return refuse(exchange, fault('internal', 'A cached answer cannot be streamed.'), parts, call.inbound);
  settle(exchange, parts, false);
  return new Reply(200, streamHeaders(headers), streamed.value.body);
}

/** A whole answer from the cache as the response. */
export function replyCached(exchange: Exchange, slot: Pick<CacheSlot, 'key' | 'similarity'>, hit: CachedAnswer, parts: PipelineParts): Reply {
  parts.cache?.saved.note(hit.costUsd, slot.similarity !== null);
  const headers = cachedHeaders(exchange, slot, hit, parts);
  headers.set('content-type', 'application/json');
  settle(exchange, parts, false);
  return new Reply(200, headers, hit.body);
}

// Where LiteLLM's refusal of a model that it does not know has no `type`.
const tellsNoType = (kind: Exchange['kind']): boolean => (kind.type === 'chat' ? kind.dialect === 'openai-completions' : kind.operation.startsWith('audio-'));

/** Refuses a model call in its client's dialect. */
export function refuse(exchange: Exchange, given: Fault, parts: SettleParts, dialect: DialectName): Reply {
  const reason = given.code === 'model_unknown' && tellsNoType(exchange.kind) ? { ...given, type: null } : given;
  exchange.fault = reason;
  exchange.status = faultStatus(reason);
  const rendered = dialectOf(dialect).renderFault(reason);
  const { error } = rendered.body;
  if (parts.callIdInErrors && isJsonObject(error)) error['litellm_call_id'] = exchange.id;
  const headers = faultHeaders(exchange);
  if (reason.retryAfterSeconds !== undefined) headers.set('retry-after', String(reason.retryAfterSeconds));
  // What is left of a body that came too slowly must not be waited for.
  if (reason.code === 'body_too_slow') headers.set('connection', 'close');
  settle(exchange, parts, false);
  return new Reply(rendered.status, headers, JSON.stringify(rendered.body));
}
