// One client's connection: requests are read one after another, each answered before the next is looked at. Nothing is read from a
// client that the gateway has no use for yet, and nothing is kept for one that does not take it.
import { abandonedMs, bodyLingerMs, headTimeoutMs, maxRequestHeadBytes, maxUnreadBodyBytes } from '../../lib/bounds.ts';
import { Cancellation } from '../../lib/cancellation.ts';
import { HeadReader, type HeadProblem, type RequestHead } from './request-head.ts';
import { headBegin, replyHead, type Framing } from './reply-head.ts';
import { ReplyBodyWriter } from './reply-body.ts';
import { isByteSource, Reply, ReplyHeaders, withoutBody, type AnyReply, type ReplyBody } from '../reply.ts';
import { ReaderSource, type ByteSource } from '../byte-source.ts';
import { RequestBody } from './request-body.ts';
import { SocketWriter } from '../socket-writer.ts';
import type { BodyRead, IncomingRequest } from '../incoming.ts';
import type { Later } from '../../lib/later.ts';
import type { Socket } from 'bun';

/** What a connection belongs to. */
export interface ConnectionHost {
  /** Answers a request; may not throw. */
  answer(request: IncomingRequest, address: string): Later<AnyReply>;
  onClosed(connection: ServerConnection): void;
  /** A connection without a request is closed after this. */
  readonly idleTimeoutMs: number;
  /** No request is taken any more. */
  readonly stopping: boolean;
  readonly scheme: 'http' | 'https';
}

/** `rest`: the answer is complete, and what is left of its request's body is passed over. `lingering`: all that comes is passed over. */
type Phase = 'head' | 'answering' | 'rest' | 'lingering' | 'closed';

const headEnd = Buffer.from('\r\n\r\n');
// A connection without a request for this long keeps nothing of the last one.
const restsAfterMs = 2_000;
// Requests that a client sends before it has the answer to the one before; beyond this it has to wait.
const maxHeldBytes = 64 * 1024;
// Answers that a client has not taken yet; beyond this it gets no other, or it could fill the memory by asking and never reading.
const maxUntakenBytes = 256 * 1024;

/** A connection. */
export class ServerConnection {
  private phase: Phase = 'head';
  private readonly writer = new SocketWriter();
  private readonly heads = new HeadReader();
  /** What came and was not used yet: a part of a head, or requests that have to wait for their turn. */
  private pending: Buffer | null = null;
  private exchange: ServerExchange | null = null;
  private paused = false;
  /** When the phase began. */
  private sinceMs = performance.now();
  /** When the first byte of a head came that is not complete yet; 0: there is none. */
  private headSinceMs = 0;
  /** Since when the client takes nothing of what waits for it; 0: nothing waits. */
  private stuckSinceMs = 0;
  private closesWhenSent = false;
  /** Requests are being taken from what came. */
  private reading = false;
  private readonly address: string;

  constructor(private readonly socket: Socket<ServerConnection>, private readonly host: ConnectionHost) {
    this.address = socket.remoteAddress;
    this.writer.attach(socket);
  }

  get scheme(): 'http' | 'https' {
    return this.host.scheme;
  }

  /** A request is being answered, or its answer is on the way. */
  get busy(): boolean {
    return this.phase === 'answering' || (this.phase !== 'closed' && this.writer.unsentBytes > 0);
  }

  onData(bytes: Buffer): void {
    if (this.phase === 'closed' || this.phase === 'lingering') return;
    let rest = this.pending ? Buffer.concat([this.pending, bytes]) : bytes;
    this.pending = null;
    const { exchange } = this;
    if (exchange) {
      const used = exchange.takeBody(rest, 0);
      if (used === -1) return;
      if (exchange.body.waits) this.pause();
      if (used > 0) rest = rest.subarray(used);
      if (this.phase === 'rest' && exchange.body.complete) this.awaitHead();
    }
    if (rest.length === 0) return;
    if (this.phase !== 'head' || this.isCrowded) this.hold(rest);
    else this.readHeads(rest);
  }

