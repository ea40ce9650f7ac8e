// Carries a stream from the provider to the client. It holds everything back until the first content, while another provider could
// still answer; after that a failure becomes the dialect's error event and never a normal end. Back-pressure is the client's: nothing is
// read that it has no room for. When the client leaves, the provider's connection is closed at once.
import { connectionFault } from './failure.ts';
import { fault, isRetryable, type Fault, type Result } from '../canonical/fault.ts';
import { maxCollectedBytes, maxHeldFrames } from '../lib/bounds.ts';
import { parseFrame, SseSplitter } from '../lib/sse.ts';
import { parseJsonObject } from '../lib/json.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { FrameHandler, FrameMeter } from './frames.ts';
import type { IdleWatch, Watched } from './idle-watch.ts';
import type { Answer, StreamEnd } from './call.ts';

type Controller = ReadableStreamDefaultController<Uint8Array>;
/** `await reader.read()` of the provider's body. */
interface Chunk {
  done: boolean;
  value?: Uint8Array | undefined;
}

/** What a relay needs. */
export interface RelayParts {
  deployment: Deployment;
  handler: FrameHandler;
  reader: { read(): Promise<Chunk>; cancel(): Promise<void> };
  /** Ends the provider's connection. */
  abort: () => void;
  watch: IdleWatch;
  idleLimitMs: number;
  /** What to send to keep a silent stream alive. */
  keepAlive: string;
  /** Aborted when the client leaves. */
  clientSignal: AbortSignal;
  /** Keep a copy of what is sent. */
  collect: boolean;
  /** Asks for the rest after this text; null: a broken stream ends with an error. */
  resume: ((text: string) => Promise<Result<Answer>>) | null;
  /** Without content after this time it counts as failed; null: it is waited for. */
  firstContentMs: number | null;
}

/** One stream on its way. */
export class Relay implements Watched {
  heardMs = performance.now();
  sentMs = this.heardMs;
  readonly idleLimitMs: number;
  /** Told once, when the stream is over for whatever reason. */
  readonly ended: Promise<StreamEnd>;
  /** What went to the client last: after a proper end it holds the frame of that end. */
  lastSent: Buffer | null = null;
  private splitter = new SseSplitter();
  private source: RelayParts['reader'];
  private abortSource: () => void;
  private readonly resolveEnd: (end: StreamEnd) => void;
  private held: Buffer[] = [];
  private pending: Promise<Chunk> | null = null;
  private controller: Controller | null = null;
  private copies: Buffer[] | null;
  private copiedBytes = 0;
  private sentChunks = 0;
  private over = false;
  /** A failure that the client has still to be told. */
  private failure: Fault | null = null;
  private silent = false;
  private readonly onClientLeft = (): void => this.clientLeft();

