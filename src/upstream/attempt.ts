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

export type { Wire } from './connection.ts';

/** Tries one deployment. */
export async function attempt(call: Call, given: Target, wire: Wire): Promise<Result<Answer>> {
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
  const first = await ask(call, target, lane, wire);
  if (first.answer.ok || call.inbound !== 'anthropic-messages' || call.signal.aborted) return first.answer;
  const refused = refusedMember(first.answer.fault, first.sent);
  return refused && wire.refused.learn(target, refused) ? (await ask(call, target, lane, wire)).answer : first.answer;
}

// The tool that stands for a schema must be taken out of the answer again.
function lacksSchema({ body }: Call, { capabilities }: Target['deployment'], { outbound }: Lane): boolean {
  if (outbound !== 'openai-chat' || capabilities.jsonSchema || !body.has('response_format')) return false;
  const format = body.get('response_format');
  return isJsonObject(format) && format['type'] === 'json_schema';
}

const nothingSent = Buffer.alloc(0);

/** Asks once; `sent` is the body. */
async function ask(given: Call, target: Target, lane: Lane, wire: Wire): Promise<{ answer: Result<Answer>; sent: Buffer }> {
  const refused = given.inbound === 'anthropic-messages' ? wire.refused.of(target) : [];
  const known = refused.length === 0 ? given : { ...given, wishes: wishing(given.wishes, refused) };
  const filled = namesMedia(known, target) ? await withFetchedMedia(known.body, wire.fetchMedia, known.signal) : null;
  if (filled?.ok === false) return { answer: filled, sent: nothingSent };
  const call = filled ? { ...known, body: filled.value } : known;
  const betas = betasFor(call, lane);
  const outgoing = outgoingBody(call, target, lane, wire.reasoning, betas);
  if (!outgoing.ok) return { answer: outgoing, sent: nothingSent };
  const dropped = refused.length === 0 ? outgoing.value.dropped : [...outgoing.value.dropped, ...refused.map(({ text }) => text)];
  const answer = await converseAbout(call, target, lane, wire, dropped === outgoing.value.dropped ? outgoing.value : { ...outgoing.value, dropped }, betas);
  // The body is only looked at when the provider refused it.
  return { answer, sent: answer.ok ? nothingSent : Buffer.concat(outgoing.value.pieces) };
}

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
  return converse(call, deployment, wire, request, async (response, connection) => {
    if (call.stream && isEventStream(response)) return streamed(call, target, lane, outgoing, response, connection, wire);
    const whole = await plainAnswer(call, target, lane, outgoing, response, wire.reasoning);
    return whole.ok && call.stream ? streamOfWhole(call, whole.value) : whole;
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
