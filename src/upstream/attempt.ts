// One attempt at one deployment: sends the request, judges what comes back, and gives the answer in the client's dialect or a fault.
import { connectionFault, invalidAnswerFault, responseFault } from './failure.ts';
import { dialectOf } from '../dialects/registry.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { streamIdleTimeoutMs } from '../lib/bounds.ts';
import { mockAnswer } from './mock-answer.ts';
import { outgoingBody, type Outgoing } from './outgoing.ts';
import { PassingFrames } from './passing-frames.ts';
import { plainAnswer } from './plain.ts';
import { Relay } from './relay.ts';
import { streamOfWhole } from './stream-of-whole.ts';
import { TranslatingFrames } from './translating-frames.ts';
import type { ProviderResponse, Send } from '../http/provider-response.ts';
import type { Answer, Call } from './call.ts';
import type { IdleWatch } from './idle-watch.ts';
import type { Lane, Target } from '../routing/deployment.ts';

/** What an attempt goes through. */
export interface Wire {
  send: Send;
  /** Watches over the streams that are open. */
  streams: IdleWatch;
}

/** Tries one deployment. */
export async function attempt(call: Call, target: Target, { send, streams }: Wire): Promise<Result<Answer>> {
  const { deployment } = target;
  const lane = deployment.lanes.get(call.inbound);
  if (!lane) return fail(fault('operation_unsupported', `The provider ${deployment.provider.title} has no chat that this gateway speaks.`));
  if (deployment.mockResponse !== null) return mockAnswer(call, deployment.mockResponse);
  const missing = missingCredential(target);
  if (missing) return fail(missing);
  const outgoing = outgoingBody(call, target, lane);
  if (!outgoing.ok) return outgoing;

  const timeoutMs = firstByteTimeoutMs(call, target);
  const connection = new Connection(call.signal, timeoutMs);
  let response: ProviderResponse;
  try {
    response = await send(lane.url(target.model, call.stream), {
      method: 'POST',
      headers: call.forwarded ? { ...lane.headers, ...call.forwarded } : lane.headers,
      body: outgoing.value.pieces,
      signal: connection.signal,
    });
    if (response.status >= 300) return fail(await responseFault(response, deployment));
    if (call.stream && isEventStream(response)) return await streamed(call, target, lane, outgoing.value, response, connection, streams);
    const whole = await plainAnswer(call, target, lane, outgoing.value, response);
    return whole.ok && call.stream ? streamOfWhole(call, whole.value) : whole;
  } catch {
    return fail(connectionFault(connection.reason, deployment, timeoutMs));
  } finally {
    connection.settle();
  }
}

async function streamed(call: Call, target: Target, lane: Lane, outgoing: Outgoing, response: ProviderResponse, connection: Connection, streams: IdleWatch): Promise<Result<Answer>> {
  const { deployment } = target;
  if (!response.body) return fail(invalidAnswerFault('The provider sent a stream without a body.', deployment));
  const handler = lane.translate && outgoing.request
    ? new TranslatingFrames(call, outgoing.request, deployment, lane, outgoing)
    : new PassingFrames(call, deployment);
  const relay = new Relay({
    deployment, handler, watch: streams,
    reader: response.body.getReader(),
    abort: () => connection.abort(),
    idleLimitMs: deployment.streamTimeoutMs ?? call.defaultStreamTimeoutMs ?? streamIdleTimeoutMs,
    keepAlive: dialectOf(call.inbound).keepAlive,
    clientSignal: call.signal,
    collect: call.collect,
  });
  connection.settle();
  const failure = await relay.prime();
  if (failure) return fail(failure);
  return ok({ kind: 'stream', headers: response.headers, body: relay.stream(), ended: relay.ended, dropped: outgoing.dropped, collected: () => relay.collected() });
}

/** The signal of one connection: aborted by the client's leaving, by the time-out, or by the relay. */
class Connection {
  reason: 'timeout' | 'client' | 'broken' = 'broken';
  private readonly controller = new AbortController();
  private readonly timer: ReturnType<typeof setTimeout>;
  private readonly onClientLeft = (): void => {
    this.reason = 'client';
    this.controller.abort();
  };

  constructor(private readonly client: AbortSignal, timeoutMs: number) {
    this.timer = setTimeout(() => {
      this.reason = 'timeout';
      this.controller.abort();
    }, Math.min(timeoutMs, 2 ** 31 - 1));
    if (client.aborted) this.onClientLeft();
    else client.addEventListener('abort', this.onClientLeft, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  abort(): void {
    this.controller.abort();
  }

  /** The answer is complete or its stream has a watch of its own. */
  settle(): void {
    clearTimeout(this.timer);
    this.client.removeEventListener('abort', this.onClientLeft);
  }
}

function firstByteTimeoutMs(call: Call, { deployment }: Target): number {
  if (call.timeoutMs !== null) return call.timeoutMs;
  const streaming = call.stream ? deployment.streamTimeoutMs ?? call.defaultStreamTimeoutMs : null;
  return streaming ?? deployment.timeoutMs ?? call.defaultTimeoutMs;
}

function missingCredential({ deployment }: Target): ReturnType<typeof fault> | null {
  const { credential, provider } = deployment;
  if (credential.kind === 'unset') {
    return fault('credential_missing', `Missing credentials. The variable ${credential.variable}, which the configuration names as this model's api_key, is not set in the gateway's environment.`);
  }
  if (credential.kind === 'value' || !provider.keyRequired) return null;
  const variables = provider.keyVariables.join(' or ');
  return fault('credential_missing', `Missing credentials. Give this model an api_key in the configuration${variables === '' ? '' : `, or set ${variables} in the gateway's environment`}.`);
}

const isEventStream = (response: ProviderResponse): boolean => (response.headers.get('content-type') ?? '').includes('text/event-stream');
