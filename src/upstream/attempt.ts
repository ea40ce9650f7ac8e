// One attempt at one deployment: sends the request, judges what comes back, and gives the answer in the client's dialect or a fault.
import { awsFrames } from './aws-frames.ts';
import { formedBody, formedSend } from './chat-form.ts';
import { betasFor, headersFor } from './betas.ts';
import { invalidAnswerFault } from './failure.ts';
import { dialectOf } from '../dialects/registry.ts';
import { converse, idleLimitMs, isEventStream, missingCredential, type Connection, type Wire } from './connection.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { mockAnswer } from './mock-answer.ts';
import { outgoingBody, type Outgoing } from './outgoing.ts';
import { PassingFrames } from './passing-frames.ts';
import { plainAnswer } from './plain.ts';
import { Relay } from './relay.ts';
import { streamOfWhole } from './stream-of-whole.ts';
import { withClientCredentials } from './client-credentials.ts';
import { TranslatingFrames } from './translating-frames.ts';
import type { ProviderResponse } from '../http/provider-response.ts';
import { refusedMember } from './refused-members.ts';
import type { Answer, Call, ParameterWishes } from './call.ts';
import type { DropPath } from '../lib/drop-paths.ts';
import type { SortedBetas } from '../providers/anthropic-betas.ts';
import type { Lane, Target } from '../routing/deployment.ts';
import { withFetchedMedia } from './fetched-media.ts';
import { ReaderSource } from '../http/byte-source.ts';
import { isJsonObject } from '../lib/json.ts';
import { sourceOf } from '../http/provider-response.ts';
import { after, type Later } from '../lib/later.ts';

export type { Wire } from './connection.ts';

/** Tries one deployment. */
export function attempt(call: Call, given: Target, wire: Wire): Later<Result<Answer>> {
  const own = given.deployment.clientAuth ? withClientCredentials(call.body, given) : null;
  if (own?.ok === false) return own;
  const target = own?.value ?? given;
  const { deployment } = target;
  const usual = deployment.lanes.get(call.inbound);
  // An answer that may have to be gone on with is taken apart, so that two can be put together.
  const lane = usual && !usual.translate && ((call.resume && deployment.supports?.has('assistant_prefill')) || lacksSchema(call, deployment, usual)) ? { ...usual, translate: true } : usual;
  if (!lane) return fail(fault('operation_unsupported', `The provider ${deployment.provider.title} has no chat that this gateway speaks.`));
  if (deployment.mockResponse !== null) return mockAnswer(call, deployment.mockResponse);
  const missing = missingCredential(deployment);
  if (missing) return fail(missing);
  return namesNoModel.has(call.inbound) ? askAndLearn(call, target, lane, wire) : ask(call, target, lane, wire, null);
}

// The tool that stands for a schema must be taken out of the answer again.
function lacksSchema({ body }: Call, { capabilities }: Target['deployment'], { outbound }: Lane): boolean {
  if (outbound !== 'openai-chat' || capabilities.jsonSchema || !body.has('response_format')) return false;
  const format = body.get('response_format');
  return isJsonObject(format) && format['type'] === 'json_schema';
}

// Clients of these dialects send what their own models take, whatever model stands behind a name.
const namesNoModel: ReadonlySet<Call['inbound']> = new Set(['anthropic-messages', 'gemini']);

/** What was sent, for who has to look at it again. */
interface Sent {
  pieces: readonly Buffer[];
}

/** Asks; what the model refuses by name is left out from then on, and it is asked once more. */
async function askAndLearn(call: Call, target: Target, lane: Lane, wire: Wire): Promise<Result<Answer>> {
  const sent: Sent = { pieces: [] };
  const answer = await ask(call, target, lane, wire, sent);
  if (answer.ok || call.signal.aborted) return answer;
  const refused = refusedMember(answer.fault, Buffer.concat(sent.pieces));
  return refused && wire.refused.learn(target, refused) ? ask(call, target, lane, wire, null) : answer;
}