  constructor(private readonly parts: RelayParts) {
    this.idleLimitMs = parts.idleLimitMs;
    this.copies = parts.collect ? [] : null;
    this.source = parts.reader;
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
  async prime(): Promise<Fault | null> {
    const { meter } = this.parts.handler;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const { firstContentMs, watch, deployment } = this.parts;
    const tooSlow = firstContentMs !== null && firstContentMs < watch.keepAliveMs;
    const waitedEnough = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), tooSlow ? firstContentMs : watch.keepAliveMs);
    });
    try {
      const failure = await this.hold(meter, waitedEnough);
      if (failure || !tooSlow || meter.contentSeen || meter.terminal || this.held.length >= maxHeldFrames) return failure;
      const slow = connectionFault('timeout', deployment, firstContentMs);
      this.end(slow);
      return slow;
    } finally {
      clearTimeout(timer);
    }
  }

  private async hold(meter: FrameMeter, waitedEnough: Promise<false>): Promise<Fault | null> {
    while (!meter.contentSeen && !meter.terminal && this.held.length < maxHeldFrames) {
      const arrived = this.next().then(() => true, () => true);
      if (!(await Promise.race([arrived, waitedEnough]))) break;
      const failure = await this.step((out) => {
        this.copy(out);
        this.held.push(out);
      });
      if (failure && meter.contentSeen) {
        // Content and failure came in one chunk: the content goes to the client first, then the error.
        this.failure = failure;
        return null;
      }
      if (failure) {
        this.end(failure);
        return failure;
      }
      if (this.over) break;
    }
    return null;
  }

  /** The stream for the client. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.controller = controller;
      },
      pull: (controller) => this.pull(controller),
      cancel: () => this.clientLeft(),
    });
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
    if (this.controller && !this.over && this.held.length === 0) this.controller.enqueue(Buffer.from(this.parts.keepAlive));
  }

  private async pull(controller: Controller): Promise<void> {
    if (this.held.length > 0) {
      const first = Buffer.concat(this.held);
      this.held = [];
      controller.enqueue(first);
      if (this.over) controller.close();
      return;
    }
    const before = this.sentChunks;
    while (this.sentChunks === before && !this.over) {
      const failure = this.failure ?? await this.step((out) => {
        this.copy(out);
        controller.enqueue(out);
        this.sentChunks++;
      });
      if (!failure) continue;
      if (await this.goesOn(failure)) continue;
      if (failure.code !== 'client_left') controller.enqueue(this.parts.handler.renderFault(failure));
      this.end(failure);
    }
    this.sentMs = this.heardMs;
    if (this.over) closeQuietly(controller);
  }

  /** Lets another call go on where this one broke off. False when there is none, or it fails too: then the client is told of the first failure. */
  private async goesOn(failure: Fault): Promise<boolean> {
    const { resume, handler } = this.parts;
    const text = resume && isRetryable(failure) && !this.over ? handler.told?.() ?? null : null;
    if (!resume || text === null) return false;
    this.abortSource();
    const answer = await resume(text);
    if (!answer.ok || answer.value.kind !== 'stream') return false;
    const rest = answer.value.body.getReader();
    if (this.over) {
      void rest.cancel();
      return false;
    }
    handler.goOn?.();
    this.source = { read: () => rest.read(), cancel: () => rest.cancel() };
    this.abortSource = () => void rest.cancel().catch(() => undefined);
    this.splitter = new SseSplitter();
    this.pending = null;
    this.failure = null;
    this.silent = false;
    this.heardMs = performance.now();
    return true;
  }

  /** Reads one chunk and handles its frames. Gives the failure that ends the stream; sets `over` at a proper end. */
  private async step(send: (out: Buffer) => void): Promise<Fault | null> {
    const { handler } = this.parts;
    let chunk: Chunk;
    try {
      chunk = await this.next();
      this.pending = null;
    } catch {
      return this.brokenFault();
    }
    this.heardMs = performance.now();
    if (chunk.done || !chunk.value) return this.finish(send);
    const frames = this.splitter.push(chunk.value);
    if (!frames) return fault('upstream_invalid_answer', 'The provider sent an event larger than this gateway reads.');
    const failure = this.handle(frames, send);
    if (failure || !handler.meter.terminal) return failure;
    this.end(null);
    // The rest of the connection (usually nothing) is read by nobody.
    void this.source.cancel().catch(() => undefined);
    return null;
  }

  /** The next chunk; the same promise until it has been taken. */
  private next(): Promise<Chunk> {
    this.pending ??= this.source.read();
    return this.pending;
  }

  private finish(send: (out: Buffer) => void): Fault | null {
    if (this.parts.clientSignal.aborted) return this.brokenFault();
    const rest = this.splitter.rest();
    const failure = rest && isWhole(rest) ? this.handle([Buffer.concat([rest, Buffer.from('\n\n')])], send) : null;
    if (failure) return failure;
    const result = this.parts.handler.finish();
    if (result.out) send(result.out);
    if (!result.fault) this.end(null);
    return result.fault;
  }

  private handle(frames: readonly Buffer[], send: (out: Buffer) => void): Fault | null {
    const { handler } = this.parts;
    if (frames.length === 1 && frames[0]) {
      const { out, fault: failure } = handler.frame(frames[0]);
      if (out) send(out);
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
    if (pieces.length > 0) send(Buffer.concat(pieces));
    return failure;
  }

  private copy(out: Buffer): void {
    this.lastSent = out;
    if (!this.copies) return;
    this.copiedBytes += out.length;
    this.copies.push(out);
    if (this.copiedBytes > maxCollectedBytes) this.copies = null;
  }

  private brokenFault(): Fault {
    const { clientSignal, deployment, idleLimitMs } = this.parts;
    if (clientSignal.aborted) return connectionFault('client', deployment, idleLimitMs);
    if (this.silent) return connectionFault('timeout', deployment, idleLimitMs);
    const message = 'The connection to the provider broke before the answer was complete.';
    return fault('upstream_stream_broken', message, { upstream: { errorName: deployment.provider.errorName, status: 200, message } });
  }

  private clientLeft(): void {
    if (this.over) return;
    this.end(connectionFault('client', this.parts.deployment, this.idleLimitMs));
  }

  private end(failure: Fault | null): void {
    if (this.over) return;
    this.over = true;
    const { meter } = this.parts.handler;
    this.parts.watch.remove(this);
    this.parts.clientSignal.removeEventListener('abort', this.onClientLeft);
    if (failure) this.abortSource();
    this.resolveEnd({ usage: meter.usage, finishReason: meter.finishReason, fault: failure, contentCharacters: meter.contentCharacters });
  }
}

// Some providers leave out the last blank line. What was cut off inside an event is no event.
function isWhole(rest: Buffer): boolean {
  const data = parseFrame(rest)?.data.trim();
  return data !== undefined && (data === '[DONE]' || parseJsonObject(data) !== undefined);
}

function closeQuietly(controller: Controller): void {
  try {
    controller.close();
  } catch {
    // The client closed it first.
  }
}
