// The way of a stream through the gateway without sockets: the real relay, readers and writers between bytes that a test gives and the
// text that a client gets. For properties that hold at every byte, where a socket for each would take hours.
import { Cancellation } from '../../src/lib/cancellation.ts';
import { IdleWatch } from '../../src/upstream/idle-watch.ts';
import { JsonBody } from '../../src/lib/json-body.ts';
import { PassingFrames } from '../../src/upstream/passing-frames.ts';
import { Relay } from '../../src/upstream/relay.ts';
import { TranslatingFrames } from '../../src/upstream/translating-frames.ts';
import { clientDialects, clientOf, type ClientDialect } from './dialects.ts';
import { dialectOf } from '../../src/dialects/registry.ts';
import type { ByteSink, ByteSource } from '../../src/http/byte-source.ts';
import type { Call, StreamEnd } from '../../src/upstream/call.ts';
import type { Deployment, Lane } from '../../src/routing/deployment.ts';
import type { DialectName } from '../../src/canonical/dialect-name.ts';
import type { Fault } from '../../src/canonical/fault.ts';
import type { FrameHandler } from '../../src/upstream/frames.ts';
import type { Outgoing } from '../../src/upstream/outgoing.ts';

/** A client of any dialect. */
export type RelayedClient = Omit<ClientDialect, 'name'> & { name: DialectName };

/** The model's name as the clients of these streams know it. */
export const alias = 'alias';

/** What became of a stream. */
export interface Relayed {
  /** The fault before the first byte: the client gets it with a status. */
  refused: Fault | null;
  /** What the client got. */
  text: string;
  end: StreamEnd;
  /** What the client's dialect has no place for. */
  dropped: readonly string[];
}

/** How the bytes end: the connection's proper end, or a broken one. */
export type Ending = 'end' | 'fail';

const deployment = { provider: { errorName: 'OpenAIException' }, credential: { kind: 'none' }, secrets: [] as readonly string[] } as Deployment;
const watch = new IdleWatch(600_000);

class GivenBytes implements ByteSource {
  private over = false;

  constructor(private readonly pieces: readonly Buffer[], private readonly ending: Ending) {}

  start(sink: ByteSink): void {
    for (const piece of this.pieces) if (!this.over) sink.write(piece);
    if (this.over) return;
    if (this.ending === 'end') sink.end();
    else sink.fail(new Error('the connection broke'));
  }

  resume(): void {
    // All is given at once.
  }

  cancel(): void {
    this.over = true;
  }

  letGo(): void {
    this.over = true;
  }
}

const isSource = (given: readonly Buffer[] | ByteSource): given is ByteSource => !Array.isArray(given);

function handlerFor(client: RelayedClient, outbound: DialectName, includeUsage: boolean): FrameHandler {
  const bytes = Buffer.from(JSON.stringify({ ...client.body(alias, true), ...(includeUsage && client.name.startsWith('openai-c') && { stream_options: { include_usage: true } }) }));
  const body = JsonBody.read(bytes);
  const object = body?.object();
  if (!body || !object) throw new Error('no body');
  const call = {
    id: 'r1', model: alias, stream: true, inbound: client.name, includeUsage, body, nowSeconds: 1_700_000_000, costOfUsage: null, resume: null, tenant: 't',
  } as Partial<Call> as Call;
  if (client.name === outbound) return new PassingFrames(call, deployment);
  const request = dialectOf(client.name).readRequest(object, alias, true);
  if (!request.ok) throw new Error(request.fault.message);
  const outgoing: Outgoing = { pieces: [], request: request.value, disguises: null, dropped: [] };
  return new TranslatingFrames(call, request.value, deployment, { outbound, translate: true } as Lane, outgoing, null);
}

/** Gives a provider's bytes, in these pieces or from a source, to a client. */
export async function relayed(client: RelayedClient, outbound: DialectName, given: readonly Buffer[] | ByteSource, ending: Ending = 'end', includeUsage = false): Promise<Relayed> {
  const handler = handlerFor(client, outbound, includeUsage);
  const relay = new Relay({
    deployment, handler, source: isSource(given) ? given : new GivenBytes(given, ending), abort: () => undefined, watch, idleLimitMs: 60_000, deadlineMs: Infinity,
    keepAlive: '', keepAliveMs: null, clientSignal: new Cancellation(), collect: false, resume: null, firstContentMs: null,
  });
  const refused = await relay.prime();
  let text = '';
  if (!refused) relay.start({ write: (part) => (text += part.toString('utf8')) !== '', end: () => undefined, fail: () => undefined });
  const end = await relay.ended;
  return { refused, text, end, dropped: handler instanceof TranslatingFrames ? handler.dropped : [] };
}

/** What is wrong with a stream that was cut: anything that a client could take for a complete answer. Null: it was told of the failure. */
export function looksWhole(client: RelayedClient, { refused, text, end }: Relayed): string | null {
  if (!end.fault) return `no fault: ${text.slice(-300)}`;
  if (refused) return text === '' ? null : 'text beside a refusal';
  if (client.looksFinished(text)) return `looks finished: ${text.slice(-300)}`;
  const last = text.slice(text.lastIndexOf('\n\n', text.length - 3) + 1);
  return client.streamError(last) === null ? `no error at the end: ${last}` : null;
}

const chat = clientOf('openai-chat');

/** The clients, legacy Completions included: its streams end and fail like those of Chat Completions. */
export const streamClients: readonly RelayedClient[] = [
  ...clientDialects, { ...chat, name: 'openai-completions', required: 'prompt', path: () => '/v1/completions', body: (model, stream) => ({ model, prompt: 'hi', ...(stream && { stream }) }) },
];
