// Bytes that pass as they come: spoken answers, subtitles. Back-pressure reaches the provider; a broken connection breaks the client's too,
// so that half a sound never looks whole.
import { connectionFault } from './failure.ts';
import { fault, type Fault } from '../canonical/fault.ts';
import type { ByteSink, ByteSource } from '../http/byte-source.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { Connection } from './connection.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { IdleWatch, Watched } from './idle-watch.ts';
import type { StreamEnd } from './call.ts';

/** What a relay of bytes works with. */
export interface ByteRelayParts {
  deployment: Deployment;
  source: ByteSource;
  connection: Connection;
  watch: IdleWatch;
  idleLimitMs: number;
  /** Aborted when the client leaves. */
  clientSignal: CancelSignal;
}

/** One body on its way: a sink for the provider, a source for the client. */
export class ByteRelay implements Watched, ByteSink, ByteSource {
  heardMs = performance.now();
  sentMs = this.heardMs;
  readonly idleLimitMs: number;
  readonly keepAliveMs = null;
  readonly deadlineMs: number;
  /** Told once, when the body is over for whatever reason. */
  readonly ended: Promise<StreamEnd>;
  private readonly resolveEnd: (end: StreamEnd) => void;
  private sink: ByteSink | null = null;
  private over = false;
  private silent = false;
  private readonly onClientLeft = (): void => this.finish(connectionFault('client', this.parts.deployment, this.idleLimitMs));

  constructor(private readonly parts: ByteRelayParts) {
    this.idleLimitMs = parts.idleLimitMs;
    this.deadlineMs = parts.connection.startedMs + parts.deployment.totalTimeoutMs;
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    this.ended = promise;
    this.resolveEnd = resolve;
    parts.watch.add(this);
    parts.clientSignal.addEventListener('abort', this.onClientLeft, { once: true });
  }

  start(sink: ByteSink): void {
    this.sink = sink;
    this.parts.source.start(this);
  }

  resume(): void {
    this.parts.source.resume();
  }

  cancel(): void {
    this.onClientLeft();
  }

  letGo(): void {
    this.onClientLeft();
  }

  write(part: Buffer): boolean {
    this.heardMs = performance.now();
    return !this.over && (this.sink?.write(part) ?? false);
  }

  end(): void {
    if (this.over) return;
    this.finish(null);
    this.sink?.end();
  }

  fail(): void {
    if (this.over) return;
    this.finish(this.brokenFault());
    this.sink?.fail(new Error('The provider broke off.'));
  }

  onSilence(): void {
    this.silent = true;
    this.parts.connection.abort();
  }

  onQuiet(): void {
    // Nothing can be put between bytes to keep them alive.
    this.sentMs = performance.now();
  }

  private brokenFault(): Fault {
    const { clientSignal, deployment } = this.parts;
    if (clientSignal.aborted || this.silent) return connectionFault(clientSignal.aborted ? 'client' : 'timeout', deployment, this.idleLimitMs);
    return fault('upstream_stream_broken', 'The connection to the provider broke before the answer was complete.');
  }

  private finish(failure: Fault | null): void {
    if (this.over) return;
    this.over = true;
    this.parts.watch.remove(this);
    this.parts.clientSignal.removeEventListener('abort', this.onClientLeft);
    if (failure) this.parts.connection.abort();
    this.resolveEnd({ usage: null, finishReason: null, fault: failure, contentCharacters: 0 });
  }
}