  onDrain(): void {
    this.writer.flush();
    this.stuckSinceMs = 0;
    this.exchange?.onDrain();
    if (this.writer.unsentBytes > 0) return;
    if (this.closesWhenSent) this.close();
    else if (this.phase === 'head' && this.paused) this.readOn();
  }

  onClose(): void {
    if (this.phase === 'closed') return;
    this.phase = 'closed';
    this.host.onClosed(this);
    this.exchange?.leave();
    this.exchange = null;
  }

  /** Looks at the clock. */
  tick(nowMs: number): void {
    if (this.writer.unsentBytes === 0) this.stuckSinceMs = 0;
    else if (this.stuckSinceMs === 0) this.stuckSinceMs = nowMs;
    else if (nowMs - this.stuckSinceMs > abandonedMs) return this.destroy();
    const forMs = nowMs - this.sinceMs;
    if (this.phase === 'lingering') {
      if (forMs > bodyLingerMs) this.destroy();
    } else if (this.phase === 'rest') {
      if (forMs > bodyLingerMs || this.host.stopping) this.close();
    } else if (this.phase === 'answering') {
      this.exchange?.body.tick(nowMs);
    } else if (this.headSinceMs > 0) {
      if (nowMs - this.headSinceMs > headTimeoutMs) this.refuse({ status: 408, reason: 'the head did not arrive in time' });
    } else if (forMs > this.host.idleTimeoutMs || this.host.stopping) {
      this.close();
    } else if (forMs > restsAfterMs) {
      this.heads.forget();
    }
  }

  /** Closes at once. */
  destroy(): void {
    this.socket.terminate();
    this.onClose();
  }

  /** Sends a piece of an answer. */
  send(head: string, body: Buffer | null): void {
    this.writer.writeAll(head, body);
  }

  /** Sends an answer whose head ends with what many answers have in common. */
  sendAnswer(begin: string, end: Buffer, body: Buffer | null): void {
    this.writer.writeAnswer(begin, end, body);
  }

  /** Writes a body that comes in time. */
  stream(head: string, chunked: boolean, source: ByteSource, exchange: ServerExchange): ReplyBodyWriter {
    this.sinceMs = performance.now();
    return new ReplyBodyWriter(head, chunked, source, this.writer, exchange);
  }