/** Asks once. */
function ask(given: Call, target: Target, lane: Lane, wire: Wire, sent: Sent | null): Later<Result<Answer>> {
  const refused = namesNoModel.has(given.inbound) ? wire.refused.of(target) : noDrops;
  const known = refused.length === 0 ? given : { ...given, wishes: wishing(given.wishes, refused) };
  const filled = namesMedia(known, target) ? withFetchedMedia(known.body, wire.fetchMedia, known.signal) : null;
  return after(filled, (body) => {
    if (body?.ok === false) return body;
    const call = body ? { ...known, body: body.value } : known;
    const betas = betasFor(call, lane);
    const outgoing = outgoingBody(call, target, lane, wire.reasoning, betas);
    if (!outgoing.ok) return outgoing;
    if (sent) sent.pieces = outgoing.value.pieces;
    return converseAbout(call, target, lane, wire, refused.length === 0 ? outgoing.value : { ...outgoing.value, dropped: [...outgoing.value.dropped, ...refused.map(({ text }) => text)] }, betas);
  });
}

const noDrops: readonly DropPath[] = [];

// A look at the bytes tells most requests that there is nothing to fetch.
const namesMedia = ({ body }: Call, { deployment, model }: Target): boolean => deployment.provider.mediaBytesModels?.test(model) === true && body.bytes.indexOf('"http') !== -1;

const wishing = (wishes: ParameterWishes | null, drop: readonly DropPath[]): ParameterWishes =>
  (wishes ? { ...wishes, drop: [...wishes.drop, ...drop] } : { dropParams: null, modifyParams: null, strict: false, drop, allowed: [], cachePoints: [] });

function converseAbout(call: Call, target: Target, lane: Lane, wire: Wire, outgoing: Outgoing, betas: SortedBetas | null): Promise<Result<Answer>> {
  const { deployment } = target;
  const { form } = lane;
  const url = lane.url(target.model, call.stream);
  const headers = headersFor(call, lane, betas);
  const request = form ? { url, headers, body: formedBody(outgoing.pieces, form, call.stream), send: formedSend(wire.send, form, call.stream, lane.framing) } : { url, headers, body: outgoing.pieces };
  return converse(call, deployment, wire, request, (response, connection): Later<Result<Answer>> => {
    if (call.stream && isEventStream(response)) return streamed(call, target, lane, outgoing, response, connection, wire);
    return after(plainAnswer(call, target, lane, outgoing, response, wire.reasoning), (whole) => (whole.ok && call.stream ? streamOfWhole(call, whole.value) : whole));
  });
}

async function streamed(call: Call, target: Target, lane: Lane, outgoing: Outgoing, response: ProviderResponse, connection: Connection, { streams, reasoning }: Wire): Promise<Result<Answer>> {
  const { deployment } = target;
  const source = lane.framing && !lane.form && response.body ? new ReaderSource(awsFrames(response.body.getReader(), lane.framing)) : sourceOf(response);
  if (!source) return fail(invalidAnswerFault('The provider sent a stream without a body.', deployment));
  const handler = lane.translate && outgoing.request
    ? new TranslatingFrames(call, outgoing.request, deployment, lane, outgoing, reasoning.recorder(call.tenant, lane.outbound))
    : new PassingFrames(call, deployment);
  const relay = new Relay({
    deployment, handler, watch: streams,
    source,
    abort: () => connection.abort(),
    idleLimitMs: idleLimitMs(call, deployment),
    deadlineMs: connection.startedMs + deployment.totalTimeoutMs,
    keepAlive: dialectOf(call.inbound).keepAlive,
    keepAliveMs: (deployment.keepaliveByClient ? call.keepaliveMs : null) ?? deployment.keepaliveMs,
    clientSignal: call.signal,
    collect: call.collect,
    firstContentMs: call.firstContentTimeoutMs,
    resume: call.resume,
  });
  connection.settle();
  const failure = await relay.prime();
  if (failure) return fail(failure);
  return ok({ kind: 'stream', headers: response.headers, body: relay, ended: relay.ended, dropped: handler instanceof TranslatingFrames ? handler.dropped : outgoing.dropped, collected: () => relay.collected(), lastSent: () => relay.lastSent, firstSent: () => relay.firstSent });
}
