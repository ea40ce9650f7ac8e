// One connection to a provider that carries one request at a time. Back-pressure: while nobody reads, the socket is paused, so that a
// slow client slows the provider and fills no memory.
import { decoded } from './decoded.ts';
import { FileBody } from './stored/file-body.ts';
import { FileBodyWriter } from './stored/file-body-writer.ts';
import { ResponseParser, type ResponseSink } from './response-parser.ts';
import { SocketWriter } from './socket-writer.ts';
import type { ByteSink, ByteSource } from './byte-source.ts';
import type { HttpHeaders } from './headers.ts';
import type { ProviderReader, ProviderResponse } from './provider-response.ts';
import type { Socket } from 'bun';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { Later } from '../lib/later.ts';

/** Why there is no (whole) response. */
export class HttpError extends Error {
  constructor(readonly kind: 'connect' | 'connect-timeout' | 'closed' | 'protocol' | 'aborted', message: string) {
    super(message);
  }
}

/** Nobody answered at the address in time. */
export const connectTimeout = (timeoutMs: number): HttpError => new HttpError('connect-timeout', `no connection within ${timeoutMs} ms`);

/** A request as it goes over the line: a head of latin1 characters, and the body in pieces or in a file. */
export interface Message {
  head: string;
  body: readonly Buffer[] | FileBody;
}

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** The connection is free for another request. */
  onIdle(connection: Connection): void;
  /** The connection is gone. */
  onGone(connection: Connection): void;
  /** The rest of an answer that nobody wants is taken off the line; `sweep` ends it when that takes too long. */
  onLetGo(connection: Connection): void;
}

// The rest of an answer that is read only to keep the connection.
const maxRestBytes = 64 * 1024;
// Parts that wait for a reader; beyond this the socket is paused.
const maxWaitingBytes = 256 * 1024;

/** A connection. */
export class Connection {
  /** Requests that were sent on it. */
  uses = 0;
  idleSinceMs = 0;
  private socket: Socket | null = null;
  private exchange: Exchange | null = null;
  private readonly writer = new SocketWriter();
  /** The body that is being sent from a file. */
  private sending: FileBodyWriter | null = null;
  private gone = false;

  constructor(private readonly owner: ConnectionOwner) {}