  /** More of the body is wanted. */
  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.socket.resume();
  }

  /** The answer is complete. */
  onAnswered(exchange: ServerExchange): void {
    if (this.phase === 'closed') return;
    this.sinceMs = performance.now();
    if (!exchange.keepsAlive || this.host.stopping) {
      this.exchange = null;
      if (exchange.body.complete) this.close();
      else this.linger();
    } else if (exchange.body.complete) {
      this.awaitHead();
      this.readOn();
    } else {
      // Nothing of a body that nobody wanted may be taken for the next request.
      this.phase = 'rest';
      this.resume();
    }
  }

  private awaitHead(): void {
    this.exchange = null;
    this.phase = 'head';
  }

  /** Takes the next request, unless the client has to take its answers first; then `onDrain` comes back here. */
  private readOn(): void {
    if (this.isCrowded) return this.pause();
    this.resume();
    if (!this.reading) this.readHeads(null);
  }

  private get isCrowded(): boolean {
    return this.writer.unsentBytes > maxUntakenBytes;
  }

  /** Answers what is no request, and closes. */
  refuse({ status, reason }: { status: HeadProblem['status'] | 408; reason: string }): void {
    if (this.phase === 'closed') return;
    const body = Buffer.from(JSON.stringify({ error: { message: `Bad request: ${reason}.`, type: 'invalid_request_error', param: null, code: String(status) } }));
    this.send(replyHead(status, 'content-type: application/json\r\n', body.length, 'close'), body);
    this.exchange?.leave();
    this.exchange = null;
    this.linger();
  }

  /** Takes one request after another from what came. Answers that are there at once come back here, so that many of them need no depth. */
  private readHeads(bytes: Buffer | null): void {
    this.reading = true;
    let next = bytes ?? this.takePending();
    while (next) {
      this.readHead(next);
      next = this.phase === 'head' && this.headSinceMs === 0 && !this.isCrowded ? this.takePending() : null;
    }
    this.reading = false;
  }

  private takePending(): Buffer | null {
    const { pending } = this;
    this.pending = null;
    return pending;
  }

  private readHead(bytes: Buffer): void {
    const from = startOf(bytes);
    if (from === bytes.length) return;
    const end = bytes.indexOf(headEnd, from);
    if (end === -1 ? bytes.length > maxRequestHeadBytes : end > maxRequestHeadBytes) return this.refuse({ status: 431, reason: 'the head is too long' });
    if (end === -1) {
      if (this.headSinceMs === 0) this.headSinceMs = performance.now();
      this.pending = bytes;
      return;
    }
    const head = this.heads.read(bytes, from, end);
    if (head.kind === 'problem') return this.refuse(head);
    this.begin(head, bytes, end + headEnd.length);
  }

  private begin(head: RequestHead, bytes: Buffer, from: number): void {
    this.phase = 'answering';
    this.headSinceMs = 0;
    const exchange = new ServerExchange(head, this);
    this.exchange = exchange;
    const used = from < bytes.length ? exchange.takeBody(bytes, from) : from;
    if (used === -1) return;
    if (used < bytes.length) this.hold(bytes.subarray(used));
    try {
      const reply = this.host.answer(exchange, this.address);
      if (!(reply instanceof Promise)) return exchange.reply(reply);
      reply.then((later) => this.replyLater(exchange, later), () => this.destroy());
    } catch {
      return this.destroy();
    }
    if (exchange.body.waits) this.pause();
  }

  private replyLater(exchange: ServerExchange, reply: AnyReply): void {
    try {
      exchange.reply(reply);
    } catch {
      this.destroy();
    }
  }

  /** Keeps what cannot be used yet. A client that sends more than a little has to wait. */
  private hold(bytes: Buffer): void {
    this.pending = bytes;
    if (bytes.length > maxHeldBytes) this.pause();
  }

  /** Nothing more is read for now. */
  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.socket.pause();
  }

  /** Closes when everything is sent. */
  private close(): void {
    if (this.writer.unsentBytes > 0) {
      this.closesWhenSent = true;
      return;
    }
    this.phase = 'closed';
    this.socket.end();
    this.host.onClosed(this);
  }

  // A client that still sends would get a reset, and lose the answer, if the connection were closed under it. (RFC 9112, section 9.6)
  private linger(): void {
    this.phase = 'lingering';
    this.pending = null;
    this.sinceMs = performance.now();
    this.resume();
    if (this.writer.unsentBytes === 0) this.socket.shutdown();
    else this.closesWhenSent = true;
  }
}

// Empty lines before a request are passed over. (RFC 9112, section 2.2)
function startOf(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === 0x0d && bytes[at + 1] === 0x0a) at += 2;
  return at;
}

