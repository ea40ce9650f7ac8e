// Carries a stream from the provider to the client. It holds everything back until the first content, while another provider could
// still answer; after that a failure becomes the dialect's error event and never a normal end. Back-pressure is the client's: nothing is
// read that it has no room for. When the client leaves, the provider's connection is closed at once.
import { connectionFault } from './failure.ts';
import { fault, isRetryable, type Fault, type Result } from '../canonical/fault.ts';
import { maxCollectedBytes, maxHeldFrames } from '../lib/bounds.ts';
import { parseFrame, SseSplitter } from '../lib/sse.ts';
import { parseJsonObject } from '../lib/json.ts';
import type { ByteSink, ByteSource } from '../http/byte-source.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { FrameHandler } from './frames.ts';
import type { IdleWatch, Watched } from './idle-watch.ts';
import type { Answer, StreamEnd } from './call.ts';

// What may come before the client's side has begun to send.
const maxHeldBytes = 256 * 1024;

/** What a relay needs. */
export interface RelayParts {
  deployment: Deployment;
  handler: FrameHandler;
  /** The provider's body. */
  source: ByteSource;
  /** Ends the provider's connection. */
  abort: () => void;
  watch: IdleWatch;
  idleLimitMs: number;
  /** When it must be over. */
  deadlineMs: number;
  /** What to send to keep a silent stream alive. */
  keepAlive: string;
  /** After which pause; null: as the watch does. */
  keepAliveMs: number | null;
  /** Aborted when the client leaves. */
  clientSignal: CancelSignal;
  /** Keep a copy of what is sent. */
  collect: boolean;
  /** Asks for the rest after this text; null: a broken stream ends with an error. */
  resume: ((text: string) => Promise<Result<Answer>>) | null;
  /** Without content after this time it counts as failed; null: it is waited for. */
  firstContentMs: number | null;
}

/** One stream on its way: a sink for the provider, a source for the client. */
export class Relay implements Watched, ByteSink, ByteSource {
  heardMs = performance.now();
  sentMs = this.heardMs;
  idleLimitMs: number;
  readonly keepAliveMs: number | null;
  deadlineMs: number;
  /** Told once, when the stream is over for whatever reason. */
  readonly ended: Promise<StreamEnd>;
  /** What went to the client last: after a proper end it holds the frame of that end. */
  lastSent: Buffer | null = null;
  /** What went to the client first. */
  firstSent: Buffer | null = null;
  private splitter = new SseSplitter();
  private source: ByteSource;
  private abortSource: () => void;
  /** Another call is asked for the rest. */
  private resuming = false;
  private readonly resolveEnd: (end: StreamEnd) => void;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private sink: ByteSink | null = null;
  /** The client has room. */
  private room = true;
  private copies: Buffer[] | null;
  private copiedBytes = 0;
  private over = false;
  /** A failure that the client has still to be told. */
  private failure: Fault | null = null;
  private silent = false;
  /** Ends the wait of `prime`. */
  private primed: ((failure: Fault | null) => void) | null = null;
  private readonly onClientLeft = (): void => this.cancel();

  constructor(private readonly parts: RelayParts) {
    this.idleLimitMs = parts.idleLimitMs;
    this.keepAliveMs = parts.keepAliveMs;
    this.deadlineMs = parts.deadlineMs;
    this.copies = parts.collect ? [] : null;
    this.source = parts.source;
    this.abortSource = parts.abort;
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    this.ended = promise;
    this.resolveEnd = resolve;
    parts.watch.add(this);
    parts.clientSignal.addEventListener('abort', this.onClientLeft, { once: true });
  }