  /** Connects to a server that speaks plain HTTP. */
  async open(hostname: string, port: number, signal: CancelSignal, timeoutMs: number | undefined): Promise<void> {
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => reject(connectTimeout(timeoutMs)), timeoutMs);
    const onAbort = (): void => reject(new HttpError('aborted', 'the request was aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      // A server that does not answer to being called keeps nobody waiting longer than he wants to.
      await Promise.race([this.connect(hostname, port), aborted]);
    } catch (error) {
      this.destroy();
      if (error instanceof HttpError) throw error;
      throw new HttpError('connect', error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  private async connect(hostname: string, port: number): Promise<void> {
    const socket = await Bun.connect({
      hostname, port,
      socket: {
        binaryType: 'buffer',
        data: (_socket, data) => this.onData(data),
        drain: () => this.onDrain(),
        close: () => this.onClose('the connection was closed'),
        end: () => this.onClose('the connection was closed'),
        error: (_socket, error) => this.onClose(error.message),
      },
    });
    if (this.gone) {
      socket.terminate();
      throw new HttpError('connect', 'the connection was closed at once');
    }
    this.socket = socket;
    socket.setNoDelay(true);
    this.writer.attach(socket);
  }

  /** Sends a request; resolves with the head of the response. `again` is asked where the connection was closed before one byte of an answer came. */
  send({ head, body }: Message, signal: CancelSignal, again: (() => Promise<ProviderResponse> | null) | null = null): Promise<ProviderResponse> {
    this.uses++;
    const exchange = new Exchange(this, signal, again);
    this.exchange = exchange;
    if (body instanceof FileBody) this.sendFile(head, body);
    else this.writer.writePieces(body, head);
    return exchange.response;
  }

  private sendFile(head: string, body: FileBody): void {
    this.writer.writeAll(head, null);
    this.sending = new FileBodyWriter(body, this.writer, (error) => this.onClose(`the body could not be read: ${error.message}`));
    this.sending.onDrain();
  }

  /** Closes at once. */
  destroy(): void {
    if (this.gone) return;
    this.gone = true;
    this.sending?.stop();
    this.socket?.terminate();
    this.owner.onGone(this);
  }

  pause(): void {
    this.socket?.pause();
  }

  resume(): void {
    this.socket?.resume();
  }

  /** The rest of the answer is read by nobody. */
  onLetGo(): void {
    this.idleSinceMs = performance.now();
    this.owner.onLetGo(this);
  }

  /** The exchange is over. */
  release(reusable: boolean): void {
    this.exchange = null;
    // A server that answered before it had the whole body waits for the rest of it, or has closed: no other request may follow.
    if (!reusable || this.writer.unsentBytes > 0 || this.sending?.complete === false || this.gone) this.destroy();
    else this.owner.onIdle(this);
    this.sending = null;
  }

  private onDrain(): void {
    this.writer.flush();
    this.sending?.onDrain();
  }

  private onData(data: Buffer): void {
    // An answer that nobody asked for would be taken for the answer to the next request.
    if (!this.exchange) this.destroy();
    else this.exchange.onData(data);
  }

  private onClose(reason: string): void {
    if (this.gone) return;
    this.gone = true;
    this.sending?.stop();
    this.socket?.terminate();
    this.owner.onGone(this);
    this.exchange?.onClosed(reason);
  }
}

/** A response on a connection. */
class ConnectionResponse implements ProviderResponse {
  constructor(readonly status: number, readonly headers: HttpHeaders, private readonly exchange: Exchange) {}

  get body(): { getReader(): ProviderReader } {
    return { getReader: () => this.exchange };
  }

  arrayBuffer(): Later<Buffer> {
    return this.exchange.readAll();
  }

  source(): ByteSource {
    return this.exchange;
  }
}

/** One request and its response on a connection. */
class Exchange implements ResponseSink, ProviderReader, ByteSource {
  readonly response: Promise<ProviderResponse>;
  private readonly parser = new ResponseParser(this);
  private readonly head = Promise.withResolvers<ProviderResponse>();
  private parts: Buffer[] = [];
  private waitingBytes = 0;
  private complete = false;
  private failure: HttpError | null = null;
  private paused = false;
  private wantsAll = false;
  private sink: ByteSink | null = null;
  private restBytes = -1;
  private reader: { resolve: (result: { done: boolean; value?: Uint8Array }) => void; reject: (error: Error) => void } | null = null;
  private readonly onAbort = (): void => this.abort();

  constructor(private readonly connection: Connection, private readonly signal: CancelSignal, private readonly again: (() => Promise<ProviderResponse> | null) | null) {
    this.response = this.head.promise;
    if (signal.aborted) queueMicrotask(this.onAbort);
    else signal.addEventListener('abort', this.onAbort);
  }

  onData(data: Buffer): void {
    const problem = this.parser.push(data);
    if (problem === null) return;
    // Bytes behind a complete response are the begin of one that nobody asked for: its rest must not meet the next request.
    if (this.complete) this.connection.destroy();
    else this.fail(new HttpError('protocol', problem));
  }

  onClosed(reason: string): void {
    const problem = this.parser.close();
    if (problem !== null) this.fail(new HttpError('closed', `${reason}: ${problem}`));
  }

  onHead(status: number, headers: HttpHeaders): void {
    this.head.resolve(decoded(new ConnectionResponse(status, headers, this)));
  }

  onBody(part: Buffer): void {
    if (this.failure) return;
    if (this.sink) return this.pass(part, this.sink);
    if (this.restBytes >= 0) return this.drop(part);
    if (this.reader && !this.wantsAll) {
      const { resolve } = this.reader;
      this.reader = null;
      resolve({ done: false, value: part });
      return;
    }
    this.parts.push(part);
    this.waitingBytes += part.length;
    if (!this.wantsAll && this.waitingBytes > maxWaitingBytes) this.pause();
  }

  onEnd(reusable: boolean): void {
    this.complete = true;
    this.signal.removeEventListener('abort', this.onAbort);
    // A reader without room may have had the last part just before its end: the next request must not find a socket that is held back.
    this.resume();
    this.connection.release(reusable);
    const { sink } = this;
    this.sink = null;
    if (sink) sink.end();
    else this.settle();
  }

  start(sink: ByteSink): void {
    const waiting = this.joined();
    let room = true;
    if (waiting.length > 0) room = sink.write(waiting);
    this.waitingBytes = 0;
    if (this.failure) sink.fail(this.failure);
    else if (this.complete) sink.end();
    else if (this.restBytes < 0) this.flow(sink, room);
  }

  read(): Promise<{ done: boolean; value?: Uint8Array }> {
    const part = this.parts.length > 1 ? this.joined() : this.parts.pop();
    if (part) {
      this.waitingBytes = 0;
      this.resume();
      return Promise.resolve({ done: false, value: part });
    }
    if (this.failure) return Promise.reject(this.failure);
    if (this.complete) return Promise.resolve({ done: true });
    const { promise, resolve, reject } = Promise.withResolvers<{ done: boolean; value?: Uint8Array }>();
    this.reader = { resolve, reject };
    return promise;
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    this.connection.resume();
  }

  letGo(): void {
    if (this.complete || this.failure) return;
    this.sink = null;
    this.restBytes = 0;
    this.resume();
    this.connection.onLetGo();
  }

  cancel(): Promise<void> {
    this.sink = null;
    if (!this.complete) this.fail(new HttpError('aborted', 'the response was not wanted any more'));
    return Promise.resolve();
  }

  private flow(sink: ByteSink, room: boolean): void {
    this.sink = sink;
    if (room) this.resume();
    else this.pause();
  }

  private pass(part: Buffer, sink: ByteSink): void {
    // A sink that was told enough by this part has let go or cancelled: then there is nothing to hold back.
    if (!sink.write(part) && this.sink === sink) this.pause();
  }

  private drop(part: Buffer): void {
    this.restBytes += part.length;
    if (this.restBytes > maxRestBytes) void this.cancel();
  }

  private pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.connection.pause();
  }

  /** The whole body; at once when all of it is there. */
  readAll(): Later<Buffer> {
    return this.complete ? this.joined() : this.readRest();
  }

  private async readRest(): Promise<Buffer> {
    this.wantsAll = true;
    this.resume();
    if (!this.complete && !this.failure) {
      const { promise, resolve, reject } = Promise.withResolvers<{ done: boolean; value?: Uint8Array }>();
      this.reader = { resolve, reject };
      await promise;
    }
    if (this.failure) throw this.failure;
    return this.joined();
  }

  private joined(): Buffer {
    const [first] = this.parts;
    const all = first && this.parts.length === 1 ? first : Buffer.concat(this.parts);
    this.parts = [];
    return all;
  }

  private abort(): void {
    this.fail(new HttpError('aborted', 'the request was aborted'));
  }

  private fail(error: HttpError): void {
    if (this.complete || this.failure) return;
    this.failure = error;
    this.signal.removeEventListener('abort', this.onAbort);
    this.connection.destroy();
    const again = error.kind === 'closed' && this.parser.untouched && !this.signal.aborted ? this.again?.() : null;
    if (again) this.head.resolve(again);
    else this.head.reject(error);
    const { sink } = this;
    this.sink = null;
    if (sink) sink.fail(error);
    else this.settle();
  }

  /** Tells a reader that waits how it ended. */
  private settle(): void {
    const { reader } = this;
    this.reader = null;
    if (!reader) return;
    if (this.failure) reader.reject(this.failure);
    else reader.resolve({ done: true });
  }
}
