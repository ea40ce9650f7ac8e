// One connection to a provider: what may end it before the answer is complete, and whether there is a key to open it with.
import { connectionFault, responseFault } from './failure.ts';
import { fail, fault, type Fault, type Result } from '../canonical/fault.ts';
import { HttpError } from '../http/connection.ts';
import { streamIdleTimeoutMs } from '../lib/bounds.ts';
import type { GuardedFetch } from '../http/guarded-fetch.ts';
import type { IdleWatch } from './idle-watch.ts';
import type { ProviderRequest, ProviderResponse, Send } from '../http/provider-response.ts';
import type { CallBase } from './call.ts';
import type { RefusedMembers } from './refused-members.ts';
import type { ReasoningMemory } from '../cache/reasoning-memory.ts';
import type { Deployment } from '../routing/deployment.ts';
import { Cancellation, type CancelSignal } from '../lib/cancellation.ts';
import type { Later } from '../lib/later.ts';

/** What an attempt goes through. */
export interface Wire {
  send: Send;
  /** Watches over the streams that are open. */
  streams: IdleWatch;
  /** What models refused by name. */
  refused: RefusedMembers;
  /** What providers want back and clients may leave out. */
  reasoning: ReasoningMemory;
  /** Fetches what a request names by its address. */
  fetchMedia: GuardedFetch;
}

/** True for a stream of events: server-sent ones, or AWS's. */
export const isEventStream = (response: ProviderResponse): boolean => eventTypes.test(response.headers.get('content-type') ?? '');

const eventTypes = /text\/event-stream|application\/vnd\.amazon\.eventstream/;

/** What is sent to a provider. */
export type Outbound = Pick<ProviderRequest, 'headers' | 'body'> & {
  url: string;
  /** Sends it where that takes more than one request; without it, the wire does. */
  send?: Send;
};

/** Sends a request and reads what comes back; an error status and whatever breaks become faults. */
export async function converse<T>(
  call: CallBase, deployment: Deployment, { send }: Wire, request: Outbound, read: (response: ProviderResponse, connection: Connection) => Later<Result<T>>,
): Promise<Result<T>> {
  const timeoutMs = firstByteTimeoutMs(call, deployment);
  const connection = new Connection(call.signal, timeoutMs);
  try {
    const written = call.passed ? { ...call.passed, ...request.headers } : request.headers;
    const headers = deployment.signIn ? await deployment.signIn.headers({ method: 'POST', ...request, headers: written }, send) : null;
    if (headers?.ok === false) return headers;
    const response = await (request.send ?? send)(request.url, { method: 'POST', headers: headers?.value ?? written, body: request.body, signal: connection.signal, connectTimeoutMs: deployment.connectTimeoutMs });
    if (response.status >= 300) return fail(await responseFault(response, deployment));
    const answer = read(response, connection);
    // Awaiting what is there already would cost a turn of its own.
    return answer instanceof Promise ? await answer : answer;
  } catch (error) {
    if (error instanceof HttpError && error.kind === 'connect-timeout') {
      connection.abort();
      return fail(connectionFault('timeout', deployment, deployment.connectTimeoutMs));
    }
    return fail(connectionFault(connection.reason, deployment, timeoutMs));
  } finally {
    connection.settle();
  }
}

// The longest time that a timer takes.
const longestTimerMs = 2 ** 31 - 1;

/** The signal of one connection: aborted by the client's leaving, by the time-out, or by the relay. */
export class Connection {
  reason: 'timeout' | 'client' | 'broken' = 'broken';
  readonly startedMs = performance.now();
  private readonly controller = new Cancellation();
  private readonly timer: ReturnType<typeof setTimeout>;
  private readonly onClientLeft = (): void => {
    this.reason = 'client';
    this.controller.abort();
  };

  constructor(private readonly client: CancelSignal, timeoutMs: number) {
    this.timer = setTimeout(() => {
      this.reason = 'timeout';
      this.controller.abort();
    }, Math.min(timeoutMs, longestTimerMs));
    if (client.aborted) this.onClientLeft();
    else client.addEventListener('abort', this.onClientLeft, { once: true });
  }

  get signal(): CancelSignal {
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

// How long a deployment may take: the caller's limit, else the deployment's, else the configuration's.
function firstByteTimeoutMs(call: CallBase, deployment: Deployment): number {
  const tier = deployment.tierTimeouts === null ? null : tierOf(call);
  const streaming = call.stream ? deployment.tierTimeouts?.stream.get(tier ?? '') ?? deployment.streamTimeoutMs ?? call.defaultStreamTimeoutMs : null;
  const ownMs = call.timeoutMs ?? streaming ?? deployment.tierTimeouts?.plain.get(tier ?? '') ?? deployment.timeoutMs ?? call.defaultTimeoutMs;
  return Math.min(ownMs, deployment.totalTimeoutMs, Math.max(1, call.deadlineMs - performance.now()));
}

function tierOf({ asked }: CallBase): string | null {
  const tier = asked !== null && asked.has('service_tier') ? asked.get('service_tier') : null;
  return typeof tier === 'string' ? tier : null;
}

/** The longest silence between two parts of a body. */
export const idleLimitMs = (call: CallBase, { idleTimeoutMs, streamTimeoutMs }: Deployment): number => idleTimeoutMs ?? streamTimeoutMs ?? call.defaultStreamTimeoutMs ?? streamIdleTimeoutMs;

/** The fault of a deployment that has no key and needs one. */
export function missingCredential({ credential, provider, signIn }: Deployment): Fault | null {
  if (credential.kind === 'unset') {
    return fault('credential_missing', `Missing credentials. The variable ${credential.variable}, which the configuration names as this model's api_key, is not set in the gateway's environment.`);
  }
  if (credential.kind === 'value' || signIn !== null || !provider.keyRequired) return null;
  const variables = provider.keyVariables.join(' or ');
  return fault('credential_missing', `Missing credentials. Give this model an api_key in the configuration${variables === '' ? '' : `, or set ${variables} in the gateway's environment`}.`);
}