  /**
   * Reads until the first content, a proper end or a failure. Gives the failure; null when the stream may go to the client.
   * After `keepAliveMs` of waiting it goes to the client anyway, so that nobody takes a thinking model for a dead one.
   */
  prime(): Promise<Fault | null> {
    const { promise, resolve } = Promise.withResolvers<Fault | null>();
    const { firstContentMs, watch } = this.parts;
    const quietMs = this.keepAliveMs ?? watch.keepAliveMs;
    const timer = firstContentMs !== null && firstContentMs < quietMs
      ? setTimeout(() => this.finish(connectionFault('timeout', this.parts.deployment, firstContentMs)), firstContentMs)
      : setTimeout(() => this.primed?.(null), quietMs);
    this.primed = (failure) => {
      clearTimeout(timer);
      this.primed = null;
      resolve(failure);
    };
    this.parts.source.start(this);
    return promise;
  }

  /** Begins to send. */
  start(sink: ByteSink): void {
    this.sink = sink;
    this.sendHeld();
    const { failure } = this;
    this.failure = null;
    if (failure) this.onFailure(failure);
    else if (this.over) sink.end();
    else if (this.room) this.source.resume();
  }

  /** The client has room again. */
  resume(): void {
    this.room = true;
    if (!this.over && !this.resuming) this.source.resume();
  }

  /** The client left. */
  cancel(): void {
    this.finish(connectionFault('client', this.parts.deployment, this.idleLimitMs));
  }

  letGo(): void {
    this.cancel();
  }

  /** Takes what the provider sent. */
  write(chunk: Buffer): boolean {
    if (this.over || this.failure || this.resuming) return false;
    this.heardMs = performance.now();
    const frames = this.splitter.push(chunk);
    const failure = frames ? this.handle(frames) : fault('upstream_invalid_answer', 'The provider sent an event larger than this gateway reads.');
    if (failure) this.onFailure(failure);
    else if (this.parts.handler.meter.terminal) this.complete();
    this.release();
    return this.sink ? this.room : this.heldBytes < maxHeldBytes;
  }

  /** The provider's body is over. */
  end(): void {
    if (this.over || this.failure || this.resuming) return;
    const failure = this.parts.clientSignal.aborted ? this.brokenFault() : this.rest();
    if (failure) this.onFailure(failure);
    else this.complete();
    this.release();
  }

  /** The provider's connection broke. */
  fail(): void {
    if (this.over || this.failure || this.resuming) return;
    this.onFailure(this.brokenFault());
    this.release();
  }

  /** All that was sent, when it was to be kept and was not too much. */
  collected(): Buffer | null {
    return this.copies ? Buffer.concat(this.copies) : null;
  }

  onSilence(): void {
    this.silent = true;
    this.abortSource();
  }

  onQuiet(): void {
    this.sentMs = performance.now();
    if (this.sink && !this.over && this.room) this.room = this.sink.write(Buffer.from(this.parts.keepAlive));
  }

  /** Lets `prime` go when there is nothing more to wait for. */
  private release(): void {
    const { meter } = this.parts.handler;
    if (this.primed && (this.over || this.failure || meter.contentSeen || meter.terminal || this.held.length >= maxHeldFrames)) this.primed(null);
  }

  private onFailure(failure: Fault): void {
    // Content and failure came in one chunk: the content goes to the client first, then the error.
    if (this.sink) return this.goesOn(failure) ? undefined : this.tell(failure);
    if (this.primed && !this.parts.handler.meter.contentSeen) this.finish(failure);
    else this.failure = failure;
  }

  /** Lets another call go on where this one broke off. False when there is none; when it fails too, the client is told of the first failure. */
  private goesOn(failure: Fault): boolean {
    const { resume, handler } = this.parts;
    const text = resume && isRetryable(failure) && !this.over ? handler.told?.() ?? null : null;
    if (!resume || text === null) return false;
    this.resuming = true;
    // After this nothing more comes from it.
    this.source.cancel();
    this.abortSource();
    void resume(text).then((answer) => this.resumed(answer, failure));
    return true;
  }

