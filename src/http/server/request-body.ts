// The body of a request on a socket. It is read when a handler asks for it, not before: whoever is refused by his head alone fills no memory.
import { ChunkedBody } from '../chunked.ts';
import { BodyGone, type BodyRead } from '../incoming.ts';
import type { ByteSink, ByteSource } from '../byte-source.ts';
import type { Later } from '../../lib/later.ts';
import type { RequestHead } from './request-head.ts';

// Bodies up to this size are collected in memory that is asked for at once, by what the head declares.
const maxDeclaredAtOnce = 4 * 1024 * 1024;

/** What a body asks of its connection. */
export interface BodyOwner {
  /** Bytes may come. */
  onBodyWanted(): void;
}

interface Wanted {
  maxBytes: number;
  deadlineMs: number;
  resolve: (read: BodyRead) => void;
}

/** One body: read whole, or taken as it comes. */
export class RequestBody implements ByteSource {
  /** All of it came. */
  complete: boolean;
  /** Bytes of a declared body that are still to come. */
  left: number;
  private readonly chunked: ChunkedBody | null;
  private parts: Buffer[] = [];
  private target: Buffer | null = null;
  private size = 0;
  private wanted: Wanted | null = null;
  private sink: ByteSink | null = null;
  /** Whoever takes the body as it comes has no room. */
  private full = false;
  private discarding = false;
  private outcome: BodyRead | null = null;

  constructor(private readonly head: RequestHead, private readonly owner: BodyOwner) {
    this.left = head.length ?? 0;
    this.chunked = head.length === null ? new ChunkedBody() : null;
    this.complete = head.length === 0;
  }

  /** Nobody has asked for it yet, or nobody has room: what comes has to wait. */
  get waits(): boolean {
    return !this.complete && !this.discarding && (this.full || (!this.wanted && !this.sink));
  }

  /** Takes bytes from `from` on. Gives the index behind what was used, or what is wrong with the coding. */
  push(bytes: Buffer, from: number): number | string {
    if (this.complete) return from;
    if (this.chunked) {
      const used = this.chunked.read(bytes, from, (part) => this.add(part));
      if (typeof used !== 'string' && this.chunked.complete) this.finish();
      return used;
    }
    const end = Math.min(bytes.length, from + this.left);
    this.left -= end - from;
    this.add(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    if (this.left === 0) this.finish();
    return end;
  }

  /** The whole body, for a handler. */
  read(maxBytes: number, timeoutMs: number): Later<BodyRead> {
    const { outcome, head } = this;
    if (outcome) return outcome;
    if ((head.length ?? 0) > maxBytes) return { kind: 'too-large' };
    if (this.complete) return { kind: 'bytes', bytes: this.joined() };
    const { promise, resolve } = Promise.withResolvers<BodyRead>();
    this.wanted = { maxBytes, deadlineMs: performance.now() + timeoutMs, resolve };
    this.owner.onBodyWanted();
    return promise;
  }

  /** The body as it comes. */
  start(sink: ByteSink): void {
    if (this.outcome) return sink.fail(new BodyGone());
    const early = this.size > 0 ? this.joined().subarray(0, this.size) : null;
    this.parts = [];
    this.target = null;
    this.sink = sink;
    if (early) this.give(early);
    // Who has seen enough has cancelled.
    if (this.sink !== sink) return;
    if (this.complete) this.finish();
    else if (!this.full) this.owner.onBodyWanted();
  }

  resume(): void {
    this.full = false;
    if (!this.complete) this.owner.onBodyWanted();
  }

  cancel(): void {
    this.discard();
  }

  letGo(): void {
    this.discard();
  }

  /** Nobody will want it any more. */
  discard(): void {
    this.discarding = true;
    this.sink = null;
    this.parts = [];
    this.target = null;
  }

  /** The client is gone. */
  onGone(): void {
    this.end({ kind: 'gone' });
  }

  /** Looks at the clock. */
  tick(nowMs: number): void {
    if (this.wanted && nowMs > this.wanted.deadlineMs) this.end({ kind: 'too-slow' });
  }

  private add(part: Buffer): void {
    if (this.discarding) return;
    if (this.sink) return this.give(part);
    this.size += part.length;
    if (this.wanted && this.size > this.wanted.maxBytes) return this.end({ kind: 'too-large' });
    const { length } = this.head;
    // One part is the body as it came; more are put together where the first will be read from.
    if (this.parts.length === 0 && !this.target && length !== null && part.length < length && length <= maxDeclaredAtOnce) this.target = Buffer.allocUnsafeSlow(length);
    if (this.target) this.target.set(part, this.size - part.length);
    else this.parts.push(part);
  }

  private give(part: Buffer): void {
    if (this.sink?.write(part) === false) this.full = true;
  }

  private finish(): void {
    this.complete = true;
    const { sink } = this;
    this.sink = null;
    if (sink) return sink.end();
    if (this.wanted) this.end({ kind: 'bytes', bytes: this.joined() });
  }

  private end(outcome: BodyRead): void {
    const { wanted, sink } = this;
    if (this.outcome) return;
    this.wanted = null;
    if (outcome.kind !== 'bytes') {
      this.outcome = outcome;
      this.discard();
    }
    wanted?.resolve(outcome);
    sink?.fail(new BodyGone());
  }

  private joined(): Buffer {
    const { target, parts } = this;
    if (target) return target;
    const [first] = parts;
    return first && parts.length === 1 ? first : Buffer.concat(parts);
  }
}