/** One request and its answer on a connection. */
export class ServerExchange implements IncomingRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: RequestHead['headers'];
  readonly signal = new Cancellation();
  readonly body: RequestBody;
  keepsAlive: boolean;
  private stream: ReplyBodyWriter | null = null;
  private left = false;
  private replied = false;
  private continueSent = false;

  constructor(private readonly head: RequestHead, private readonly connection: ServerConnection) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.keepsAlive = head.keepsAlive;
    this.body = new RequestBody(head, this);
  }

  get origin(): string {
    return `${this.connection.scheme}://${this.headers.get('host') ?? 'localhost'}`;
  }

  read(maxBytes: number, timeoutMs: number): Later<BodyRead> {
    return this.body.read(maxBytes, timeoutMs);
  }

  source(): ByteSource {
    return this.body;
  }

  onBodyWanted(): void {
    if (this.head.expectsContinue && !this.continueSent) {
      this.continueSent = true;
      this.connection.send('HTTP/1.1 100 Continue\r\n\r\n', null);
    }
    this.connection.resume();
  }

  /** Gives the index behind the bytes that were used; -1 when they are no body and the connection is over. */
  takeBody(bytes: Buffer, from: number): number {
    const used = this.body.push(bytes, from);
    if (typeof used !== 'string') return used;
    // Behind the begin of an answer another one would be taken for a part of it.
    if (this.replied) this.connection.destroy();
    else this.connection.refuse({ status: 400, reason: used });
    return -1;
  }

  onDrain(): void {
    this.stream?.onDrain();
  }

  /** The client is gone. */
  leave(): void {
    if (this.left) return;
    this.left = true;
    this.body.onGone();
    this.signal.abort();
    this.stream?.cancel();
  }

  /** Sends the answer. */
  reply(given: AnyReply): void {
    const { status, headers, body } = given instanceof Reply ? { status: given.status, headers: given.headers, body: given.body } : ofPlatform(given);
    if (this.left) {
      if (isByteSource(body)) body.cancel();
      return;
    }
    this.replied = true;
    if (!this.body.complete) this.leaveBody();
    const connection = headers.get('connection');
    if (connection !== null) {
      if (connection === 'close') this.keepsAlive = false;
      headers.delete('connection');
    }
    const parts = headers instanceof ReplyHeaders && Buffer.isBuffer(body) && this.method !== 'HEAD' && !withoutBody(status) ? headers.parts() : null;
    if (!parts || !Buffer.isBuffer(body)) return this.send(status, headers.text(), body);
    this.connection.sendAnswer(headBegin(status, parts.own, body.length, this.persistence()), parts.end, body);
    this.connection.onAnswered(this);
  }

  onBodyEnd(whole: boolean): void {
    this.stream = null;
    if (this.left) return;
    if (whole) this.connection.onAnswered(this);
    else this.connection.destroy();
  }

  private send(status: number, headers: string, body: ReplyBody): void {
    const { isOneOne } = this.head;
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    if (bytes === null || Buffer.isBuffer(bytes)) {
      const framing = withoutBody(status) ? 'none' : bytes?.length ?? 0;
      this.connection.send(this.headOf(status, headers, framing), this.method === 'HEAD' || withoutBody(status) ? null : bytes);
      return this.connection.onAnswered(this);
    }
    if (!isOneOne) this.keepsAlive = false;
    const head = this.headOf(status, headers, withoutBody(status) ? 'none' : isOneOne ? 'chunked' : 'close');
    if (this.method === 'HEAD' || withoutBody(status)) {
      bytes.cancel();
      this.connection.send(head, null);
      return this.connection.onAnswered(this);
    }
    this.stream = this.connection.stream(head, isOneOne, bytes, this);
    this.stream.begin();
  }

  private headOf(status: number, headers: string, framing: Framing): string {
    return replyHead(status, headers, framing, this.persistence());
  }

  private persistence(): 'close' | 'keep-alive' | null {
    return this.keepsAlive ? (this.head.isOneOne ? null : 'keep-alive') : 'close';
  }

  // The answer is given without the body. A small rest is passed over; for a large one the connection is not worth keeping.
  private leaveBody(): void {
    this.body.discard();
    if (this.head.length === null || this.head.expectsContinue || this.body.left > maxUnreadBodyBytes) this.keepsAlive = false;
    this.connection.resume();
  }
}

function ofPlatform(response: Response): { status: number; headers: { get(name: string): string | null; delete(name: string): void; text(): string }; body: ByteSource | null } {
  const { headers } = response;
  return {
    status: response.status,
    headers: {
      get: (name) => headers.get(name),
      delete: (name) => headers.delete(name),
      text: () => [...headers].map(([name, value]) => (framingNames.has(name) ? '' : `${name}: ${value}\r\n`)).join(''),
    },
    body: response.body ? new ReaderSource(response.body.getReader()) : null,
  };
}

const framingNames = new Set(['content-length', 'transfer-encoding']);