  private resumed(answer: Result<Answer>, failure: Fault): void {
    this.resuming = false;
    const rest = answer.ok && answer.value.kind === 'stream' ? answer.value.body : null;
    if (!rest || this.over) {
      rest?.cancel();
      return this.tell(failure);
    }
    this.parts.handler.goOn?.();
    this.splitter = new SseSplitter();
    this.silent = false;
    this.heardMs = performance.now();
    // The other call watches over its own silence.
    this.idleLimitMs = Infinity;
    this.deadlineMs = Infinity;
    this.source = rest;
    this.abortSource = () => rest.cancel();
    rest.start(this);
  }

  /** Tells the client of a failure, as its last event. */
  private tell(failure: Fault): void {
    const { sink } = this;
    if (this.over) return;
    if (failure.code !== 'client_left') sink?.write(this.parts.handler.renderFault(failure));
    this.finish(failure);
    sink?.end();
  }

  private complete(): void {
    const { sink } = this;
    this.finish(null);
    // The rest of the connection (usually nothing) is read by nobody.
    this.source.letGo();
    sink?.end();
  }

  /** Handles what stood behind the last blank line, and asks whether the answer is complete. */
  private rest(): Fault | null {
    const rest = this.splitter.rest();
    const failure = rest && isWholeEvent(rest) ? this.handle([Buffer.concat([rest, Buffer.from('\n\n')])]) : null;
    if (failure) return failure;
    const result = this.parts.handler.finish();
    if (result.out) this.send(result.out);
    return result.fault;
  }

  private handle(frames: readonly Buffer[]): Fault | null {
    const { handler } = this.parts;
    if (frames.length === 1 && frames[0]) {
      const { out, fault: failure } = handler.frame(frames[0]);
      if (out) this.send(out);
      return failure;
    }
    const pieces: Buffer[] = [];
    let failure: Fault | null = null;
    for (const frame of frames) {
      const result = handler.frame(frame);
      if (result.out) pieces.push(result.out);
      failure = result.fault;
      if (failure || handler.meter.terminal) break;
    }
    if (pieces.length > 0) this.send(Buffer.concat(pieces));
    return failure;
  }

  private send(out: Buffer): void {
    this.firstSent ??= out;
    this.lastSent = out;
    if (this.copies) this.copy(out);
    if (!this.sink) {
      this.held.push(out);
      this.heldBytes += out.length;
      return;
    }
    this.sentMs = this.heardMs;
    this.room = this.sink.write(out);
  }

  private sendHeld(): void {
    const { held, sink } = this;
    this.held = [];
    const [first] = held;
    if (!first || !sink) return;
    this.sentMs = performance.now();
    this.room = sink.write(held.length === 1 ? first : Buffer.concat(held));
  }

  private copy(out: Buffer): void {
    this.copiedBytes += out.length;
    this.copies?.push(out);
    if (this.copiedBytes > maxCollectedBytes) this.copies = null;
  }

  private brokenFault(): Fault {
    const { clientSignal, deployment, idleLimitMs } = this.parts;
    if (clientSignal.aborted) return connectionFault('client', deployment, idleLimitMs);
    if (this.silent) return connectionFault('timeout', deployment, performance.now() > this.deadlineMs ? deployment.totalTimeoutMs : idleLimitMs);
    const message = 'The connection to the provider broke before the answer was complete.';
    return fault('upstream_stream_broken', message, { upstream: { errorName: deployment.provider.errorName, status: 200, message } });
  }

  private finish(failure: Fault | null): void {
    if (this.over) return;
    this.over = true;
    const { meter } = this.parts.handler;
    this.parts.watch.remove(this);
    this.parts.clientSignal.removeEventListener('abort', this.onClientLeft);
    if (failure) this.abortSource();
    this.resolveEnd({ usage: meter.usage, finishReason: meter.finishReason, fault: failure, contentCharacters: meter.contentCharacters });
    this.primed?.(failure);
  }
}

/** True when what a stream ends with is an event: some providers leave out the last blank line. What was cut off inside an event is none. */
export function isWholeEvent(rest: Buffer): boolean {
  const data = parseFrame(rest)?.data.trim();
  return data !== undefined && (data === '[DONE]' || (data.endsWith('}') && parseJsonObject(data) !== undefined));
}
